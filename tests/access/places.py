"""巡检要去的地方：全站每个有名字的网址、接口的每项操作；新加的自己会找到。"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.access.arguments import argument

PUBLIC = {
    "home",
    "health",
    "login",
    "logout",
    "token",
    "identity",
    "identity-back",
    "ladder",
    "selfcheck",
    "selfcheck-tier",
} | {
    "rules:public",
    "specialists:public",
    "rules:public-standard",
}
"""不登录也能看的网址名；加公众页面时在这里加，并在视图上写 login_not_required。"""

PUBLIC_API = ("openapi-json", "openapi-view", "api-root")
"""接口的说明，没有数据。"""


@dataclass(frozen=True)
class Place:
    """一处：网址名、方法、地址；接口的交 JSON。"""

    view: str
    method: str
    address: str
    api: bool = False
    public: bool = False


def pages() -> list[Place]:
    """每个网址一次 GET、一次空的 POST。"""
    found = []
    for view, pattern, api in _patterns(get_resolver().url_patterns, "", False):
        given = {name: argument(view, name) for name in _arguments(pattern)}
        public = view in PUBLIC or (api and view.rpartition(":")[2] in PUBLIC_API)
        found += [Place(view, method, reverse(view, kwargs=given), api, public) for method in ("GET", "POST")]
    return found


def plain() -> list[str]:
    """网址里没有参数的网页的地址。"""
    found = _patterns(get_resolver().url_patterns, "", False)
    return [reverse(view) for view, pattern, api in found if not api and not _arguments(pattern)]


def _arguments(pattern: URLPattern) -> list[str]:
    """网址里的参数名；正则写的网址取具名的组。"""
    return list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)


def _patterns(patterns: list[Any], space: str, api: bool) -> Iterator[tuple[str, URLPattern, bool]]:
    for one in patterns:
        inside = api or getattr(one, "namespace", None) == "api"
        if isinstance(one, URLResolver):
            deeper = f"{space}{one.namespace}:" if one.namespace else space
            yield from _patterns(one.url_patterns, deeper, inside)
        else:
            assert one.name, f"网址 {one.pattern} 没有名字；请起一个，巡检按名字走"
            yield f"{space}{one.name}", one, inside


def operations(schema: dict[str, Any]) -> list[Place]:
    """接口说明里的每项操作；路径参数与必填的查询参数都取真的值。"""
    return [
        _operation(path, method, told)
        for path, methods in schema["paths"].items()
        for method, told in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]


def _operation(path: str, method: str, told: dict[str, Any]) -> Place:
    view, query = f"{method.upper()} {path}", []
    for one in told.get("parameters", ()):
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", str(argument(view, one["name"])))
        elif one["in"] == "query" and one.get("required"):
            query.append(f"{one['name']}={argument(view, one['name'])}")
    address = path + ("?" + "&".join(query) if query else "")
    return Place(view, method.upper(), address, True, not told.get("security"))

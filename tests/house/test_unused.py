"""没有人用的页面零件：模板、网址名、模板标签、样式文件与脚本，都有一处用到，否则删去。"""

import re
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "miaopu"
FAMILY = re.compile(r'f"([a-z_/]*/)\{[^}]+\}\.html"|"([a-z_/]+/)"\|add:')
"""按名字拼出来的一族模板：f"intake/{name}.html" 这样的写法。"""
NAMED = re.compile(r'name="([\w-]+)"')
TAG = re.compile(r"@register\.(simple_tag|filter)[^\n]*\ndef (\w+)")
PROBED = {"health"}
"""不从页面上链的网址：探活的程序来看。"""
ASKED = {"mask_id"}
"""证件号现在哪一页也不显示；要显示时须用它。"""


@cache
def _written(ending: str) -> str:
    kept = [path for path in PACKAGE.rglob(f"*.{ending}") if "vendor" not in path.parts]
    return "\n".join(path.read_text("utf-8") for path in kept)


def test_every_template_is_rendered_or_included() -> None:
    code, pages = _written("py"), _written("html")
    families = {one for found in FAMILY.findall(code + pages) for one in found if one}
    unused = []
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        name = path.as_posix().partition("/templates/")[2]
        of_family = path.parent.name + "/" in {one.rpartition("/")[0].rpartition("/")[2] + "/" for one in families}
        made = of_family and f'"{path.stem}"' in code
        if not made and not re.search(rf"[\"',]{re.escape(name)}[\"',]", code + pages):
            unused.append(name)
    assert not unused, f"没有一处用到的模板，删去：{unused}"


def test_every_address_is_linked_or_reversed() -> None:
    rest = "\n".join(p.read_text("utf-8") for p in PACKAGE.rglob("*.py") if p.name != "urls.py") + _written("html")
    unused = [
        name
        for path in sorted(PACKAGE.rglob("urls.py"))
        for name in NAMED.findall(path.read_text("utf-8"))
        if name not in PROBED and not re.search(rf"[\"':]{re.escape(name)}[\"']", rest)
    ]
    assert not unused, f"没有一处链到、也没有一处跳到的网址，删去：{unused}"


def test_every_tag_and_static_file_is_used() -> None:
    code, pages = _written("py"), _written("html")
    tags = [
        name
        for path in PACKAGE.rglob("templatetags/*.py")
        for kind, name in TAG.findall(path.read_text("utf-8"))
        if name not in ASKED and not re.search(rf"\|{name}\b" if kind == "filter" else rf"{{%-? *{name}\b", pages)
    ]
    assert not tags, f"没有一页用到的模板标签，删去：{tags}"
    mine = [
        path for path in PACKAGE.rglob("static/**/*") if path.suffix in (".css", ".js") and "vendor" not in path.parts
    ]
    files = [path.name for path in mine if path.name not in pages + code]
    assert not files, f"没有一页引的样式与脚本，删去：{files}"

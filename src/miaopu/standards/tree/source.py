"""原文：标准文件的 YAML 文字里每一条在第几行、界线写在哪里；改界线、改抬头只动那几个字，注释与排版照旧。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

LITERAL = re.compile(
    r"(?<![\w.])(?P<number>\d+(?:\.\d+)?)(?P<unit>%|亿美元|万美元|亿元|万元|元|年|分|人|项|件|名|级|家|个|次)?(?![\w.])"
)


@dataclass(frozen=True)
class Excerpt:
    """一条的原文：起止行号（从 1 起，含首尾）与文字。"""

    first: int
    last: int
    text: str


@dataclass(frozen=True)
class Limit:
    """一条里可以改的一个界线：第几个（从 0 起）、数、单位、所在的条件原文。"""

    clause: str
    index: int
    number: str
    unit: str
    test: str


@dataclass(frozen=True)
class _Place:
    """一个有编号的映射节点与它的上级，由外到内。"""

    id: str
    node: yaml.MappingNode
    above: tuple[yaml.MappingNode, ...]


def excerpts(text: str) -> dict[str, Excerpt]:
    """编号 → 原文；不是合法 YAML 时抛 yaml.YAMLError。"""
    lines, out = text.splitlines(), {}
    for place in _places(yaml.compose(text, Loader=yaml.SafeLoader), ()):
        first, last = place.node.start_mark.line, place.node.end_mark.line
        last = last if place.node.end_mark.column else last - 1  # 块写法的节点止于下一行行首
        out.setdefault(
            place.id, Excerpt(first + 1, max(first, last) + 1, "\n".join(lines[first : max(first, last) + 1]))
        )
    return out


def limits(text: str) -> tuple[Limit, ...]:
    """全部可改的界线，按书写次序；gates 另在门槛文件里，不在内。"""
    found = []
    for place in _places(yaml.compose(text, Loader=yaml.SafeLoader), ()):
        test = _scalar(place.node, "test")
        if test is not None:
            numbers = LITERAL.finditer(test.value)
            found += [
                Limit(place.id, at, one["number"], one["unit"] or "", test.value) for at, one in enumerate(numbers)
            ]
    return tuple(found)


def with_limit(text: str, clause: str, index: int, number: str) -> str:
    """换掉一条的一个界线；这一条与上级的条文、同一指标的旗标里写着同一个数的，一并换。

    number 不是数，或没有这一条、这一个界线，抛 ValueError（一句中文）。
    """
    try:
        Decimal(number)
    except InvalidOperation as error:
        raise ValueError(f"{clause} 的界线应是数字，发现“{number}”") from error
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    place = next((one for one in _places(root, ()) if one.id == clause), None)
    test = _scalar(place.node, "test") if place else None
    hits = list(LITERAL.finditer(test.value)) if test is not None else []
    if place is None or test is None or index >= len(hits):
        raise ValueError(f"没有条款 {clause} 的第 {index + 1} 个界线；请重新打开表单")
    old, new = hits[index][0], number + (hits[index]["unit"] or "")
    left = _left_of(test.value, hits[index].start())
    edits = [(test, _nth(test.value, index, new))]
    edits += [(one, _whole(old).sub(new, one.value)) for one in _told(place, old)]
    if left:
        pattern = re.compile(rf"\b{re.escape(left)}(\s*[<>=!]+\s*){re.escape(old)}(?![\w.])")
        edits += [(one, pattern.sub(rf"{left}\g<1>{new}", one.value)) for one in _conditions(root)]
    return _edited(text, edits)


def with_heads(text: str, heads: dict[str, str | None]) -> str:
    """换掉最上一层的几个键（值写成 YAML 文字）；None 是删去；原来没有的添在开头。"""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    lines, missing = text.splitlines(keepends=True), dict(heads)
    for key, value in reversed(root.value):
        if key.value in missing:
            new = missing.pop(key.value)
            last = value.end_mark.line if value.end_mark.column else value.end_mark.line - 1
            lines[key.start_mark.line : last + 1] = [] if new is None else [f"{key.value}: {new}\n"]
    return "".join([f"{key}: {value}\n" for key, value in missing.items() if value is not None] + lines)


def _places(node: Any, above: tuple[yaml.MappingNode, ...]) -> Iterator[_Place]:
    if isinstance(node, yaml.MappingNode):
        name = _scalar(node, "id")
        if name is not None:
            yield _Place(name.value, node, above)
        for _, value in node.value:
            yield from _places(value, (*above, node) if name is not None else above)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _places(child, above)


def _scalar(node: yaml.MappingNode, key: str) -> yaml.ScalarNode | None:
    return next((value for name, value in node.value if name.value == key and isinstance(value, yaml.ScalarNode)), None)


def _told(place: _Place, old: str) -> list[yaml.ScalarNode]:
    """要一并换的条文：自己的；上级的，只在别的下级不再用这个数时。"""
    found = [_scalar(place.node, "text")]
    for parent in reversed(place.above):
        others = [one for one in _places(parent, ()) if one.node is not parent and one.node is not place.node]
        tests = [test.value for one in others if (test := _scalar(one.node, "test")) is not None]
        if any(old == hit[0] for test in tests for hit in LITERAL.finditer(test)):
            break
        found.append(_scalar(parent, "text"))
    return [one for one in found if one is not None and _whole(old).search(one.value)]


def _whole(old: str) -> re.Pattern[str]:
    """整个数，不是别的数的一截（“3%”不在“33%”里）。"""
    return re.compile(rf"(?<![\d.]){re.escape(old)}")


def _conditions(root: Any) -> list[yaml.ScalarNode]:
    """旗标里的条件。"""
    out = []
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, yaml.MappingNode):
            found = _scalar(node, "if")
            out += [found] if found is not None else []
            stack += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            stack += node.value
    return out


def _left_of(test: str, at: int) -> str:
    found = re.search(r"([A-Za-z_]\w*)\s*[<>=!]+\s*$", test[:at])
    return found[1] if found else ""


def _nth(test: str, index: int, new: str) -> str:
    hit = list(LITERAL.finditer(test))[index]
    return test[: hit.start()] + new + test[hit.end() :]


def _edited(text: str, edits: list[tuple[yaml.ScalarNode, str]]) -> str:
    """按位置从后往前换；值没有变的不动，折行的写成一行。"""
    for node, value in sorted(edits, key=lambda one: -one[0].start_mark.index):
        if value == node.value:
            continue
        start, end = node.start_mark.index, node.end_mark.index
        written = text[start:end]
        tail = "\n" if written.endswith("\n") else ""
        text = text[:start] + _written(node, value) + tail + text[end:]
    return text


def _written(node: yaml.ScalarNode, value: str) -> str:
    if node.style in ("'", '"'):
        return node.style + value + node.style
    return f"'{value}'" if node.style in (">", "|") else value

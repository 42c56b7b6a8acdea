"""标出：一家企业是凭哪里找到的，哪几个字对上；给分段，由模板转义，不拼标记。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from miaopu.selection.screening.firms.match import PART, TAIL, terms
from miaopu.selection.screening.firms.roll import Roll
from miaopu.selection.screening.models import Firm
from miaopu.terms.names import fold
from miaopu.terms.pinyin import initials

Segments = list[tuple[str, bool]]


@dataclass(frozen=True)
class Marked:
    """一行的显示：名称与代码的分段；former 不为空时，是凭这个曾用名找到的；link 是企业档案的网址，没有为空。"""

    firm: Firm
    name: Segments
    code: Segments
    former: Segments
    link: str = ""


def marked(held: Roll, firms: list[Firm], text: str, link: Callable[[str], str] = lambda one: "") -> list[Marked]:
    """一页企业逐家标出；link 由企业号给网址。"""
    asked = terms(text)
    return [replace(_marked(held, one, asked), link=link(one.enterprise)) for one in firms]


def _marked(held: Roll, firm: Firm, asked: list[str]) -> Marked:
    name, code, former = [False] * len(firm.name), [False] * len(firm.uscc or ""), ""
    told: list[bool] = []
    for term in asked:
        if any(_tick(name, firm.name, one, fold) for one in dict.fromkeys((term, held.bare(term)))):
            continue
        if len(term) >= TAIL and firm.uscc and _code(code, firm.uscc, term):
            continue
        old = next((one for one in (firm.former or "").split("；") if term in fold(one)), "")
        if old:
            former, told = old, [False] * len(old)
            _tick(told, old, term, fold)
        elif term.isascii():
            _tick(name, firm.name, term.lower(), _letter)
    return Marked(firm, segments(firm.name, name), segments(firm.uscc or "", code), segments(former, told))


def _letter(one: str) -> str:
    return initials(one, {})


def _tick(marks: list[bool], raw: str, term: str, shape: Callable[[str], str]) -> bool:
    """在 raw 里找 term（按 shape 逐字换写之后），对上的字记下；没有找到为假。"""
    places = [at for at, char in enumerate(raw) for _ in shape(char)]
    start = "".join(shape(char) for char in raw).find(term)
    if start < 0 or not term:
        return False
    for at in places[start : start + len(term)]:
        marks[at] = True
    return True


def _code(marks: list[bool], uscc: str, term: str) -> bool:
    start = len(uscc) - len(term) if uscc.endswith(term) else uscc.find(term) if len(term) >= PART else -1
    for at in range(start, start + len(term)) if start >= 0 else ():
        marks[at] = True
    return start >= 0


def segments(text: str, marks: list[bool]) -> Segments:
    """逐字的记号 → 相连的一段段。"""
    out: Segments = []
    for char, hit in zip(text, marks, strict=True):
        if out and out[-1][1] == hit:
            out[-1] = (out[-1][0] + char, hit)
        else:
            out.append((char, hit))
    return out

"""逐条读法：标准 → 一行一条的通俗说明（层次、组合方式、条件、适用、旗标、用到的指标）；只读不算。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from miaopu.standards.tree.clause import SOURCES, Bands, Clause, Notice, Score, Standard, Steps, Tally, Total
from miaopu.standards.tree.node import Derived, Input, Num, Truth, children
from miaopu.standards.tree.vocabulary import Vocabulary
from miaopu.standards.tree.words import Words

COMBINES = {"all": "同时满足以下各项", "any": "满足以下任一项"}
KINDS = {"new": "新申请", "review": "复核"}


@dataclass(frozen=True)
class Line:
    """一条的读法。

    depth 层次；kind 是 clause、score、total 之一；plain 通俗写法；notes 适用范围等附注；
    inputs 用到的输入名；flags 歧义代码与成立条件（恒为说明的为空串）；line 是 YAML 行号（0 为不知道）。
    """

    id: str
    depth: int
    kind: str
    title: str
    text: str
    plain: str
    notes: tuple[str, ...]
    cite: str
    source: str
    evidence: str
    flags: tuple[tuple[str, str], ...]
    inputs: tuple[str, ...]
    line: int

    @property
    def mark(self) -> str:
        """可信标记的文字；合计没有依据，为空串。"""
        return SOURCES.get(self.source, "")


def words_of(standard: Standard, vocabulary: Vocabulary) -> Words:
    """认得这份标准评分项名称的写句人。"""
    return Words(vocabulary, {one.id: one.title or one.id for one in (*standard.scores, *standard.totals)})


def read_clauses(standard: Standard, vocabulary: Vocabulary) -> tuple[Line, ...]:
    """全部条款，先上后下。"""
    words = words_of(standard, vocabulary)
    return tuple(line for clause in standard.clauses for line in _clause(clause, words, 0))


def read_notice(notice: Notice, vocabulary: Vocabulary) -> tuple[Line, ...]:
    """通知另加的条款。"""
    return tuple(line for clause in notice.clauses for line in _clause(clause, Words(vocabulary), 0))


def read_scores(standard: Standard, vocabulary: Vocabulary) -> tuple[Line, ...]:
    """评分项与合计。"""
    words = words_of(standard, vocabulary)
    return (*(_score(one, words) for one in standard.scores), *(_total(one, words) for one in standard.totals))


def read_flags(standard: Standard, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """整份标准的歧义旗标：（代码，何时成立），恒为说明的何时为空串。"""
    words = words_of(standard, vocabulary)
    return tuple((flag.code, words.truth(flag.when) if flag.when else "") for flag in standard.flags)


def _clause(clause: Clause, words: Words, depth: int) -> Iterator[Line]:
    own = replace(words, text=clause.text)
    yield Line(
        id=clause.id,
        depth=depth,
        kind="clause",
        title=clause.title,
        text=clause.text,
        plain=own.truth(clause.body) if clause.body is not None else _combined(clause.combine),
        notes=tuple(_notes(clause, own)),
        cite=clause.cite,
        source=clause.source,
        evidence=clause.evidence,
        flags=tuple((flag.code, own.truth(flag.when) if flag.when else "") for flag in clause.flags),
        inputs=names(clause.body, clause.when),
        line=clause.line,
    )
    for child in clause.children:
        yield from _clause(child, words, depth + 1)


def _combined(combine: str) -> str:
    return COMBINES.get(combine) or f"满足以下至少 {combine} 项"


def _notes(clause: Clause, words: Words) -> Iterator[str]:
    if clause.kinds:
        yield f"只在{'、'.join(KINDS[one] for one in clause.kinds)}时考查"
    if clause.when is not None:
        yield f"只在这种情况考查：{words.truth(clause.when)}"
    if clause.exempts:
        yield "成立的，同组其余各项不考查"


def _score(score: Score, words: Words) -> Line:
    own = replace(words, text=score.text)
    rule, plain = score.rule, ""
    match rule:
        case Bands():
            told = [f"{own.truth(band.test)}，得 {_points(band.low, band.high)} 分" for band in rule.bands]
            plain = "；".join([*told, f"其余得 {rule.default} 分"])
        case Tally():
            plain = f"每符合一项得 {rule.each} 分，最多 {rule.cap} 分：" + "；".join(map(own.truth, rule.tests))
        case Steps():
            unit = own.unit(rule.number)
            plain = f"{own.number(rule.number)}每满 {rule.per}{unit}得 1 分，最多 {rule.cap} 分"
    tests = [band.test for band in getattr(rule, "bands", ())] + list(getattr(rule, "tests", ()))
    tests += [rule.number] if isinstance(rule, Steps) else []
    notes = (f"满分 {score.maximum} 分", *(("事实可以直接给出得分",) if score.given else ()))
    return Line(
        score.id, 0, "score", score.title, score.text, plain, notes, score.cite, score.source, "", (), names(*tests), 0
    )


def _points(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} 至 {high}"


def _total(total: Total, words: Words) -> Line:
    plain = "以下各项得分之和：" + "、".join(words.points.get(part, part) for part in total.parts)
    notes = (f"满分 {total.maximum} 分",)
    return Line(total.id, 0, "total", total.title, "", plain, notes, "", "", "", (), (), 0)


def names(*nodes: Num | Truth | None) -> tuple[str, ...]:
    """用到的输入名；派生指标展开到公式里的数，自己也列出。"""
    found: dict[str, None] = {}
    for node in nodes:
        if node is not None:
            _collect(node, found)
    return tuple(found)


def _collect(node: Num | Truth, found: dict[str, None]) -> None:
    if isinstance(node, Input):
        found[node.name] = None
    for child in (node.given, node.formula) if isinstance(node, Derived) else children(node):
        _collect(child, found)

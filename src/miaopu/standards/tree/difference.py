"""两版之差：两份标准逐条相比，增、删、改各是什么，写成通俗文字；只比内容，不判轻重。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from miaopu.standards.tree.clause import Standard
from miaopu.standards.tree.reading import Line, read_clauses, read_scores
from miaopu.standards.tree.vocabulary import Vocabulary

ADDED, REMOVED, CHANGED, SAME = "added", "removed", "changed", "same"
WORDS = {ADDED: "新增", REMOVED: "删去", CHANGED: "改动", SAME: "相同"}


@dataclass(frozen=True)
class Part:
    """一条里改了的一处：名称、改前、改后。"""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """一条的差别；before、after 是两边的读法，没有的一边为 None。"""

    kind: str
    before: Line | None
    after: Line | None
    parts: tuple[Part, ...] = ()

    @property
    def word(self) -> str:
        """新增、删去、改动、相同。"""
        return WORDS[self.kind]

    @property
    def line(self) -> Line:
        """有的那一边，改后优先。"""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True)
class Difference:
    """两份标准之差；heads 是名称、文件、施行日等整份的改动。"""

    before: Standard
    after: Standard
    heads: tuple[Part, ...]
    changes: tuple[Change, ...]

    @property
    def told(self) -> tuple[Change, ...]:
        """有差别的条。"""
        return tuple(one for one in self.changes if one.kind != SAME)

    @property
    def counts(self) -> dict[str, int]:
        """增、删、改、同各几条。"""
        found = Counter(one.kind for one in self.changes)
        return {kind: found[kind] for kind in WORDS}


def difference(before: Standard, after: Standard, vocabulary: Vocabulary) -> Difference:
    """逐条相比：先认编号，再认用到的指标，再认名称；都认不出的是新增或删去。"""
    old = [*read_clauses(before, vocabulary), *read_scores(before, vocabulary)]
    new = [*read_clauses(after, vocabulary), *read_scores(after, vocabulary)]
    pairs = _paired(old, new)
    matched = {id(line): one for one, line in pairs}
    changes: list[Change] = []
    kept = {id(one) for one, _ in pairs}
    waiting = list(old)
    for line in new:
        partner = matched.get(id(line))
        while waiting and id(waiting[0]) not in kept:
            changes.append(Change(REMOVED, waiting.pop(0), None))
        if partner is None:
            changes.append(Change(ADDED, None, line))
            continue
        waiting = [one for one in waiting if one is not partner]
        parts = _parts(partner, line)
        changes.append(Change(CHANGED if parts else SAME, partner, line, parts))
    changes += [Change(REMOVED, one, None) for one in waiting]
    return Difference(before, after, _heads(before, after), tuple(changes))


def _paired(old: Sequence[Line], new: Sequence[Line]) -> list[tuple[Line, Line]]:
    """（旧，新）的对子；一条只配一次。"""
    pairs: list[tuple[Line, Line]] = []
    keys: tuple[Callable[[Line], Any], ...] = (
        lambda line: (line.kind, line.id),
        lambda line: (line.kind, line.inputs) if line.inputs else None,
        lambda line: (line.kind, line.title) if line.title else None,
    )
    for key in keys:
        left = [one for one in old if all(one is not pair[0] for pair in pairs)]
        right = [one for one in new if all(one is not pair[1] for pair in pairs)]
        pairs += _matched(left, right, key)
    return pairs


def _matched(left: Sequence[Line], right: Sequence[Line], key: Callable[[Line], Any]) -> list[tuple[Line, Line]]:
    """认得相同的，按书写次序一一配对。"""
    found: dict[Any, list[Line]] = {}
    for line in left:
        found.setdefault(key(line), []).append(line)
    found.pop(None, None)
    return [(found[key(line)].pop(0), line) for line in right if found.get(key(line))]


def _parts(before: Line, after: Line) -> tuple[Part, ...]:
    told = (
        ("编号", before.id, after.id),
        ("名称", before.title, after.title),
        ("条件", before.plain, after.plain),
        ("适用", "；".join(before.notes), "；".join(after.notes)),
        ("条文", before.text, after.text),
        ("依据", before.cite, after.cite),
        ("可信", before.mark, after.mark),
        ("佐证", before.evidence, after.evidence),
        ("歧义", _codes(before), _codes(after)),
    )
    found = tuple(Part(*one) for one in told if one[1] != one[2])
    return () if {part.name for part in found} <= {"编号"} else found


def _codes(line: Line) -> str:
    return "、".join(code for code, _ in line.flags)


def _heads(before: Standard, after: Standard) -> tuple[Part, ...]:
    told = (
        ("代码", before.code, after.code),
        ("名称", before.title, after.title),
        ("文件", before.document, after.document),
        ("施行", _day(before.effective), _day(after.effective)),
        ("止于", _day(before.until), _day(after.until)),
        ("说明", "　".join(before.notes), "　".join(after.notes)),
    )
    return tuple(Part(*one) for one in told if one[1] != one[2])


def _day(value: Any) -> str:
    return f"{value.year}年{value.month}月{value.day}日" if value else "不限"

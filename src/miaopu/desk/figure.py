"""数：一家档案上的每个数：叫什么、怎样写、从哪里来；页面上的写法与抽屉里的出自同一处，只读不算。

列名之外另认：条目派生的区间（class1_ip_2026）、推出来的属性（is_sme）、条款（LG-2026:B2c）、评分项（SRDI-63:P1）、一件条目（ip 与条目键）。
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from miaopu.desk.dossier import Dossier
from miaopu.desk.rules.plain import conditions_of, derived_words, formula_words
from miaopu.desk.scored import Scored, points_of, scored
from miaopu.ledger.derive import Derived, derived_items
from miaopu.ledger.source.ground import ungrounded
from miaopu.ledger.trace import HIDDEN, FirmFile, Trace, hidden_sources, hide_file, hide_trace, traced, view_of
from miaopu.ledger.trace.cell import View
from miaopu.standards.explain import Reason
from miaopu.standards.explain.firm import Assessed, computed
from miaopu.standards.tree.reading import names
from miaopu.terms.complaint import Complaint, Refusal, Severity
from miaopu.terms.shown import UNKNOWN, shown

NAMED = {"enterprise": "企业号", "name": "企业名称", "uscc": "统一社会信用代码"}
YEAR = re.compile(r"(.+)_t[0-3]")
PERSONAL = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<![0-9A-Za-z])[1-6]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dXx](?![0-9A-Za-z])"
)
"""文字里混进来的手机号、身份证号。"""


def masked(text: str) -> str:
    """文字里的手机号、身份证号遮去中间。"""
    return PERSONAL.sub(lambda found: f"{found[0][:3]}****{found[0][-2:]}", text)


@dataclass(frozen=True, eq=False)
class Figures:
    """一家档案上的数；barred 是不给这位读者看值的来源（统计单户资料），见 for_reader。"""

    dossier: Dossier
    barred: frozenset[str] = frozenset()

    def for_reader(self, seen: Callable[[str], bool]) -> Figures:
        """给一位读者的：seen 是来源在不在其范围里；不该看的来源，值一律换成 HIDDEN。"""
        return replace(self, barred=hidden_sources(self.dossier.reading.space.sources, seen))

    @cached_property
    def file(self) -> FirmFile:
        """台账对这家所知，已遮去不给看的值。"""
        return hide_file(self.dossier.file, self.barred, self.dossier.reading.wording.source)

    def hides(self, column: str) -> bool:
        """这个数的值不给这位读者看。"""
        year = YEAR.fullmatch(column)
        return column in self._hidden or (year[1] if year else column) in self._hidden

    def title(self, column: str) -> str:
        """中文名。"""
        reading = self.dossier.reading
        attribute = reading.attributes.get(column)
        if column in NAMED:
            return NAMED[column]
        if attribute is not None and attribute.title:
            return attribute.title
        if column in self._derived:
            end = {"low": "（确有）", "high": "（至多）"}.get(column.rpartition("_")[2], "")
            return self._derived[column].title + ("" if column in self._intervals else end)
        return reading.wording.title(column)

    def shown(self, column: str) -> str:
        """人读的写法；不知道为“—”，不给看的为 HIDDEN。"""
        if self.hides(column):
            return HIDDEN
        if column in self._intervals:
            return self._interval(self._intervals[column])
        attribute = self.dossier.reading.attributes.get(column)
        if attribute is not None:
            return self._attribute(column)
        if column in self._derived and column not in self._intervals:
            return self._end(self._derived[column], self.dossier.row.get(column), column)
        if column == "region":
            return self._place(self.dossier.row.get(column))
        if self._formula(column):
            return self._computed(column) or UNKNOWN
        value = self.dossier.row.get(column)
        return masked(
            UNKNOWN if value is None and column in NAMED else self.dossier.reading.wording.shown(column, value)
        )

    def trace(self, column: str) -> Trace:
        """来历；不认得的列抛 Refusal。问过的记着：一份材料同一个数要问好几回。"""
        if column not in self._traces:
            self._traces[column] = hide_trace(self._trace(column), self.barred)
        return self._traces[column]

    @cached_property
    def _traces(self) -> dict[str, Trace]:
        return {}

    def _trace(self, column: str) -> Trace:
        clause = self._clauses.get(column)
        if clause is not None:
            return self._of_clause(column, *clause)
        if column in self.scores:
            return self._of_score(self.scores[column])
        if column in self._intervals:
            found = self._plain(f"{column}_low")
            return replace(found, column=column, title=self.title(column), shown=self.shown(column))
        if column in self.dossier.reading.attributes and self._inferred(column):
            return self._of_attribute(column)
        if column not in self.dossier.row and not self._formula(column):
            raise Refusal(
                Complaint(
                    "number-unknown",
                    Severity.REFUSE,
                    column,
                    f"档案里没有“{column}”这个数",
                    "档案页面上的数",
                    "从档案页面点进来",
                )
            )
        return self._plain(column)

    def item(self, indicator: str, item: str) -> Trace:
        """一件条目的来历：各字段各出自哪一格；没有这一件抛 Refusal。"""
        for piece in self.file.items:
            if (piece.indicator, piece.item) == (indicator, item):
                listed = {True: "在完整名单上", False: "不在完整名单上"}
                reason = listed.get(piece.listed, "不在完整名单上，或来源没有完整名单")
                told = (self.dossier.enterprise, indicator, piece.title, item, "", reason, piece.cells, ())
                return hide_trace(Trace(*told, shown=masked(item)), self.barred)
        raise Refusal(
            Complaint(
                "item-unknown", Severity.REFUSE, item, f"没有“{item}”这一件", "档案页面上的条目", "从档案页面点进来"
            )
        )

    def clause(self, column: str) -> tuple[Assessed, Reason] | None:
        """“标准:条款”→ 判定与说明；不是为 None。"""
        return self._clauses.get(column)

    def missing(self, column: str) -> str:
        """一个未知的数该由谁补：推出来的看它由什么推得。"""
        reading = self.dossier.reading
        stems = [one for one in reading.settings.stems.get(column, ()) if self.dossier.row.get(one) is None] or [column]
        return "、".join(dict.fromkeys(reading.suppliers.department(one) for one in stems))

    def _of_clause(self, column: str, assessed: Assessed, reason: Reason) -> Trace:
        parts = tuple(self._trace(name) for name in reason.inputs if self._known(name))
        parts += tuple(replace(self._trace(name), parts=()) for name in points_of(assessed, reason.id))
        told = f"{reason.requirement}（{assessed.judgement.standard.code} {reason.cite}，{reason.mark}）"
        state = f"{reason.state.word}{'，' + reason.gap if reason.gap else ''}"
        value = reason.actual or reason.state.word
        title = f"{reason.id} {reason.title}".strip()
        return Trace(
            self.dossier.enterprise, column, title, value, told, f"按条款用到的数判定：{state}", (), (), parts=parts,
            shown=value,
        )  # fmt: skip

    def _of_score(self, one: Scored) -> Trace:
        """得分的来历：分档读法、用到的各数；合计的是所加的各项得分。"""
        parts = tuple(self._trace(name) for name in self.used(one))
        parts += tuple(replace(self._trace(name), parts=()) for name in one.parts)
        title = f"{one.line.id} {one.line.title}".strip()
        told = (self.dossier.enterprise, one.column, title, one.shown, one.line.plain, one.how)
        return Trace(*told, (), (), parts=parts, shown=one.shown)

    def _of_attribute(self, column: str) -> Trace:
        attribute = self.dossier.reading.attributes[column]
        parts = tuple(self._plain(name) for name in attribute.stems)
        parts = tuple(replace(one, shown=self.shown(one.column)) for one in parts)
        value = self.dossier.row.get(column)
        told = (self.dossier.enterprise, column, self.title(column), value, attribute.how, "按规则由下列各数推得")
        return Trace(*told, (), (), parts=parts, shown=self.shown(column))

    def _inferred(self, column: str) -> bool:
        """来源没有给出、由别的列推得的。"""
        frame = self.dossier.snapshot.frame
        return column not in frame.columns or frame[column][0] is None

    def _plain(self, column: str) -> Trace:
        return self._worded(traced(self._view, column, self._computed))

    def _worded(self, found: Trace) -> Trace:
        """抽屉里的写法与页面同一处；公式与条件换成中文。"""
        parts = tuple(self._worded(one) for one in found.parts)
        derived, wording = self._derived.get(found.column), self.dossier.reading.wording
        formula, items = found.formula, found.items
        if derived is not None:
            plain = conditions_of(derived, wording)
            told = [tuple((plain.get(name, name), answer) for name, answer in one.conditions) for one in items]
            items = tuple(replace(one, conditions=words) for one, words in zip(items, told, strict=True))
            formula = derived_words(derived, wording)
        elif found.parts:
            formula = formula_words(formula, wording)
        shown, title = self.shown(found.column), self.title(found.column)
        return replace(found, title=title, shown=shown, formula=formula, items=items, parts=parts)

    def _known(self, column: str) -> bool:
        return column in self.dossier.row or column in self._intervals or self._formula(column)

    @cached_property
    def _view(self) -> View:
        """台账里的这一家：各数共用，事实只读一遍。"""
        space = self.dossier.reading.space
        return view_of(space.ledger, self.dossier.snapshot, self.dossier.enterprise, space.indicators, space.sources)

    @cached_property
    def _computed(self) -> Callable[[str], str]:
        return computed(self.dossier.reading.space.library.vocabulary, self.dossier.row)

    def _formula(self, column: str) -> bool:
        indicators, year = self.dossier.reading.space.indicators, YEAR.fullmatch(column)
        one = indicators.get(column) or (indicators.get(year[1]) if year else None)
        return bool(one and one.formula)

    @cached_property
    def _hidden(self) -> frozenset[str]:
        """不给看的列与指标：只有这些来源提供的（连同由它们算得的），与这一家实际取自它们的。"""
        if not self.barred:
            return frozenset()
        origin = self.dossier.snapshot.origin
        mine = origin.filter(origin["enterprise"] == self.dossier.enterprise, origin["source"].is_in(self.barred))
        return ungrounded(self.dossier.reading.space.indicators, self.barred) | frozenset(mine["column"])

    @cached_property
    def _derived(self) -> dict[str, Derived]:
        every = derived_items(self.dossier.reading.space.indicators)
        return {column: one for one in every for column in (*one.columns(), one.key)}

    @cached_property
    def _intervals(self) -> dict[str, Derived]:
        every = derived_items(self.dossier.reading.space.indicators)
        return {one.key: one for one in every if one.measure != "exists"}

    def _interval(self, one: Derived) -> str:
        """上下限相同写一个；不同写“几至几”；没有上限写“至少”；都不知道为“—”。"""
        low, high = (self.dossier.row.get(name) for name in one.columns())
        if low is None and high is None:
            return UNKNOWN
        first = self._end(one, low, one.columns()[0])
        if low == high:
            return first
        if high is None:
            return f"至少{first}"
        return f"{first}至{self._end(one, high, one.columns()[1])}"

    def _end(self, one: Derived, value: Any, column: str) -> str:
        if value is None:
            return "不封顶或未知" if column.endswith("_high") else UNKNOWN
        if one.measure == "exists":
            return shown(value, "flag")
        words = self.dossier.reading.space.indicators[one.key].values if one.measure == "best" else {}
        return shown(value, "category" if one.measure == "best" else one.kind, one.unit, words)

    def _attribute(self, column: str) -> str:
        value, reading = self.dossier.row.get(column), self.dossier.reading
        if value is None:
            return UNKNOWN
        if column == "industry_section":
            return reading.sections.get(value, value)
        words = reading.attributes[column].words
        return words[str(value)] if str(value) in words else reading.wording.shown(column, value)

    def _place(self, code: str | None) -> str:
        found = self.dossier.reading.space.districts.current(code) if code else None
        return found.name if found else code or UNKNOWN

    @cached_property
    def scores(self) -> dict[str, Scored]:
        """各份标准的评分项与合计：列名 → 得分。"""
        known = self.dossier.reading.space.library.vocabulary
        return {found.column: found for one in self.dossier.assessed for found in scored(one, known)}

    def used(self, one: Scored) -> tuple[str, ...]:
        """一个评分项直接用到的数：派生的只列它自己，公式里的各数在它的来历里。"""
        known = [name for name in one.inputs if self._known(name)]
        find = self.dossier.reading.space.library.vocabulary.lookup
        inner = {leaf for name in known for leaf in names(find(name)) if leaf != name}
        return tuple(name for name in known if name not in inner)

    @cached_property
    def _clauses(self) -> dict[str, tuple[Assessed, Reason]]:
        return {name: (one, reason) for one in self.dossier.assessed for name, reason in clauses(one)}


def clauses(assessed: Assessed) -> Iterator[tuple[str, Reason]]:
    """一份标准的各条款：“标准:条款”与说明，先上后下。"""
    for top in assessed.reasons:
        for _, reason in top.walk():
            yield f"{assessed.judgement.standard.code}:{reason.id}", reason

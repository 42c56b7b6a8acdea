"""读一个标准文件或通知文件：YAML → 条款、评分表、通知；每处写错都报文件、行号、发现什么与改法。不管选哪一版。"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from miaopu.standards.tree.clause import (
    Ambiguity,
    Band,
    Bands,
    Clause,
    Notice,
    Report,
    Rule,
    Score,
    Steps,
    Tally,
    Total,
)
from miaopu.standards.tree.entry import Entry
from miaopu.standards.tree.expression import ExpressionError, parse_number, parse_truth
from miaopu.standards.tree.node import Input, Member, Num, Person, Points, Truth, children
from miaopu.standards.tree.vocabulary import Vocabulary

KEYS: Mapping[str, frozenset[str]] = {
    "条款": frozenset(
        "id title text cite source test all any at_least of checked_by judged when kinds exempts evidence flags".split()  # noqa: SIM905 一行读完
    ),
    "评分项": frozenset("id title text cite source max given bands else tally each number per".split()),  # noqa: SIM905
    "档": frozenset({"points", "test"}),
    "合计": frozenset({"id", "title", "sum", "max", "given"}),
    "报告项": frozenset({"name", "title", "number"}),
    "旗标": frozenset({"code", "if"}),
    "通知": frozenset("code overlays document effective until kinds clauses waives flags".split()),  # noqa: SIM905
}


class FileReader(Entry):
    """读一个文件；得分编号可在后面的条款里引用。"""

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        super().__init__(path, vocabulary)
        self.points: dict[str, int] = {}

    def notice(self, data: Any) -> Notice:
        """年度通知。"""
        self.only(data, "通知", KEYS["通知"])
        start, end = self.day(data, "effective", True), self.day(data, "until", True)
        if start > end:
            raise self.fail(data, f"until（{end}）早于 effective（{start}）", "until")
        return Notice(
            code=self.word(data, "code"),
            standard=self.word(data, "overlays"),
            document=self.word(data, "document"),
            effective=start,
            until=end,
            kinds=self.kinds(data),
            clauses=tuple(map(self.clause, self.items(data, "clauses"))),
            waives=tuple(map(str, self.items(data, "waives"))),
            flags=self.flags(data),
        )

    def clause(self, data: Any) -> Clause:
        """条款与它的下级。"""
        self.only(data, "条款", KEYS["条款"])
        name = self.number_id(data, "id", "条款")
        combine, parts = self.group(data)
        return Clause(
            id=name,
            title=str(data.get("title", "")),
            text=str(data.get("text", data.get("title", ""))),
            cite=str(data.get("cite", "")),
            source=self.source(data),
            body=self.body(data, bool(combine)),
            combine=combine,
            children=parts,
            when=self.truth(data, "when") if "when" in data else None,
            kinds=self.kinds(data),
            exempts=bool(data.get("exempts", False)),
            evidence=str(data.get("evidence", "")),
            flags=self.flags(data),
            line=data.line,
        )

    def group(self, data: Any) -> tuple[str, tuple[Clause, ...]]:
        """下级与合法方式。"""
        present = [key for key in ("all", "any", "at_least") if key in data]
        if len(present) > 1:
            raise self.fail(data, f"{present[0]} 与 {present[1]} 只能写一个", present[1])
        if ("of" in data) != (present == ["at_least"]):
            raise self.fail(data, "at_least 与 of 要成对写", "of" if "of" in data else "at_least")
        if not present:
            return "", ()
        key = present[0]
        parts = tuple(map(self.clause, self.items(data, "of" if key == "at_least" else key)))
        self._check_group(data, key, parts)
        return (str(self.whole(data, "at_least")) if key == "at_least" else key), parts

    def _check_group(self, data: Any, key: str, parts: tuple[Clause, ...]) -> None:
        if not parts:
            raise self.fail(data, f"{key} 下没有条款", key)
        if key == "at_least" and not 1 <= self.whole(data, key) <= len(parts):
            raise self.fail(data, f"at_least 应在 1 与 {len(parts)} 之间，发现 {data[key]}", key)
        if key != "all" and any(part.when for part in parts):
            raise self.fail(data, "any 与 at_least 的下级不能带 when", key)
        exempting = [part for part in parts if part.exempts]
        if exempting and (key != "any" or len(exempting) == len(parts)):
            raise self.fail(data, "exempts 只能写在 any 的下级，且至少有一个下级不是豁免", key)

    def body(self, data: Any, grouped: bool) -> Truth | None:
        """叶子条款的真值。"""
        leaf = [key for key in ("test", "checked_by") if key in data]
        if grouped + len(leaf) != 1:
            raise self.fail(data, "一个条款要有且只有一样：test、checked_by、all、any、at_least")
        if grouped:
            return None
        if "test" in data:
            return self.truth(data, "test")
        if data["checked_by"] != "person":
            raise self.fail(data, f"checked_by 只能是 person，发现“{data['checked_by']}”", "checked_by")
        judged = self.word(data, "judged")
        known = self.vocabulary.indicator(judged)
        if known is None or known.kind != "flag" or known.key in self.vocabulary.ungrounded:
            raise self.fail(
                data, f"须人工核定的指标“{judged}”不在指标目录，或不是是否类，或只由不得作为依据的来源提供", "judged"
            )
        return Person(Input(judged, "flag"))

    def flags(self, data: Any) -> tuple[Ambiguity, ...]:
        """歧义旗标。"""
        out = []
        for item in self.items(data, "flags"):
            self.only(item, "旗标", KEYS["旗标"])
            out.append(Ambiguity(self.word(item, "code"), self.truth(item, "if") if "if" in item else None))
        return tuple(out)

    # —— 算式

    def truth(self, data: Any, key: str) -> Truth:
        """一条条件。"""
        return self._truth(data, key, self.word(data, key))

    def _truth(self, data: Any, key: str, text: str) -> Truth:
        try:
            found = parse_truth(text, self.lookup)
        except ExpressionError as error:
            raise self.fail(data, str(error), key) from error
        self._check_codes(data, key, found)
        return found

    def _check_codes(self, data: Any, key: str, node: Any) -> None:
        """类别条件里的代码要在指标目录里。"""
        if isinstance(node, Member):
            known = self.vocabulary.indicator(node.input.name)
            strange = [code for code in node.values if known and not known.open and code not in known.values]
            if strange:
                raise self.fail(
                    data, f"“{node.input.name}”没有取值“{strange[0]}”；可用：{'、'.join(known.values)}", key
                )
        for child in children(node):
            self._check_codes(data, key, child)

    def number(self, data: Any, key: str) -> Num:
        """一个算式。"""
        try:
            return parse_number(self.word(data, key), self.lookup)
        except ExpressionError as error:
            raise self.fail(data, str(error), key) from error

    def lookup(self, name: str) -> Num:
        """得分编号或指标名。"""
        return Points(name) if name in self.points else self.vocabulary.ground(name)

    # —— 评分

    def score(self, data: Any) -> Score:
        """一个评分项。"""
        self.only(data, "评分项", KEYS["评分项"])
        maximum = self.whole(data, "max")
        name = self.number_id(data, "id", "评分项")
        rule = self.rule(data, maximum)
        self.points[name] = maximum
        return Score(
            id=name,
            title=str(data.get("title", "")),
            text=str(data.get("text", data.get("title", ""))),
            cite=str(data.get("cite", "")),
            source=self.source(data),
            maximum=maximum,
            rule=rule,
            given=self.given(data),
        )

    def given(self, data: Any) -> str:
        """可直接给出的名字，须在指标目录里。"""
        name = str(data.get("given", ""))
        known = self.vocabulary.indicator(name) if name else None
        if name and (known is None or known.key in self.vocabulary.ungrounded):
            raise self.fail(data, f"given“{name}”不在指标目录，或只由不得作为依据的来源提供", "given")
        return name

    def rule(self, data: Any, maximum: int) -> Rule:
        """分档、累计或逐年。"""
        if sum(key in data for key in ("bands", "tally", "per")) != 1:
            raise self.fail(data, "评分项要有且只有一样：bands（分档）、tally（每项加分）、per（每满加分）")
        if "tally" in data:
            tests = tuple(self._truth(data, "tally", str(text)) for text in self.items(data, "tally"))
            return Tally(tests, self.whole(data, "each"), maximum)
        if "per" in data:
            number = self.number(data, "number")
            if not isinstance(number, Input) or number.interval:
                raise self.fail(data, "每满加分的 number 只能是一个直接读入的指标", "number")
            return Steps(number, self.whole(data, "per"), maximum)
        return self.bands(data, maximum)

    def bands(self, data: Any, maximum: int) -> Bands:
        """分档：从高到低，不超过满分；有分值区间的，各档只看同一个类别指标。"""
        bands = tuple(map(self.band, self.items(data, "bands")))
        default = self.whole(data, "else") if "else" in data else 0
        fixed = [band.high for band in bands if band.low == band.high]
        if [*fixed, default] != sorted([*fixed, default], reverse=True):
            raise self.fail(data, "各档要从高分写到低分，else 最低", "bands")
        if any(band.high > maximum for band in bands):
            raise self.fail(data, f"有一档的分超过满分 {maximum}", "bands")
        if len(fixed) < len(bands) and len({getattr(band.test, "input", band) for band in bands}) > 1:
            raise self.fail(data, "有分值区间的评分项，各档只能看同一个类别指标", "bands")
        return Bands(bands, default)

    def band(self, data: Any) -> Band:
        """一档。"""
        self.only(data, "档", KEYS["档"])
        points = data.get("points")
        ends = points if isinstance(points, list) else [points, points]
        if len(ends) != 2 or not all(type(end) is int for end in ends) or ends[0] > ends[1]:
            raise self.fail(data, f"points 应是整数，或 [低, 高]，发现“{points}”", "points")
        return Band(self.truth(data, "test"), ends[0], ends[1])

    def total(self, data: Any) -> Total:
        """合计；满分等于各部分满分之和。"""
        self.only(data, "合计", KEYS["合计"])
        parts, maximum = tuple(map(str, self.items(data, "sum"))), self.whole(data, "max")
        missing = [part for part in parts if part not in self.points]
        if missing or not parts:
            raise self.fail(data, f"合计里的“{'、'.join(missing)}”不是前面的评分项", "sum")
        if maximum != sum(self.points[part] for part in parts):
            raise self.fail(data, f"满分 {maximum} 不等于各部分满分之和", "max")
        name = self.number_id(data, "id", "合计")
        self.points[name] = maximum
        return Total(name, str(data.get("title", "")), parts, maximum, self.given(data))

    def report(self, data: Any) -> Report:
        """附带报告的数。"""
        self.only(data, "报告项", KEYS["报告项"])
        return Report(self.word(data, "name"), str(data.get("title", data["name"])), self.number(data, "number"))

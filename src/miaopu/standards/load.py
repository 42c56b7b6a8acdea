"""读标准：catalog/standards/<名称>/<版本>.yaml → Standard；写错即报文件、行号与改法。"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from miaopu.standards.tree.clause import (
    SOURCES,
    Ambiguity,
    Band,
    Bands,
    Clause,
    Notice,
    Report,
    Rule,
    Score,
    Standard,
    Steps,
    Tally,
    Total,
)
from miaopu.standards.tree.expression import ExpressionError, parse_number, parse_truth
from miaopu.standards.tree.node import Input, Num, Person, Points, Truth
from miaopu.standards.tree.vocabulary import Vocabulary
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators
from miaopu.terms.yaml_lines import CatalogError, line_of

CLAUSE_KEYS = frozenset(
    "id title text cite source test all any at_least of checked_by judged when kinds exempts evidence flags".split()  # noqa: SIM905 一行读完
)
STANDARD_KEYS = frozenset(
    "code title short tier document effective until gates clauses scores totals reports notes flags"  # noqa: SIM905
    " recorded_only presumes".split()
)


@dataclass(frozen=True)
class Library:
    """全部标准与通知。standards 以代码为键；名字@版本也可查。"""

    standards: Mapping[str, Standard]
    notices: tuple[Notice, ...]
    vocabulary: Vocabulary

    def find(self, name: str) -> Standard:
        """按代码（LG-2026）或 名字@版本（little-giant@2026）查；没有即 KeyError，消息列出全部代码。"""
        for standard in self.standards.values():
            if name in (standard.code, f"{standard.name}@{standard.version}"):
                return standard
        raise KeyError(f"没有标准“{name}”；现有：{'、'.join(self.standards)}")

    def notices_for(self, code: str, assessed_on: date, kind: str) -> tuple[Notice, ...]:
        """评估日叠加在某标准上的通知。"""
        return tuple(notice for notice in self.notices if notice.applies(code, assessed_on, kind))


def load_library(catalog: Catalog) -> Library:
    """读目录里的全部标准与通知。"""
    vocabulary = Vocabulary(load_indicators(catalog))
    standards: dict[str, Standard] = {}
    notices: list[Notice] = []
    for path in catalog.files("standards"):
        if path.name.endswith(".cases.yaml") or path.parent.name == "gates":
            continue
        data = yaml_lines.read(path)
        if "overlays" in data:
            notices.append(_Reader(path, vocabulary).notice(data))
            continue
        if "clauses" not in data:
            continue
        standard = _Reader(path, vocabulary).standard(data, catalog)
        if standard.code in standards:
            raise CatalogError(
                path, line_of(data, "code"), f"标准代码 {standard.code} 已在 {standards[standard.code].path}"
            )
        standards[standard.code] = standard
    return Library(standards, tuple(notices), vocabulary)


class _Reader:
    """读一个文件；记住已经出现的得分与条款编号。"""

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        self.path, self.vocabulary = path, vocabulary
        self.points: set[str] = set()
        self.ids: set[str] = set()

    def fail(self, node: Any, message: str, key: str | None = None) -> CatalogError:
        return CatalogError(self.path, line_of(node, key), message)

    def standard(self, data: Any, catalog: Catalog) -> Standard:
        self.only(data, STANDARD_KEYS)
        scores = tuple(map(self.score, data.get("scores", ())))
        totals = tuple(map(self.total, data.get("totals", ())))
        gates = self.gates(data, catalog)
        clauses = gates + tuple(map(self.clause, data.get("clauses", ())))
        return Standard(
            code=self.need(data, "code"),
            title=self.need(data, "title"),
            short=data.get("short", data["title"]),
            tier=self.need(data, "tier"),
            version=self.path.stem,
            name=self.path.parent.name,
            document=self.need(data, "document"),
            effective=data.get("effective"),
            until=data.get("until"),
            clauses=clauses,
            scores=scores,
            totals=totals,
            reports=tuple(map(self.report, data.get("reports", ()))),
            notes=tuple(data.get("notes", ())),
            flags=self.flags(data),
            presumes=tuple(data.get("presumes", ())),
            recorded_only=bool(data.get("recorded_only", False)),
            fingerprint=hashlib.sha256(self.path.read_bytes()).hexdigest()[:16],
            path=self.path.name,
            local=catalog.is_local(self.path),
        )

    def notice(self, data: Any) -> Notice:
        return Notice(
            code=self.need(data, "code"),
            standard=self.need(data, "overlays"),
            document=self.need(data, "document"),
            effective=data["effective"],
            until=data["until"],
            kinds=tuple(data.get("kinds", ())),
            clauses=tuple(map(self.clause, data.get("clauses", ()))),
            waives=tuple(data.get("waives", ())),
            flags=self.flags(data),
        )

    def gates(self, data: Any, catalog: Catalog) -> tuple[Clause, ...]:
        if "gates" not in data:
            return ()
        document = catalog.read(f"standards/gates/{data['gates']}.yaml")
        return (self.clause(document["clause"]),)

    def clause(self, data: Any) -> Clause:
        self.only(data, CLAUSE_KEYS)
        name = self.need(data, "id")
        if name in self.ids:
            raise self.fail(data, f"条款编号 {name} 重复", "id")
        self.ids.add(name)
        if data.get("source", "restated") not in SOURCES:
            raise self.fail(data, f"source 只能是 {'、'.join(SOURCES)}", "source")
        combine, children = self.group(data)
        return Clause(
            id=name,
            title=data.get("title", ""),
            text=data.get("text", data.get("title", "")),
            cite=data.get("cite", ""),
            source=data.get("source", "restated"),
            body=self.body(data, bool(children)),
            combine=combine,
            children=children,
            when=self.truth(data, "when") if "when" in data else None,
            kinds=tuple(data.get("kinds", ())),
            exempts=bool(data.get("exempts", False)),
            evidence=data.get("evidence", ""),
            flags=self.flags(data),
            line=data.line,
        )

    def group(self, data: Any) -> tuple[str, tuple[Clause, ...]]:
        present = [key for key in ("all", "any", "at_least") if key in data]
        if len(present) > 1:
            raise self.fail(data, f"{present[0]} 与 {present[1]} 只能写一个")
        if not present:
            return "", ()
        key = present[0]
        items = data["of"] if key == "at_least" else data[key]
        children = tuple(map(self.clause, items))
        if any(child.when for child in children) and key != "all":
            raise self.fail(data, "any 与 at_least 的下级不能带 when")
        return (str(data["at_least"]) if key == "at_least" else key), children

    def body(self, data: Any, grouped: bool) -> Truth | None:
        leaf = [key for key in ("test", "checked_by") if key in data]
        if grouped + len(leaf) != 1:
            raise self.fail(data, "一个条款要有且只有一样：test、checked_by、all、any、at_least")
        if grouped:
            return None
        if "test" in data:
            return self.truth(data, "test")
        judged = self.need(data, "judged")
        known = self.vocabulary.indicator(judged)
        if known is None or known.kind != "flag":
            raise self.fail(data, f"须人工核定的指标“{judged}”不在指标目录，或不是是否类", "judged")
        return Person(Input(judged, "flag"))

    def truth(self, data: Any, key: str) -> Truth:
        try:
            return parse_truth(str(data[key]), self.lookup)
        except ExpressionError as error:
            raise self.fail(data, str(error), key) from error

    def number(self, data: Any, key: str) -> Num:
        try:
            return parse_number(str(data[key]), self.lookup)
        except ExpressionError as error:
            raise self.fail(data, str(error), key) from error

    def lookup(self, name: str) -> Num:
        return Points(name) if name in self.points else self.vocabulary.lookup(name)

    def score(self, data: Any) -> Score:
        maximum = int(self.need(data, "max"))
        out = Score(
            id=self.need(data, "id"),
            title=data.get("title", ""),
            text=data.get("text", data.get("title", "")),
            cite=data.get("cite", ""),
            source=data.get("source", "restated"),
            maximum=maximum,
            rule=self.rule(data, maximum),
            given=data.get("given", ""),
        )
        self.points.add(out.id)
        return out

    def rule(self, data: Any, maximum: int) -> Rule:
        if "tally" in data:
            tests = tuple(self.truth({"t": text}, "t") for text in data["tally"])
            return Tally(tests, int(data["each"]), maximum)
        if "per" in data:
            return Steps(self.number(data, "number"), int(data["per"]), maximum)
        bands = tuple(map(self.band, self.need(data, "bands")))
        fixed = [band.high for band in bands if band.low == band.high]
        if fixed != sorted(fixed, reverse=True):
            raise self.fail(data, "各档要从高分写到低分", "bands")
        if len(fixed) < len(bands) and len({getattr(band.test, "input", band) for band in bands}) > 1:
            raise self.fail(data, "有分值区间的评分项，各档只能看同一个类别指标", "bands")
        return Bands(bands, int(data.get("else", 0)))

    def band(self, data: Any) -> Band:
        points = data["points"]
        low, high = points if isinstance(points, list) else (points, points)
        return Band(self.truth(data, "test"), int(low), int(high))

    def total(self, data: Any) -> Total:
        parts = tuple(data["sum"])
        missing = [part for part in parts if part not in self.points]
        if missing:
            raise self.fail(data, f"合计里的“{missing[0]}”不是前面的评分项", "sum")
        self.points.add(data["id"])
        return Total(data["id"], data.get("title", ""), parts, int(data["max"]), data.get("given", ""))

    def report(self, data: Any) -> Report:
        return Report(data["name"], data.get("title", data["name"]), self.number(data, "number"))

    def flags(self, data: Any) -> tuple[Ambiguity, ...]:
        return tuple(
            Ambiguity(item["code"], self.truth(item, "if") if "if" in item else None) for item in data.get("flags", ())
        )

    def need(self, data: Any, key: str) -> Any:
        if key not in data:
            raise self.fail(data, f"缺少“{key}”")
        return data[key]

    def only(self, data: Any, known: frozenset[str]) -> None:
        for key in data:
            if key not in known:
                raise self.fail(data, f"不认识“{key}”；可用：{'、'.join(sorted(known))}", key)

"""读标准：catalog/standards/<名称>/<版本>.yaml → Standard 与 Notice，互相核对；写错即报文件、行号与改法。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from miaopu.ledger.source import barred_sources, ungrounded
from miaopu.standards.register import FILE as FINGERPRINTS
from miaopu.standards.register import digest
from miaopu.standards.tree.clause import Notice, Published, Standard
from miaopu.standards.tree.read import FileReader
from miaopu.standards.tree.vocabulary import Vocabulary
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators
from miaopu.terms.yaml_lines import CatalogError, line_of

STANDARD_KEYS = frozenset(
    "code title short tier document effective until gates clauses scores totals reports notes flags"  # noqa: SIM905 一行读完
    " recorded_only presumes published".split()
)
PUBLISHED = "published"
TABLES = ("gates", "size")
"""不是条款树的文件夹：门槛片段、划型表。"""


class UnknownStandard(KeyError):
    """没有这份标准；args[0] 是说给人听的一句话。"""


@dataclass(frozen=True)
class Library:
    """全部标准与通知。standards 以代码为键；名字@版本也可查。"""

    standards: Mapping[str, Standard]
    notices: tuple[Notice, ...]
    vocabulary: Vocabulary

    def find(self, name: str) -> Standard:
        """按代码（LG-2026）或 名字@版本（little-giant@2026）查；没有抛 UnknownStandard，消息列出全部代码。"""
        for standard in self.standards.values():
            if name in (standard.code, f"{standard.name}@{standard.version}"):
                return standard
        raise UnknownStandard(f"没有标准“{name}”；现有：{'、'.join(self.standards)}")

    def notices_for(self, code: str, assessed_on: date, kind: str) -> tuple[Notice, ...]:
        """评估日叠加在某标准上的通知。"""
        return tuple(notice for notice in self.notices if notice.applies(code, assessed_on, kind))


def load_library(catalog: Catalog) -> Library:
    """读目录里的全部标准与通知。"""
    indicators = load_indicators(catalog)
    vocabulary = Vocabulary(indicators, ungrounded(indicators, barred_sources(catalog)))
    standards: dict[str, Standard] = {}
    notices: list[tuple[Any, FileReader, Notice]] = []
    for path in _files(catalog):
        data, reader = yaml_lines.read(path), FileReader(path, vocabulary)
        if not isinstance(data, Mapping):
            raise CatalogError(path, line_of(data), "标准文件应写成“键: 值”的映射")
        if "overlays" in data:
            notices.append((data, reader, reader.notice(data)))
            continue
        standard = _standard(reader, data, catalog)
        if standard.code in standards:
            raise reader.fail(data, f"标准代码 {standard.code} 已在 {standards[standard.code].path}", "code")
        standards[standard.code] = standard
    for data, reader, notice in notices:
        _check_notice(data, reader, notice, standards)
    return Library(standards, tuple(notice for _, _, notice in notices), vocabulary)


def _files(catalog: Catalog) -> list[Path]:
    return [
        path
        for path in catalog.files("standards")
        if not path.name.endswith(".cases.yaml")
        and path.parent.name not in TABLES
        and path.name != Path(FINGERPRINTS).name
    ]


def _standard(reader: FileReader, data: Any, catalog: Catalog) -> Standard:
    reader.only(data, "标准", STANDARD_KEYS)
    scores = tuple(map(reader.score, reader.items(data, "scores")))
    totals = tuple(map(reader.total, reader.items(data, "totals")))
    gates = _gates(reader, data, catalog)
    clauses = tuple(map(reader.clause, [*gates, *reader.items(data, "clauses")]))
    title, start, end = reader.word(data, "title"), reader.day(data, "effective"), reader.day(data, "until")
    if start and end and start > end:
        raise reader.fail(data, f"until（{end}）早于 effective（{start}）", "until")
    return Standard(
        code=reader.word(data, "code"),
        title=title,
        short=str(data.get("short", title)),
        tier=reader.word(data, "tier"),
        version=reader.path.stem,
        name=reader.path.parent.name,
        document=reader.word(data, "document"),
        effective=start,
        until=end,
        clauses=clauses,
        scores=scores,
        totals=totals,
        reports=tuple(map(reader.report, reader.items(data, "reports"))),
        notes=tuple(map(str, reader.items(data, "notes"))),
        flags=reader.flags(data),
        presumes=_presumes(reader, data),
        recorded_only=bool(data.get("recorded_only", False)),
        fingerprint=digest([{key: value for key, value in data.items() if key != PUBLISHED}, gates]),
        path=reader.path.name,
        local=catalog.is_local(reader.path),
        published=_published(reader, data, catalog),
    )


def _published(reader: FileReader, data: Any, catalog: Catalog) -> Published | None:
    """本地版本的来历；提出人与批准人须是两个人。"""
    if PUBLISHED not in data:
        return None
    told = data[PUBLISHED]
    if not catalog.is_local(reader.path):
        raise reader.fail(data, "随软件发布的标准不写 published", PUBLISHED)
    reader.only(told, "published", frozenset(Published.__dataclass_fields__))
    days = {name: reader.day(told, name, True) for name in ("proposed", "checked", "approved")}
    words = {name: reader.word(told, name) for name in Published.__dataclass_fields__ if name not in days}
    if words["proposer"] == words["approver"]:
        raise reader.fail(told, f"提出人与批准人都是“{words['proposer']}”；须是两个人", "approver")
    return Published(**words, **days)  # type: ignore[arg-type]


def _gates(reader: FileReader, data: Any, catalog: Catalog) -> list[Any]:
    if "gates" not in data:
        return []
    name = f"standards/gates/{data['gates']}.yaml"
    try:
        return [catalog.read(name)["clause"]]
    except (CatalogError, KeyError) as error:
        raise reader.fail(data, f"没有门槛文件 {name}，或其中没有 clause", "gates") from error


def _presumes(reader: FileReader, data: Any) -> tuple[str, ...]:
    names = tuple(map(str, reader.items(data, "presumes")))
    for name in names:
        known = reader.vocabulary.indicator(name)
        if known is None or known.kind != "flag" or known.key in reader.vocabulary.ungrounded:
            raise reader.fail(
                data, f"presumes 的“{name}”不在指标目录，或不是是否类，或只由不得作为依据的来源提供", "presumes"
            )
    return names


def _check_notice(data: Any, reader: FileReader, notice: Notice, standards: Mapping[str, Standard]) -> None:
    """通知叠加的标准要在；免考的条款要在；新加的编号不许与原有的重。"""
    standard = standards.get(notice.standard)
    if standard is None:
        raise reader.fail(data, f"通知叠加的标准“{notice.standard}”不在目录；现有：{'、'.join(standards)}", "overlays")
    own = {clause.id for clause in standard.walk()}
    for name in notice.waives:
        if name not in own:
            raise reader.fail(data, f"免考的条款“{name}”不在 {notice.standard}", "waives")
    extra = [clause for top in notice.clauses for clause in top.walk()]
    for clause in extra:
        if clause.id in own:
            raise reader.fail(data, f"条款编号 {clause.id} 在 {notice.standard} 里已有", "clauses")

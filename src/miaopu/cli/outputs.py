"""成果：把一轮评估变成 out/ 里的名单、一览表、报告与结论表；只是把各层接起来。"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from miaopu.cli.context import Context
from miaopu.ledger.decision import review
from miaopu.ledger.journal import active
from miaopu.ledger.resolve import write_review
from miaopu.ledger.snapshot.conflict_book import write_conflicts
from miaopu.papers.checks import write_panel, write_tags
from miaopu.papers.marks import Marks, standard_marks
from miaopu.papers.overview import write_overview
from miaopu.papers.report import Survey, write_report
from miaopu.papers.roster import RankNote, write_focus, write_rosters, write_scale_up
from miaopu.profile.panel import load_rules, panel, told_of
from miaopu.profile.tag import load_tags
from miaopu.profile.tags import tag
from miaopu.screening import Screening, Settings, load_settings, screen, targets
from miaopu.standards.attributes import INDUSTRIES
from miaopu.standards.engine.bind import NEW, Program
from miaopu.standards.run import ORIGIN, VERDICTS, WIDE, Run
from miaopu.terms.district import Districts

SPECIAL = "LG"
"""名单主看的层级。"""

INVENTED = "虚构"
"""企业名里都有这两个字的，是演示城市。"""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Place:
    """一座城：代码、名称、区划代码 → 县区名（行政次序）。"""

    code: str
    name: str
    counties: dict[str, str]


def place_of(context: Context, wide: pl.DataFrame) -> Place:
    """企业最多的那个设区的市。"""
    districts = Districts.read(context.catalog)
    cities = Counter(
        city.code for code in wide["region"].drop_nulls().head(10_000) if (city := districts.city_of(code)) is not None
    )
    if not cities:
        return Place("", "全市", {})
    code = cities.most_common(1)[0][0]
    city = districts.current(code)
    return Place(code, city.name if city else code, {one.code: one.name for one in districts.counties(code)})


def screened(context: Context, found: Run, place: Place) -> Screening:
    """一轮评估 → 筛选的全部表。"""
    return screen(
        found.wide,
        found.verdicts,
        _by_tier(found),
        load_settings(context.catalog),
        context.library.vocabulary,
        departments={code: source.title for code, source in context.sources.items()},
        sections=_sections(context),
        counties=place.counties,
    )


def _by_tier(found: Run) -> dict[str, Program]:
    """层级 → 新申请用的程序；只在复核时用的另计。"""
    out: dict[str, Program] = {}
    for item in found.selected:
        if item.program.kind == NEW:
            out.setdefault(item.tier, item.program)
    return out


def _sections(context: Context) -> dict[str, str]:
    table = pl.read_csv(context.catalog.file(INDUSTRIES), schema_overrides={"code": pl.String})
    return dict(table.filter(pl.col("level") == 1).select("code", "name").iter_rows())


def write(context: Context, found: Run, out: Path, tell: Tell) -> list[Path]:
    """写全部成果，给出写下的路径；out 里旧的成果先清掉。"""
    settings, place = load_settings(context.catalog), place_of(context, found.wide)
    tell("筛选")
    result = screened(context, found, place)
    marks = _marks(found, place)
    note = RankNote(settings.rank_base, tuple((part.key, part.title, part.weight) for part in settings.rank_parts))
    counties = tuple(dict.fromkeys(place.counties.values()))
    out.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for listed in result.lists.values():
        tell(f"写 {listed.listing.title}")
        tier, title = listed.listing.tier, listed.listing.title
        own = replace(marks, standards=standard_marks([_by_tier(found)[tier]]))
        written += write_rosters(out / "名单", listed.table, found.wide, title, own, note, counties, tier == SPECIAL)
    written += _ledgers(result, found, place, out, marks, settings, tell)
    tell("写调研报告")
    written.append(write_report(out / "调研报告.docx", _survey(context, result, place), marks))
    written += _profile(context, found, result, place, out / "画像", marks, tell)
    written += _pending(context, found, out / "待办", tell)
    tell("写结论表")
    for name in (VERDICTS, WIDE):
        written.append(Path(shutil.copyfile(found.folder / name, out / name)))
    return written


def _profile(
    context: Context, found: Run, result: Screening, place: Place, folder: Path, marks: Marks, tell: Tell
) -> list[Path]:
    """标签（统计与逐条）、名单内企业的三年面板核查。"""
    tell("写画像")
    folder.mkdir(parents=True, exist_ok=True)
    tags = load_tags(context.catalog, context.library.vocabulary)
    tagged = tag(
        found.wide, found.verdicts, tags, found.programs, context.library.vocabulary, found.assessed_on, result.firms
    )
    tagged.held().write_parquet(folder / "标签.parquet")
    listed = found.wide.filter(pl.col("enterprise").is_in(result.lists[SPECIAL].table["enterprise"].implode()))
    origin = pl.scan_parquet(found.folder / ORIGIN).filter(pl.col("enterprise").is_in(listed["enterprise"].to_list()))
    checked = panel(
        listed,
        load_rules(context.catalog),
        context.indicators,
        found.assessed_on,
        told_of(found.conflicts),
        origin.collect(),
    )
    told = (checked.findings, checked.completeness, listed, place.counties, marks, "“小巨人”拟培育企业名单内企业")
    return [
        folder / "标签.parquet",
        write_tags(folder / "标签统计.xlsx", tagged.counts, marks),
        write_panel(folder / "三年面板核查.xlsx", *told),
    ]


def _pending(context: Context, found: Run, folder: Path, tell: Tell) -> list[Path]:
    """待人决定的：主体复核清单、取数冲突清单；填好后用 miaopu decide 收回。"""
    tell("写待办清单")
    folder.mkdir(parents=True, exist_ok=True)
    identities, choices = folder / "主体复核清单.xlsx", folder / "取数冲突清单.xlsx"
    write_review(review(context.ledger, found.known_on), identities)
    write_conflicts(
        found.conflicts,
        dict(found.wide.select("enterprise", "name").iter_rows()),
        context.library.vocabulary.indicator,
        {code: source.title for code, source in context.sources.items()},
        {entry.id: entry.body["file"] for entry in active(context.ledger, found.known_on).batches},
        choices,
    )
    return [identities, choices]


def _ledgers(
    result: Screening, found: Run, place: Place, out: Path, marks: Marks, settings: Settings, tell: Tell
) -> list[Path]:
    """一览表、摸排名单、小升规名单。"""
    tell("写企业数据一览表")
    main = result.lists[SPECIAL].table
    surveyed = found.wide.filter(pl.col("enterprise").is_in(main["enterprise"].implode()))
    written = [write_overview(out / "企业数据一览表.xlsx", surveyed, marks, place.counties, "拟培育名单内企业")]
    for section, table in result.focus.items():
        title = str(table["section_title"][0]) if table.height else section
        tell(f"写 {title} 摸排名单")
        written.append(write_focus(out / "名单" / f"{title}企业摸排名单.xlsx", table, title, marks, settings.contact))
    if result.scale_up.width:
        written.append(write_scale_up(out / "名单" / "小升规关注名单.xlsx", result.scale_up, marks))
    return written


def _survey(context: Context, result: Screening, place: Place) -> Survey:
    return Survey(
        facets=result.facets,
        ladder=result.ladder,
        focus_counts=result.focus_counts,
        bands=result.bands,
        shorts=result.shorts,
        gap_counts=result.gap_counts,
        lists={tier: listed.table for tier, listed in result.lists.items()},
        scale_up=result.scale_up,
        targets=targets(context.catalog),
        standards=result.standards,
        city=place.name,
    )


def _marks(found: Run, place: Place) -> Marks:
    names = found.wide["name"].drop_nulls()
    return Marks(
        filled_by=f"{place.name}工业和信息化局",
        filled_on=found.assessed_on,
        known_on=found.known_on,
        assessed_on=found.assessed_on,
        snapshot=found.marks["snapshot"],
        standards=standard_marks(found.programs),
        invented=bool(names.len() and names.str.contains(INVENTED, literal=True).all()),
    )

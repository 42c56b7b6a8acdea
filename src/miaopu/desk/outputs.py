"""成果：把一轮评估变成文件夹里的名单、一览表、报告与结论表；只是把各层接起来；write 总是重写，written 看标记，这一轮写全了的不重写。"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.desk.screened import Place, by_tier, place_of, screened
from miaopu.desk.workspace import Workspace
from miaopu.ledger.decision import review
from miaopu.ledger.journal import active
from miaopu.ledger.resolve import write_review
from miaopu.ledger.snapshot.conflict_book import write_conflicts
from miaopu.papers.checks import write_panel, write_tags
from miaopu.papers.marks import INVENTED, Marks, standard_marks
from miaopu.papers.overview import write_overview
from miaopu.papers.report import Survey, write_report
from miaopu.papers.roster import RankNote, write_focus, write_rosters, write_scale_up
from miaopu.profile.panel import load_rules, panel, told_of
from miaopu.profile.tag import load_tags
from miaopu.profile.tags import tag
from miaopu.screening import Screening, Settings, load_settings, targets
from miaopu.screening.rank import Listed
from miaopu.standards.run import ORIGIN, VERDICTS, WIDE, Run

SPECIAL = "LG"
"""名单主看的层级。"""

Tell = Callable[[str], None]


DONE = "成果.json"
"""成果文件夹里的标记：由哪一轮写成、有哪些文件。"""

FORM = 2
"""成果形状的版本。"""


def written(space: Workspace, found: Run, out: Path, tell: Tell) -> list[Path]:
    """成果的路径；这一轮的成果已经在那里就不重写。"""
    mark = out / DONE
    wanted = {"run": found.marks["run"], "form": FORM}
    known = _known(mark)
    files = [Path(name) for name in known.get("files", [])]
    if known.get("made_from") == wanted and all(path.is_file() for path in files):
        return files
    files = write(space, found, out, tell)
    told = {"made_from": wanted, "files": list(map(str, files))}
    aside = mark.with_suffix(".tmp")
    aside.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    os.replace(aside, mark)
    return files


def _known(mark: Path) -> dict[str, Any]:
    """标记里写的；没有、只写了一半、读不出的当作没有，成果重写。"""
    try:
        found = json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(space: Workspace, found: Run, out: Path, tell: Tell) -> list[Path]:
    """写全部成果，给出写下的路径。"""
    settings, place = load_settings(space.catalog), place_of(space, found.wide)
    tell("筛选")
    result = screened(space, found, place)
    marks = _marks(found, place)
    note = RankNote(settings.rank_base, tuple((part.key, part.title, part.weight) for part in settings.rank_parts))
    counties = tuple(dict.fromkeys(place.counties.values()))
    out.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for listed in result.lists.values():
        tell(f"写 {listed.listing.title}")
        tier, title = listed.listing.tier, listed.listing.title
        own = replace(marks, standards=standard_marks([by_tier(found)[tier]]))
        written += write_rosters(out / "名单", listed.table, found.wide, title, own, note, counties, tier == SPECIAL)
    written += _ledgers(result, found, place, out, marks, settings, tell)
    tell("写调研报告")
    written.append(write_report(out / "调研报告.docx", _survey(space, result, place), marks))
    written += _profile(space, found, result, place, out / "画像", marks, tell)
    written += _pending(space, found, out / "待办", tell)
    tell("写结论表")
    for name in (VERDICTS, WIDE):
        written.append(Path(shutil.copyfile(found.folder / name, out / name)))
    return written


def _profile(
    space: Workspace, found: Run, result: Screening, place: Place, folder: Path, marks: Marks, tell: Tell
) -> list[Path]:
    """标签（统计与逐条）、名单内企业的三年面板核查。"""
    tell("写画像")
    folder.mkdir(parents=True, exist_ok=True)
    tags = load_tags(space.catalog, space.library.vocabulary)
    tagged = tag(
        found.wide, found.verdicts, tags, found.programs, space.library.vocabulary, found.assessed_on, result.firms
    )
    tagged.held().write_parquet(folder / "标签.parquet")
    main = _main(result)
    if main is None:
        return [folder / "标签.parquet", write_tags(folder / "标签统计.xlsx", tagged.counts, marks)]
    listed = found.wide.filter(pl.col("enterprise").is_in(main.table["enterprise"].implode()))
    origin = pl.scan_parquet(found.folder / ORIGIN).filter(pl.col("enterprise").is_in(listed["enterprise"].to_list()))
    checked = panel(
        listed,
        load_rules(space.catalog),
        space.indicators,
        found.assessed_on,
        told_of(found.conflicts),
        origin.collect(),
    )
    told = (checked.findings, checked.completeness, listed, place.counties, marks, f"{main.listing.title}内企业")
    return [
        folder / "标签.parquet",
        write_tags(folder / "标签统计.xlsx", tagged.counts, marks),
        write_panel(folder / "三年面板核查.xlsx", *told),
    ]


def _pending(space: Workspace, found: Run, folder: Path, tell: Tell) -> list[Path]:
    """待人决定的：主体复核清单、取数冲突清单；填好后用 miaopu decide 收回。"""
    tell("写待办清单")
    folder.mkdir(parents=True, exist_ok=True)
    identities, choices = folder / "主体复核清单.xlsx", folder / "取数冲突清单.xlsx"
    write_review(review(space.ledger, found.known_on), identities)
    write_conflicts(
        found.conflicts,
        dict(found.wide.select("enterprise", "name").iter_rows()),
        space.library.vocabulary.indicator,
        {code: source.title for code, source in space.sources.items()},
        {entry.id: entry.body["file"] for entry in active(space.ledger, found.known_on).batches},
        choices,
    )
    return [identities, choices]


def _ledgers(
    result: Screening, found: Run, place: Place, out: Path, marks: Marks, settings: Settings, tell: Tell
) -> list[Path]:
    """一览表、摸排名单、小升规名单。"""
    tell("写企业数据一览表")
    main, written = _main(result), []
    (out / "名单").mkdir(parents=True, exist_ok=True)
    if main is not None:
        surveyed = found.wide.filter(pl.col("enterprise").is_in(main.table["enterprise"].implode()))
        told = "拟培育名单内企业"
        written.append(write_overview(out / "企业数据一览表.xlsx", surveyed, marks, place.counties, told))
    for section, table in result.focus.items():
        title = settings.focus[section]
        tell(f"写 {title} 摸排名单")
        written.append(write_focus(out / "名单" / f"{title}企业摸排名单.xlsx", table, title, marks, settings.contact))
    if result.scale_up.width:
        written.append(write_scale_up(out / "名单" / "小升规关注名单.xlsx", result.scale_up, marks))
    return written


def _main(result: Screening) -> Listed | None:
    """主看的名单；评估日还没有这一级标准的看第一份，一份也没有为 None。"""
    return result.lists.get(SPECIAL) or next(iter(result.lists.values()), None)


def _survey(space: Workspace, result: Screening, place: Place) -> Survey:
    return Survey(
        facets=result.facets,
        ladder=result.ladder,
        focus_counts=result.focus_counts,
        bands=result.bands,
        shorts=result.shorts,
        gap_counts=result.gap_counts,
        lists={tier: listed.table for tier, listed in result.lists.items()},
        scale_up=result.scale_up,
        targets=targets(space.catalog),
        standards=result.standards,
        city=place.name,
    )


def _marks(found: Run, place: Place) -> Marks:
    names = found.wide["name"].drop_nulls()
    return Marks(
        filled_by=place.bureau,
        filled_on=found.known_on,
        known_on=found.known_on,
        assessed_on=found.assessed_on,
        snapshot=found.marks["snapshot"],
        standards=standard_marks(found.programs),
        invented=bool(names.len() and names.str.contains(INVENTED, literal=True).all()),
    )

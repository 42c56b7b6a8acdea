"""标准的页面：目录、逐条读法、打印与导出、两版之差、适用日历。"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from miaopu.access.act import Wrong
from miaopu.access.text import clean, file_name
from miaopu.desk.rules.book import write_clauses
from miaopu.selection.city import city, today
from miaopu.selection.rules import shelf
from miaopu.selection.rules.views.gate import viewing
from miaopu.selection.screening.queries import current
from miaopu.standards.register import Ambiguous, coverage, local_edits, silent_edits
from miaopu.standards.tree.clause import Standard
from miaopu.standards.tree.difference import difference
from miaopu.standards.tree.reading import Line
from miaopu.standards.tree.source import Excerpt


@dataclass(frozen=True)
class Item:
    """一条在页面上的样子：读法、原文（文件、带行号的文字）、歧义说明、用到的指标。"""

    line: Line
    file: str
    excerpt: Excerpt | None
    flags: tuple[tuple[str, str, Ambiguous | None], ...]
    figures: tuple[tuple[str, str], ...]

    @property
    def numbered(self) -> str:
        """带行号的原文。"""
        if self.excerpt is None:
            return ""
        width = len(str(self.excerpt.last))
        lines = enumerate(self.excerpt.text.splitlines(), self.excerpt.first)
        return "\n".join(f"{number:>{width}}  {text}" for number, text in lines)


@viewing
def index(request: HttpRequest) -> HttpResponse:
    """目录。"""
    space, on = city(), today()
    rows = shelf.rows(on)
    wanted = {name: clean(request.GET.get(name, "")) for name in ("q", "origin", "state")}
    kept = [row for row in rows if _wanted(row, wanted)]
    told = {
        "rows": kept,
        "total": len(rows),
        "special": shelf.special_rows(),
        "gaps": coverage(space.catalog).gaps,
        "edits": [*silent_edits(space.catalog), *local_edits(space.catalog)],
        "wanted": wanted,
        "origins": sorted({row.origin for row in rows}),
    }
    return render(request, "rules/index.html", told)


def _wanted(row: shelf.Row, wanted: dict[str, str]) -> bool:
    one, text = row.standard, wanted["q"].lower()
    told = f"{one.code} {one.title} {one.short} {one.document}".lower()
    states = {"current": bool(row.current), "past": not row.current, "unchecked": one.unchecked}
    return (
        (not text or text in told)
        and wanted["origin"] in ("", row.origin)
        and (not wanted["state"] or states.get(wanted["state"], True))
    )


@viewing
def show(request: HttpRequest, code: str) -> HttpResponse:
    """一份标准。"""
    return render(request, "rules/standard.html", {**_page(code), "tab": "clauses"})


@viewing
def printable(request: HttpRequest, code: str) -> HttpResponse:
    """可打印的条款表。"""
    return render(request, "rules/print.html", {**_page(code), "printed_on": today()})


@viewing
def workbook(request: HttpRequest, code: str) -> FileResponse:
    """条款表工作簿。"""
    standard = shelf.standard_of(clean(code))
    clauses, scores = shelf.lines(standard)
    round_ = current()
    folder = tempfile.mkdtemp(prefix="miaopu-rules-", dir=_files())
    path = Path(folder) / "book.xlsx"
    write_clauses(path, standard, (*clauses, *scores), f"{round_.city if round_ else ''}工业和信息化局", today())
    body = path.read_bytes()
    path.unlink()
    path.parent.rmdir()
    return sent(body, f"{standard.code}条款表.xlsx")


def sent(body: bytes, name: str) -> HttpResponse:
    """工作簿作为下载。"""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = FileResponse(iter((body,)), content_type=kind, as_attachment=True, filename=file_name(name))
    answer["Content-Length"] = str(len(body))
    return answer


def _files() -> Path:
    folder = Path(settings.FILES)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _page(code: str) -> dict[str, Any]:
    """一份标准的全部显示内容。"""
    standard = shelf.standard_of(clean(code))
    clauses, scores = shelf.lines(standard)
    covered = next((one for one in coverage(city().catalog).titles if one.standard == standard.code), None)
    return {
        "standard": standard,
        "origin": shelf.origin(standard),
        "covered": covered,
        "clauses": _items(standard, clauses),
        "scores": _items(standard, scores),
        "flags": shelf.ambiguities(standard),
        "figures": shelf.figures((*clauses, *scores)),
        "periods": [rule for rule in shelf.periods(standard.tier) if rule.choice.standard == standard.code],
        "notices": [(one, lines) for one, lines in shelf.notices() if one.standard == standard.code],
        "others": [one for one in city().library.standards.values() if one.tier == standard.tier and one != standard],
    }


def _items(standard: Standard, lines: tuple[Line, ...]) -> list[Item]:
    found, told, vocabulary = shelf.sources(standard), shelf.explained(), city().library.vocabulary
    out = []
    for line in lines:
        file, excerpt = found.get(line.id, ("", None))
        flags = tuple((code, when, told.get(code)) for code, when in line.flags)
        keys = {}
        for name in line.inputs:
            indicator = vocabulary.indicator(name)
            if indicator is not None:
                keys[indicator.key] = indicator.title
        out.append(Item(line, file, excerpt, flags, tuple(keys.items())))
    return out


@viewing
def compare(request: HttpRequest) -> HttpResponse:
    """两份标准之差；缺省选同一级最新的两版。"""
    library = city().library
    before, after = (clean(request.GET.get(name, "")) for name in ("before", "after"))
    told: dict[str, Any] = {"standards": library.standards.values(), "before": before, "after": after}
    told["all"] = bool(request.GET.get("all"))
    if before and after:
        old, new = shelf.standard_of(before), shelf.standard_of(after)
        if old.tier != new.tier:
            raise Wrong(f"{old.code} 与 {new.code} 不是同一层级，不能逐条相比；请选同一层级的两版")
        told["difference"] = difference(old, new, library.vocabulary)
    return render(request, "rules/compare.html", told)


@viewing
def calendar(request: HttpRequest) -> HttpResponse:
    """适用日历：选一天，看各层级、事项用哪一版。"""
    on = day_of(request.GET.get("date", ""), today())
    province = clean(request.GET.get("province", "")) or "山东"
    told = {
        "on": on,
        "province": province,
        "days": shelf.calendar(on, province),
        "notices": shelf.notices(on.year),
        "periods": [(shelf.tier_title(tier), shelf.periods(tier)) for tier in _tiers()],
        "explained": shelf.explained(),
        "provinces": sorted({rule.province for tier in _tiers() for rule in shelf.periods(tier)} - {""} | {"山东"}),
    }
    return render(request, "rules/calendar.html", told)


def _tiers() -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.tier for one in city().library.standards.values()))


def day_of(text: str, otherwise: date) -> date:
    """参数里的日期；没写用 otherwise，写错抛 Wrong。"""
    if not text.strip():
        return otherwise
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise Wrong(f"日期“{clean(text, '日期', 40)}”写法不对；请写成 2026-04-01 这样")
    return found

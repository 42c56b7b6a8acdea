"""占有率核算的材料：读核算表（YAML 或 xlsx），写说明（docx）、底稿（xlsx），另可写成企业填报表，由人从收数的正门报。"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
import polars as pl
import xlsxwriter
from openpyxl.utils.exceptions import InvalidFileException

from miaopu.desk.workspace import Workspace
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import INVENTED, STANDING_NOTE, Marks, day, standard_marks
from miaopu.papers.sheet import write_book
from miaopu.papers.word.document import Writer
from miaopu.profile.market_share import Shared, bases, reckon, total
from miaopu.profile.share_case import Range, exact
from miaopu.profile.share_form import MARKET, OWN, ROWS, ShareForm
from miaopu.standards.engine.bind import Program, bind
from miaopu.terms import yaml_lines
from miaopu.terms.complaint import Complaint, Refusal, Severity

RULES = "share.yaml"
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False}
"""文字一律按文字写，从不成公式。"""

BOOKS = (".xlsx", ".xlsm")
DAMAGED = (BadZipFile, InvalidFileException, KeyError, SyntaxError, ValueError, EOFError, zlib.error)
"""残缺的 xlsx 读到哪里错到哪里：压缩包、里面的 XML（SyntaxError）、数。"""


def shared(space: Workspace, path: Path, standard: str, on: date) -> tuple[Shared, Program]:
    """读核算表并核算；standard 是要对照的标准，on 是按哪天适用的通知。写错的抛 Refusal。"""
    rules = space.catalog.read(RULES)
    found = space.library.find(standard)
    program = bind(found, on, notices=space.library.notices_for(found.code, on, "new"))
    case = ShareForm(path.name, read_form(path), rules["confidence"]).read()
    return reckon(case, rules, program), program


def read_form(path: Path) -> Mapping[str, Any]:
    """YAML 原样；xlsx 一段一张工作表：“市场”“本企业”两列（名目、值），其余第一行是表头、一行一个来源。"""
    if not path.is_file():
        raise _refused(path, "没有这个文件", "一份占有率核算表（yaml 或 xlsx）", "核对文件名")
    if path.suffix.lower() not in BOOKS:
        try:
            found = yaml_lines.read(path)
        except UnicodeDecodeError:
            raise _refused(path, "不是 UTF-8 文本", "存成 UTF-8 的 yaml，或 xlsx", "另存为 UTF-8 再核算") from None
        if not isinstance(found, Mapping):
            raise _refused(path, "不是“名目: 值”的写法", "照 docs/officials/share.md 的样子", "改好再核算")
        return found
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        pages = {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}
    except DAMAGED:
        raise _refused(
            path, "打不开，文件损坏或不是 xlsx", "一份 xlsx 核算表", "用 WPS 打开另存为 xlsx 再核算"
        ) from None
    return {title: _part(title, rows) for title, rows in pages.items()}


def _part(title: str, rows: list[tuple[Any, ...]]) -> Any:
    if title not in ROWS:
        return {str(row[0]).strip(): row[1] for row in rows if len(row) > 1 and None not in row[:2]}
    heads, *below = rows or [()]
    lines = [dict(zip(map(str, heads), row, strict=False)) for row in below if any(one is not None for one in row)]
    return [{key: value for key, value in line.items() if value is not None} for line in lines]


def _refused(path: Path, found: str, wanted: str, remedy: str) -> Refusal:
    return Refusal(Complaint("share-file", Severity.REFUSE, path.name, found, wanted, remedy))


def write_blank(path: Path) -> Path:
    """空白核算表（xlsx），读得回来。"""
    with xlsxwriter.Workbook(str(path), PLAIN) as book:
        for title, names in (("市场", MARKET), ("本企业", OWN)):
            book.add_worksheet(title).write_column(0, 0, names)
        for title, names in ROWS.items():
            book.add_worksheet(title).write_row(0, 0, names)
    return path


def percent(share: Fraction) -> str:
    """百分数，两位小数去尾；精确数见底稿。"""
    cut = share.numerator * 10_000 // share.denominator
    return f"{cut // 100}.{cut % 100:02}%"


def between(share: Range) -> str:
    """区间的写法。"""
    low, high = percent(share.low), percent(share.high)
    return low if low == high else f"{low}至{high}"


def paragraphs(found: Shared, rules: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """如实说明：（小标题, 正文）。"""
    case = found.case
    yield (
        "市场范围",
        f"主导产品为{case.product}，市场范围为{case.scope}，地域为{case.region}，年度为{case.year}年，金额为{case.currency}。",
    )
    yield "规模来源", "".join(_told(one) for one in bases(case)[1:]) or "没有填写规模来源。"
    methods = "；".join(f"{rules['methods'][one.method]['title']} {between(one.share)}" for one in found.estimates)
    common = f"各算法都说得通的区间为{between(found.common)}" if found.common else "各算法没有都说得通的区间"
    yield "市场占有率", f"{methods}。合起来为{between(found.overall)}，{common}。各数取中点时为{percent(found.point)}。"
    ranks = "；".join(f"国内第{one.place}名（{one.basis.citation or '没有写引用'}）" for one in case.ranks)
    yield "国内排名", f"{ranks}。" if ranks else "没有填写名次。"
    if found.swings:
        most = found.swings[0]
        yield (
            "最敏感的假设",
            f"{most.title}（{most.given}）单独变动，中点数由{percent(most.low)}变到{percent(most.high)}，变动最大。",
        )
    yield (
        "对照条款",
        "".join(f"{one.cite}“{one.text}”：{one.said}。" for one in found.against) or "这份标准没有占有率、名次的条款。",
    )
    yield "提请核对", "".join(f"{one}。" for one in found.doubts) or "没有。"


def _told(one: Any) -> str:
    cited = one.citation or "没有写引用"
    return f"{one.name}：{cited}，{one.year}年，{one.basis or '没有写依据'}，可信程度{one.confidence}。"


def write_document(path: Path, found: Shared, rules: Mapping[str, Any], program: Program, on: date) -> Path:
    """占有率说明（docx）。"""
    writer, case = Writer(), found.case
    writer.title("主导产品市场占有率核算说明", f"{case.firm}　{case.year}年")
    for head, text in paragraphs(found, rules):
        writer.one(head)
        writer.body(text)
    rows = [(one.title, one.given, percent(one.low), percent(one.high), percent(one.width)) for one in found.swings]
    writer.table("逐个假设单独变动（其余取中点）", HEADS, rows, (58, 42, 20, 20, 16))
    mark = standard_marks([program])[0]
    writer.note(f"对照 {mark.sentence()}。{day(on)}核算。{STANDING_NOTE}本说明是企业如实说明的底稿，不是结论。")
    if INVENTED in case.firm:
        writer.note("企业与数字均为虚构，仅供演示。")
    return writer.save(path)


HEADS = ("假设", "给的范围", "低端", "高端", "变动")


def write_workings(path: Path, found: Shared, rules: Mapping[str, Any], program: Program, on: date) -> Path:
    """底稿（xlsx）：结果、来源、敏感程度、条款，各数写精确值。"""
    marks = Marks(found.case.firm, on, on, on, "", standard_marks([program]), INVENTED in found.case.firm)
    tables = (
        ("结果", ("算法", "怎样算", "低端", "高端", "中点", "低端精确", "高端精确"), _results(found, rules)),
        ("来源", ("名称", "引用", "年度", "依据", "可信", "数", "折算"), _sources(found)),
        ("敏感程度", (*HEADS, "变动精确"), _swings(found)),
        ("条款", ("条款", "依据", "要求", "核算怎么说"), [(one.clause, one.cite, one.text, one.said) for one in found.against]),
        ("提请核对", ("要核对的",), [(one,) for one in found.doubts]),
    )  # fmt: skip
    sheets = [
        _sheet(f"{found.case.firm}占有率核算：{title}", title, heads, rows, marks) for title, heads, rows in tables
    ]
    return write_book(path, sheets, marks, "占有率核算")


def _sheet(title: str, name: str, heads: tuple[str, ...], rows: Any, marks: Marks) -> Sheet:
    frame = pl.DataFrame([tuple(map(str, row)) for row in rows], schema=dict.fromkeys(heads, pl.String), orient="row")
    fields = tuple(Field((head,), head, width=34 if len(head) > 3 else 20) for head in heads)
    return Sheet(name, title, fields, frame, "见各格", marks.lines(), heads[0])


def _results(found: Shared, rules: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for one in found.estimates:
        told = rules["methods"][one.method]
        shown = (percent(one.share.low), percent(one.share.high), percent(one.point))
        yield told["title"], told["how"], *shown, str(one.share.low), str(one.share.high)
    shown = (percent(found.overall.low), percent(found.overall.high), percent(found.point))
    yield "合起来", "各算法区间的并；中点各算法等权", *shown, str(found.overall.low), str(found.overall.high)


def _sources(found: Shared) -> Iterator[tuple[Any, ...]]:
    case = found.case
    numbers = [_pair(case.sales, "万元"), _pair(case.volume, case.volume_unit)]
    told = ["；".join(filter(None, numbers))]
    told += [_pair(one.amount, "万元") for one in case.sizes]
    told += [f"三者相乘，{_pair(total((one,)), '万元')}" for one in case.demands]
    told += [_pair(one.amount, case.volume_unit) for one in case.shipments] + [f"第{one.place}名" for one in case.ranks]
    for one, number in zip(bases(case), told, strict=True):
        yield one.name, one.citation, one.year, one.basis, one.confidence, number, one.bridge


def _pair(value: Range | None, unit: str) -> str:
    if value is None:
        return ""
    return exact(value.low) + unit if value.low == value.high else f"{exact(value.low)}至{exact(value.high)}{unit}"


def _swings(found: Shared) -> Iterator[tuple[str, ...]]:
    for one in found.swings:
        yield one.title, one.given, percent(one.low), percent(one.high), percent(one.width), str(one.width)


def write_row(path: Path, found: Shared, claimed: Fraction) -> Path:
    """企业填报表（企业自报来源的竖式表）：由企业确认的占有率 claimed（百分数值）与名次，交给收数入账才成事实。

    claimed 不在核算区间里的不写，抛 Refusal。
    """
    case, span = found.case, found.overall
    if not span.low <= claimed / 100 <= span.high:
        raise _refused(
            path, f"填的占有率 {exact(claimed)}%", f"核算区间 {between(span)} 之内", "核对数字，或补充来源重新核算"
        )
    ranks = sorted({one.place for one in case.ranks})
    with xlsxwriter.Workbook(str(path), PLAIN) as book:
        page = book.add_worksheet("企业基本情况表")
        told = [
            ("企业基本情况表",),
            ("企业名称", case.firm),
            ("统一社会信用代码", case.uscc),
            ("主导产品", case.product),
        ]
        told += [("项目", "单位", f"{case.year}年"), ("市场占有率", "%", float(claimed))]
        told += [("国内排名", "名", ranks[0])] if len(ranks) == 1 else []
        for at, row in enumerate(told):
            page.write_row(at, 0, row)
    return path

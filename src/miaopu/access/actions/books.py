"""工作簿：账号清单、临时密码、操作日志的写出，导入模板的读入；不改数据库。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

import polars as pl
from django.utils import timezone
from python_calamine import CalamineError, CalamineWorkbook

from miaopu.access.act import Wrong
from miaopu.access.actor import Actor
from miaopu.access.models import Account, LogEntry
from miaopu.access.queries import postings_of, told_posting
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import registered
from miaopu.papers.sheet import write_book

MOST = 50_000
"""一次最多导出几行日志；再多请缩小时间。"""
HEADS = {"登录名": "login", "姓名": "name", "单位": "unit", "手机": "phone", "统一身份标识": "subject"}
SHOWN = ("状态", "角色与范围", "建立日期")
"""账号清单里给人看、导入时不用的列。"""
LOG_COLUMNS = (
    "行号",
    "时间",
    "类别",
    "登录名",
    "姓名",
    "角色",
    "操作",
    "对象",
    "结果",
    "改前",
    "改后",
    "理由",
    "来自",
    "摘要",
)


def account_book(path: Path, rows: Iterable[Account], actor: Actor) -> Path:
    """账号清单；前几列与导入模板相同。"""
    told = [
        {
            **{head: getattr(one, key) for head, key in HEADS.items()},
            "状态": "在用" if one.is_active else "停用",
            "角色与范围": "；".join(told_posting(posting) for posting in postings_of(one)),
            "建立日期": timezone.localtime(one.created).date().isoformat(),
        }
        for one in rows
    ]
    return _book(path, "账号清单", told, (*HEADS, *SHOWN), actor, "accounts", "登录名")


def password_book(path: Path, made: Sequence[tuple[Account, str]], actor: Actor) -> Path:
    """新开账号与临时密码；只此一份。"""
    told = [{"登录名": one.login, "姓名": one.name, "单位": one.unit, "临时密码": word} for one, word in made]
    notes = ("临时密码只在这份文件里，系统不另存；请分别当面交给本人，交完删去。首次登录须改密。",)
    return _book(
        path, "新开账号的临时密码", told, ("登录名", "姓名", "单位", "临时密码"), actor, "passwords", "登录名", notes
    )


def import_form(path: Path, actor: Actor) -> Path:
    """导入模板：只有表头。"""
    notes = ("登录名、姓名必填；登录名是 2 至 40 位的字母、数字或 . _ @ -。角色由安全管理员另行授予，这里不写。",)
    return _book(path, "开账号", [], tuple(HEADS), actor, "account-import", "登录名", notes)


def log_book(path: Path, rows: Iterable[LogEntry], actor: Actor) -> Path:
    """操作日志，含逐行摘要，导出后也能对。"""
    keys = ("seq", "at", "kind", "login", "name", "roles", "title", "target", "outcome", "before", "after", "reason",
            "place", "hash")  # fmt: skip
    told = [
        dict(zip(LOG_COLUMNS, ["" if (v := getattr(one, key)) is None else str(v) for key in keys])) for one in rows
    ]
    return _book(path, "操作日志", told, LOG_COLUMNS, actor, "operation-log", "时间")


def _book(
    path: Path, title: str, told: Sequence[Mapping[str, Any]], columns: tuple[str, ...], actor: Actor, template: str,
    frozen: str, notes: tuple[str, ...] = (),
) -> Path:  # fmt: skip
    frame = pl.DataFrame(
        {one: [row.get(one) for row in told] for one in columns}, schema=dict.fromkeys(columns, pl.String)
    )
    fields = tuple(Field((one,), one, "text", 18) for one in columns)
    marks = registered(f"{actor.name}（{actor.login}）", timezone.localdate())
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_book(path, [Sheet(title, title, fields, frame, "无", notes, frozen)], marks, template)


def read_accounts(file: BinaryIO) -> list[tuple[int, str, dict[str, str]]]:
    """读填好的导入模板：（表里第几行，登录名，资料）；表头不对、有认不得的列、没有行、缺登录名都报 Wrong。"""
    try:
        rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, BadZipFile, ValueError, IndexError) as error:
        raise Wrong("这份文件不是 Excel 工作簿，或已损坏；请用下载的模板填写，存为 .xlsx") from error
    top = next(
        (at for at, row in enumerate(rows[:20]) if {"登录名", "姓名"} <= {str(one).strip() for one in row}), None
    )
    if top is None:
        raise Wrong("没有找到表头：前 20 行里应有“登录名”和“姓名”两列；请用下载的模板填写")
    heads = [str(one).strip() for one in rows[top]]
    _known(heads, top + 1)
    filled = [(at, row) for at, row in enumerate(rows[top + 1 :], top + 2) if any(_text(one) for one in row)]
    found = [(at, *_row(heads, row)) for at, row in filled]
    nameless = next((at for at, login, _ in found if not login), None)
    if nameless is not None:
        raise Wrong(f"第 {nameless} 行没有填登录名；整份没有导入，请补上登录名，或删去这一行再传")
    if not found:
        raise Wrong("表头下面没有账号；请至少填一行，登录名不能空")
    return found


def _known(heads: Sequence[str], line: int) -> None:
    """导出的账号清单里多的几列不算；别的列认不得就不收，免得填了的没有用上。"""
    unknown = [one for one in heads if one and one not in HEADS and one not in SHOWN]
    if unknown:
        raise Wrong(f"第 {line} 行的表头“{unknown[0][:20]}”认不得；能写的是 {'、'.join(HEADS)}，角色另由安全管理员授予")


def _row(heads: Sequence[str], row: Sequence[Any]) -> tuple[str, dict[str, str]]:
    told = {HEADS[head]: _text(value) for head, value in zip(heads, row) if head in HEADS}
    return told.pop("login", ""), told


def _text(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()

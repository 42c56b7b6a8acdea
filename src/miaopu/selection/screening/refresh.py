"""换新读表：一轮评估与筛选 → 企业、名单；先在事务外备好，再在一个事务里整体换掉，换不成就还是旧的。"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import connection, models, transaction

from miaopu.desk.outputs import INVENTED
from miaopu.desk.screened import Place, place_of, screened
from miaopu.desk.workspace import Workspace
from miaopu.ledger.snapshot import registry
from miaopu.screening import Screening, load_settings
from miaopu.selection.screening.firms.facets import values_of
from miaopu.selection.screening.firms.roll import front_of, packed
from miaopu.selection.screening.models import Firm, FirmColumns, Listing, Round
from miaopu.selection.screening.rounds.kept import keep
from miaopu.standards.run import Run
from miaopu.terms.pinyin import initials_column, phrases

Tell = Callable[[str], None]
BATCH = 5_000

FORM = 1
"""读表形状的版本：读表的列或列式一份的写法变了就加一，旧的在下次启动时重装。"""


@dataclass(frozen=True)
class Fresh:
    """备好、还没有换上的一轮：企业读表与名单的行、列式一份、城市。"""

    run: Run
    place: Place
    firms: pl.DataFrame
    columns: Mapping[str, Any]
    listings: pl.DataFrame


def prepared(space: Workspace, found: Run, tell: Tell = lambda step: None) -> Fresh:
    """一轮的结果 → 备好的读表，存表也一并写好；费时的都在这里，不占着案件库。"""
    place, result = _kept(space, found, tell)
    tell("整理企业读表")
    firms = firm_rows(space, found, result, place)
    return Fresh(found, place, firms, _columns_of(space, firms, place), listing_rows(result, place))


def stored(space: Workspace, found: Run, tell: Tell = lambda step: None) -> Place:
    """只写好这一轮的存表，读表与当前一轮不动。"""
    return _kept(space, found, tell)[0]


def _kept(space: Workspace, found: Run, tell: Tell) -> tuple[Place, Screening]:
    place = place_of(space, found.wide)
    tell("筛选")
    result = screened(space, found, place)
    tell("存筛选结果")
    keep(space, found, result, place)
    return place, result


def swap(fresh: Fresh, by: str) -> Round:
    """换上备好的读表，并把它记为当前一轮；一个事务，两处同时换的后来的等先来的。"""
    with transaction.atomic():
        list(Round.objects.select_for_update().order_by("pk").values_list("pk"))
        _replace(Firm, fresh.firms)
        FirmColumns.objects.all().delete()
        FirmColumns.objects.create(stamp=secrets.token_hex(16), **fresh.columns)
        _replace(Listing, fresh.listings)
        return _record(fresh, by)


def firm_rows(space: Workspace, found: Run, result: Screening, place: Place) -> pl.DataFrame:
    """企业读表的行，按企业号排。"""
    names = registry(space.ledger, found.known_on).select(
        "enterprise", former=pl.col("former_names").list.join("；").replace("", None)
    )
    codes = {title: code for code, title in place.counties.items()}
    told = result.firms.join(names, on="enterprise", how="left", maintain_order="left")
    scored = told.join(_scores(result), on=["enterprise", "next_tier"], how="left", maintain_order="left")
    letters = initials_column(told["name"], phrases(space.catalog)).alias("initials")
    return (
        scored.with_columns(
            letters,
            district=pl.col("county").replace_strict(codes, default=None, return_dtype=pl.String),
            county=pl.when(pl.col("county").is_in(list(codes))).then("county"),
            not_candidate=pl.col("not_candidate").replace("", None),
            next_rung="next",
        )
        .select(_columns(Firm))
        .with_columns(*_fitted(Firm))
        .sort("enterprise")
    )


def _fitted(model: type[models.Model]) -> list[pl.Expr]:
    """比栏目还长的文字截到栏目的长度，末尾写“…”：一家的名称过长不能让全市换不成。"""
    sized = [(one.column, one.max_length) for one in model._meta.concrete_fields if isinstance(one, models.CharField)]
    return [
        pl.when(pl.col(name).str.len_chars() > most)
        .then(pl.col(name).str.slice(0, (most or 1) - 1) + "…")
        .otherwise(pl.col(name))
        .alias(name)
        for name, most in sized
    ]


def _scores(result: Screening) -> pl.DataFrame:
    """各层级名单里的排序分：enterprise、next_tier、score。"""
    tables = [one.table.select("enterprise", next_tier="tier", score="score") for one in result.lists.values()]
    blank = pl.DataFrame(schema={"enterprise": pl.String, "next_tier": pl.String, "score": pl.Int64})
    return pl.concat([blank, *tables], how="vertical_relaxed")


def _columns_of(space: Workspace, firms: pl.DataFrame, place: Place) -> Mapping[str, Any]:
    """企业读表的列式一份（FirmColumns 的栏目）。"""
    settings = load_settings(space.catalog)
    invented = firms["name"].drop_nulls().str.contains(INVENTED, literal=True)
    values = values_of(firms, place.counties, settings)
    front = front_of([*_region_words(space, place), INVENTED])
    return packed(firms, values, front, phrases(space.catalog), bool(len(invented) and invented.all()))


def _region_words(space: Workspace, place: Place) -> list[str]:
    """本省、本市、各县区的名称与简称：名称开头的这些字不算。"""
    rows = [row for row in space.districts.rows if place.code and _above(place.code, row.code)]
    return ["中国", *(word for row in rows for word in (row.name, row.short, *row.aliases))]


def _above(city: str, code: str) -> bool:
    """一个区划是不是本省、本市或本市的县区。"""
    return code == f"{city[:2]}0000" or code[:4] == city[:4]


def listing_rows(result: Screening, place: Place) -> pl.DataFrame:
    """各层级名单的行。"""
    codes = {title: code for code, title in place.counties.items()}
    district = pl.col("county").replace_strict(codes, default=None, return_dtype=pl.String).alias("district")
    texts = ("short_titles", "unknown_titles", "manual_titles", "distance", "departments")
    tables = [
        one.table.with_columns(district, *(pl.col(name).replace("", None) for name in texts)).select(_columns(Listing))
        for one in result.lists.values()
    ]
    return pl.concat(tables) if tables else pl.DataFrame()


def _columns(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]


def _replace(model: type[models.Model], rows: pl.DataFrame) -> None:
    """整表换新。"""
    table, names = connection.ops.quote_name(model._meta.db_table), rows.columns
    insert = f"INSERT INTO {table} ({', '.join(map(connection.ops.quote_name, names))}) VALUES ({', '.join(['%s'] * len(names))})"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
        for part in _parts(rows):
            cursor.executemany(insert, part)


def _parts(rows: pl.DataFrame) -> Iterable[list[tuple[object, ...]]]:
    for part in rows.iter_slices(BATCH):
        yield part.rows()


def _record(fresh: Fresh, by: str) -> Round:
    """记为当前一轮。"""
    Round.objects.filter(current=True).update(current=False)
    return noted(fresh.run, fresh.place, by, form=FORM, current=True)


def noted(found: Run, place: Place, by: str, **also: Any) -> Round:
    """轮次表里记一行；已经有的更新。also 是读表的形状与是不是当前一轮，不给就不动。"""
    marks: Mapping[str, object] = found.marks
    fields = {
        "folder": str(found.folder),
        "known_on": found.known_on,
        "assessed_on": found.assessed_on,
        "snapshot": marks["snapshot"],
        "enterprises": marks["enterprises"],
        "city": place.name,
        "marks": json.dumps(dict(marks), ensure_ascii=False),
        "by": by,
        **also,
    }
    return Round.objects.update_or_create(code=marks["run"], defaults=fields)[0]

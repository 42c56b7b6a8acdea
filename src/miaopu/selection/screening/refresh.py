"""换新读表：一轮评估与筛选 → 企业、名单；一个事务里整体换掉，换不成就还是旧的。"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
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


def refresh(space: Workspace, found: Run, tell: Tell = lambda step: None) -> Callable[[str], Round]:
    """把一轮的结果整理成读表的行（要几十秒，不在事务里做）；给出一个函数：发起人 → 换新读表，记为当前一轮。"""
    place = place_of(space, found.wide)
    tell("筛选")
    result = screened(space, found, place)
    tell("存筛选结果")
    keep(space, found, result, place)
    tell("整理企业读表")
    firms = firm_rows(space, found, result, place)
    listings = listing_rows(result, place)
    columns = _packed(space, firms, place)

    def install(by: str) -> Round:
        tell("换新读表")
        with transaction.atomic():
            _replace(Firm, firms)
            FirmColumns.objects.all().delete()
            FirmColumns.objects.create(stamp=secrets.token_hex(16), **columns)
            _replace(Listing, listings)
            return _record(found, place, by)

    return install


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
        .sort("enterprise")
    )


def _scores(result: Screening) -> pl.DataFrame:
    """各层级名单里的排序分：enterprise、next_tier、score。"""
    tables = [one.table.select("enterprise", next_tier="tier", score="score") for one in result.lists.values()]
    blank = pl.DataFrame(schema={"enterprise": pl.String, "next_tier": pl.String, "score": pl.Int64})
    return pl.concat([blank, *tables], how="vertical_relaxed")


def _packed(space: Workspace, firms: pl.DataFrame, place: Place) -> dict[str, Any]:
    """企业读表的列式一份。"""
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


def _record(found: Run, place: Place, by: str) -> Round:
    Round.objects.filter(current=True).update(current=False)
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
        "form": FORM,
        "current": True,
    }
    return Round.objects.update_or_create(code=marks["run"], defaults=fields)[0]

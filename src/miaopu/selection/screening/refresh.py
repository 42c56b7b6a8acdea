"""换新读表：一轮评估与筛选 → 企业、名单；一个事务里整体换掉，换不成就还是旧的。"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

import polars as pl
from django.db import connection, models, transaction

from miaopu.desk.screened import Place, place_of, screened
from miaopu.desk.workspace import Workspace
from miaopu.ledger.snapshot import registry
from miaopu.screening import Screening
from miaopu.selection.screening.models import Firm, Listing, Round
from miaopu.selection.screening.rounds.kept import keep
from miaopu.standards.run import Run
from miaopu.terms.pinyin import initials_column, phrases

Tell = Callable[[str], None]
BATCH = 5_000


def refresh(space: Workspace, found: Run, by: str, tell: Tell = lambda step: None) -> Round:
    """把一轮的结果装进读表，并把它记为当前一轮。"""
    place = place_of(space, found.wide)
    tell("筛选")
    result = screened(space, found, place)
    tell("存筛选结果")
    keep(space, found, result, place)
    tell("整理企业读表")
    firms = firm_rows(space, found, result, place)
    listings = listing_rows(result, place)
    tell("换新读表")
    with transaction.atomic():
        _replace(Firm, firms)
        _replace(Listing, listings)
        return _record(found, place, by)


def firm_rows(space: Workspace, found: Run, result: Screening, place: Place) -> pl.DataFrame:
    """企业读表的行，按企业号排。"""
    names = registry(space.ledger, found.known_on).select(
        "enterprise", former=pl.col("former_names").list.join("；").replace("", None)
    )
    codes = {title: code for code, title in place.counties.items()}
    told = result.firms.join(names, on="enterprise", how="left", maintain_order="left")
    letters = initials_column(told["name"], phrases(space.catalog)).alias("initials")
    parts = [pl.col(one).fill_null("") for one in ("name", "former", "uscc", "enterprise", "initials")]
    return (
        told.with_columns(letters)
        .with_columns(
            search=pl.concat_str(parts, separator="|").str.to_lowercase(),
            district=pl.col("county").replace_strict(codes, default=None, return_dtype=pl.String),
            county=pl.when(pl.col("county").is_in(list(codes))).then("county"),
            not_candidate=pl.col("not_candidate").replace("", None),
        )
        .select(_columns(Firm))
        .sort("enterprise")
    )


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
        "current": True,
    }
    return Round.objects.update_or_create(code=marks["run"], defaults=fields)[0]

"""存疑：同一企业重复出现的行，与疑似用错单位的列；相同的只留一份，相冲突的都不入账，单位只提示不改。"""

from collections.abc import Iterator, Mapping

import polars as pl

from miaopu.ledger.reading.desk import Desk
from miaopu.ledger.reading.notice import lines
from miaopu.ledger.reading.pile import Pile
from miaopu.terms import names
from miaopu.terms.complaint import Complaint
from miaopu.terms.quantity import display
from miaopu.terms.uscc import check_column

TIMES = 1000
"""同一企业同一指标相差到这么多倍，就疑单位有误（元与万元差一万倍，万元与亿元差一万倍）。"""
LEAST = 3
WHOLE = "unit_column"
"""整列疑单位写错的意见代码；单格的是 unit_doubt。"""

SHOWN = 12
"""一句话里至多列几个行号；同一家重复几万行时，逐条列全是平方的篇幅。"""
SLOT = ["key", "indicator", "item", "period", "basis"]


def keyed(rows: pl.DataFrame) -> pl.DataFrame:
    """row_id 与 key：有代码用代码，没有用名称；只在一份文件里分辨同一家，不作对主体用。

    几行共有而不成立的代码（如表格软件毁成的 9.13715E+17）不是同一家的凭据，各行改用名称，没有名称的不辨；
    几行共有而名称不同的代码不知属于哪一家，代码与名称合起来用，免得要人看的行顶掉对得上的行。
    """
    code = pl.col("uscc_raw").str.replace_all(r"[\s\-－]", "").str.to_uppercase()
    name = pl.col("name_raw").str.replace_all(r"\s", "")
    told = rows.select("row_id", name=name, code=pl.when(code.str.len_chars() > 0).then(code))
    shared = told.filter(pl.col("code").is_not_null() & pl.col("code").is_duplicated())
    distinct = shared["code"].unique()
    wrong = distinct.filter(~check_column(distinct)["valid"])
    titles = shared.select("code", folded=names.fold_column(shared["name"])).drop_nulls().unique()
    split = titles.filter(pl.col("code").is_duplicated())["code"].unique()
    sound = pl.when(~pl.col("code").is_in(wrong.implode())).then("code")
    both = pl.when(pl.col("code").is_in(split.implode())).then(pl.concat_str("code", "name", ignore_nulls=True))
    return told.select("row_id", key=pl.coalesce(pl.when(sound.is_not_null()).then(both), sound, "name"))


def settle(
    keys: pl.DataFrame, facts: pl.DataFrame, file: str, out: Pile, key_fields: frozenset[str] = frozenset()
) -> pl.DataFrame:
    """同一企业、指标、条目、期间出现不止一次：值相同留首次，不同的都不入账并逐格报告。

    keys 是 row_id 与 key，key 相同的是同一家：读的时候看代码与名称（keyed），对上主体以后看企业号。
    key_fields 是条目键自成的字段（如 ip.number）：键相同就是同一个编号，写法不同不算冲突。
    """
    again = keys.filter(pl.col("key").is_not_null() & pl.col("key").is_duplicated())
    if again.is_empty():
        return facts
    seen = facts.with_row_index("at").join(again, on="row_id", how="inner", maintain_order="left")
    is_key = pl.when(pl.col("indicator").is_in(list(key_fields))).then("item")
    value = pl.coalesce(is_key, pl.col("value").cast(pl.String), pl.col("text"))
    seen = seen.with_columns(value_text=value).filter(pl.len().over(SLOT) > 1)
    if seen.is_empty():
        return facts
    seen = seen.with_columns(kinds=pl.col("value_text").n_unique().over(SLOT), nth=pl.int_range(pl.len()).over(SLOT))
    clash, same = seen.filter(pl.col("kinds") > 1), seen.filter((pl.col("kinds") == 1) & (pl.col("nth") > 0))
    out.extend(_clashes(clash, file))
    out.extend(_repeats(same, file))
    gone = pl.concat([clash["at"], same["at"]])
    return facts.with_row_index("at").filter(~pl.col("at").is_in(gone.implode())).drop("at")


def _clashes(clash: pl.DataFrame, file: str) -> Iterator[Complaint]:
    others = clash.group_by(SLOT, maintain_order=True).agg(pl.col("row"))
    rows = {tuple(one[:5]): one[5] for one in others.iter_rows()}
    for one in clash.iter_rows(named=True):
        others = [row for row in rows[tuple(one[name] for name in SLOT)][: SHOWN + 2] if row != one["row"]]
        where = "、".join(map(str, others[:SHOWN])) + ("等" if len(others) > SHOWN else "")
        yield Desk(file, one["sheet"]).reject(
            "conflict",
            f"同一家企业在第 {where} 行另有不同的数",
            "一家企业一个数",
            "核定后只留一个，重报",
            one["row"],
            one["column"],
        )


def _repeats(same: pl.DataFrame, file: str) -> Iterator[Complaint]:
    for (sheet,), group in same.partition_by("sheet", as_dict=True, maintain_order=True).items():
        found = f"与前面同一家企业的数相同，只入账一次：第 {lines(group['row'])} 行"
        yield Desk(file, str(sheet)).info("repeat", found, "一家企业一行", "核对后删去重复行")


def doubt_signs(facts: pl.DataFrame, titles: Mapping[str, str], file: str) -> Iterator[Complaint]:
    """疑正负：不该为负的金额写成了负数；titles 是这些指标的名称。红字冲销确有其事，照所写的数入账，只提示。"""
    below = facts.filter(pl.col("indicator").is_in(list(titles)) & (pl.col("value") < 0))
    for one in below.select("sheet", "row", "column", "indicator", "value").iter_rows(named=True):
        amount = display(one["value"], "money", "元")
        found = f"“{titles[one['indicator']]}”是负数（{amount}元），照所写的数入账"
        remedy = "核对正负号；写错的改正后重报这一行"
        yield Desk(file, one["sheet"]).warn("below_zero", found, "不为负的金额", remedy, one["row"], one["column"])


def doubt_units(
    rows: pl.DataFrame, facts: pl.DataFrame, money: frozenset[str], earlier: pl.DataFrame | None, file: str
) -> Iterator[Complaint]:
    """疑单位：与同一企业其他年度（本文件里，或 earlier 里）相差千倍以上。只提示，从不改数。"""
    mine = facts.filter(pl.col("indicator").is_in(list(money)) & (pl.col("value") > 0) & (pl.col("item") == ""))
    mine = mine.join(keyed(rows), on="row_id", how="inner").select(
        "key", "indicator", "period", "value", "sheet", "row", "column"
    )
    if mine.is_empty():
        return
    groups = [_pairs(mine, mine.select("key", "indicator", "period", "value"))]
    if earlier is not None and not earlier.is_empty():
        before = _earlier(rows, earlier)
        groups += [pl.concat([_pairs(mine, before), _pairs(mine, before, same_year=True)])]
    seen: set[tuple[str, int, int]] = set()
    for pairs in groups:
        flagged = pairs.with_columns(
            high=pl.col("value") >= pl.col("other") * TIMES, low=pl.col("other") >= pl.col("value") * TIMES
        )
        for one in _judge(flagged, file):
            if (one.sheet, one.row, one.column) not in seen:
                seen.add((one.sheet, one.row, one.column))
                yield one


def _pairs(mine: pl.DataFrame, known: pl.DataFrame, same_year: bool = False) -> pl.DataFrame:
    """同一企业同一指标的两个数：本文件的与可比的；same_year 时比同一年度以前报过的数。

    可比的每个年度只留最小与最大的：同一家写了几十万行的表，两两相比要撑破内存。
    """
    ends = known.group_by("key", "indicator", other_period="period", maintain_order=True).agg(
        low=pl.col("value").min(), high=pl.col("value").max()
    )
    each = ("key", "indicator", "other_period")
    other = pl.concat([ends.select(*each, other="low"), ends.select(*each, other="high")]).unique(maintain_order=True)
    together = pl.col("period") == pl.col("other_period")
    pairs = mine.join(other, on=["key", "indicator"], maintain_order="left")
    return pairs.filter(together if same_year else ~together)


def _earlier(rows: pl.DataFrame, earlier: pl.DataFrame) -> pl.DataFrame:
    """以前的值，按本文件里的 key；earlier 的列为 uscc、indicator、period、value，可另有 name。"""
    codes = keyed(rows).join(rows.select("row_id", "name_raw"), on="row_id")
    by_code = earlier.join(codes.select("key").unique(), left_on="uscc", right_on="key").rename({"uscc": "key"})
    frames = [by_code.select("key", "indicator", "period", "value")]
    if "name" in earlier.columns:
        named = codes.select("key", name="name_raw").filter(pl.col("key") == pl.col("name")).unique()
        frames.append(earlier.join(named, on="name").select("key", "indicator", "period", "value"))
    return pl.concat(frames).filter(pl.col("value") > 0)


def _judge(flagged: pl.DataFrame, file: str) -> Iterator[Complaint]:
    place = ["sheet", "column", "indicator", "period"]
    share = flagged.group_by(place, maintain_order=True).agg(
        pl.col("high").sum(),
        pl.col("low").sum(),
        pl.len(),
        pl.col("key").n_unique().alias("firms"),
        pl.col("row").min(),
    )
    whole = share.filter((pl.max_horizontal("high", "low") * 2 > pl.col("len")) & (pl.col("firms") >= LEAST))
    for one in whole.iter_rows(named=True):
        way = "大" if one["high"] >= one["low"] else "小"
        found = f"这一列（{one['period']} 年）{one['firms']} 家企业的数多比各自其他年度{way}一千倍以上，疑单位写错"
        yield Desk(file, one["sheet"]).warn(
            WHOLE, found, "与表头写明的单位一致的数", "核对单位；写错的改正表头后重报", one["row"], one["column"]
        )
    rest = flagged.join(whole.select(place), on=place, how="anti")
    cells = rest.group_by("sheet", "row", "column", maintain_order=True).agg(pl.col("high").all(), pl.col("low").all())
    for one in cells.filter(pl.col("high") | pl.col("low")).iter_rows(named=True):
        way = "大" if one["high"] else "小"
        found = f"比本企业其他年度的数{way}一千倍以上，疑单位或数写错"
        yield Desk(file, one["sheet"]).warn(
            "unit_doubt", found, "与单位一致的数", "核对；写错的改正后重报这一行", one["row"], one["column"]
        )

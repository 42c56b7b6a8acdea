"""全城真值：企业宽表与各类条目，合成一个不可变的整体；取计划，给表，不写文件。"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from miaopu.demo.plan import Plan
from miaopu.demo.town import innovation, reported, standing, title, venture
from miaopu.demo.town.economy import economy
from miaopu.demo.town.firm import firms


@dataclass(frozen=True)
class Population:
    """firms 一户一行（含经营、名录、认证、主导产品）；其余一条一行，以 firm 序号相连。"""

    firms: pl.DataFrame
    titles: pl.DataFrame
    patents: pl.DataFrame
    institutions: pl.DataFrame
    awards: pl.DataFrame
    standards: pl.DataFrame
    incidents: pl.DataFrame
    equity: pl.DataFrame
    makers: pl.DataFrame
    supports: pl.DataFrame
    valuations: pl.DataFrame
    champions: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """按名取表，供写真值。"""
        return dict(vars(self))

    def named(self, items: pl.DataFrame) -> pl.DataFrame:
        """给条目表补上代码与名称。"""
        return items.join(self.firms.select("firm", "uscc", "name"), on="firm", maintain_order="left")


def populate(plan: Plan) -> Population:
    """造全城。"""
    city = firms(plan)
    city = city.hstack(economy(plan, city))
    held = title.titles(plan, city)
    giants = held.filter(pl.col("title") == "little_giant")["firm"].unique().to_numpy().astype(np.int64)
    city = city.hstack(standing.listed(plan, city)).hstack(standing.certificates(plan, city))
    city = city.hstack(standing.platform(plan, city)).hstack(standing.ownership(plan, city, giants))
    city = city.hstack(standing.products(plan, city)).with_columns(
        above_scale=standing.above_scale(plan, city), surveyed=title.surveyed(plan, city, held)
    )
    city = city.hstack(standing.declared(plan, city)).hstack(reported.answers(plan, city))
    city = city.hstack(reported.ratings(plan, city))
    items = {name: getattr(innovation, name)(plan, city) for name in ("patents", "institutions", "awards", "standards")}
    return Population(city, held, incidents=standing.incidents(plan, city), **items, **_rare(plan, city, held))


def _rare(plan: Plan, city: pl.DataFrame, held: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """少数企业才有的：融资、名次、重点支持、估值、冠军摸底。"""
    rounds = venture.equity(plan, city)
    return {
        "equity": rounds,
        "makers": venture.makers(plan, city),
        "supports": venture.supports(plan, city, held),
        "valuations": venture.valuations(plan, rounds),
        "champions": reported.champions(plan, city),
    }

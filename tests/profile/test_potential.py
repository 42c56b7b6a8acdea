"""潜力信号：只用认定前一年的数；与次序无关、两次相同；真有规律学得到，没有规律不装有；人少不给。"""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from miaopu.desk.signals.potential import write_list
from miaopu.papers.proof import reopen_book
from miaopu.profile.potential import NoSignal, Signal, learn, percent, reliability, setup, words
from miaopu.profile.potential_model import Curves
from miaopu.profile.potential_rules import codes, examples, load_rules, needed
from miaopu.terms.catalog import Catalog

ON = date(2026, 11, 20)
RULES = replace(load_rules(Catalog.default(), "SRDI"), rounds=40)
WAN = 1_000_000


def city(count: int, pull: float, seed: int = 3) -> pl.DataFrame:
    """count 家；pull 是营业收入对有没有称号的牵动，零即毫无规律。"""
    draw = np.random.default_rng(seed)
    size = draw.normal(0, 1, count)
    held = (draw.random(count) < 1 / (1 + np.exp(1.0 - pull * size))).astype(int)
    columns = {
        "enterprise": [f"E{at:05}" for at in range(count)], "name": [f"虚构{at}" for at in range(count)],
        "established": ["2012-05-01"] * count, "srdi": held,
        "srdi_until": [f"{2027 + at % 3}-06-30" if one else None for at, one in enumerate(held)],
    }  # fmt: skip
    revenue = (np.exp(size) * 3000 * WAN).astype(int)
    for year in ("t1", "t2", "t3"):
        columns[f"revenue_{year}"] = revenue
        columns[f"rd_{year}"] = (revenue * draw.uniform(0.02, 0.08, count)).astype(int)
        columns[f"net_profit_{year}"] = (revenue * draw.uniform(-0.05, 0.15, count)).astype(int)
        columns[f"main_revenue_{year}"] = (revenue * draw.uniform(0.8, 1, count)).astype(int)
    return pl.DataFrame(columns)


@pytest.fixture(scope="module")
def strong() -> Signal:
    return learn(city(1500, 2.0), RULES, ON)


def test_a_real_pattern_is_found_and_calibrated(strong) -> None:
    assert strong.skill > 0.15
    assert max(strong.curves, key=lambda one: one.points[-1].part - one.points[0].part).code == "revenue"
    assert max(strong.compared.weights, key=lambda one: abs(one.weight)).code == "revenue"
    assert strong.compared.brier < strong.base_brier and strong.compared.bins
    big = [one for one in strong.bins if one.firms >= 100]
    assert big and all(abs(one.expected - one.observed) < 0.12 for one in big)
    assert sum(one.firms for one in strong.bins) == strong.holders + strong.others
    assert sum(one.held for one in strong.bins) == strong.holders


def test_without_a_pattern_it_does_not_pretend(strong) -> None:
    found = learn(city(1500, 0.0), RULES, ON)
    assert abs(found.skill) < 0.02
    assert max(one.chance for one in found.chances) < 0.6


def test_the_same_whatever_the_order_of_rows(strong) -> None:
    again = learn(city(1500, 2.0).sample(fraction=1, shuffle=True, seed=1), RULES, ON)
    assert again == strong


def test_only_figures_of_the_year_before_the_title_are_used() -> None:
    """2024 年认定的（2027 年到期）只看 2023 年；把认定以后的数改得面目全非，学习用的表不变。"""
    frame = city(600, 2.0)
    early = frame.filter(pl.col("srdi_until") == "2027-06-30")["enterprise"]
    later = pl.col("enterprise").is_in(early.implode())
    spoiled = frame.with_columns(
        pl.when(later).then(pl.col(name) * 50).otherwise(pl.col(name)).alias(name)
        for name in ("revenue_t1", "revenue_t2", "rd_t1", "rd_t2", "net_profit_t1", "main_revenue_t2")
    )
    assert examples(spoiled, RULES, ON).equals(examples(frame, RULES, ON))
    touched = frame.with_columns(
        pl.when(later).then(pl.col("revenue_t3") * 50).otherwise(pl.col("revenue_t3")).alias("revenue_t3")
    )
    assert not examples(touched, RULES, ON).equals(examples(frame, RULES, ON))


def test_holders_without_figures_from_before_are_not_learned_from() -> None:
    frame = city(600, 2.0).with_columns(
        srdi_until=pl.when(pl.col("srdi") == 1).then(pl.lit("2026-12-31"))  # 2023 年认定，事前是 2022 年
    )
    assert examples(frame, RULES, ON)["held"].sum() == 0
    assert isinstance(learn(frame, RULES, ON), NoSignal)


def test_too_few_holders_gives_no_signal_and_says_how_many() -> None:
    found = learn(city(60, 2.0), RULES, ON)
    assert isinstance(found, NoSignal) and f"{found.holders} 家" in found.why and str(RULES.minimum) in found.why


def test_missing_figures_give_no_chance_rather_than_a_guess() -> None:
    frame = city(1200, 2.0)
    gone = frame.filter(pl.col("srdi") == 0)["enterprise"][0]
    frame = frame.with_columns(rd_t1=pl.when(pl.col("enterprise") != gone).then("rd_t1"))
    assert gone not in {one.enterprise for one in learn(frame, RULES, ON).chances}


def test_holders_are_not_scored_and_parts_add_up(strong) -> None:
    held = set(city(1500, 2.0).filter(pl.col("srdi") == 1)["enterprise"])
    assert not held & {one.enterprise for one in strong.chances}
    first = strong.chances[0]
    last = strong.chances[-1]
    assert sum(value for _, value in first.parts) > sum(value for _, value in last.parts)
    assert "营业收入" in words(first) and percent(0.0001) == "1%" and percent(0.9999) == "99%"


def test_each_figure_only_ever_moves_the_chance_one_way_and_the_parts_are_the_model() -> None:
    """曲线只往一个方向走；各数贡献之和就是模型的对数几率；规律反过来、方向也反过来写，照样。"""
    for sign in (True, False):
        table = examples(city(700, 2.0 if sign else -2.0).sort("enterprise"), RULES, ON)
        grid, held = table.select(codes(RULES)).to_numpy(), table["held"].to_numpy()
        rules = replace(RULES, features=tuple(replace(one, rises=sign) for one in RULES.features))
        how = setup(rules)
        fitted = how.fit(how.boosted(), grid, held)
        curves = Curves(fitted, grid)
        raw = fitted.calibrated_classifiers_[0].estimator.decision_function(grid)
        assert np.allclose(curves.parts(grid).sum(axis=1) + curves.base, raw)
        assert np.allclose(curves.parts(grid).mean(axis=0), 0)
        for place in range(grid.shape[1]):
            trial = np.repeat(np.median(grid, axis=0)[None, :], 50, axis=0)
            trial[:, place] = np.linspace(grid[:, place].min() - 1, grid[:, place].max() + 1, 50)
            steps = np.diff(fitted.predict_proba(trial)[:, 1])
            assert (steps >= -1e-12).all() if sign else (steps <= 1e-12).all()


def test_a_direction_that_is_written_the_wrong_way_gives_no_signal() -> None:
    falling = replace(RULES, features=tuple(replace(one, rises=False) for one in RULES.features))
    found = learn(city(700, 2.0), falling, ON)
    assert isinstance(found, NoSignal) and "核对目录 potential.yaml" in found.why


def test_reliability_counts_every_firm_once() -> None:
    bins = reliability(np.array([0.0, 0.05, 0.5, 1.0]), np.array([0, 1, 1, 1]), 10)
    assert [(one.firms, one.held) for one in bins] == [(2, 1), (1, 1), (1, 1)]


def test_no_figure_known_only_today_is_among_the_features() -> None:
    """知识产权、研发机构、认证只有现在的数：用了就是拿结果猜结果。"""
    now_only = (
        "ip",
        "patents",
        "institution",
        "cert",
        "brand",
        "standards",
        "eval_score",
        "hte",
        "innovative",
        "reviewed",
    )
    assert not [name for name in needed(RULES) if any(word in name for word in now_only)]
    assert replace(RULES, minimum=1).limits


def test_the_list_carries_credit_codes_and_the_bureau(strong, tmp_path) -> None:
    first, second = strong.chances[:2]
    wide = pl.DataFrame({"enterprise": [first.enterprise, second.enterprise], "uscc": ["91371500XG00023B39", None]})
    wide.write_parquet(tmp_path / "wide.parquet")
    run = SimpleNamespace(folder=tmp_path, known_on=ON, assessed_on=ON, marks={"snapshot": "ab" * 32})
    path = write_list(tmp_path / "名单.xlsx", replace(strong, chances=(first, second)), run, "聊城市工业和信息化局")
    page = reopen_book(path).pages["潜力"]
    assert [one["统一社会信用代码"] for one in page.rows] == ["91371500XG00023B39", None]
    assert page.block[0] == "填报单位：聊城市工业和信息化局"

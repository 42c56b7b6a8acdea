"""措施与口径的目录：每项都指到真有的输入；要动得分、核定、派生、条目的，写错单位的，报文件与行号。"""

from dataclasses import replace
from pathlib import Path

import pytest

from miaopu.plan.measure import DAY, SET, Change, Measure, Most, load_measures
from miaopu.plan.rules import load_planning
from miaopu.standards.load import load_library
from miaopu.standards.tree.node import Input
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

CATALOG = Catalog.default()
LIBRARY = load_library(CATALOG)
VOCABULARY = LIBRARY.vocabulary
PLANNING = load_planning(CATALOG)
GOOD = """- code: X
  title: 甲
  about: 乙
  {effects}
  lead_days: 1
  cost: {{low: 1万元, high: 2万元}}
  owner: 丙
  helper: 丁
  policy: 戊
  evidence: 己
  basis: 估计
"""


def test_every_measure_names_inputs_that_exist_and_never_a_score_or_a_judgement() -> None:
    found = load_measures(CATALOG, LIBRARY, PLANNING)
    assert len(found) >= 25
    for one in found.values():
        assert one.changes or one.evidence_only, f"{one.code} 既不改数，也不补依据"
        for change in one.changes:
            assert isinstance(VOCABULARY.lookup(change.input if one.counts == "day" else f"{change.input}_t1"), Input)
            assert not change.input.startswith("reviewed_") and change.input not in PLANNING.scores
        assert "估计" in one.basis, f"{one.code} 的花费要写明是估计"


def read(tmp_path: Path, effects: str, extra: str = "") -> dict[str, Measure]:
    (tmp_path / "measures").mkdir(parents=True)
    (tmp_path / "measures" / "x.yaml").write_text(GOOD.format(effects=effects) + extra, encoding="utf-8")
    return load_measures(Catalog(tmp_path), LIBRARY, PLANNING)


def test_a_good_one_is_read(tmp_path: Path) -> None:
    """写的是什么读成什么：金额精确到分，是否为 0、1，没有写的取缺省。"""
    (one,) = read(tmp_path, "effects: [{input: own_brand, set: true}]").values()
    assert one.changes == (Change("own_brand", SET, 1),) and one.inputs == {"own_brand"}
    assert (one.cost, one.fixed) == ((1_000_000, 2_000_000), (0, 0)) and (one.lead_days, one.counts) == (1, DAY)
    assert (one.owner, one.helper, one.policy, one.evidence, one.basis) == ("丙", "丁", "戊", "己", "估计")
    assert one.most == Most(count=1) and one.step is None and not one.evidence_only


@pytest.mark.parametrize(
    ("effects", "told"),
    [
        ("effects: [{input: reviewed_chain_role, set: true}]", "人工核定"),
        ("effects: [{input: credit_score, add: 1}]", "平台得分"),
        ("effects: [{input: nothing, add: 1}]", "不是可以改的输入"),
        ("effects: [{input: debt_ratio, add: 1%}]", "不是可以改的输入"),
        ("effects: [{input: rd, add: 1万元}]", "与 counts 不合"),
        ("effects: [{input: own_brand, add: 1}]", "只能 set"),
        ("effects: [{input: equity_2y, add: 一百}]", "金额应写成"),
        ("affects: []", "不认得"),
        ("requires: [Y]", "没有这项措施"),
        ("effects: [{input: own_brand, set: true}, {input: own_brand, set: false}]", "“effects”里“own_brand”写了 2 处"),
        ("effects: [{input: class1_ip_63, add: 1}, {input: class1_ip_63, add: 2}]", "写了 2 处（1、2）"),
        ("effects: [{input: segment_years, add: 1}]", "只随年头长"),
        ("effects: own_brand", "“effects”应是"),
        ("effects: [{input: class1_ip_63, add: 0.5}]", "小数位太多"),
        ("effects: [{input: equity_2y, add: 0.001元}]", "小数位太多"),
        ("effects: [{input: class1_ip_63, add: 一件}]", "应写数"),
        ("most: {count: 0}", "“most”应是不小于 1 的整数"),
        ("most: 3", "“most”应写成"),
        ("fixed: 1万元", "“fixed”应写成"),
        ("title_of: NOTIER", "没有这个层级"),
    ],
)
def test_a_bad_one_is_refused_with_its_line(tmp_path: Path, effects: str, told: str) -> None:
    with pytest.raises(CatalogError, match=told) as caught:
        read(tmp_path, effects)
    assert caught.value.line >= 1 and caught.value.path.endswith("x.yaml")


def test_no_lead_time_and_a_circle_of_first_things_are_refused(tmp_path: Path) -> None:
    for at, (extra, told) in enumerate((
        (GOOD.format(effects="requires: [Z]").replace("code: X", "code: Y")
         + GOOD.format(effects="requires: [Y]").replace("code: X", "code: Z"), "绕回了它自己"),
        (GOOD.format(effects="").replace("code: X", "code: Y").replace("lead_days: 1", "lead_days: 0"), "“lead_days”应是"),
    )):  # fmt: skip
        with pytest.raises(CatalogError, match=told):
            read(tmp_path / str(at), "effects: []", extra)


def test_first_things_are_only_told_apart_by_days(tmp_path: Path) -> None:
    """按年度计的、称号各有自己的日子，先后说不清，不许写进先办。"""
    yearly = GOOD.format(effects="counts: year").replace("code: X", "code: Y")
    with pytest.raises(CatalogError, match="先办、后办都只能是按申报日计"):
        read(tmp_path, "requires: [Y]", yearly)


def test_what_is_scored_by_the_year_is_no_lever_whatever_the_catalogue_says(tmp_path: Path) -> None:
    """口径里不写“过一年长一年”，标准里按年头得分的也不许动。"""
    bare = replace(PLANNING, elapse=frozenset())
    (tmp_path / "measures").mkdir()
    (tmp_path / "measures" / "x.yaml").write_text(GOOD.format(effects="effects: [{input: segment_years, add: 1}]"))
    with pytest.raises(CatalogError, match="按年头得分"):
        load_measures(Catalog(tmp_path), LIBRARY, bare)


def test_eval_score_of_a_year_is_a_score_too(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="平台得分"):
        read(tmp_path, "counts: year\n  effects: [{input: eval_score, add: 1}]")

"""说理：官员读得懂的树：要求、实际、差多少、依据、可信标记、为何未定、出处。"""

from fractions import Fraction

import pytest
from given_firm import DAY, FIRM, GATES

from miaopu.standards.explain import explain, plain
from miaopu.standards.tree.state import State


@pytest.fixture
def reasons(reader, library, judge):
    def run(changes=None, code="LG-2026", **words):
        facts = reader.read({**FIRM, **(changes or {})}, DAY, GATES)
        found = judge.judge(library.find(code), facts.values, DAY, given=frozenset(facts.given))
        return {one.id: (depth, one) for top in explain(found, **words) for depth, one in top.walk()}

    return run


def test_every_clause_is_told_once_with_citation(reasons, library):
    found = reasons()
    assert set(found) == {clause.id for clause in library.find("LG-2026").walk()}
    assert all(one.cite and one.requirement and one.mark == "未核原文" for _, one in found.values())
    assert found["GATE"][0] == 0 and found["G1"][0] == 1


@pytest.mark.parametrize(
    ("changes", "clause", "actual", "gap"),
    [
        ({"revenue_t1": "4999.99"}, "B2a", "4999.99万元", "还差0.01万元"),
        ({"revenue_t1": 5000}, "B2a", "5000万元", "正好在线上"),
        ({}, "B2a", "20000万元", "高出15000万元"),
        ({"liabilities_t1": 7600}, "B2d", "76%", "超出1个百分点"),
        ({}, "B2d", "50%", "低于上限25个百分点"),
        ({"main_ratio": "89.995"}, "B2b", "89.995%", "还差0.005个百分点"),
        ({"assets_t1": None}, "B2d", "未知", ""),
        ({"class1_ip_counted": [3, 5]}, "B4a", "3至5件", "还差1件"),
        ({}, "B6", "", ""),
    ],
)
def test_actual_and_gap_in_words(reasons, changes, clause, actual, gap):
    _, one = reasons(changes)[clause]
    assert (one.actual, one.gap) == (actual, gap)


def test_why_undecided_in_words(reasons):
    found = reasons({"assets_t1": None, "reviewed": {}}, title_of=lambda n: {"assets_t1": "资产总额"}.get(n, n))
    assert found["B2d"][1].why == "缺数：资产总额"
    assert found["B6"][1].state is State.manual and found["B6"][1].why.startswith("须人工核定")
    assert found["B2a"][1].why == ""


def test_origins_walk_back_to_cells(reasons):
    found = reasons(origin_of=lambda name: f"{name} 来自税务表 B7" if name.startswith("revenue") else "")
    assert found["B2c"][1].origins == ("revenue_t1 来自税务表 B7", "revenue_t3 来自税务表 B7")


def test_flags_stand_beside_their_clause(reasons):
    assert "AMB-22" in reasons()["B2c"][1].flags
    assert reasons({"revenue_t3": 0})["B2c"][1].flags == ("AMB-20",)
    assert reasons(code="SRDI-2026")["A5"][1].flags == ("AMB-19",)


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(5), "5"), (Fraction(69995, 1000), "69.995"), (Fraction(1, 3), "0.3333"), (Fraction(-1, 100), "-0.01")],
)
def test_plain_numbers(value, text):
    assert plain(value) == text

"""覆盖：每份标准的每个条款、每个得分，判例里都有满足、不满足、不知道三种预期（做得到的）。"""

from collections import defaultdict

import pytest

from miaopu.standards.cases import flatten
from miaopu.standards.load import load_library
from miaopu.standards.tree.clause import Bands, Clause
from miaopu.standards.tree.node import Person
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog

CATALOG = Catalog.default()
LIBRARY = load_library(CATALOG)
PARTS = [(one.code, node.id) for one in LIBRARY.standards.values() for node in one.walk()]
PARTS += [(notice.standard, clause.id) for notice in LIBRARY.notices for clause in notice.clauses]
SCORES = [(one.code, score.id) for one in LIBRARY.standards.values() for score in (*one.scores, *one.totals)]


@pytest.fixture(scope="module")
def expected():
    found = defaultdict(lambda: defaultdict(list))
    for path in CATALOG.files("standards", "*.cases.yaml"):
        for case in yaml_lines.read(path)["cases"]:
            for row in [case, *case.get("rows", ())]:
                code = row.get("in", {}).get("standard", case["standard"])
                for key, value in flatten(row.get("expect", {})).items():
                    found[code][key].append(str(value))
    return found


def wanted(clause: Clause) -> set[str]:
    """一个条款可能出现的状态里，判例必须有的。"""
    blank = {"manual"} if isinstance(clause.body, Person) else {"unknown", "manual"}
    out = {"pass", "fail", "|".join(sorted(blank))}
    out |= {"not_applicable"} if clause.kinds or clause.when else set()
    return out | ({"exempt"} if any(child.exempts for child in clause.children) else set())


@pytest.mark.parametrize(("code", "name"), PARTS, ids=lambda part: str(part))
def test_clause_has_met_unmet_and_unknown_cases(expected, code, name):
    notices = [clause for notice in LIBRARY.notices for clause in notice.clauses]
    clause = next(c for c in [*LIBRARY.standards[code].walk(), *notices] if c.id == name)
    told = set(expected[code][name])
    lacking = {state for state in wanted(clause) if not told & set(state.split("|"))}
    assert not lacking, f"{code} {name} 的判例还缺 {lacking}；请在标准旁的 *.cases.yaml 补上恰在线上、差一点、缺数"


@pytest.mark.parametrize(("code", "name"), SCORES, ids=lambda part: str(part))
def test_score_has_every_band_and_an_interval(expected, code, name):
    told = set(expected[code][name])
    score = next((s for s in LIBRARY.standards[code].scores if s.id == name), None)
    bands = score.rule.bands if score is not None and isinstance(score.rule, Bands) else ()
    points = {str(band.low) for band in bands if band.low == band.high} | (
        {str(score.rule.default)} if bands else set()
    )
    assert points <= told, f"{code} {name} 的判例还缺得分 {points - told}"
    assert any(value.startswith("[") for value in told), f"{code} {name} 的判例没有缺数时的区间"

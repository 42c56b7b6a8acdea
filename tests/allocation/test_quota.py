"""名额：目录里的数照原样（180、175、187.5 不抹平），公式拟的合计对得上，写错的报文件与行号。"""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaopu.allocation.cohort import Candidate, Clash, pick
from miaopu.allocation.quota import Line, faults, limits_of, lines_of, load_quotas, proposal
from miaopu.screening import load_settings
from miaopu.screening.target import targets
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

CATALOG = Catalog.default()
BOOK = load_quotas(CATALOG)
ZAOZHUANG = {
    "370481": "滕州市",
    "370403": "薛城区",
    "370406": "山亭区",
    "370402": "市中区",
    "370404": "峄城区",
    "370405": "台儿庄区",
    "3704K1": "高新区",
}


def test_the_figures_stand_as_the_documents_write_them():
    told = {row["code"]: row for row in targets(CATALOG).to_dicts()}
    one, other = BOOK.find("LG", "371500", 2026), BOOK.find("SRDI", "370400", 2026)
    assert (one.total, told[one.target]["result"], told[one.target]["noted"]) == (180, "187.5", "187")
    assert (other.total, sum(other.stated.values()), told[other.target]["result"]) == (175, 175, "175")
    assert BOOK.find("LG", "371500", 2024) is None and BOOK.find("SRDI", "371500", 2026) is None


def test_stated_county_numbers_are_minima_and_the_pick_meets_them():
    quota = BOOK.find("SRDI", "370400", 2022)
    lines = lines_of(quota, ZAOZHUANG, {})
    assert {one.title: one.least for one in lines} == dict(quota.stated) and not faults(quota.total, lines)
    firms = [
        Candidate(f"{code}-{at:02}", Fraction(2, 5), at, {"county": code}) for code in ZAOZHUANG for at in range(50)
    ]
    found = pick(firms, limits_of(quota.total, lines))
    assert len(found.chosen) == 175 and all(found.counts[f"{one.title}至少{one.least}家"] == one.least for one in lines)
    assert isinstance(pick(firms, limits_of(174, lines)), Clash), "少一家就放不下各区市的数"


@given(
    st.integers(0, 400),
    st.integers(1, 100),
    st.dictionaries(st.text("abcdef", min_size=1), st.integers(0, 90), max_size=12),
)
def test_the_proposal_adds_up_and_never_asks_for_more_than_there_are(total, percent, candidates):
    given = proposal(total, percent, candidates)
    assert sum(given.values()) == min(total * percent // 100, sum(candidates.values()))
    assert all(0 <= given[code] <= candidates[code] for code in candidates)
    assert given == proposal(total, percent, dict(reversed(candidates.items())))
    if candidates and sum(given.values()):
        share = Fraction(sum(given.values()), sum(candidates.values()))
        assert all(abs(given[code] - share * candidates[code]) < 1 for code in candidates)


def test_sums_that_do_not_fit_are_told():
    lines = [Line("county", "1", "甲", 6, 5), Line("county", "2", "乙", 5, None), Line("county", "2", "乙", None, 9)]
    assert faults(10, lines) == ["甲至少6家多于至多5家", "县区里有重复的", "各县区至少之和11家，多于总数10家"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("target: Z22-YEARLY", "target: Z22-NONE", "没有目标“Z22-NONE”"),
        ("county: stated", "county: proposed", "按公式拟的要写 percent"),
        ("满足: 9/10", "满足: 11/10", "应在 0 与 1 之间"),
        ("满足: 9/10", "满足: 一成", "应是 9/10 这样的分数"),
        ("years_note: 方案写“每年”", "note: 方案写“每年”", "名额缺少“years_note”"),
        ("least_percent: 50, reason", "least: 50, reason", "构成要写"),
    ],
)
def test_a_slip_in_the_file_is_refused_with_its_line(tmp_path, old, new, told):
    for name in ("library.yaml", "targets/liaocheng-2025.yaml", "targets/zaozhuang-2022.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(CATALOG.file(name).read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(CatalogError, match=r"library.yaml 第 \d+ 行") as caught:
        load_quotas(Catalog(tmp_path))
    assert told in str(caught.value)


def test_every_tier_says_whether_it_has_a_library_and_why():
    settings = load_settings(CATALOG)
    listed = [one.tier for one in settings.lists]
    every = {tier for rung in (*settings.ladder, *settings.side) for tier in rung.tiers}
    assert list(BOOK.libraries) == listed and set(BOOK.without) == every - set(listed)
    assert all(told for told in (*BOOK.libraries.values(), *BOOK.without.values()))


def test_a_library_must_name_all_its_quotas(tmp_path):
    for name in ("library.yaml", "targets/liaocheng-2025.yaml", "targets/zaozhuang-2022.yaml"):
        text = CATALOG.file(name).read_text(encoding="utf-8").replace("quota: [L25-LIBRARY]", "quota: []")
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match="层级“LG”的名额有 L25-LIBRARY"):
        load_quotas(Catalog(tmp_path))

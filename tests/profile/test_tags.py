"""标签：三值（不知道不是否）、引用条款、人工优先、截止日、定义写错即报。"""

from datetime import date

import polars as pl
import pytest
from tests.screening.city import CATALOG, LIBRARY, ON, PERCENT, firm, screened

from miaopu.profile.tag import load_tags
from miaopu.profile.tags import MANUAL_SCHEMA, tag
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

ROWS = [
    firm(1),
    firm(2, market_share=5 * PERCENT, domestic_rank=9),
    firm(3, rd_t1=None, hte=None),
    firm(4, little_giant=1, market_share=5 * PERCENT, domestic_rank=9, hte_until="2027-01-03"),
    firm(5, rd_t1=1, rd_t2=1, hte=0),
    firm(6, revenue_t1=None, class1_ip_2026_low=0),
    {"enterprise": "几乎什么都不知道", "name": "虚构7号有限公司", "srdi": 0},
]
TAGS = load_tags(CATALOG, LIBRARY.vocabulary)


def tagged(manual=None, with_screening=True):
    found, frame, verdicts, every = screened(ROWS)
    stood = found.firms if with_screening else None
    return tag(frame, verdicts, TAGS, every.values(), LIBRARY.vocabulary, ON, stood, manual)


@pytest.fixture(scope="module")
def plain():
    return tagged()


def states(table, code):
    order = [row["enterprise"] for row in ROWS]
    held = dict(table.states.select("enterprise", code).iter_rows())
    return [held[name] for name in order]


def test_unknown_is_not_no(plain):
    assert states(plain, "HTE") == [True, True, None, True, False, True, None]
    assert states(plain, "IP1") == [True, True, True, True, True, None, None], "确有0件、至多6件，不知道"


def test_a_clause_tag_follows_the_standard(plain):
    assert states(plain, "RD3") == [True, True, None, True, False, None, None]


def test_near_misses_and_their_exception(plain):
    assert states(plain, "LGONE")[:4] == [False, True, False, False], "已是小巨人的不再打差一项"
    assert states(plain, "LG")[3] is True
    assert states(plain, "LGONE")[6] is None, "确定不满足一项，其余全不知道：不说差一项"


def test_without_the_screening_table_its_tags_are_unknown():
    assert states(tagged(with_screening=False), "LGONE")[:3] == [None, None, None]


def test_missing_data_and_expiry(plain):
    assert states(plain, "BLANK") == [False, False, True, False, False, True, True]
    assert states(plain, "EXPIRING")[3] is True
    assert states(plain, "EXPIRING")[2] is None, "有没有高企都不知道的，不说否"


def test_counts_add_up_to_every_firm(plain):
    sums = plain.counts.select(pl.sum_horizontal("yes", "no", "unknown")).to_series()
    assert sums.unique().to_list() == [len(ROWS)]


def test_held_tags_carry_evidence_validity_and_author(plain):
    row = plain.held(["HTE"]).row(by_predicate=pl.col("enterprise") == ROWS[3]["enterprise"], named=True)
    assert row["until"] == date(2027, 1, 3) and row["by"] == "规则" and row["on"] == ON
    assert row["evidence"] == "高新技术企业：是；高新技术企业（截止日）：2027-01-03"
    rd = plain.held(["RDTOP"])["evidence"][0]
    assert rd == "上年研发费用（审计）：700.00万元；上年营业收入：9000.00万元"


def manual(number, code, value, on, until=None, by="某科"):
    return (ROWS[number - 1]["enterprise"], code, value, by, on, until, "实地走访")


def manual_table(*rows):
    return pl.DataFrame(list(rows), schema=MANUAL_SCHEMA, orient="row")


def test_a_person_goes_before_the_rule_and_the_latest_word_counts():
    given = manual_table(
        manual(1, "GROWING", True, date(2026, 1, 1)),
        manual(1, "GROWING", False, date(2026, 6, 1)),
        manual(5, "HTE", True, date(2026, 6, 1), date(2026, 10, 1)),
        manual(3, "HTE", True, date(2026, 6, 1)),
    )
    found = tagged(given)
    assert states(found, "GROWING")[0] is False
    assert states(found, "HTE")[4] is False, "人工标签过期了，回到规则"
    row = found.held(["HTE"]).row(by_predicate=pl.col("enterprise") == ROWS[2]["enterprise"], named=True)
    assert (row["by"], row["evidence"], row["until"]) == ("某科", "实地走访", None)


def test_a_manual_tag_without_definition_is_refused():
    with pytest.raises(ValueError, match="没有定义的标签：NONSENSE"):
        tagged(manual_table(manual(1, "NONSENSE", True, date(2026, 1, 1))))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "- {code: A, title: 甲, group: 组, definition: 义, evidence: [], test: nothing_like_it}",
            "没有“nothing_like_it”",
        ),
        ("- {code: A, title: 甲, group: 组, definition: 义, evidence: []}", "有且只有一种规则"),
        ("- {code: A, title: 甲, group: 组, definition: 义, evidence: [], test: hte, luck: 1}", "不认识“luck”"),
        ("- {code: HTE, title: 甲, group: 组, definition: 义, evidence: [], test: hte}", "HTE 重复"),
    ],
)
def test_a_wrong_definition_names_its_line(tmp_path, text, said):
    (tmp_path / "tags").mkdir()
    (tmp_path / "tags" / "local.yaml").write_text(f"# 本地\n{text}\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=f"第 2 行.*{said}"):
        load_tags(Catalog.default(tmp_path), LIBRARY.vocabulary)

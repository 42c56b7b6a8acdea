"""对主体：先代码，后唯一全名；代码与名称两家即冲突；分支不是总公司；相近只提候选。"""

import polars as pl
import pytest

from miaopu.ledger.record import RESOLUTION_SCHEMA, ROW_SCHEMA
from miaopu.ledger.resolve import REGISTRY_SCHEMA, resolve
from miaopu.terms import uscc


def code(number: int, region: str = "371502") -> str:
    """一个虚构的有效代码。"""
    body = f"91{region}MA{number:06d}"
    body += uscc.organisation_digit(body[8:])
    return body + uscc.check_digit(body)


XINTAI, HENGDA, BRANCH, TWIN = (code(one) for one in (1, 2, 3, 4))
REGISTRY = pl.DataFrame(
    [
        (
            XINTAI,
            XINTAI,
            "聊城鑫泰虚构机械有限公司",
            ["聊城老虚构机械厂"],
            "371502",
            "聊城市东昌府区柳园路9号",
            "company",
        ),
        (HENGDA, HENGDA, "聊城恒达虚构轴承有限公司", [], "371581", "临清市新华路3号", "company"),
        (BRANCH, BRANCH, "聊城鑫泰虚构机械有限公司冠县分公司", [], "371525", None, "branch"),
        (TWIN, TWIN, "聊城恒达虚构超市", [], "371521", None, "individual"),
        (code(5), code(5), "聊城恒达虚构超市", [], "371522", None, "individual"),
        ("E000000000001", None, "聊城无码虚构合作社", None, "371522", None, "cooperative"),
    ],
    schema=REGISTRY_SCHEMA,
    orient="row",
)


def rows(*given: tuple, **columns: str) -> pl.DataFrame:
    """来源行：每个是（代码，名称），其余列相同。"""
    data = [
        {"row_id": at, "sheet": "表1", "row": at + 2, "uscc_raw": uscc_raw, "name_raw": name, **columns}
        for at, (uscc_raw, name) in enumerate(given)
    ]
    return pl.DataFrame(data, schema=ROW_SCHEMA)


def one(uscc_raw, name, *, may_create=False, **columns) -> dict:
    return resolve(rows((uscc_raw, name), **columns), REGISTRY, may_create=may_create).row(0, named=True)


MATCHED = [
    (XINTAI, "聊城鑫泰虚构机械有限公司", XINTAI),
    (XINTAI.lower(), None, XINTAI),
    (XINTAI, "聊城老虚构机械厂", XINTAI),
    (XINTAI, "聊城市鑫泰虚构机械公司", XINTAI),
    (XINTAI, "聊城鑫秦虚构机械有限公司", XINTAI),
    (None, "聊城鑫泰虛構機械有限公司", XINTAI),
    ("—", "聊城 鑫泰虚构机械有限公司", XINTAI),
    (None, "聊城老虚构机械厂", XINTAI),
    (XINTAI[:-2] + "AA", "聊城鑫泰虚构机械有限公司", XINTAI),
    ("9.13715E+17", "聊城鑫泰虚构机械有限公司", XINTAI),
    (code(9), "聊城无码虚构合作社", "E000000000001"),
    (None, "聊城鑫泰虚构机械有限公司冠县分公司", BRANCH),
    (code(5), "聊城恒达虚构超市", code(5)),
]


@pytest.mark.parametrize(("uscc_raw", "name", "enterprise"), MATCHED)
def test_matched(uscc_raw, name, enterprise):
    result = one(uscc_raw, name)
    assert (result["outcome"], result["enterprise"]) == ("matched", enterprise)


CONFLICTS = [
    (XINTAI, "聊城恒达虚构轴承有限公司", "代码属于一家"),
    (XINTAI, "聊城恒达虚构超市", "代码属于一家"),
    (XINTAI, "聊城鑫泰虚构机械有限公司东阿分公司", "分支机构"),
    (XINTAI, "聊城鑫泰虚构机械有限公司冠县分公司", "代码属于一家"),
    (BRANCH, "聊城鑫泰虚构机械有限公司", "代码属于一家"),
    (code(99), "聊城鑫泰虚构机械有限公司", "代码不同"),
    (code(99), "聊城恒达虚构超市", "几家"),
]


@pytest.mark.parametrize(("uscc_raw", "name", "said"), CONFLICTS)
@pytest.mark.parametrize("may_create", [False, True])
def test_conflict_is_never_a_merge(uscc_raw, name, said, may_create):
    result = one(uscc_raw, name, may_create=may_create)
    assert (result["outcome"], result["enterprise"]) == ("conflict", None)
    assert said in result["reason"]
    assert result["candidates"]


REVIEWS = [
    (None, "聊城市鑫泰虚构机械有限公司", XINTAI),
    (None, "鑫泰虚构机械有限责任公司", XINTAI),
    (None, "聊城鑫秦虚构机械有限公司", XINTAI),
    (None, "聊城鑫泰虚构机械有限公司东阿分公司", BRANCH),
    (None, "聊城恒达虚构超市", TWIN),
    (XINTAI, "聊城完全不同虚构食品有限公司", XINTAI),
    (XINTAI, "聊城鑫泰虚构第二机械有限公司", XINTAI),
    ("9.13799E+17", "聊城鑫泰虚构机械有限公司", XINTAI),
    (code(7)[:-1] + "#", "聊城恒达虚构轴承厂", HENGDA),
]


@pytest.mark.parametrize(("uscc_raw", "name", "first"), REVIEWS)
def test_uncertain_goes_to_review_with_candidates(uscc_raw, name, first):
    result = one(uscc_raw, name)
    assert (result["outcome"], result["enterprise"]) == ("review", None)
    assert result["candidates"][0]["enterprise"] == first
    assert len(result["candidates"]) <= 5
    assert result["candidates"][0]["reason"]


PLACES = [
    ("鑫泰虚构机械有限责任公司", "山东省聊城市东昌府区柳园路9号", "matched"),
    ("聊城市鑫泰虚构机械有限公司（盖章）", "柳园路９号", "matched"),
    ("鑫泰虚构机械有限责任公司", "聊城市东昌府区柳园路8号", "review"),
    ("聊城鑫泰虚构电子有限公司", "聊城市东昌府区柳园路9号", "review"),
    ("聊城鑫秦虚构机械有限公司", "聊城市东昌府区柳园路9号", "review"),
    ("鑫泰虚构机械分公司", "聊城市东昌府区柳园路9号", "review"),
    ("鑫泰虚构机械有限责任公司东阿分公司", "聊城市东昌府区柳园路9号", "review"),
]


@pytest.mark.parametrize(("name", "address", "outcome"), PLACES)
def test_similar_name_needs_the_very_same_place(name, address, outcome):
    result = one(None, name, address_raw=address)
    assert result["outcome"] == outcome
    assert result["enterprise"] == (XINTAI if outcome == "matched" else None)


def test_two_firms_at_one_place_are_not_chosen_between():
    twin = REGISTRY.head(1).with_columns(
        enterprise=pl.lit(code(77)), uscc=pl.lit(code(77)), name=pl.lit("山东鑫泰虚构机械有限公司")
    )
    table = rows((None, "鑫泰虚构机械有限责任公司"), address_raw="聊城市东昌府区柳园路9号")
    assert resolve(table, pl.concat([REGISTRY, twin]), may_create=False)["outcome"].to_list() == ["review"]


def test_pieces_of_a_code_point_to_their_firm():
    by_tax = one("371502" + XINTAI[8:17], "聊城别的虚构食品有限公司")
    assert by_tax["candidates"][0]["enterprise"] == XINTAI
    lookalike = one(XINTAI.replace("0", "O", 1), None)
    assert (lookalike["outcome"], lookalike["candidates"][0]["enterprise"]) == ("review", XINTAI)


def test_new_only_from_registration():
    assert one(code(8), "聊城新虚构食品有限公司")["outcome"] == "review"
    created = one(code(8), "聊城新虚构食品有限公司", may_create=True)
    assert (created["outcome"], created["enterprise"]) == ("new", code(8))


def test_new_without_code_gets_a_stable_key():
    created = one(None, "聊城新虚构食品有限公司", may_create=True)
    assert created["outcome"] == "new"
    assert created["enterprise"] == one("", "聊城新虛構食品有限公司 ", may_create=True)["enterprise"]
    assert len(created["enterprise"]) == 13


def test_new_without_code_but_very_like_a_known_firm_waits():
    result = one(None, "聊城市鑫泰虚构机械有限责任公司", may_create=True)
    assert (result["outcome"], result["candidates"][0]["enterprise"]) == ("review", XINTAI)


def test_a_code_two_known_firms_share_decides_nothing():
    shared = REGISTRY.head(1).with_columns(enterprise=pl.lit("E00000000000a"), name=pl.lit("聊城重码虚构公司"))
    result = resolve(rows((XINTAI, None)), pl.concat([REGISTRY, shared]), may_create=True)
    assert result["outcome"].to_list() == ["conflict"]


def test_new_without_code_at_two_places_waits():
    table = rows((None, "聊城新虚构食品店"), (None, "聊城新虚构食品店"))
    apart = table.with_columns(address_raw=pl.Series(["柳园路1号", "柳园路2号"]))
    assert resolve(table, REGISTRY, may_create=True)["outcome"].to_list() == ["new", "new"]
    assert resolve(apart, REGISTRY, may_create=True)["outcome"].to_list() == ["review", "review"]


def test_broken_code_creates_nothing():
    assert one(code(8)[:-1] + "#", "聊城新虚构食品有限公司", may_create=True)["outcome"] == "review"


def test_registration_renames():
    assert one(XINTAI, "聊城全新虚构食品有限公司", may_create=True)["enterprise"] == XINTAI


def test_one_code_two_names_in_one_file():
    table = rows((code(8), "聊城新虚构食品有限公司"), (code(8), "聊城旧虚构服装有限公司"))
    assert resolve(table, REGISTRY, may_create=True)["outcome"].to_list() == ["conflict", "conflict"]


def test_one_name_two_codes_in_one_file():
    table = rows((code(8), "聊城新虚构食品有限公司"), (code(9), "聊城新虚构食品有限公司"))
    assert resolve(table, REGISTRY, may_create=True)["outcome"].to_list() == ["conflict", "conflict"]


def test_row_that_agrees_on_both_keeps_its_match():
    table = rows((XINTAI, "聊城鑫泰虚构机械有限公司"), (XINTAI, "聊城旧虚构服装有限公司"))
    assert resolve(table, REGISTRY, may_create=False)["outcome"].to_list() == ["matched", "conflict"]


def test_shape_and_order():
    table = rows((None, None), (XINTAI, None), (None, "没有这家虚构企业"))
    result = resolve(table, REGISTRY, may_create=False)
    assert dict(result.schema) == RESOLUTION_SCHEMA
    assert result["row_id"].to_list() == [0, 1, 2]
    assert result["outcome"].to_list() == ["review", "matched", "review"]


def test_empty_rows_and_empty_registry():
    assert resolve(rows(), REGISTRY, may_create=False).is_empty()
    nothing = REGISTRY.clear()
    assert resolve(rows((XINTAI, "聊城鑫泰虚构机械有限公司")), nothing, may_create=True)["outcome"].to_list() == ["new"]
    assert resolve(rows((None, "聊城鑫泰虚构机械有限公司")), nothing, may_create=False)["outcome"].to_list() == [
        "review"
    ]

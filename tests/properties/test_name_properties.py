"""名称与代码的性质：归一两次与一次相同、整列与逐个相同、写法变化不改去向、改错一字不会合并、有效代码改一位即无效。"""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from miaopu.ledger.record import ROW_SCHEMA
from miaopu.ledger.resolve import REGISTRY_SCHEMA, resolve
from miaopu.terms import names, uscc

CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cs",))
WORDS = st.text(
    st.sampled_from("聊城枣庄鑫泰恒达机械轴承有限公司分店（）()【】 　發龍A1\u200b"), min_size=1, max_size=14
)
BRANDS = st.text(st.sampled_from("鑫泰恒达华盛信科远洋天宇金龙海润锦博"), min_size=3, max_size=4)
LETTERS = st.sampled_from(uscc.ALPHABET)


@st.composite
def codes(draw):
    body = "91" + draw(st.sampled_from(("371502", "370481"))) + "".join(draw(st.lists(LETTERS, min_size=8, max_size=8)))
    body += uscc.organisation_digit(body[8:])
    return body + uscc.check_digit(body)


@given(st.text(CHARACTERS, max_size=20))
def test_folding_twice_changes_nothing(text):
    once = names.fold(text)
    assert names.fold(once) == once


@given(st.lists(st.one_of(st.none(), WORDS, st.text(CHARACTERS, max_size=8)), max_size=12))
def test_column_forms_agree_with_each(texts):
    folded = names.fold_column(pl.Series(texts, dtype=pl.String))
    assert folded.to_list() == [names.fold(one) or None for one in texts]
    assert names.branch_column(folded).to_list() == [bool(one) and names.is_branch(one) for one in folded]


@given(
    st.lists(st.one_of(st.none(), codes(), st.text(st.sampled_from("0123456789AEIOX.+- "), max_size=20)), max_size=12)
)
def test_code_column_agrees_with_each(texts):
    table = uscc.check_column(pl.Series(texts, dtype=pl.String))
    expected = [(one.normalized, one.valid, one.reason) for one in map(uscc.check, texts)]
    assert table.select("normalized", "valid", "reason").rows() == expected


@given(codes(), st.integers(0, 17), LETTERS)
def test_one_wrong_place_is_always_seen(code, place, letter):
    wrong = code[:place] + letter + code[place + 1 :]
    assert uscc.check(wrong).valid == (wrong == code)


@settings(max_examples=30, deadline=None)
@given(st.lists(BRANDS, min_size=3, max_size=8, unique=True), st.data())
def test_only_the_very_same_name_merges(brands, data):
    titles = [f"聊城{one}虚构机械有限公司" for one in brands]
    keys = [data.draw(codes()) for _ in titles]
    registry = pl.DataFrame(
        {"enterprise": [f"E{at}" for at in range(len(titles))], "uscc": keys, "name": titles}
    ).with_columns(
        pl.lit(None, kind).alias(one)
        for one, kind in REGISTRY_SCHEMA.items()
        if one not in ("enterprise", "uscc", "name")
    )
    at = data.draw(st.integers(2, 4))
    spoiled = [one[:at] + data.draw(st.sampled_from("鑫泰恒达")) + one[at + 1 :] for one in titles]
    written = [one.replace("虚构", "（虚构）").replace("（", " ").replace("）", "　") for one in titles] + spoiled
    rows = pl.DataFrame([{"row_id": row, "name_raw": one} for row, one in enumerate(written)], schema=ROW_SCHEMA)
    result = resolve(rows, registry, may_create=False)
    for raw, outcome, enterprise in zip(written, result["outcome"], result["enterprise"], strict=True):
        same = [at for at, one in enumerate(titles) if names.fold(one) == names.fold(raw)]
        assert (outcome, enterprise) == (("matched", f"E{same[0]}") if same else ("review", None))

"""撮合：次序与放进来的先后无关，一样的文字排第一，无关的成果不动别人的领域与成熟度，数与 scikit-learn 一致。"""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from miaopu.allocation.match import FULL, PARTS, Need, Offer, likenesses, load_terms, pieces, rank
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""机器忙时造数据慢，不算错。"""
TERMS = load_terms(Catalog.default())
NEED = Need("bearing", "高速轴承保持架耐磨涂层，提高寿命", "371502", frozenset({"甲所"}))
WORDS = st.text(alphabet="轴承涂层耐磨电池软件检测", max_size=20)
OFFERS = st.lists(
    st.builds(
        Offer,
        code=st.integers(0, 10**6).map("R{:07d}".format),
        institute=st.sampled_from(["甲所", "乙所"]),
        field=st.sampled_from(["bearing", "material", "software", ""]),
        text=WORDS,
        maturity=st.sampled_from([*TERMS.maturity, ""]),
        place=st.sampled_from(["371500", "370100", "110000", None]),
    ),
    max_size=7,
    unique_by=lambda one: one.code,
)


def offer(code="R1", **changes) -> Offer:
    return replace(Offer(code, "乙所", "bearing", "保持架涂层", "pilot", "370100"), **changes)


@settings(SLOW, max_examples=60)
@given(OFFERS, st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(offers, random) -> None:
    shuffled = list(offers)
    random.shuffle(shuffled)
    assert rank(NEED, offers, TERMS) == rank(NEED, shuffled, TERMS)


@settings(SLOW, max_examples=60)
@given(OFFERS)
def test_every_score_is_the_sum_of_its_parts_and_within_bounds(offers) -> None:
    for one in rank(NEED, offers, TERMS):
        assert one.score == sum(part.points for part in one.parts) and 0 <= one.score <= FULL
        assert [part.title for part in one.parts] == list(PARTS.values())
        assert all(part.told in one.sentence and 0 <= part.points <= part.most for part in one.parts)


@settings(SLOW, max_examples=60)
@given(OFFERS)
def test_an_unrelated_result_leaves_the_parts_of_the_others(offers) -> None:
    def parts(found):
        return {one.code: [part for part in one.parts if part.code != "text"] for one in found if one.code != "new"}

    def order(found):
        told = {one.code: sum(part.points for part in one.parts if part.code in ("field", "maturity")) for one in found}
        return sorted(told.items(), key=lambda item: (-item[1], item[0]))

    before = rank(NEED, offers, TERMS)
    after = rank(NEED, [*offers, offer("new", field="textile", text="无缝针织", maturity="idea")], TERMS)
    assert parts(before) == parts(after)
    assert order(before) == [one for one in order(after) if one[0] != "new"]


@settings(SLOW, max_examples=60)
@given(st.lists(WORDS, max_size=6))
def test_the_identical_text_comes_first(texts) -> None:
    offers = [offer(f"A{at}", text=text) for at, text in enumerate(texts)]
    first = rank(NEED, [*offers, offer("Z", text=NEED.text)], TERMS)[0]
    assert first.code == "Z" or any(one.text == NEED.text for one in offers)
    assert next(part for part in first.parts if part.code == "text").points == TERMS.weights["text"]


@settings(SLOW, max_examples=40)
@given(st.lists(WORDS, min_size=1, max_size=6))
def test_the_likeness_is_that_of_scikit_learn(texts) -> None:
    found = likenesses(NEED.text, texts, TERMS.grams)
    folded = ["".join(char for char in one if char.isalnum()) for one in (NEED.text, *texts)]
    matrix = TfidfVectorizer(analyzer="char", ngram_range=TERMS.grams).fit_transform(folded)
    known = (matrix[1:] @ matrix[0].T).toarray().ravel()
    for one, value in zip(found, known, strict=True):
        assert abs(float(one.share) - value) <= 0.00006


def test_each_part_by_hand() -> None:
    (one,) = rank(NEED, [offer(institute="甲所", text="全不相干", place="371500")], TERMS)
    points = {part.code: part.points for part in one.parts}
    assert points == {"field": 30, "text": 0, "maturity": 12, "travel": 10, "earlier": 5} and one.score == 57
    assert "同一领域：轴承与基础零部件" in one.sentence and "与甲所签过约" in one.sentence
    (other,) = rank(NEED, [offer(field="material", text="全不相干", maturity="", place=None)], TERMS)
    assert {part.code: part.points for part in other.parts}["field"] == 15
    assert "相近领域" in other.sentence and "成熟度不详" in other.sentence and "地点不详" in other.sentence
    (back,) = rank(replace(NEED, field="material"), [offer()], TERMS)
    assert "相近领域" in back.sentence, "写一边的，两边都算"


def test_ties_go_by_code_and_nothing_gives_nothing() -> None:
    assert [one.code for one in rank(NEED, [offer("B"), offer("A"), offer("C")], TERMS)] == ["A", "B", "C"]
    assert rank(NEED, [], TERMS) == ()
    assert rank(Need("", ""), [offer()], TERMS)[0].parts[1].points == 0


def test_width_and_case_do_not_matter() -> None:
    assert list(pieces("ＰＬＣ 控制", (2, 3))) == list(pieces("plc控制。", (2, 3)))
    assert likenesses("ＰＬＣ控制", ["plc 控制"], (2, 3))[0].share == Fraction(1)


def test_weights_that_do_not_add_up_are_told(tmp_path) -> None:
    text = Catalog.default().file("demands.yaml").read_text(encoding="utf-8")
    (tmp_path / "demands.yaml").write_text(text.replace("field: 30, text", "field: 31, text"), encoding="utf-8")
    with pytest.raises(CatalogError, match="满分之和应为 100"):
        load_terms(Catalog(tmp_path))

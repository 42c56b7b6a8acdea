"""企业总库：查找、排名、标出、范围、分面家数；每个数都与直接查读表对照。"""

import re
from urllib.parse import urlencode

import pytest
from django.db.models import Count, Q
from django.http import QueryDict

from miaopu.access.act import Denied, Wrong
from miaopu.selection.screening.firms.facets import FACETS
from miaopu.selection.screening.firms.filters import parse, words
from miaopu.selection.screening.firms.find import find
from miaopu.selection.screening.firms.mark import marked, segments
from miaopu.selection.screening.firms.match import ranks
from miaopu.selection.screening.firms.roll import roll
from miaopu.selection.screening.models import Firm

pytestmark = pytest.mark.django_db


def look(actor, **given):
    """一组网址参数 → 找到的。"""
    held = roll()
    return find(actor, held, parse(held, QueryDict(urlencode(given, doseq=True)))[0])


def names(found, most=50):
    return [one.name for one in found.firms(found.places[:most])]


def shown_text(html):
    return re.sub(r"<[^>]+>", "", html)


def test_two_characters_find_what_the_table_holds(actor):
    everyone = actor("gly")
    for text in ("轴承", "机械", "聊城", "安"):
        want = Firm.objects.filter(Q(name__contains=text) | Q(former__contains=text)).count()
        assert want and look(everyone, q=text).total == want, text
    for letters in ("zc", "JX"):
        found = look(everyone, q=letters)
        want = Q(initials__contains=letters.lower()) | Q(name__icontains=letters) | Q(former__icontains=letters)
        assert found.total == Firm.objects.filter(want).count() > 0


def test_exact_name_comes_first_then_beginnings_then_the_rest(actor):
    everyone, held = actor("gly"), roll()
    firm = Firm.objects.exclude(uscc=None).order_by("name").first()
    assert names(look(everyone, q=firm.name))[0] == firm.name
    for code in (firm.uscc, firm.uscc.lower(), firm.enterprise):
        assert names(look(everyone, q=code)) == [firm.name]
    tail = look(everyone, q=firm.uscc[-6:])
    assert firm.name in names(tail)
    level = ranks(held, "聊城")[look(everyone, q="聊城").places]
    assert list(level) == sorted(level)


def test_region_words_at_the_front_do_not_matter(actor):
    firm = Firm.objects.filter(name__startswith="山东虚构").order_by("name").first()
    bare = firm.name.removeprefix("山东虚构")
    assert names(look(actor("gly"), q=bare))[0] == firm.name
    other = f"聊城{bare}"
    assert firm.name in names(look(actor("gly"), q=other)), "地区词写成别的也找得到"
    assert roll().bare("山东聊城轴承") == "轴承" and roll().bare("聊城") == "聊城"


def test_several_words_must_all_match(actor):
    found = look(actor("gly"), q="虚构 机械")
    assert found.total == Firm.objects.filter(name__contains="机械").filter(name__contains="虚构").count() > 0


def test_a_firm_found_by_its_former_name_says_so(actor, client_of):
    firm = Firm.objects.exclude(former=None).order_by("enterprise").first()
    old = firm.former.split("；")[0]
    assert old not in firm.name
    found = look(actor("gly"), q=old)
    row = next(one for one in marked(found.roll, found.firms(found.places), old) if one.firm.pk == firm.pk)
    assert "".join(text for text, _ in row.former) == old and any(hit for _, hit in row.former)
    page = client_of("gly").get("/firms/", {"q": old}).content.decode()
    assert f"曾用名：{old}" in shown_text(page)
    assert "曾用名：" in shown_text(client_of("gly").get("/firms/suggest/", {"q": old}).content.decode())


def test_marks_are_exact_and_never_raw_html(actor, client_of):
    found = look(actor("gly"), q="机械")
    for row in marked(found.roll, found.firms(found.places[:20]), "机械"):
        assert "".join(text for text, _ in row.name) == row.firm.name
        assert [text for text, hit in row.name if hit] == ["机械"]
    assert segments("甲<b>乙", [False, True, True, True, False]) == [("甲", False), ("<b>", True), ("乙", False)]
    firm = Firm.objects.order_by("enterprise").first()
    Firm.objects.filter(pk=firm.pk).update(name="<script>alert(1)</script>")
    page = client_of("gly").get("/firms/", {"q": firm.enterprise}).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_letters_are_marked_on_the_characters_they_stand_for(actor):
    found = look(actor("gly"), q="zc")
    row = next(one for one in marked(found.roll, found.firms(found.places[:50]), "zc") if "轴承" in one.firm.name)
    assert [text for text, hit in row.name if hit] == ["轴承"]


def test_facet_counts_reflect_the_other_filters(actor):
    everyone = actor("gly")
    found = look(everyone, county=["371502", "371503"], section="C")
    counted = {one.name: dict(zip([v.code for v in found.roll.values[one.name]], found.counts[one.name].tolist(),
                                  strict=True)) for one in FACETS}  # fmt: skip
    by_county = dict(Firm.objects.filter(section="C").values_list("district").annotate(Count("pk")))
    assert {code: n for code, n in counted["county"].items() if n} == {
        code or "unknown": n for code, n in by_county.items()
    }, "县区的家数不算县区自己的条件"
    both = Firm.objects.filter(section="C", district__in=["371502", "371503"])
    assert found.total == both.count() > 0
    assert counted["size"]["unknown"] == both.filter(size=None).count()
    assert counted["verdict"]["0"] == both.filter(verdict=0).count()
    assert counted["section"]["C"] == found.total


def test_unknown_is_a_value_of_its_own(actor):
    everyone = actor("gly")
    missing = Firm.objects.filter(size=None).count()
    assert look(everyone, size="unknown").total == missing > 0
    assert look(everyone, size=["unknown", "小型"]).total == missing + Firm.objects.filter(size="小型").count()
    for facet in FACETS:
        empty = Firm.objects.filter(**{f"{facet.column}__isnull": True}).count()
        assert look(everyone, **{facet.name: facet.blank[0]}).total == empty


@pytest.mark.parametrize("login", ["gly", "dongchangfu", "chiping", "zhuanyuan", "qiye", "lingdao"])
def test_everyone_sees_just_their_own_reach(actor, login):
    one = actor(login)
    seen = one.reach("firm.view").firms(Firm.objects.all())
    found = look(one)
    assert found.total == found.scope == seen.count() > 0
    assert set(found.roll.table["enterprise"].gather(found.places)) == set(seen.values_list("pk", flat=True))
    for facet in FACETS:
        assert found.counts[facet.name].sum() == seen.count(), "分面也只数看得到的"


def test_counties_do_not_see_each_other(actor, client_of):
    other = Firm.objects.filter(district="371503").order_by("enterprise").first()
    assert look(actor("dongchangfu"), q=other.enterprise).total == 0
    assert look(actor("dongchangfu"), county="371503").total == 0
    assert look(actor("chiping"), q=other.enterprise).total == 1
    page = client_of("dongchangfu").get("/firms/suggest/", {"q": other.name}).content.decode()
    assert other.enterprise not in page


def test_administrators_see_no_firms(actor, client_of):
    with pytest.raises(Denied):
        look(actor("xitong"))
    for address in ("/firms/", "/firms/suggest/?q=机械", "/firms/cohorts/"):
        assert client_of("xitong").get(address).status_code == 403


def test_sorting_puts_blanks_last_both_ways(actor):
    everyone = actor("gly")
    for sort in ("short", "-short", "score", "-score"):
        rows = look(everyone, sort=sort)
        values = [getattr(one, sort.lstrip("-")) for one in rows.firms(rows.places)]
        told = [one for one in values if one is not None]
        assert told == sorted(told, reverse=sort.startswith("-"))
        assert values == told + [None] * (len(values) - len(told))
    found = look(everyone, sort="county")
    counties = [one.county for one in found.firms(found.places)]
    assert counties[0] == "东昌府区" and counties == sorted(counties, key=counties.index)


def test_filters_survive_the_address_and_read_as_words(actor):
    held = roll()
    asked = {"q": " 机械  轴承 ", "county": ["371503", "371502"], "verdict": "3", "sort": "-score"}
    filters, told = parse(held, QueryDict(urlencode(asked, doseq=True)))
    assert told == [] and parse(held, QueryDict(filters.query()))[0] == filters
    assert words(held, filters) == "查找“机械 轴承”；县区：东昌府区、茌平区；结论：满足"
    assert filters.without("county", "371502").chosen["county"] == ("371503",)


def test_odd_addresses_end_in_chinese_sentences_not_errors(client_of):
    client = client_of("gly")
    for query, told in {
        "county=999999": "“县区”里没有“999999”，这一条已略去",
        "band=%3Cb%3E": "&lt;b&gt;",
        "sort=password": "不能按“password”排序",
        "page=99999999999999999999": "页，已给第",
        "page=-3": "没有第“-3”页",
        "page=%00": "没有第",
        "q=a+b+c+d+e+f+g": "只看前 5 个",
        "q=%25_%27%22": "没有找到企业",
    }.items():
        page = client.get(f"/firms/?{query}")
        assert page.status_code == 200 and told in page.content.decode(), query
    for query in ("q=%00", "q=" + "x" * 61, "county=%01"):
        page = client.get(f"/firms/?{query}")
        assert page.status_code == 400 and "请" in page.content.decode(), query


def test_the_page_answers_a_fragment_and_moves_the_address(client_of):
    client = client_of("gly")
    whole = client.get("/firms/?q=机械")
    assert "<html" in whole.content.decode() and "HX-Request" in whole["Vary"]
    part = client.get("/firms/?q=机械&county=", headers={"HX-Request": "true", "HX-Trigger": "facets"})
    assert "<html" not in part.content.decode() and 'hx-swap-oob="true"' in part.content.decode()
    assert part["HX-Push-Url"] == "/firms/?" + urlencode({"q": "机械"})
    typed = client.get("/firms/?q=机械", headers={"HX-Request": "true", "HX-Trigger": "q"})
    assert typed["HX-Replace-Url"] and not typed.has_header("HX-Push-Url")
    back = client.get("/firms/?q=机械", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back.content.decode()


def test_without_a_round_the_page_says_what_to_do(client_of):
    from miaopu.selection.screening.models import FirmColumns

    FirmColumns.objects.all().delete()
    page = client_of("gly").get("/firms/")
    assert page.status_code == 400 and "先入账并运行筛选" in page.content.decode()
    with pytest.raises(Wrong):
        roll()

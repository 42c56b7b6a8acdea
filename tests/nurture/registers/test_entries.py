"""登记：各本都登得进、办得成；没有理由不办，范围之外的拒绝，后来的人被告知，能撤一步；缺的不当作零。"""

from datetime import date
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from tests.nurture.conftest import admitted
from tests.nurture.registers.conftest import COST, PATENT

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import Account, LogEntry
from miaopu.nurture.registers import queries
from miaopu.nurture.registers.actions import entries as actions
from miaopu.nurture.registers.demo import demo_registers
from miaopu.nurture.registers.models import Entry, Move
from miaopu.nurture.registers.reckon.covered import rates
from miaopu.nurture.registers.reckon.figures import deadlines, late, totals
from miaopu.nurture.registers.shapes import register_of, registers
from miaopu.plan.measure import load_measures
from miaopu.plan.rules import load_planning
from miaopu.selection.city import city
from miaopu.selection.library.models import Member
from miaopu.selection.screening.models import Firm
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, parse

pytestmark = pytest.mark.django_db
SAMPLE = {"text": "示例", "long": "示例", "date": "2026-10-08", "money": "12.5", "count": "3", "year": "2026"}


def filled(book):
    """一本的各列都填上。"""
    return {one.code: one.values[0] if one.values else SAMPLE[one.kind] for one in book.columns}


BOOKS = [one["code"] for one in Catalog.default().read("registers.yaml")["registers"]]


@pytest.mark.parametrize("code", BOOKS)
def test_every_book_goes_every_way_to_its_end(code, actor, firm) -> None:
    book = registers()[code]
    who = {"name": "外地某企业", "district": "371502"} if book.outside else {"enterprise": firm.enterprise}
    reached = set()
    for last in book.steps.values():
        one = actions.enter(actor("gly"), code, {**filled(book), **who})
        assert one.values.keys() == {each.code for each in book.columns} and one.state == book.first.code
        for step in way(book, last):
            one = actions.move(actor("gly"), one.pk, one.version, step.code, {**filled(book), "reason": "测试"})
            reached.add(one.state)
        assert one.state == last.after and one.kind == book.states[last.after].kind
    assert reached == set(book.states) - ({book.first.code} - reached), "有办不到的状态"


def way(book, last):
    """从头到 last 的一条路。"""
    paths, seen = [((), book.first.code)], {book.first.code}
    for done, state in paths:
        if state in last.before:
            return (*done, last)
        for step in book.steps.values():
            if state in step.before and step.after not in seen:
                seen.add(step.after)
                paths.append(((*done, step), step.after))
    raise AssertionError(f"{book.code} 办不到 {last.code}")


def test_the_catalog_names_what_exists() -> None:
    space = city()
    library = space.library
    measures = load_measures(space.catalog, library, load_planning(space.catalog))
    assert len(BOOKS) >= 8
    for book in registers().values():
        assert {one.measure for one in book.realises} <= set(measures), book.code
        if book.books:
            assert library.vocabulary.indicator(book.books["input"]).period == "year"
        if book.numbers:
            assert library.vocabulary.indicator(book.numbers["item"]).kind == "item"


@pytest.mark.parametrize("title", ["备注", "企业名称", "会计年度"])
def test_a_column_may_not_take_a_heading_of_the_sheet_or_another(title) -> None:
    """与登记表自带的“备注”同名的列，交回来会被空的那列盖掉。"""
    text = Catalog.default().file("registers.yaml").read_text(encoding="utf-8")
    told = parse(text.replace("title: 补充说明", f"title: {title}"), "registers.yaml")["registers"][0]
    with pytest.raises(CatalogError, match=f"列名重了.*{title}"):
        register_of("registers.yaml", told)


@pytest.mark.parametrize(
    ("at", "old", "new"), [(0, "code: note,", "code: reason,"), (-1, "code: place,", "code: name,")]
)
def test_a_column_may_not_take_a_name_of_the_form(at, old, new) -> None:
    text = Catalog.default().file("registers.yaml").read_text(encoding="utf-8")
    told = parse(text.replace(old, new), "registers.yaml")["registers"][at]
    with pytest.raises(CatalogError, match="与表单自己的同名"):
        register_of("registers.yaml", told)


def test_no_reason_no_step_and_the_database_agrees(work) -> None:
    one = work.enter("patents", **PATENT)
    for reason in ("", "  ", "\u3000\u200b"):
        with pytest.raises(Wrong, match="理由"):
            work.step("qiye", one, "fail", reason)
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.create(entry=one, title="x", after="failed", reason="", by="x", on="2026-11-20")
    assert Entry.objects.get().state == "planned" and Move.objects.count() == 1


def test_a_firm_writes_but_does_not_confirm(work, actor) -> None:
    one = work.enter("patents", **PATENT)
    one = work.step("qiye", one, "file")
    with pytest.raises(Denied):
        work.step("qiye", one, "grant", granted="2026-11-01", number="ZL202610000000.1")
    done = work.step("dongchangfu", one, "grant", granted="2026-11-01", number="ZL202610000000.1")
    assert done.done and LogEntry.objects.filter(operation="register.confirm").exists()
    with pytest.raises(Denied, match="确认办成"):
        actions.amend(actor("qiye"), done.pk, done.version, {**PATENT, "granted": "2026-01-01", "reason": "改"})


def test_who_confirms_elsewhere_does_not_amend_here(work, actor) -> None:
    """代负责的企业登记、又是邻县主管的：办成的这一件不在他能确认的范围里，改不了。"""
    one = work.step("dongchangfu", work.enter("rd", **COST), "confirm")
    lead = Account.objects.get(login="zhuanyuan").postings
    lead.create(role="county_lead", district="371503", since="2026-01-01", granted_by="测试")
    with pytest.raises(Denied, match="确认办成"):
        actions.amend(actor("zhuanyuan"), one.pk, one.version, {**COST, "amount": "1", "reason": "改"})


def test_another_county_neither_sees_nor_moves(work, actor) -> None:
    one = work.enter("patents", **PATENT)
    assert not queries.entries(actor("chiping")).exists()
    for login in ("chiping", "shuiwu", "caizheng"):
        with pytest.raises(Denied):
            actions.move(actor(login), one.pk, one.version, "fail", {"reason": "我来"})
    with pytest.raises(Denied):
        actions.enter(actor("chiping"), "patents", {"enterprise": work.firm.enterprise, **PATENT})
    with pytest.raises(Denied):
        actions.enter(actor("qiye"), "attracted", {"name": "外地", "district": "371502"})
    assert queries.book_for(actor("qiye"), "attracted") is None


def test_the_second_writer_is_told_and_one_form_twice_is_one(work, actor) -> None:
    one = work.enter("rd", key="k1", **COST)
    assert work.enter("rd", key="k1", **COST).pk == one.pk and Entry.objects.count() == 1
    actions.amend(actor("qiye"), one.pk, one.version, {**COST, "amount": "130", "reason": "漏了一笔"})
    with pytest.raises(Wrong, match="改过"):
        actions.amend(actor("dongchangfu"), one.pk, one.version, {**COST, "amount": "140", "reason": "核对"})
    assert Entry.objects.get().values["amount"] == 130_000_000
    assert "漏了一笔" in Move.objects.last().reason and "本次归集金额（万元）：130.00" in Move.objects.last().given


def test_one_step_can_be_undone_once(work, actor) -> None:
    one = work.step("dongchangfu", work.enter("rd", **COST), "confirm")
    back = actions.undo(actor("dongchangfu"), one.pk, one.version, "认错了")
    assert (back.state, back.kind) == ("booked", "open")
    with pytest.raises(Wrong, match="没有可撤销"):
        actions.undo(actor("dongchangfu"), back.pk, back.version, "再撤")
    assert Move.objects.count() == 3


@pytest.mark.parametrize(("name", "typed", "told"), [
    ("amount", "很多", "不是数"), ("amount", "-1", "超出范围"), ("amount", "0.0000001", "不足一分"), ("amount", "", "空着"),
    ("year", "2031", "应是 2000 至 2027"), ("item", "其他钱", "应是人员人工"), ("until", "昨天", "不是日期"),
    ("project", "一\x00二", "控制字符"),
])  # fmt: skip
def test_a_wrong_cell_is_told_and_nothing_is_kept(work, name, typed, told) -> None:
    with pytest.raises(Wrong, match=told):
        work.enter("rd", **{**COST, name: typed})
    assert not Entry.objects.exists()


def test_a_step_does_not_happen_in_the_future(work) -> None:
    one = work.step("qiye", work.enter("patents", **PATENT), "file")
    with pytest.raises(Wrong, match="以后"):
        work.step("dongchangfu", one, "grant", granted="2027-03-01", number="ZL1")


def test_blank_is_not_zero_in_the_totals(work, actor) -> None:
    work.enter("rd", **COST, deductible="100")
    work.enter("rd", **COST)
    gone = work.enter("rd", **COST, deductible="7")
    work.step("dongchangfu", gone, "void")
    book = registers()["rd"]
    told = totals(book, queries.entries(actor("gly"), book))
    assert told == [("本次归集金额", 241_000_000, 0), ("其中可加计扣除", 100_000_000, 1)]


def test_who_should_have_one_and_has_not(work, actor) -> None:
    firms = admitted(3, "371502")
    Member.objects.update(tier="LG", state="cultivate")
    book = registers()["rd"]
    assert queries.missing(actor("gly"), book).count() == 3
    for enterprise, year in ((firms[0].enterprise, "2026"), (firms[1].enterprise, "2025")):
        actions.enter(actor("gly"), "rd", {**COST, "enterprise": enterprise, "year": year})
    left = set(queries.missing(actor("gly"), book).values_list("enterprise", flat=True))
    assert left == {firms[1].enterprise, firms[2].enterprise}
    assert not queries.missing(actor("chiping"), book).exists()
    titles = [one.title for one in queries.todo(actor("dongchangfu"))]
    assert "在库企业还没有本会计年度的研发费用归集" in titles


def test_past_its_date_is_red(work, actor) -> None:
    given = {"matter": "排污许可过期", "kind": "生态环境", "veto": "待核", "found": "2026-10-01", "due": "2026-11-19"}
    one = work.enter("risks", login="dongchangfu", **given)
    told = [each for each in queries.todo(actor("dongchangfu")) if "过了期限" in each.title]
    assert [each.count for each in told] == [1] and late(Entry.objects.all()).get() == one
    work.step("dongchangfu", one, "clear", cleared="2026-11-20")
    assert not late(Entry.objects.all()).exists()


def test_coverage_is_exact_and_by_county(work, actor) -> None:
    book = registers()["institutions"]
    before = rates(actor("gly"), book)
    assert before and before[-1].total == sum(one.total for one in before[:-1]) > 0
    whole = frozenset(Firm.objects.filter(section__in="BCD").values_list("enterprise", flat=True))
    Firm.objects.filter(pk=work.firm.pk).update(section="C")
    whole |= {work.firm.pk}
    made = {"name": "技术中心", "level": "市级", "started": "2026-01-05"}
    one = work.enter("institutions", **made)
    now = queries.coverage(actor("gly"), book, whole, frozenset())
    assert now[-1].covered == 0
    work.step("dongchangfu", one, "build", built="2026-11-01")
    now = queries.coverage(actor("gly"), book, whole, frozenset())
    assert now[-1].share == Fraction(1, len(whole))
    actions.amend(actor("gly"), one.pk, 2, {**made, "built": "2026-11-01", "until": "2026-11-20", "reason": "补"})
    assert queries.coverage(actor("gly"), book, whole, frozenset())[-1].covered == 1, "到期那天还有效"
    actions.amend(actor("gly"), one.pk, 3, {**made, "built": "2026-11-01", "until": "2026-11-19", "reason": "更正"})
    assert queries.coverage(actor("gly"), book, whole, frozenset())[-1].covered == 0, "过了有效期的不算"
    mine = queries.coverage(actor("chiping"), book, whole, frozenset())
    assert {one.county for one in mine} == {"茌平区", ""} and mine[-1].covered == 0


def test_what_a_step_needed_is_not_emptied_afterwards(work, actor) -> None:
    one = work.step("qiye", work.enter("patents", **PATENT), "file")
    one = work.step("dongchangfu", one, "grant", granted="2026-11-01", number="ZL1")
    with pytest.raises(Wrong, match="授权日：空着"):
        actions.amend(actor("gly"), one.pk, one.version, {**PATENT, "number": "ZL1", "granted": "", "reason": "改"})
    one = work.step("dongchangfu", one, "transfer", transferred="2026-11-02")
    kept = {**PATENT, "number": "ZL1", "granted": "2026-11-01", "transferred": "2026-11-02", "reason": "改"}
    for name, told in (("granted", "授权日：空着"), ("number", "专利号或登记号：空着"), ("filed", "申请日：空着")):
        with pytest.raises(Wrong, match=told):
            actions.amend(actor("gly"), one.pk, one.version, {**kept, name: ""})
    with pytest.raises(Wrong, match="授权日“2027-03-01”在今天"):
        actions.amend(actor("gly"), one.pk, one.version, {**kept, "granted": "2027-03-01"})
    assert Entry.objects.get().values["granted"] == date(2026, 11, 1)
    back = actions.undo(actor("gly"), one.pk, one.version, "没有转化")
    assert actions.amend(actor("gly"), one.pk, back.version, {**kept, "transferred": ""}), "撤了的步不再要"


@pytest.mark.parametrize("year", ["99999999999999999999", "二〇二六", "-1", "20265"])
def test_an_absurd_year_finds_nothing(work, client_of, year) -> None:
    work.enter("rd", **COST)
    answer = client_of("gly").get("/registers/rd/", {"year": year})
    assert answer.status_code == 200 and "D0000" not in answer.content.decode()


def test_deadlines_turn_to_the_next_year() -> None:
    book = registers()["rd"]
    found = [one for one, _ in deadlines(book, date(2026, 11, 20))]
    assert found == [date(2027, 5, 31), date(2027, 7, 15), date(2027, 10, 15)], "季度终了十五日内预缴"


def test_the_demonstration_is_entered_once(firm, settings) -> None:
    firms = list(Firm.objects.filter(district="371502").values_list("enterprise", flat=True)[:3])
    assert demo_registers(firms) >= 10 and demo_registers(firms) == 0
    assert all("演示" in one.title or "演示" in one.name for one in Entry.objects.all())
    settings.PRODUCTION = True
    Entry.objects.all().delete()
    assert demo_registers(firms) == 0

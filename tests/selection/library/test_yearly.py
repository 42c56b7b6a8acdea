"""年度评价：冻结的基线与现在并排，增长是精确份额，不知道的不当作零，县区只看自己的；导出的与算的一样、写明来历。"""

import io
import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from django.conf import settings
from python_calamine import CalamineWorkbook

from miaopu.access.act import Denied
from miaopu.ledger.journal.chain import digest
from miaopu.nurture.followup.queries.yearly import by_county, entered, evaluations
from miaopu.selection.city import city
from miaopu.selection.library.actions.members import move
from miaopu.selection.library.evidence import given
from miaopu.selection.library.models import Member
from miaopu.selection.library.watch import yearly
from miaopu.selection.library.watch.baseline import Stand, frozen
from miaopu.selection.library.watch.yearly import NOT_KNOWN, SAME_YEAR, WAYS, Turned, turned
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.queries import current
from miaopu.selection.screening.rounds.kept import kept
from miaopu.standards.tree.state import State

pytestmark = pytest.mark.django_db


def rewritten(one, **changes):
    """把一家的基线改成一年以前那一轮的样子（连摘要一起换）。"""
    then = frozen(one)
    line = Stand(**{**then.__dict__, **changes}).line()
    path = Path(settings.HOME) / f"{one.baseline_file}.{one.pk}"
    path.write_text(line, encoding="utf-8")
    place = path.relative_to(settings.HOME).as_posix()
    Member.objects.filter(pk=one.pk).update(baseline_file=place, baseline_line=1, baseline_seal=digest(line.encode()))


@pytest.fixture
def grown(adopted):
    """第一家的基线是一年以前的：收入少一半，头一条满足的那时不满足、头一条不满足的那时满足、另一条那时待核。"""
    now = current()
    told = {
        name: getattr(now, name) for name in ("folder", "known_on", "snapshot", "enterprises", "city", "marks", "by")
    }
    Round.objects.create(code="往年", assessed_on=date(2025, 11, 20), **told)
    one = next(one for one in adopted if frozen(one).values.get("revenue_t1"))
    then = frozen(one)
    revenue, clauses = then.values["revenue_t1"], dict(then.clauses)
    lost = next(name for name, row in clauses.items() if State(row[0]) is State.fail_)
    met = [name for name, row in clauses.items() if State(row[0]).met][:2]
    for name, state in zip((met[0], met[1], lost), (State.fail_, State.unknown, State.pass_), strict=True):
        clauses[name] = [int(state), *clauses[name][1:]]
    values = {**then.values, "revenue_t1": revenue // 2, "rd_t1": None}
    rewritten(one, round="往年", values=values, clauses=clauses)
    return Member.objects.get(pk=one.pk), revenue


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        (State.fail_, State.pass_, "better"),
        (State.manual, State.exempt, "better"),
        (State.pass_, State.fail_, "worse"),
        (State.unknown, State.fail_, "known"),
        (State.unknown, State.pass_, "known"),
        (State.pass_, State.unknown, "lost"),
        (State.pass_, State.manual, "lost"),
        (State.fail_, State.unknown, "lost"),
        (State.pass_, State.not_applicable, None),
        (State.unknown, State.not_evaluated, None),
        (State.manual, State.unknown, None),
        (State.unknown, State.manual, None),
    ],
    ids=str,
)
def test_not_known_any_more_is_not_worse(adopted, before, after, way):
    """满足变为待核不是坏了：不知道不是不满足。"""
    told = frozen(adopted[0])
    name = turned_name(told)
    then, now = (Stand(**{**told.__dict__, "clauses": {name: [int(one)]}}) for one in (before, after))
    assert turned(then, now) == Turned(**({way: (name,)} if way else {}))


def turned_name(told):
    """最下一级的一条。"""
    standard = city().library.find(told.standard)
    return next(f"{told.standard}:{one.id}" for one in standard.walk() if not one.children)


def of(rows, one):
    return next(row for row in rows if row.told.member.pk == one.pk)


def test_each_firm_is_put_beside_its_frozen_entry(actor, grown):
    one, revenue = grown
    found, rows = evaluations(actor("gly"), {})
    assert found == current() and len(rows) == 8
    mine = of(rows, one)
    told = {each.gauge.column: each for each in mine.told.numbers}
    assert told["revenue_t1"].growth == Fraction(revenue - revenue // 2, revenue // 2)
    assert (told["rd_t1"].before, told["rd_t1"].growth, told["rd_t1"].why) == (None, None, NOT_KNOWN)
    assert len(mine.told.turned.worse) <= 1 and len(mine.told.turned.better) <= 1
    assert mine.told.turned == turned(frozen(one), mine.told.now)
    assert sum(len(getattr(mine.told.turned, way)) for way in WAYS) >= 2
    other = next(row for row in rows if row.told.member.pk != one.pk)
    assert {each.why for each in other.told.numbers if each.gauge.yearly} == {SAME_YEAR}
    assert mine.moves and "选配入库" in mine.moves[0]


def test_sums_count_only_what_is_known_at_both_ends(actor, grown):
    _, revenue = grown
    _, rows = evaluations(actor("gly"), {})
    whole = by_county(actor("gly"), rows)[-1]
    sales, spent = whole.totals[0], whole.totals[1]
    assert (sales.firms, sales.missing, sales.before, sales.after) == (1, 7, revenue // 2, revenue)
    assert (spent.firms, spent.missing) == (0, 8) and spent.growth is None
    assert whole.firms == 8 and whole.passed == sum(row.told.outcome.passed for row in rows)


def test_years_states_and_counties_narrow(actor, adopted):
    assert evaluations(actor("gly"), {"year": "2025"})[1] == []
    gone = adopted[0]
    move(actor("gly"), {gone.pk: gone.version}, "leave", "注销了", given("公告"))
    assert entered(actor("gly"), {"state": "inside"}).count() == 7 and entered(actor("gly"), {}).count() == 8
    counties = {one.district for one in adopted}
    mine = {one.district for one in entered(actor("chiping"), {})}
    assert mine <= {"371503"} and len(counties) > 1
    with pytest.raises(Denied):
        entered(actor("zhuanyuan"), {})


def test_the_book_is_what_the_page_shows_and_names_each_origin(client_of, grown):
    one, revenue = grown
    page = client_of("gly").get("/followup/yearly/").content.decode()
    assert one.name in page and f"/firms/{one.enterprise}/numbers/revenue_t1/" in page and "县区合计" in page
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(b"".join(client_of("gly").post("/followup/yearly/export/").streaming_content))
    )
    firms, counties, origins = (book.get_sheet_by_index(at).to_python() for at in range(3))
    row = next(row for row in firms if one.name in row)
    assert revenue / 1_000_000 in row and (revenue // 2) / 1_000_000 in row
    assert any(cell == "合计" for line in counties for cell in line)
    places = [line for line in origins if one.name in line and "营业收入" in line]
    assert {line[3] for line in places} == {"入库时", "现在"}
    assert any("批次" in line[6] for line in places) and any("摘要" in line[6] for line in places)


def test_a_baseline_that_was_touched_is_told_and_the_rest_still_shown(actor, client_of, adopted):
    path = Path(settings.HOME) / adopted[0].baseline_file
    held = path.read_text(encoding="utf-8")
    try:
        path.write_text(held.replace(json.loads(held.split("\n")[0])["round"], "改过", 1), encoding="utf-8")
        _, rows = evaluations(actor("gly"), {})
        assert sum(bool(row.told.wrong) for row in rows) == 1
        assert "与入库时的摘要对不上" in client_of("gly").get("/followup/yearly/").content.decode()
    finally:
        path.write_text(held, encoding="utf-8")


def test_a_firm_in_two_tiers_is_one_firm_in_the_sums(actor, grown):
    one, revenue = grown
    before = by_county(actor("gly"), evaluations(actor("gly"), {})[1])[-1]
    again = Member.objects.get(pk=one.pk)
    again.pk, again.tier, again.open_key = None, "SRDI", f"{one.enterprise}:SRDI"
    again.save(force_insert=True)
    _, rows = evaluations(actor("gly"), {})
    whole = by_county(actor("gly"), rows)[-1]
    assert len(rows) == 9 and whole.firms == before.firms == 8
    assert (whole.totals, whole.passed, whole.unserved) == (before.totals, before.passed, before.unserved)
    assert whole.totals[0].after == revenue


def test_a_year_that_is_none_is_told_and_an_earlier_round_opens_no_figure_of_today(client_of, grown, monkeypatch):
    one, _ = grown
    monkeypatch.setattr(yearly, "kept", lambda _: kept(current()))
    page = client_of("gly")
    for year in ("0000", "20266", "二〇二六"):
        refused = page.get("/followup/yearly/", {"year": year})
        assert refused.status_code == 400 and f"四位数的年度，如 2026；现在是“{year}”" in refused.content.decode()
        assert page.post("/followup/yearly/export/", {"year": year}).status_code == 400
    Member.objects.filter(pk=one.pk).update(entered=date(2025, 6, 1))
    shown = page.get("/followup/yearly/", {"year": "2025"}).content.decode()
    assert one.name in shown and "轮次 往年" in shown and "来历在导出的" in shown
    assert f"/firms/{one.enterprise}/numbers/" not in shown, "那里是今天这一轮的数"


def test_a_round_that_cannot_be_opened_is_told_not_called_unassessed(client_of, grown):
    one, _ = grown
    Member.objects.filter(pk=one.pk).update(entered=date(2025, 6, 1))
    Round.objects.filter(code="往年").update(folder="/没有这个文件夹")
    shown = client_of("gly").get("/followup/yearly/", {"year": "2025"}).content.decode()
    assert "轮次 往年 的结果文件不在了；请用同样的两个日期重新评估" in shown

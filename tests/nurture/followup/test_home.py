"""我的企业、按条款问、工作台账里的方案、清单的导出：先补的数就是先后表的第一个，灯照期限变，改了的经动作办。"""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from openpyxl import load_workbook
from tests.nurture.conftest import admitted
from tests.nurture.followup.test_ledgers import WHY, edited, exported
from tests.nurture.followup.test_plans import adopted

from miaopu.access.act import Denied, Wrong
from miaopu.desk.planning import next_datum_for
from miaopu.nurture.followup.actions import requests as asking
from miaopu.nurture.followup.actions import stages
from miaopu.nurture.followup.actions.ledgers import take_back
from miaopu.nurture.followup.actions.requests import Want
from miaopu.nurture.followup.actions.stages import Note
from miaopu.nurture.followup.ledgers import listed
from miaopu.nurture.followup.ledgers.listed import LISTS, export_list
from miaopu.nurture.followup.models import Record, Stage, Visit
from miaopu.nurture.followup.queries.clauses import asks
from miaopu.nurture.followup.queries.datum import first_data
from miaopu.nurture.followup.queries.home import mine
from miaopu.selection.intake import export as intake
from miaopu.selection.screening.opening import open_firm, reading_of
from miaopu.selection.screening.queries import current
from miaopu.standards.tree.state import State

pytestmark = pytest.mark.django_db


def test_the_card_names_the_first_of_the_ranked_data(people):
    admitted(30)
    cards = mine(people.bureau)
    found = first_data(people.bureau, ((one.firm, one.paper) for one in cards))
    asked = [one for one in cards if one.firm.firm.next_tier]
    reading = reading_of(current())
    for card in asked:
        first = next_datum_for(reading, card.firm.enterprise, card.firm.firm.next_tier).first
        assert found[card.firm.enterprise].name == (first.name if first else "")
    told = [one for one in found.values() if one.chance]
    assert told and all(one.department and one.minutes and one.firms for one in told)


def test_the_plan_decides_which_tier_is_asked(people):
    adopted(people)
    card = next(one for one in mine(people.specialist) if one.firm.enterprise == people.home.enterprise)
    assert first_data(people.specialist, [(card.firm, card.paper)])[card.firm.enterprise].tier == "LG"


def test_the_light_of_a_card_and_its_reason(people, settings, client_of):
    def card():
        return next(one for one in mine(people.specialist) if one.firm.enterprise == people.home.enterprise)

    assert (card().light.word, card().why) == ("灰", "没有执行中的步骤，也没有没办的诉求")
    adopted(people)
    assert (card().light.word, card().step.title) == ("绿", "增加研发投入")
    asking.raise_request(people.firm, people.home.enterprise, Want("tax", "加计扣除", "怎么归集"))
    assert card().light.word == "绿"
    for day, word, why in ((date(2026, 11, 24), "黄", "快到期限 1 件"), (date(2026, 11, 25), "红", "过了期限 1 件"),
                           (date(2027, 1, 2), "红", "步骤过了完成日")):  # fmt: skip
        settings.TODAY = day
        assert card().light.word == word and why in card().why
    text = client_of("zhuanyuan").get("/followup/mine/").content.decode()
    assert "诉求过了期限 1 件；方案的步骤过了完成日" in text and "先补哪个数" in text


def test_each_open_clause_has_something_to_ask(people, client_of):
    title, listed = asks(people.specialist, people.home.enterprise)
    opened = open_firm(people.specialist, people.home.enterprise)
    states = opened.dossier.of_tier(opened.firm.next_tier).judgement.states
    assert title and listed
    for one in listed:
        clause = one.column.split(":")[1]
        assert states[clause] is one.state and one.state in (State.fail_, State.unknown, State.manual)
        assert one.about.startswith(one.column) and one.ask
    assert asks(people.tax, people.home.enterprise) == ("", ()), "看不到档案的没有"
    text = client_of("zhuanyuan").get(f"/followup/visits/drop-in/?enterprise={people.home.enterprise}").content.decode()
    assert all(one.about in text and one.ask in text for one in listed)


def posted(people, client_of, **more):
    about = asks(people.specialist, people.home.enterprise)[1][0].about
    typed = {"enterprise": people.home.enterprise, "on": "2026-11-19", "purpose": "看账", "people": "王", "key": "k1"}
    typed |= {f"on:{about}": "账没有建", f"shut:{about}": "1", "finding": ["另有一条", ""], "about": ["", ""]}
    reply = client_of("zhuanyuan").post("/followup/visits/drop-in/", typed | more)
    return about, reply


def test_a_tick_without_words_is_asked_about_not_dropped(people, client_of):
    about, client = asks(people.specialist, people.home.enterprise)[1][0].about, client_of("zhuanyuan")
    typed = {"enterprise": people.home.enterprise, "on": "2026-11-19", "purpose": "看账", "people": "王", "key": "k"}
    answer = client.post("/followup/visits/drop-in/", typed | {f"shut:{about}": "1", f"on:{about}": ""})
    text = answer.content.decode()
    assert answer.status_code == 409 and "而没有写话" in text and not Record.objects.exists()
    assert f'name="shut:{about}" value="1" checked' in text, "勾还在"


def test_findings_by_clause_go_to_the_record_and_the_ledger_and_back(people, client_of, tmp_path):
    about, reply = posted(people, client_of)
    assert reply.status_code == 302
    visit = Visit.objects.get()
    assert [(one.about, one.words, one.closed) for one in Record.objects.get().findings.all()] == [
        (about, "账没有建", True), (None, "另有一条", False)]  # fmt: skip
    path = exported(people.specialist, "visits", tmp_path)
    cell = f"【补上】{about}：账没有建\n其他：另有一条"
    assert cell in [one.value for row in load_workbook(path).worksheets[0].iter_rows() for one in row]
    content = edited(path, [("发现", 1, f"{about}：账建了一半\n其他：另有一条\n新看到一处")])
    assert take_back(people.specialist, "visits", path.name, content, WHY).changes == 1
    last = visit.records.first()
    assert [(one.about, one.words, one.closed) for one in last.findings.all()] == [
        (about, "账建了一半", False), (None, "另有一条", False), (None, "新看到一处", False)]  # fmt: skip
    again = client_of("zhuanyuan").get(f"/followup/visits/{visit.pk}/record/").content.decode()
    assert "账建了一半</textarea>" in again and "新看到一处</textarea>" in again


def test_a_refused_record_keeps_what_was_found(people, client_of):
    _, reply = posted(people, client_of, on="2026-12-19")
    text = reply.content.decode()
    assert reply.status_code == 409 and "账没有建</textarea>" in text and "另有一条</textarea>" in text
    assert re.search(r'name="shut:[^"]+" value="1" checked', text)


def test_the_firm_is_chosen_before_the_form(people, client_of):
    client, page = client_of("gly"), "/followup/visits/drop-in/"
    assert "先选企业" in client.get(page).content.decode()
    assert "没有“不存在的”" in client.get(page, {"enterprise": "不存在的"}).content.decode()
    assert "按条款问" in client.get(page, {"enterprise": people.home.name}).content.decode()


def test_the_work_ledger_tells_the_plan_and_takes_its_next_day_back(people, tmp_path, settings):
    paper = adopted(people)
    first = Stage.objects.get(paper=paper, place_order=0)
    note = Note(date(2026, 11, 20), "已立项", "done")
    stages.progress(people.specialist, first.pk, first.version, note, [SimpleUploadedFile("合同.pdf", b"%PDF-1.7")])
    path = exported(people.bureau, "work", tmp_path)
    sheet = load_workbook(path).worksheets[0]
    row = dict(zip([one.value for one in sheet[3]], [one.value for one in sheet[4]], strict=True))
    assert row["方案进展"] == "2 步：完成 1，未开始 1" and row["补上的缺口"] == "B3a"
    assert row["下一步"] == "审计报告备案赋码（企业）" and row["下次日期"].date() == date(2027, 3, 1)
    settings.TODAY = date(2027, 3, 8)
    made = take_back(people.bureau, "work", path.name, edited(path, [("下次日期", 1, date(2027, 3, 31))]), "窗口推迟")
    assert (made.changes, made.complaints) == (1, 0), "进展是导出那天的，隔天交回不算改了"
    step = Stage.objects.get(paper=paper, place_order=1)
    assert step.due == date(2027, 3, 31)
    again = take_back(people.bureau, "work", path.name, path.read_bytes(), WHY)
    assert again.complaints == 1 and "改过" in again.told
    path = exported(people.bureau, "work", tmp_path)
    made = take_back(people.bureau, "work", path.name, edited(path, [("下一步", 1, "换一项")]), WHY)
    assert made.complaints == 1 and "要换措施请重编方案" in made.told
    settings.TODAY = date(2027, 4, 1)
    book = load_workbook(exported(people.bureau, "work", tmp_path)).worksheets[0]
    assert "2 步：完成 1，未开始 1，其中过期 1" in [one.value for one in book[4]]


@pytest.mark.parametrize("code", sorted({*LISTS} - {"diagnoses", "points"}))
def test_every_list_exports_what_it_shows(people, tmp_path, client_of, code):
    admitted(3)
    adopted(people)
    written = load_workbook(export_list(people.bureau, code, {}, tmp_path)).worksheets[0]
    names = [cell.value for row in written.iter_rows(min_row=4) for cell in row if cell.column == 2]
    assert (people.home.name in names) == (code != "lacks")
    with pytest.raises(Wrong, match="有 0"):
        export_list(people.idle, code, {}, tmp_path)
    with pytest.raises(Denied):
        export_list(people.firm, code, {}, tmp_path)
    page = {"firms": "mine/", "lacks": "board/", "plans": "plans/", "goal": "requests/goal/"}[code]
    assert f"/followup/lists/{code}/export/" in client_of("jingban").get(f"/followup/{page}").content.decode()
    assert client_of("jingban").post(f"/followup/lists/{code}/export/").status_code == 200


def test_what_takes_long_is_worked_out_before_the_writing_lock_is_taken(people, tmp_path, monkeypatch, client_of):
    adopted(people)
    outside, depths = len(connection.savepoint_ids), []

    def noted(work):
        return lambda *given, **named: depths.append(len(connection.savepoint_ids)) or work(*given, **named)

    monkeypatch.setattr(listed, "first_data", noted(listed.first_data))
    monkeypatch.setattr(intake, "write_book", noted(intake.write_book))
    export_list(people.bureau, "firms", {}, tmp_path)
    assert client_of("gly").post(reverse("intake:sources-export")).status_code == 200
    assert depths == [outside, outside]


@pytest.mark.parametrize("login", ["zhuanjia", "lingdao", "qiye", "zhuanyuan", "dongchangfu", "gly"])
def test_everyone_who_sees_plans_gets_the_page(people, client_of, login):
    adopted(people)
    for page in ("mine/", "board/", "plans/"):
        assert client_of(login).get(f"/followup/{page}").status_code == 200, page

"""对接与成果：推荐、会、签约、未成；导出改好再导入；有一格不对一行也不导入。"""

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from miaopu.access.act import Denied, Wrong
from miaopu.nurture.demands import queries
from miaopu.nurture.demands.actions import matches, results
from miaopu.nurture.demands.models import Match, Result
from miaopu.selection.files import located
from miaopu.terms.complaint import Refusal

pytestmark = pytest.mark.django_db
MET = {"met_on": "2026-11-12", "minutes": "看了样件，约定送检"}
SIGNED = {"contract_number": "HT-1", "amount": "80", "signed_on": "2026-11-19"}


def started(work, actor, login="jingban"):
    work.institutes()
    one = work.at("vetted")
    ranked = queries.candidates(actor(login), one)
    return one, matches.recommend(actor(login), one.pk, ranked[0][1].pk, "正是要的涂层")


def test_the_best_candidate_is_the_one_about_the_matter(work, actor) -> None:
    one, made = started(work, actor)
    assert made.result.title == "高速轴承保持架耐磨涂层" and "同一领域" in made.told and "保持架" in made.told
    assert made.result.pk not in {each.pk for _, each in queries.candidates(actor("jingban"), one)}
    with pytest.raises(Wrong, match="已经推荐过"):
        matches.recommend(actor("jingban"), one.pk, made.result.pk, "再推一次")


def test_to_the_contract_and_counted(work, actor) -> None:
    _, made = started(work, actor)
    made = matches.move(actor("jingban"), made.pk, 1, "meet", "对接会", MET)
    paper = SimpleUploadedFile("合同.pdf", b"%PDF-1.7 contract")
    made = matches.move(actor("jingban"), made.pk, 2, "sign", "双方签字", SIGNED, paper)
    assert made.amount == 80_000_000 and located(made.path, made.file).read_bytes().startswith(b"%PDF")
    assert queries.goals(actor("gly"))[1].now == 1
    other = work.at("vetted")
    earlier = [each.sentence for each, result in queries.candidates(actor("gly"), other)
               if result.institute == made.result.institute]  # fmt: skip
    assert earlier and all("签过约" in told for told in earlier)


def test_refusals(work, actor, files) -> None:
    one, made = started(work, actor)
    for reason in ("", "   "):
        with pytest.raises(Wrong, match="理由"):
            matches.move(actor("jingban"), made.pk, 1, "meet", reason, MET)
        with pytest.raises(Wrong, match="理由"):
            matches.recommend(actor("jingban"), one.pk, made.result.pk + 1, reason)
    with pytest.raises(Wrong, match="不能登记签约"):
        matches.move(actor("jingban"), made.pk, 1, "sign", "跳过会", SIGNED)
    with pytest.raises(Denied):
        matches.move(actor("zhuanjia"), made.pk, 1, "fail", "专家不能定")
    with pytest.raises(Denied):
        matches.move(actor("dongchangfu"), made.pk, 1, "meet", "县区不办", MET)
    matches.move(actor("zhuanjia"), made.pk, 1, "meet", "专家到会", MET)
    with pytest.raises(Wrong, match="已由演示·专家改为“已对接洽谈”"):
        matches.move(actor("jingban"), made.pk, 1, "fail", "晚了一步")
    with pytest.raises(Wrong, match="早于上一次对接"):
        matches.move(actor("jingban"), made.pk, 2, "sign", "倒签", {**SIGNED, "signed_on": "2026-11-01"})
    with pytest.raises(Wrong, match="内容不是"):
        bad = SimpleUploadedFile("合同.pdf", b"MZ not a pdf")
        matches.move(actor("jingban"), made.pk, 2, "sign", "签", SIGNED, bad)
    late = SimpleUploadedFile("合同.pdf", b"%PDF-1.7")
    with pytest.raises(Wrong, match="没有办"):
        matches.move(actor("jingban"), made.pk, 1, "sign", "旧版本", SIGNED, late)
    assert not list(files.rglob("*.p*")), "没有办成的不留文件"
    assert matches.move(actor("jingban"), made.pk, 2, "fail", "价格谈不拢").state == "failed"
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.filter(pk=made.pk).update(state="signed")


def test_only_vetted_demands_are_matched(work, actor) -> None:
    work.institutes()
    one = work.at("submitted")
    with pytest.raises(Wrong, match="县区审核通过以后"):
        matches.recommend(actor("jingban"), one.pk, Result.objects.first().pk, "急")
    with pytest.raises(Denied):
        matches.recommend(actor("zhuanjia"), one.pk, Result.objects.first().pk, "看不到")


def test_a_withdrawn_demand_stops_its_matches(work, actor) -> None:
    one, made = started(work, actor)
    work.step("qiye", one, "withdraw", "不做了")
    with pytest.raises(Wrong, match="企业撤回"):
        matches.move(actor("jingban"), made.pk, 1, "meet", "对接会", MET)


def edited(path, change):
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


def test_the_register_goes_out_and_comes_back(work, actor, tmp_path) -> None:
    count, boss = work.institutes(), actor("gly")
    path = results.export_results(boss, {}, tmp_path)
    assert results.import_results(boss, path, path.name, "核对").same == count

    def change(page):
        page["D4"] = "改过的名称"
        last = 4 + count
        for at, value in enumerate((None, None, "新成果", "虚构新所", "软件与人工智能", None, None, "济南市"), start=2):
            page.cell(last, at, value)

    found = results.import_results(boss, edited(path, change), path.name, "院所来函")
    assert (found.fresh, found.changed, found.complaints) == (1, 1, ())
    made = Result.objects.get(title="新成果")
    assert made.place == "370100" and made.maturity is None and Result.objects.get(title="改过的名称").version == 2
    again = results.import_results(boss, path, path.name, "旧文件")
    assert any("版本" in one for one in again.complaints) and Result.objects.count() == count + 1


def test_one_bad_cell_stops_the_whole_import(work, actor, tmp_path) -> None:
    work.institutes()
    path = results.export_results(actor("gly"), {}, tmp_path)

    def change(page):
        page["D4"] = "不该进来"
        page["F5"] = "炼金术"

    found = results.import_results(actor("gly"), edited(path, change), path.name, "试")
    assert len(found.complaints) == 1 and "F5" in found.complaints[0] and "炼金术" in found.complaints[0]
    assert not Result.objects.filter(title="不该进来").exists()
    with pytest.raises(Wrong, match="理由"):
        results.import_results(actor("gly"), path, path.name, " ")
    path.write_bytes(b"not a book")
    with pytest.raises(Refusal):
        results.import_results(actor("gly"), path, path.name, "试")
    with pytest.raises(Denied):
        results.export_results(actor("dongchangfu"), {}, tmp_path)


def test_the_list_of_demands_hides_what_must_be_hidden(work, actor, tmp_path) -> None:
    work.at("vetted")
    texts = {}
    for who in ("gly", "lingdao"):
        page = openpyxl.load_workbook(results.export_demands(actor(who), {}, tmp_path / who)).worksheets[0]
        texts[who] = {str(cell.value) for row in page.iter_rows() for cell in row}
    assert "13800001234" in texts["gly"] and "138****1234" in texts["lingdao"] and "120.5" in texts["lingdao"]
    with pytest.raises(Denied):
        results.export_demands(actor("zhuanjia"), {}, tmp_path)
    with pytest.raises(Wrong, match="一项也没有"):
        results.export_demands(actor("gly"), {"q": "没有的"}, tmp_path)

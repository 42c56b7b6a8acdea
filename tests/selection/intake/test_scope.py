"""谁看得到什么：部门只见本部门的来源、批次与上传件，县区只见本县区的；没有权限的动作当场拒绝并留痕。"""

import pytest
from tests.selection.intake.desk import done, posted, previewed, send, taxed, told

from miaopu.access.models import LogEntry
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.states import State
from miaopu.selection.screening.models import Firm

pytestmark = pytest.mark.django_db


def test_a_department_sees_only_its_own_source(client_of, own_ledger):
    client = client_of("shuiwu")
    text = told(client.get("/intake/"))
    assert "税务" in text and "行政审批" not in text
    assert client.get("/intake/sources/tax/").status_code == 200
    assert client.get("/intake/sources/county/").status_code == 403
    assert client.get("/intake/sources/county/template/survey/").status_code == 403


def test_a_county_reports_only_county_and_firm_sources(client_of, own_ledger):
    client = client_of("dongchangfu")
    assert [one.source.code for one in client.get("/intake/").context["sources"]] == ["county", "firm"]
    refused = send(client, taxed(), source="tax")
    assert refused.status_code == 403 and "您不能报送这个来源" in told(refused)
    assert not Upload.objects.exists()


def test_a_county_cannot_pass_off_another_departments_table(client_of, own_ledger):
    one = previewed(client_of("dongchangfu"), taxed())
    assert one.state == State.REFUSED and "像“税务”的表，您只能报送县区、企业自报的" in one.told


def test_a_department_uploads_and_the_bureau_accepts(client_of, own_ledger):
    department, bureau = client_of("shuiwu"), client_of("jingban")
    one = previewed(department, taxed())
    assert one.wanted == "tax" and one.department == "tax"
    assert "已交市局，由市局接收入账" in told(department.get(f"/intake/uploads/{one.pk}/"))
    refused = department.post(f"/intake/uploads/{one.pk}/accept/")
    assert refused.status_code == 403 and "没有“接收入账”的权限" in told(refused)
    assert LogEntry.objects.latest("seq").outcome == "拒绝"
    posted(bureau, one)
    assert one.batch in told(department.get("/intake/sources/tax/"))
    denied = department.post(f"/intake/batches/{one.batch}/withdraw/", {"reason": "试", "on": "2026-11-20"})
    assert denied.status_code == 403


def test_uploads_and_batches_of_others_are_as_if_absent(client_of, own_ledger):
    bureau, county, other = client_of("jingban"), client_of("dongchangfu"), client_of("chiping")
    one = previewed(bureau, taxed())
    for client in (county, other, client_of("shuiwu")):
        assert client.get(f"/intake/uploads/{one.pk}/").status_code == 403
        assert client.post(f"/intake/uploads/{one.pk}/drop/", {"reason": "试"}).status_code == 403
        assert client.get("/intake/uploads/").context["page"].paginator.count == 0
    assert county.get("/intake/batches/20261120-nothing-here/").status_code == 403
    batches = bureau.get("/intake/sources/county/").context["page"].paginator.count
    assert batches and county.get("/intake/sources/county/").context["page"].paginator.count == 0


def test_the_public_and_the_unrelated_are_kept_out(client, client_of, own_ledger):
    assert client.get("/intake/").status_code == 302
    assert send(client, taxed()).status_code in (302, 401)
    for login in ("zhuanyuan", "qiye", "xitong", "lingdao"):
        inside = client_of(login)
        for page in ("", "uploads/", "conflicts/", "identity/", "judgements/", "judgements/made/", "sources/tax/"):
            assert inside.get(f"/intake/{page}").status_code == 403
        assert send(inside, taxed()).status_code == 403
    assert not Upload.objects.exists()


def test_an_upload_without_the_forms_token_is_refused(client_of, own_ledger):
    client = client_of("jingban")
    client.handler.enforce_csrf_checks = True
    assert send(client, taxed()).status_code == 403 and not Upload.objects.exists()


def test_every_page_and_export_answers_for_each_role(client_of, own_ledger):
    pages = ("", "uploads/", "conflicts/", "identity/", "judgements/", "judgements/made/")
    for login in ("gly", "jingban", "dongchangfu", "shuiwu"):
        client = client_of(login)
        for page in pages:
            assert client.get(f"/intake/{page}").status_code == 200
            before = LogEntry.objects.filter(operation="intake.export").count()
            assert client.get(f"/intake/{page}export/").status_code == 405, "看的不导出：一张图片的网址也导不走"
            assert client.post(f"/intake/{page}export/")["Content-Type"].endswith("sheet")
            assert LogEntry.objects.filter(operation="intake.export").count() == before + 1


def test_progress_is_found_again_after_the_page_is_closed(client_of, own_ledger):
    client = client_of("jingban")
    send(client, taxed())
    one = Upload.objects.latest("pk")
    assert "正在读" in told(client.get("/intake/uploads/"))
    assert f'hx-get="/jobs/{one.job}/progress/"' in client.get(f"/intake/uploads/{one.pk}/").content.decode()
    done(one.job)
    assert "待接收" in told(client.get("/intake/uploads/?state=previewed"))


def against(client, one):
    return client.get(f"/intake/uploads/{one.pk}/").context["preview"]["differences"]


def test_a_preview_shows_what_others_reported_only_to_those_who_may_see_the_firm(client_of, own_ledger):
    department, bureau = client_of("shuiwu"), client_of("jingban")
    one = previewed(department, taxed("2025", 77, 40))
    whole, own = against(bureau, one), against(department, one)
    assert whole["apart_rows"] and whole["changed_rows"] and not whole["hidden"]
    assert own["apart_rows"] == [] and own["apart"] == whole["apart"] and own["hidden"] == len(whole["apart_rows"])
    assert own["changed_rows"] == whole["changed_rows"], "本部门以前报的，自己看得到"
    text = told(department.get(f"/intake/uploads/{one.pk}/"))
    assert f"其中 {own['hidden']} 例的台账所载不在您的查看范围里" in text
    Upload.objects.filter(pk=one.pk).update(district="371502", source="county")
    county = against(client_of("dongchangfu"), one)
    home = set(Firm.objects.filter(district="371502").values_list("enterprise", flat=True))
    for name in ("changed_rows", "apart_rows"):
        assert {row["enterprise"] for row in county[name]} == {row["enterprise"] for row in whole[name]} & home

"""成批办方案：书面同意要有扫描件与理由，县区批准；有一份不成就都不办；页面与动作一样；别人看不到扫描件。"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.nurture.followup.test_plans import laid, planned

from miaopu.access import log
from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry
from miaopu.nurture.followup.actions.agreed import adopt_all, agree_on_paper
from miaopu.nurture.followup.models import Attachment, Paper
from miaopu.nurture.followup.queries.visits import attachment

pytestmark = pytest.mark.django_db


def scan(name="回执.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n")


def test_written_consent_keeps_its_scan_and_reason(people, settings, tmp_path):
    settings.FILES = tmp_path
    one = laid(people)
    with pytest.raises(Wrong, match="要附盖章或签字的扫描件"):
        agree_on_paper(people.county, {one.pk: one.version}, "企业没有账号", [])
    with pytest.raises(Wrong, match="没有写"):
        agree_on_paper(people.county, {one.pk: one.version}, " ", [scan()])
    for who in (people.stranger, people.firm, people.leader, people.tax):
        with pytest.raises(Denied):
            agree_on_paper(who, {one.pk: one.version}, "企业没有账号", [scan()])
    made = agree_on_paper(people.specialist, {one.pk: one.version}, "企业没有账号", [scan()])[0]
    assert made.state == "agreed" and made.moves.last().reason == "企业书面同意：企业没有账号"
    kept = Attachment.objects.get()
    assert kept.move == made.moves.last() and attachment(people.county, kept.pk) == kept
    for who in (people.stranger, people.rival, people.tax):
        with pytest.raises(Denied):
            attachment(who, kept.pk)
    with pytest.raises(Wrong, match="不能这样办"):
        agree_on_paper(people.county, {made.pk: made.version}, "再录一次", [scan()])


def test_one_that_cannot_be_done_stops_them_all(people, settings, tmp_path):
    settings.FILES = tmp_path
    first = agree_on_paper(people.county, {(one := laid(people)).pk: one.version}, "企业没有账号", [scan()])[0]
    with pytest.raises(Wrong, match="请选 1 至 500 份"):
        adopt_all(people.county, {}, "可行")
    with pytest.raises(Denied):
        adopt_all(people.stranger, {first.pk: first.version}, "可行")
    assert LogEntry.objects.latest("seq").outcome == log.REFUSED
    with pytest.raises(Denied):
        adopt_all(people.county, {first.pk: first.version, first.pk + 1000: 1}, "可行")
    assert Paper.objects.get().state == "agreed" and not Paper.objects.get().moves.filter(after="force").exists()
    with pytest.raises(Wrong, match="改过"):
        adopt_all(people.county, {first.pk: first.version - 1}, "可行")
    assert adopt_all(people.county, {first.pk: first.version}, "可行")[0].state == "force"


def test_the_pages_do_the_same(people, client_of, settings, tmp_path):
    settings.FILES = tmp_path
    one = laid(people, planned(people.home.enterprise))
    client = client_of("gly")
    assert "代录书面同意" in client.get("/followup/plans/?state=draft").content.decode()
    sent = {"did": "paper", "plan": [f"{one.pk}:{one.version}"], "reason": "企业没有账号", "files": scan()}
    answer = client.post("/followup/plans/batch/", sent)
    assert answer.status_code == 302 and answer.url.endswith("?state=agreed")
    one.refresh_from_db()
    assert "回执.pdf" in client.get(f"/followup/plans/{one.pk}/").content.decode()
    client.post("/followup/plans/batch/", {"did": "adopt", "plan": [f"{one.pk}:{one.version}"], "reason": "可行"})
    one.refresh_from_db()
    assert one.state == "force"
    assert client.post("/followup/plans/batch/", {"did": "adopt", "plan": ["x"], "reason": "可行"}).status_code == 400


def test_what_was_typed_and_ticked_stays_when_a_batch_is_not_done(people, client_of):
    one, client = laid(people, planned(people.home.enterprise)), client_of("gly")
    mark = f"{one.pk}:{one.version}"
    for ticks, checked in (([mark], True), ([], False)):
        sent = {"did": "paper", "plan": ticks, "reason": "企业没有账号，已盖章"}
        answer = client.post("/followup/plans/batch/?state=draft", sent)
        text = answer.content.decode()
        assert answer.status_code == 400 and 'role="alert"' in text
        assert 'value="企业没有账号，已盖章"' in text and f'value="{mark}"' in text
        assert (f'aria-label="选 {one.name}" checked' in text) == checked
    answer = client.post("/followup/plans/draft/?state=draft", {"reason": "年" * 301})
    assert answer.status_code == 400 and "年" * 301 in answer.content.decode()

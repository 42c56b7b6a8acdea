"""方案的材料：作业写出两份 Word 与清单并打包、逐数核对、看不到的写不了、没有可写的说清。"""

import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from tests.nurture.followup.test_plans import CODE, STEP, laid, planned

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry
from miaopu.jobs.kinds import Assignment
from miaopu.nurture.followup.models import Paper
from miaopu.nurture.followup.plans import papers
from miaopu.nurture.followup.queries.datum import first_data
from miaopu.nurture.followup.queries.home import mine

pytestmark = pytest.mark.django_db
OWN = ("id", "enterprise", "name", "open_key")


class Silent:
    def tell(self, step: str) -> None: ...
    def expect(self, total: int) -> None: ...
    def advance(self, count: int = 1) -> None: ...


def test_a_pack_holds_both_papers_and_the_list(people):
    one = laid(people)
    given = Assignment(7, {"papers": [one.pk]}, None, "甲", 1)
    found = papers.work(given, Silent())
    assert "1 家" in found.told and "逐数核对无误" in found.told, found.told
    with zipfile.ZipFile(Path(settings.FILES) / found.file) as packed:
        names = packed.namelist()
        assert sorted(name.rpartition("_")[2] for name in names if name.endswith(".docx")) == [
            "提升报告.docx",
            "提升规划.docx",
        ]
        with packed.open("一企一策材料清单.xlsx") as stream:
            book = openpyxl.load_workbook(stream)
    assert any(one.name == cell.value for row in book.active.iter_rows() for cell in row)


def test_a_firm_no_longer_in_the_round_is_named_and_the_others_are_written(people):
    own = laid(people)
    Paper.objects.create(
        **{one.attname: getattr(own, one.attname) for one in Paper._meta.concrete_fields if one.attname not in OWN},
        enterprise="91371500GONEGONE00", name="早先的一家", open_key=None,
    )  # fmt: skip
    given = Assignment(8, {"papers": list(Paper.objects.values_list("pk", flat=True))}, None, "甲", 1)
    found = papers.work(given, Silent())
    assert found.told.startswith("1 家") and "1 家写不了：早先的一家：快照里没有这家企业" in found.told
    with pytest.raises(Wrong, match="一家也写不了：早先的一家"):
        papers.work(replace(given, params={"papers": [Paper.objects.get(name="早先的一家").pk]}), Silent())


def test_one_firm_no_longer_in_the_round_does_not_blank_the_data_of_the_others(people):
    paper, kept = laid(people), mine(people.specialist)
    card = next(one for one in kept if one.firm.enterprise == people.home.enterprise)
    gone = replace(card.firm, enterprise="91371500GONEGONE00", firm=None)
    assert set(first_data(people.specialist, [(gone, paper), (card.firm, paper)])) == {people.home.enterprise}


def test_the_chosen_alternative_is_the_one_written(people):
    one = laid(people, planned(people.home.enterprise, STEP, CODE, others=((STEP,),)))
    Paper.objects.filter(pk=one.pk).update(choice=1)
    one.refresh_from_db()
    assert [step.measure for step in papers.chosen(one).best.steps] == ["rd-spend"]


def test_only_what_is_seen_is_written_and_it_is_logged(people, actor, client_of):
    one = laid(people)
    with pytest.raises(Wrong, match="没有材料可写"):
        papers.write_papers(people.bureau, [])
    with pytest.raises(Denied):
        papers.write_papers(actor("dongchangfu"), [one])
    papers.write_papers(people.bureau, [one])
    assert LogEntry.objects.filter(operation="service.export", outcome="办成", target__contains="方案材料").exists()
    answer = client_of("dongchangfu").post("/followup/plans/papers/", {"state": "live", "number": one.pk})
    assert answer.status_code == 400 and "没有材料可写" in answer.content.decode()

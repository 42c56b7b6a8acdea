"""提案：提出、核对须是不同的人；核验与影响过不了就走不下去；后改的人知道谁先改过。"""

import io
from datetime import date
from fractions import Fraction

import openpyxl
import pytest
import yaml

from miaopu.access import log
from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry
from miaopu.desk.rules.draft import with_expected
from miaopu.jobs import perform
from miaopu.selection.rules import actions, drafts, queries
from miaopu.selection.rules.models import Proposal, ProposalFile
from miaopu.standards.cases import Mismatch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("local")]


def test_a_draft_is_the_base_under_a_new_name(drafted, rules):
    found = drafts.examined(drafted)
    assert found.passed and found.standard.code == "SRDI-2026-LC" and len(found.cases) > 10
    change = drafts.compared(drafted, found)
    assert change.told == () and {part.name for part in change.heads} == {"代码", "文件", "施行"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts": date(2026, 11, 19)}, "早于今天"),
        ({"code": "LG-2026"}, "已经有了"),
        ({"release": "2026"}, "已经有了"),
        ({"release": "../2026"}, "版本名要用"),
        ({"code": "srdi"}, "标准代码要用"),
        ({"ends": date(2026, 11, 30)}, "早于从哪天起用"),
        ({"base": "NO"}, "没有标准"),
    ],
)
def test_a_wrong_proposal_is_refused(actor, changes, words, rules):
    with pytest.raises(Wrong, match=words):
        actions.propose(actor("jingban"), rules.asked(**changes))
    assert not Proposal.objects.exists()


def test_one_name_has_one_living_proposal(actor, drafted, rules):
    with pytest.raises(Wrong, match="正在用这个代码"):
        actions.propose(actor("gly"), rules.asked())
    rules.step("jingban", drafted, "withdraw", "重提")
    assert actions.propose(actor("gly"), rules.asked()).pk != drafted.pk


@pytest.mark.parametrize("login", ["dongchangfu", "qiye", "lingdao", "xitong", "zhuanjia"])
def test_only_officers_propose(actor, login, rules):
    with pytest.raises(Denied):
        actions.propose(actor(login), rules.asked())
    assert LogEntry.objects.latest("seq").outcome == log.REFUSED


def test_changing_a_limit_changes_text_and_flags_and_breaks_the_cases_on_the_line(actor, drafted, rules):
    actions.set_limits(actor("jingban"), drafted.pk, 1, {("A2a1", 0): "1800"})
    text = rules.fresh(drafted).files.get(name="2026-lc.yaml").text
    assert (
        "revenue_t1 >= 1800万元" in text and "上年度营业收入1800万元以上" in text and "revenue_t1 == 1800万元" in text
    )
    assert "1500万元" not in text
    found = drafts.examined(rules.fresh(drafted))
    assert not found.passed and {one.id for one in found.wrong} >= {"SRDI26-001", "SRDI26-003"}
    with pytest.raises(Wrong, match=r"核验没有通过.*判例"):
        rules.step("jingban", drafted, "submit")
    cases = {one.name: one.text for one in rules.fresh(drafted).files.filter(name__endswith=".cases.yaml")}
    actions.accept_cases(actor("jingban"), drafted.pk, rules.fresh(drafted).version)
    assert drafts.examined(rules.fresh(drafted)).passed
    remarks = 0
    for one in rules.fresh(drafted).files.filter(name__in=cases):
        kept, now = cases[one.name].splitlines(), one.text.splitlines()
        assert len(kept) == len(now), "就地改，一行不多一行不少"
        assert [line for line in kept if "#" in line] == [line for line in now if "#" in line], "注释照留"
        remarks += sum("#" in line for line in kept)
    assert remarks > 0
    told = "\n".join(text for _, text in drafts.case_changes(rules.fresh(drafted)))
    assert "-SRDI26-001 预期 verdict：eligible" in told and "+SRDI26-001 预期 verdict：not_eligible" in told


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("revenue_t1 >= 1500万元", "revenue_t1 >= 1500", "2026-lc.yaml 第 23 行：.*单位不合"),
        ("revenue_t1 >= 1500万元", "revenu_t1 >= 1500万元", "没有“revenu_t1”这个指标"),
        ("code: SRDI-2026-LC", "code: LG-2026", "已在"),
        ("tier: SRDI", "tier: SRDI\nmystery: 1", "标准不认识“mystery”"),
    ],
)
def test_mistakes_are_told_with_file_and_line(actor, drafted, old, new, words, rules):
    text = rules.fresh(drafted).files.get(name="2026-lc.yaml").text
    actions.revise(actor("jingban"), drafted.pk, 1, {"2026-lc.yaml": text.replace(old, new, 1)})
    with pytest.raises(Wrong, match=words):
        rules.step("jingban", drafted, "submit")
    assert rules.fresh(drafted).state == "draft"


def test_cases_cannot_be_thrown_away(actor, drafted, rules):
    files = {one.name: "cases: []\n" for one in drafted.files.filter(name__endswith=".cases.yaml")}
    actions.revise(actor("jingban"), drafted.pk, 1, files)
    with pytest.raises(Wrong, match="没有为 SRDI-2026-LC 写的判例"):
        rules.step("jingban", drafted, "submit")


def test_the_second_to_save_is_told_who_was_first(actor, drafted, client_of, rules):
    text = drafted.files.get(name="2026-lc.yaml").text
    actions.revise(actor("gly"), drafted.pk, 1, {"2026-lc.yaml": text + "# 另一人写的\n"})
    answer = client_of("jingban").post(
        f"/rules/proposals/{drafted.pk}/edit/", {"version": "1", "text-2026-lc.yaml": text + "# 我写的\n"}
    )
    page = answer.content.decode()
    assert answer.status_code == 400 and f"{actor('gly').name}在" in page and "# 我写的" in page
    assert "另一人写的" in rules.fresh(drafted).files.get(name="2026-lc.yaml").text


def test_nobody_checks_or_approves_what_they_wrote(actor, drafted, rules):
    rules.submitted(drafted)
    with pytest.raises(Denied, match="须由另一个人来"):
        rules.step("jingban", drafted, "check")
    rules.step("gly", drafted, "check")
    with pytest.raises(Denied, match="您没有“批准规则修改”的权限"):
        rules.step("jingban", drafted, "approve")
    assert rules.fresh(drafted).state == "checked"


def test_an_approver_who_edited_is_an_author(actor, drafted, rules):
    text = drafted.files.get(name="2026-lc.yaml").text
    actions.revise(actor("gly"), drafted.pk, 1, {"2026-lc.yaml": text + "# 管理员加的\n"})
    rules.submitted(drafted)
    with pytest.raises(Denied, match="您提出或改过这份提案"):
        rules.step("gly", drafted, "check")


def test_checking_waits_for_the_effect_of_the_present_text(actor, drafted, rules):
    rules.step("jingban", drafted, "submit")
    with pytest.raises(Wrong, match="影响还没有按现在的内容算完"):
        rules.step("gly", drafted, "check")
    with pytest.raises(Wrong, match="要写意见"):
        rules.step("gly", drafted, "check", " ")


def test_the_effect_names_the_firms_and_the_clause(actor, client_of, rules):
    made = actions.propose(actor("jingban"), rules.asked(base="SCALEUP", release="2026-lc", code="SCALEUP-LC"))
    main = made.files.get(name="2026-lc.yaml").text
    loose = main.replace("main_revenue_t1 >= 2000万元", "main_revenue_t1 >= 1000万元").replace("2000万元", "1000万元")
    actions.revise(actor("jingban"), made.pk, 1, {"2026-lc.yaml": loose})
    job = actions.measure_again(actor("jingban"), made.pk)
    perform.perform.call(job.pk)
    told = queries.affected(actor("gly"), rules.fresh(made))
    part = told.parts[0]
    table = told.changed.filter(told.changed["kind"] == part.kind)
    assert table.height == sum(one["firms"] for one in part.counts if one["before"] != one["after"]) > 0
    assert part.firms == sum(one["firms"] for one in part.counts) == 2000 and part.kind == "新申请"
    moved = {one["clause"] for one in part.moved}
    assert "INDUSTRY" in moved
    for row in table.to_dicts():
        assert row["clauses"] and {one.split()[0] for one in row["clauses"].split("；")} <= moved, row
    assert sum(one["firms"] for one in part.counties) == table.height
    place = sorted(set(table["county"]))[0]
    county = queries.affected(actor("dongchangfu"), rules.fresh(made)).changed
    assert set(county["county"]) <= {"东昌府区"} and county.height < told.changed.height
    assert queries.affected(actor("kuaijisuo"), rules.fresh(made)).changed.is_empty(), "看不到企业的角色没有名单"
    response = client_of("jingban").post(f"/rules/proposals/{made.pk}/effect/export/?county={place}")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    names = {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
    assert set(table.filter(table["county"] == place)["name"]) <= names
    assert not set(table.filter(table["county"] != place)["name"]) & names
    entry = LogEntry.objects.latest("seq")
    assert entry.operation == "firm.export" and place in entry.after
    assert client_of("jingban").get(f"/rules/proposals/{made.pk}/effect/?county={place}").status_code == 200
    assert client_of("shuiwu").post(f"/rules/proposals/{made.pk}/effect/export/").status_code == 403


def test_returned_with_an_opinion_and_taken_up_again(actor, drafted, rules):
    rules.submitted(drafted)
    with pytest.raises(Wrong, match="不能改内容"):
        actions.revise(actor("jingban"), drafted.pk, rules.fresh(drafted).version, {"2026-lc.yaml": "x"})
    rules.step("gly", drafted, "reject", "依据的文号不全")
    assert rules.fresh(drafted).state == "returned"
    assert rules.fresh(drafted).steps.last().opinion == "依据的文号不全"
    text = rules.fresh(drafted).files.get(name="2026-lc.yaml").text
    version = rules.fresh(drafted).version
    actions.revise(
        actor("jingban"),
        drafted.pk,
        version,
        {"2026-lc.yaml": text.replace("聊工信〔2026〕9号", "聊工信发〔2026〕9号")},
    )
    rules.approved(drafted)
    assert [one.move for one in rules.fresh(drafted).steps.all()] == [
        "propose", "submit", "reject", "revise", "submit", "check", "approve",
    ]  # fmt: skip
    assert log.verify() is None


def test_pages_of_a_proposal(actor, drafted, client_of, rules):
    client, at = client_of("jingban"), f"/rules/proposals/{drafted.pk}"
    for path in ("/", "/limits/", "/edit/", "/effect/"):
        assert client.get(at + path).status_code == 200
    answer = client.post(f"{at}/limits/", {"version": "1", "n-A2a1-0": "很多"})
    assert answer.status_code == 400 and "应是数字" in answer.content.decode()
    assert client.post(f"{at}/limits/", {"version": "1", "n-A2a1-0": "1600"}).status_code == 302
    assert client.post(f"{at}/move/submit/", {"version": "1"}).status_code == 400
    assert client.post(f"{at}/move/没有/", {"version": "2"}).status_code == 400
    assert client_of("qiye").post(f"{at}/edit/", {"version": "2", "text-2026-lc.yaml": "a"}).status_code == 403
    form = client.get("/rules/proposals/new/?base=LG-2026")
    assert form.context["form"].initial["base"] == "LG-2026"
    assert client.post("/rules/proposals/new/", {"base": "LG-2026"}).status_code == 400
    assert client_of("qiye").get("/rules/proposals/new/").status_code == 403


def edited(rules, actor, drafted, old, new, name="2026-lc.yaml"):
    now = rules.fresh(drafted)
    text = now.files.get(name=name).text
    assert old in text
    actions.revise(actor("jingban"), now.pk, now.version, {name: text.replace(old, new, 1)})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("code: SRDI-2026-LC", "code: SRDI-2026-XX", "应是提案定下的“SRDI-2026-LC”"),
        ("effective: 2026-12-01", "effective: 2020-01-01", "应是提案定下的“2026-12-01”"),
        ("tier: SRDI", "tier: LG", "tier 写的是“LG”"),
    ],
)
def test_the_whole_text_cannot_change_what_the_proposal_set(actor, drafted, client_of, rules, old, new, told):
    edited(rules, actor, drafted, old, new)
    with pytest.raises(Wrong, match=told):
        rules.step("jingban", drafted, "submit")
    assert told in client_of("jingban").get(f"/rules/proposals/{drafted.pk}/").content.decode()


def test_what_cannot_be_read_is_said_and_nothing_changes(actor, drafted, client_of, rules):
    at, client = f"/rules/proposals/{drafted.pk}", client_of("jingban")
    answer = client.post(f"{at}/edit/", {"version": "1", "text-2026-lc.yaml": "code: \x00"})
    assert answer.status_code == 400 and "控制字符" in answer.content.decode()
    for text, told in (("code: " + "[" * 30_000, "第 1 行一层套一层"), ("a: &a [1]\nb: [*a, *a]", "这样的引用")):
        answer = client.post(f"{at}/edit/", {"version": "1", "text-2026-lc.yaml": text})
        assert answer.status_code == 400 and told in answer.content.decode()
    actions.revise(actor("jingban"), drafted.pk, 1, {"2026-lc.yaml": "code: [没有收尾"})
    with pytest.raises(Wrong, match="读不成 YAML"):
        actions.set_terms(actor("jingban"), drafted.pk, 2, rules.terms)
    assert rules.fresh(drafted).version == 2


def test_a_broken_case_file_is_said_when_accepting(actor, drafted, rules, monkeypatch):
    edited(rules, actor, drafted, ">= 1500万元", ">= 1600万元")
    first = drafted.files.filter(name__endswith=".cases.yaml").first()
    ProposalFile.objects.create(proposal=drafted, name="2026-lc.z.cases.yaml", text="cases: [{id: 1")
    assert drafts.examined(rules.fresh(drafted)).wrong and first is not None
    with pytest.raises(Wrong, match="现在的文字读不成 YAML"):
        actions.accept_cases(actor("jingban"), drafted.pk, rules.fresh(drafted).version)


def test_an_expectation_is_changed_where_it_stands():
    """逐行写的一列、带注释的、带逗号的文字都就地换；别处一个字不动。"""
    text = """# 头上的注释
cases:
- id: 甲   # 这一条的来历
  expect:
    clauses: {B1: pass, B2: fail}  # 看 B2
    flags:
    - 旧一
    - 旧二  # 尾注
    verdict: eligible
  why: 说明   # 不动
- id: 乙
  rows:
  - in: {x: 1}
    expect: {score: 5}
"""
    wrong = [
        ("甲", Mismatch("甲", 0, "B2", "fail", "pass, 附注")),
        ("甲", Mismatch("甲", 0, "flags", ["旧一", "旧二"], ["旧二"])),
        ("乙", Mismatch("乙", 1, "score", 5, Fraction(7, 2))),
    ]
    found = with_expected(text, wrong)
    assert yaml.safe_load(found)["cases"][0]["expect"] == {
        "clauses": {"B1": "pass", "B2": "pass, 附注"}, "flags": ["旧二"], "verdict": "eligible",
    }  # fmt: skip
    assert yaml.safe_load(found)["cases"][1]["rows"][0]["expect"] == {"score": "7/2"}
    for remark in ("# 头上的注释", "# 这一条的来历", "# 看 B2", "# 尾注", "# 不动"):
        assert remark in found
    assert with_expected(text, [("没有", Mismatch("甲", 0, "B2", "fail", "pass"))]) == text

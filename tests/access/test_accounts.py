"""账号与授权：系统管理员开账号、安全管理员授角色，各办各的；互斥、范围、期限；导入导出。"""

import io
import json
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from miaopu.access.act import Denied, Wrong
from miaopu.access.actions import accounts, grants, own
from miaopu.access.actions.first import open_admins
from miaopu.access.actor import OWN, system
from miaopu.access.models import Account, LogEntry, Posting
from miaopu.access.queries import actor_of
from miaopu.access.roles import roles
from miaopu.access.signin import passwords, second

pytestmark = pytest.mark.django_db
ZHANG = {"name": "张三", "unit": "东昌府区", "phone": "13800001111"}


@pytest.fixture
def zhang(actor) -> Account:
    return accounts.open_account(actor("xitong"), "zhangsan", ZHANG)[0]


def held(account) -> Account:
    return actor_of(Account.objects.get(pk=account.pk))


def test_the_system_administrator_opens_and_the_security_administrator_grants(actor, zhang):
    assert held(zhang).operations == OWN, "开好的账号没有任何角色"
    assert "首次登录" in passwords.due(zhang)
    with pytest.raises(Denied):
        grants.grant(actor("xitong"), zhang.pk, "county_lead", "371502")
    with pytest.raises(Denied):
        accounts.open_account(actor("anquan"), "lisi", ZHANG)
    grants.grant(actor("anquan"), zhang.pk, "county_lead", "371502")
    assert held(zhang).reach("firm.view").districts == {"371502"}
    entry = LogEntry.objects.latest("seq")
    assert entry.target == "账号 zhangsan（张三）" and "东昌府区" in json.loads(entry.after)["范围"]


@pytest.mark.parametrize("business", [False, True])
@pytest.mark.parametrize("admin", ["system_admin", "security_admin", "audit_admin"])
def test_nobody_holds_two_offices_that_exclude_each_other(actor, zhang, admin, business):
    others = {"leader"} if business else {"system_admin", "security_admin", "audit_admin"} - {admin}
    grants.grant(actor("anquan"), zhang.pk, admin, "")
    for other in others:
        with pytest.raises(Wrong, match=r"必须由不同的人担任|不能兼任业务角色"):
            grants.grant(actor("anquan"), zhang.pk, other, "")
    assert Posting.objects.filter(account=zhang).count() == 1


def test_a_clash_later_in_time_is_seen_and_one_that_is_over_is_not(actor, zhang):
    today = timezone.localdate()
    grants.grant(actor("anquan"), zhang.pk, "leader", "", today, today + timedelta(days=30))
    with pytest.raises(Wrong, match="不能授予"):
        grants.grant(actor("anquan"), zhang.pk, "audit_admin", "", today + timedelta(days=20))
    grants.grant(actor("anquan"), zhang.pk, "audit_admin", "", today + timedelta(days=31))
    assert held(zhang).is_a("leader") and not held(zhang).is_a("audit_admin")


@pytest.mark.parametrize(
    ("role", "scope", "why"),
    [
        ("county_lead", "", "要写明县区"),
        ("county_lead", "999999", "要写明县区"),
        ("data_officer", "", "要写明部门"),
        ("enterprise", "", "要写明企业号"),
        ("leader", "371502", "不分范围"),
        ("public", "", "没有这个角色"),
    ],
)
def test_a_scope_must_fit_the_role(actor, zhang, role, scope, why):
    with pytest.raises(Wrong, match=why):
        grants.grant(actor("anquan"), zhang.pk, role, scope)


def test_postings_end_by_date_and_by_withdrawal(actor, zhang):
    today = timezone.localdate()
    with pytest.raises(Wrong, match="早于起期"):
        grants.grant(actor("anquan"), zhang.pk, "leader", "", today, today - timedelta(days=1))
    made = grants.grant(actor("anquan"), zhang.pk, "leader", "", today - timedelta(days=9), today)
    assert held(zhang).is_a("leader")
    with pytest.raises(Wrong, match="理由没有填"):
        grants.withdraw(actor("anquan"), made.pk, " ")
    grants.withdraw(actor("anquan"), made.pk, "调离")
    assert not held(zhang).is_a("leader") and Posting.objects.get(pk=made.pk).until == today - timedelta(days=1)


def test_nobody_grants_to_himself(actor):
    own = Account.objects.get(login="anquan")
    with pytest.raises(Denied, match="不能给自己"):
        grants.grant(actor("anquan"), own.pk, "leader", "")
    with pytest.raises(Denied, match="不能给自己"):
        grants.withdraw(actor("anquan"), own.postings.get().pk, "试试")


def test_a_county_lead_charges_specialists_with_firms_of_the_county_only(actor):
    specialist, lead = Account.objects.get(login="zhuanyuan"), actor("dongchangfu")
    grants.charge(lead, specialist.pk, "91371502TESTFIRM0X", district="371502")
    assert actor("zhuanyuan").reach("firm.view").covers(enterprise="91371502TESTFIRM0X")
    with pytest.raises(Wrong, match="已经负责"):
        grants.charge(lead, specialist.pk, "91371502TESTFIRM0X", district="371502")
    with pytest.raises(Denied, match="不在您的范围里"):
        grants.charge(lead, specialist.pk, "91371503TESTFIRM0X", district="371503")
    with pytest.raises(Wrong, match="不是服务专员或专家"):
        grants.charge(lead, Account.objects.get(login="lingdao").pk, "91371502TESTFIRM0X", district="371502")
    grants.release(lead, specialist.pk, "91371502TESTFIRM0X", district="371502")
    assert not actor("zhuanyuan").reach("firm.view").covers(enterprise="91371502TESTFIRM0X")


def test_a_disabled_account_is_out_at_once(actor, client_of):
    client, account = client_of("caizheng"), Account.objects.get(login="caizheng")
    assert client.get("/firms/").status_code == 200
    with pytest.raises(Wrong, match="理由没有填"):
        accounts.disable(actor("xitong"), account.pk, "")
    accounts.disable(actor("xitong"), account.pk, "离职")
    assert client.get("/firms/").url.startswith("/login/")
    with pytest.raises(Denied, match="自己"):
        accounts.disable(actor("xitong"), Account.objects.get(login="xitong").pk, "误点")


def test_a_reset_password_is_shown_once_and_must_be_changed(client_of, zhang):
    page = client_of("xitong").post(f"/accounts/{zhang.pk}/reset/")
    word = page.context["word"]
    zhang.refresh_from_db()
    assert zhang.check_password(word) and zhang.must_change and not passwords.faults(Account(login="x1"), word)
    assert word not in "".join(LogEntry.objects.exclude(after=None).values_list("after", flat=True))


@pytest.mark.parametrize(
    ("login", "given", "why"),
    [
        ("张三", ZHANG, "登录名应是"),
        ("GLY", ZHANG, "已经有人用"),
        ("lisi", {"name": ""}, "姓名没有填"),
        ("lisi", {"name": "李四", "phone": "call me"}, "不像电话号码"),
        ("lisi", {"name": "李\x00四"}, "控制字符"),
    ],
)
def test_what_cannot_be_opened_says_why(actor, login, given, why):
    with pytest.raises(Wrong, match=why):
        accounts.open_account(actor("xitong"), login, given)


def book(*rows) -> SimpleUploadedFile:
    made, stream = openpyxl.Workbook(), io.BytesIO()
    for row in [("开账号",), ("登录名", "姓名", "单位", "手机"), *rows]:
        made.active.append(row)
    made.save(stream)
    return SimpleUploadedFile("账号.xlsx", stream.getvalue())


def read(response):
    return openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]


def test_accounts_come_in_by_workbook_with_their_first_passwords(client_of):
    client = client_of("xitong")
    answer = client.post("/accounts/import/", {"file": book(("wangwu", "王五", "茌平区", 13800002222))})
    row = next(one for one in read(answer).iter_rows(values_only=True) if one[1] == "wangwu")
    made = Account.objects.get(login="wangwu")
    assert made.check_password(row[4]) and made.phone == "13800002222" and made.must_change


def test_one_bad_row_opens_nobody(client_of):
    answer = client_of("xitong").post("/accounts/import/", {"file": book(("wangwu", "王五"), ("gly", "重名"))})
    assert answer.status_code == 400 and "第 4 行（登录名“gly”）" in answer.content.decode()
    assert not Account.objects.filter(login="wangwu").exists()
    junk = SimpleUploadedFile("账号.xlsx", b"not a workbook")
    assert "不是 Excel 工作簿" in client_of("xitong").post("/accounts/import/", {"file": junk}).content.decode()


def test_what_is_exported_is_what_was_filtered_and_is_recorded(client_of):
    sheet = read(client_of("xitong").post("/accounts/export/", {"role": "county_lead"}))
    logins = {one[1] for one in sheet.iter_rows(min_row=4, values_only=True) if one[1]}
    leads = {one.login for one in Account.objects.filter(postings__role="county_lead")}
    assert logins == leads and len(leads) > 2
    entry = LogEntry.objects.latest("seq")
    assert entry.operation == "account.export" and json.loads(entry.after)["行数"] == len(leads)


def test_a_formula_in_a_name_stays_text(actor, client_of):
    accounts.open_account(actor("xitong"), "formula", {"name": "=1+1"})
    sheet = read(client_of("xitong").post("/accounts/export/", {"q": "formula"}))
    cell = next(one for row in sheet.iter_rows() for one in row if one.value == "=1+1")
    assert cell.data_type == "s"


def test_the_first_three_are_opened_once(db):
    made = open_admins(system("测试"))
    assert {title for title, _, _ in made} == {"系统管理员", "安全管理员", "审计管理员"}
    assert open_admins(system("测试")) == []
    account = Account.objects.get(login=made[0][1])
    assert account.check_password(made[0][2]) and account.must_change and account.login == "xitong2"


def test_the_three_offices_share_no_operation_but_viewing_and_resetting():
    three = [one.operations for one in roles().roles.values() if one.kind == "admin"]
    shared = {code for one in three for other in three if one is not other for code in one & other}
    assert shared == {"account.view", "second.reset"}
    assert not any(code.startswith(("firm.", "screening.", "library.")) for one in three for code in one)


def test_a_date_written_wrong_is_a_sentence(client_of, zhang):
    form = {"role": "leader", "since": "明天"}
    answer = client_of("anquan").post(f"/accounts/{zhang.pk}/grant/", form)
    assert answer.status_code == 400 and "“起”应是 2026-11-20 这样的日期" in answer.content.decode()


def test_a_system_administrator_cannot_become_another_administrator(actor, zhang):
    """换密码、换动态口令、换统一身份标识，三员的这几样不能都在一个人手里。"""
    grants.grant(actor("anquan"), zhang.pk, "audit_admin", "")
    with pytest.raises(Denied, match="请安全管理员来办"):
        accounts.reset_password(actor("xitong"), zhang.pk)
    TOTPDevice.objects.create(user=zhang, confirmed=True)
    accounts.reset_password(actor("xitong"), zhang.pk)
    with pytest.raises(Denied, match="不能替他重置动态口令"):
        accounts.reset_second(actor("xitong"), zhang.pk, "说是丢了")
    assert TOTPDevice.objects.filter(user=zhang).exists()
    with pytest.raises(Denied, match="统一身份标识"):
        accounts.amend(actor("xitong"), zhang.pk, {**ZHANG, "subject": "my-own"})
    accounts.amend(actor("xitong"), zhang.pk, {**ZHANG, "unit": "换了单位"})
    accounts.reset_second(actor("anquan"), zhang.pk, "当面核过工作证")
    assert LogEntry.objects.filter(outcome="拒绝", target__contains=zhang.login).exists()


def test_a_secret_someone_else_has_seen_is_not_the_one_bound(actor, zhang):
    """拿着临时密码先登录的人看过的密钥，本人登录时另发，旧的作废。"""
    seen = second.candidate(zhang, None)
    assert second.candidate(zhang, seen.pk) == seen, "同一次会话里刷新，还是同一个"
    mine = second.candidate(zhang, None)
    assert mine.key != seen.key and not TOTPDevice.objects.filter(pk=seen.pk).exists()
    with pytest.raises(Wrong, match=r"口令不对|错得太多"):
        own.bind_second(actor_of(zhang), mine, f"{TOTP(seen.bin_key).token():06}")
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    own.bind_second(actor_of(zhang), mine, f"{TOTP(mine.bin_key).token():06}")
    assert second.device_of(zhang) == mine


@pytest.mark.parametrize("lost", ["disabled", "over"])
def test_an_office_whose_holder_is_gone_is_opened_again(db, lost):
    """只剩的那位停用了、任期过了：算空着，命令再开一个（此外没有别的路）。"""
    open_admins(system("测试"))
    if lost == "disabled":
        Account.objects.filter(login="anquan2").update(is_active=False)
    else:
        Posting.objects.filter(account__login="anquan2").update(until=timezone.localdate() - timedelta(days=1))
    assert [(title, login) for title, login, _ in open_admins(system("测试"))] == [("安全管理员", "anquan3")]


def sheet_of(*rows) -> SimpleUploadedFile:
    made, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(stream)
    return SimpleUploadedFile("账号.xlsx", stream.getvalue())


HEAD = ("登录名", "姓名")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([(), (), HEAD, ("wangwu", "王五"), (None, "赵六")], "第 5 行没有填登录名"),
        ([(*HEAD, "角色"), ("wangwu", "王五", "市局经办")], "第 1 行的表头“角色”认不得"),
        ([("说明",), HEAD, (), ("wangwu", "王五"), ("w", "太短")], "第 5 行（登录名“w”）"),
        ([HEAD, (None, None)], "表头下面没有账号"),
    ],
)
def test_an_import_says_which_row_of_the_sheet_and_opens_nobody(client_of, rows, why):
    answer = client_of("xitong").post("/accounts/import/", {"file": sheet_of(*rows)})
    assert answer.status_code == 400 and why in answer.content.decode()
    assert not Account.objects.filter(login="wangwu").exists()


def test_an_exported_list_can_be_the_import(client_of):
    row = (*HEAD, "单位", "手机", "统一身份标识", "状态", "角色与范围", "建立日期")
    answer = client_of("xitong").post("/accounts/import/", {"file": sheet_of(row, ("wangwu", "王五"))})
    assert answer.status_code == 200 and Account.objects.filter(login="wangwu").exists()


def test_the_log_never_holds_a_whole_phone_or_identity(actor):
    who = actor("xitong")
    given = {"name": "李四", "phone": "13812345678", "subject": "abcdef123456"}
    account, _ = accounts.open_account(who, "lisi", given)
    accounts.amend(who, account.pk, {**given, "phone": "13812995678"})
    told = "".join(f"{one.before}{one.after}" for one in LogEntry.objects.order_by("-seq")[:2])
    assert "138****5678" in told and "12345678" not in told and "abcdef" not in told and '"改了": "手机"' in told

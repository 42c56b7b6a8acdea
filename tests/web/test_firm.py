"""企业档案：每个数都打得开、对得上，范围守得住，导出有记录，一处更正只动该动的数。"""

import html
import io
import re
from dataclasses import replace

import openpyxl
import polars as pl
import pytest
from django.test import Client
from django.utils import timezone

from miaopu.access.models import LogEntry, Posting
from miaopu.api.models import Token
from miaopu.desk.figure import Figures
from miaopu.ledger.journal.chain import digest
from miaopu.ledger.trace import HIDDEN
from miaopu.ledger.trace.record import Conflict
from miaopu.selection.screening.models import Firm, Listing
from miaopu.selection.screening.opening import open_firm
from miaopu.selection.screening.queries import current, opened

NUMBER = re.compile(r'<a class="number" href="([^"]+)"[^>]*>(.*?)</a>', re.S)
VALUE = re.compile(r'<span class="firm-value">(.*?)</span>', re.S)
REASON = re.compile(r'<p class="mb-1 firm-reason">(.*?)</p>', re.S)
GAP = re.compile(r"<p>距离：(.*?)</p>", re.S)
STATED = ("完整名单里没有", "没有任何来源提供", "按公式算得", "按规则由下列各数推得", "按条款用到的数判定",
          "按分档得", "个条目数得", "人工核定",
          "只见过期的记载", "人工决定立户")  # fmt: skip


IDENTIFIER = re.compile(r"\b[a-z]+_[a-z_0-9]+\b|\b(?:within|not after|mean|compound)\b")


def identifiers(text):
    """看得见的文字里程序的叫法；来源里的文件名不算。"""
    return IDENTIFIER.findall(re.sub(r"<[^>]+>|\d{8}-[a-z_]+-\w+", " ", html.unescape(text)))


def page_of(client, enterprise):
    found = client.get(f"/firms/{enterprise}/")
    assert found.status_code == 200
    return found.content.decode()


def numbers(text):
    """网址 → 页面上的写法（同一个数各处写法相同；条款另有距离）。"""
    out = {}
    for url, shown in NUMBER.findall(text):
        out.setdefault(html.unescape(url), set()).add(html.unescape(shown))
    return out


def firms_of_kinds():
    """几种不同的：名单第一家、没有称号的、不是候选的、有分歧的县区的。"""
    first = Listing.objects.filter(tier="LG").order_by("rank").values_list("enterprise", flat=True)[:1]
    rest = [
        Firm.objects.filter(**given).order_by("enterprise").values_list("enterprise", flat=True).first()
        for given in ({"held": "NONE", "candidate": "是"}, {"candidate": "否"}, {"held": "LG"})
    ]
    return [*first, *[one for one in rest if one]]


TAGGED = re.compile(r'<ul class="firm-tags">(.*?)</ul>', re.S)


def test_a_tag_says_until_when_once(client_of):
    """有效期至是依据的数，标签后面不再说一遍。"""
    client, seen = client_of("gly"), 0
    for code in Firm.objects.filter(held="LG").order_by("enterprise").values_list("enterprise", flat=True)[:3]:
        told = re.sub(r"<[^>]+>", " ", TAGGED.search(page_of(client, code))[1])
        seen += told.count("有效期至")
        assert "；至" not in told, told
    assert seen


def crawl(client, text):
    """打开页面上的每一个数，核对写法与来历，没有程序里的叫法；给出（网址数，有来源格的，只有理由的）。"""
    placed = stated = 0
    for url, shown in numbers(text).items():
        answer = client.get(url, headers={"HX-Request": "true"})
        assert answer.status_code == 200, url
        told = answer.content.decode()
        assert "<html" not in told and not identifiers(told), (url, identifiers(told))
        value, gap = html.unescape(VALUE.search(told)[1]), GAP.search(told)
        assert shown <= {value, html.unescape(gap[1]) if gap else value}, (url, shown, value)
        reason = html.unescape(REASON.search(told)[1])
        if "取自" in told or "出自" in told:
            placed += 1
        else:
            assert any(word in reason for word in STATED), (url, reason)
            stated += 1
    return placed + stated, placed, stated


def test_every_number_on_the_page_has_a_place_or_a_reason(client_of, db):
    client = client_of("gly")
    kinds = firms_of_kinds()
    assert len(kinds) >= 3
    for enterprise in kinds:
        every, placed, stated = crawl(client, page_of(client, enterprise))
        assert every > 120 and placed > 20 and stated > 5


def test_a_score_opens_to_its_bands_and_the_cell_it_rests_on(client_of, actor, db):
    """评分项与合计：分档读法、得分、用到的数，一直到来件的哪张表哪一格。"""
    client = client_of("gly")
    enterprise = next(
        one for one in firms_of_kinds() if "评分指标" in page_of(client, one) and "营业收入" in page_of(client, one)
    )
    found = open_firm(actor("gly"), enterprise)
    column, item = next(
        (name, one) for name, one in found.figures.scores.items() if found.figures.used(one) and one.shown != "0分"
    )
    part = found.figures.used(item)[0]
    told = html.unescape(
        client.get(f"/firms/{enterprise}/numbers/{column}/", headers={"HX-Request": "true"}).content.decode()
    )
    assert item.line.plain in told and "，得 " in told and f"按分档得 {item.shown}，满分 {item.maximum} 分" in told
    assert found.figures.title(part) in told and "批次" in told and "《" in told
    total = next(name for name, one in found.figures.scores.items() if one.parts)
    told = html.unescape(
        client.get(f"/firms/{enterprise}/numbers/{total}/", headers={"HX-Request": "true"}).content.decode()
    )
    assert "以下各项得分之和" in told and all(
        found.figures.scores[one].line.title in told for one in found.figures.scores[total].parts
    )


def test_an_unknown_number_is_a_chinese_404(client_of, db):
    enterprise = firms_of_kinds()[0]
    for address in ("numbers/no_such_thing/", "numbers/LG-2026:ZZ/", "numbers/ip/?item=没有这件"):
        answer = client_of("gly").get(f"/firms/{enterprise}/{address}")
        assert answer.status_code == 404 and "没有这个数" in answer.content.decode()


def test_a_number_is_also_a_page_without_script(client_of, db):
    enterprise = firms_of_kinds()[0]
    text = client_of("gly").get(f"/firms/{enterprise}/numbers/revenue_t1/").content.decode()
    assert "<html" in text and "上年营业收入" in text and "可抄录的出处" in text and "批次" in text


def test_scope_is_kept_as_if_the_firm_did_not_exist(client_of, actor, db):
    own, other = (Firm.objects.filter(county=name).order_by("enterprise").first() for name in ("东昌府区", "茌平区"))
    county = client_of("dongchangfu")
    assert county.get(f"/firms/{own.enterprise}/").status_code == 200
    for address in (f"/firms/{other.enterprise}/", f"/firms/{other.enterprise}/numbers/revenue_t1/"):
        assert county.get(address).status_code == 404
    assert county.post(f"/firms/{other.enterprise}/export/").status_code == 404
    mine = next(iter(actor("qiye").reach("firm.view").enterprises))
    for login in ("qiye", "zhuanyuan"):
        assert client_of(login).get(f"/firms/{mine}/").status_code == 200
    charged = actor("zhuanyuan").charges | {mine}
    stranger = Firm.objects.exclude(enterprise__in=charged).first().enterprise
    for login in ("qiye", "zhuanyuan"):
        assert client_of(login).get(f"/firms/{stranger}/").status_code == 404
    for login in ("shuiwu", "xitong", "anquan", "shenji"):
        assert client_of(login).get(f"/firms/{mine}/").status_code in (403, 404)


def surveyed():
    """一家规模以上的企业：统计的名录里有它。"""
    return opened(current()).wide.filter(pl.col("above_scale_t1") == 1)["enterprise"].sort()[0]


def test_statistics_of_one_firm_are_only_for_those_without_source_limits(client_of, actor, db):
    """抽屉、档案的每一段、分歧、来源报过的数、接口：不该看的人哪里也看不到值，市局照看。"""
    enterprise = surveyed()
    Posting.objects.filter(account__login="qiye", enterprise__isnull=False).update(enterprise=enterprise)
    address = f"/firms/{enterprise}/numbers/above_scale_t1/"
    bureau, own = (client_of(login).get(address).content.decode() for login in ("gly", "qiye"))
    assert html.unescape(VALUE.search(bureau)[1]) == "是"
    assert "只供参考，不得作为依据" in bureau and "共享依据" in bureau and HIDDEN not in bureau
    assert html.unescape(VALUE.search(own)[1]) == HIDDEN and "规模以上：是" not in own
    whole, part = page_of(client_of("gly"), enterprise), page_of(client_of("qiye"), enterprise)
    crawl(client_of("qiye"), part)
    assert HIDDEN not in whole and numbers(whole)[address] == {"是"} and numbers(part)[address] == {HIDDEN}
    assert "<strong>小升规</strong>" in part and "本账号不显示</span>" in part
    assert ">规模以上</span>" in whole and ">规模以上</span>" not in part


def test_statistics_said_in_a_difference_are_hidden(actor, db):
    """分歧里统计的说法遮去，别的来源的照写；不限来源的人照看。"""
    found = open_firm(actor("gly"), surveyed())
    said = (("统计", "3912", "单体", "1"), ("税务", "3911", "单体", "2"))
    told = Conflict("industry", "行业", "", "value", "tax", "按次序", True, said)
    file = replace(found.dossier.file, conflicts=(told,))
    figures = Figures(replace(found.dossier, file=file))
    assert figures.for_reader(lambda source: True).file.conflicts == (told,)
    assert [shown for _, shown, *_ in figures.for_reader(lambda source: False).file.conflicts[0].values] == [
        HIDDEN,
        "3911",
    ]
    facts = [one for one in figures.for_reader(lambda source: False).file.facts if one.indicator == "above_scale"]
    assert facts and {one.shown for one in facts} == {HIDDEN}
    assert {cell.shown for one in facts for cell in (*one.taken, *one.others)} == {HIDDEN}


def test_statistics_are_hidden_in_the_interface_too(actor, db):
    enterprise = surveyed()
    Posting.objects.filter(account__login="qiye", enterprise__isnull=False).update(enterprise=enterprise)
    held = {"scopes": "firm.view", "quota": 9, "until": timezone.localdate(), "digest": digest(b"mp_qiye")}
    Token.objects.create(account_id=actor("qiye").account, name="测试", hint="mp_", **held)
    client = Client(HTTP_AUTHORIZATION="Bearer mp_qiye")
    told = client.get(f"/api/v1/firms/{enterprise}/numbers/above_scale_t1").json()
    assert told["shown"] == HIDDEN and all("：是" not in line and "＝是" not in line for line in told["lines"])


def test_the_whole_file_is_exported_and_logged(client_of, db):
    enterprise = firms_of_kinds()[0]
    client = client_of("gly")
    before = LogEntry.objects.filter(operation="firm.export").count()
    answer = client.post(f"/firms/{enterprise}/export/")
    assert answer.status_code == 200 and ".xlsx" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert {"基本情况", "对照标准", "三年数据", "各来源的数", "称号", "条目", "分歧与决定", "大事", "来件"} <= set(
        book.sheetnames
    )
    told = {cell.value for row in book["基本情况"].iter_rows() for cell in row}
    assert Firm.objects.get(enterprise=enterprise).name in told
    clauses = {row[4].value for row in book["对照标准"].iter_rows(min_row=4)}
    assert len(clauses) > 100
    assert LogEntry.objects.filter(operation="firm.export").count() == before + 1
    assert client.get(f"/firms/{enterprise}/export/").status_code == 405


def test_those_who_may_not_export_are_refused_and_it_is_logged(client_of, actor, db):
    mine = next(iter(actor("qiye").reach("firm.view").enterprises))
    text = page_of(client_of("qiye"), mine)
    assert "导出档案" not in text
    assert client_of("qiye").post(f"/firms/{mine}/export/").status_code == 403
    assert LogEntry.objects.filter(operation="firm.export", outcome="拒绝").exists()


def test_phone_and_identity_numbers_in_text_are_hidden():
    from miaopu.desk.figure import masked

    assert masked("联系 13812345678，法人 370102198001011234") == "联系 138****78，法人 370****34"
    code = "91371523XGD1QY6R7N"
    assert (
        masked(f"{code}、批次 20261120-tax-12345678、15,000.00万元")
        == f"{code}、批次 20261120-tax-12345678、15,000.00万元"
    )


@pytest.mark.parametrize("word", ["满足", "未核原文", "认定以主管部门为准", "下一级", "三年数据", "共享", "由"])
def test_the_page_says_what_officials_look_for(client_of, db, word):
    enterprise = firms_of_kinds()[0]
    text = page_of(client_of("gly"), enterprise)
    if word == "共享":
        text = client_of("gly").get(f"/firms/{enterprise}/numbers/revenue_t1/").content.decode()
    assert word in text


def test_officials_read_no_identifiers(client_of, db):
    assert not identifiers(page_of(client_of("gly"), firms_of_kinds()[0]).partition("<main")[2])


def test_the_list_leads_to_the_file(client_of, db):
    text = client_of("gly").get("/firms/").content.decode()
    found = re.findall(r'href="(/firms/[0-9A-Z]{18}/)"', text)
    assert found and client_of("gly").get(found[0]).status_code == 200

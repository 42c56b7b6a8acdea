"""行业匹配：套话不算、主营在前、生产重于销售、代码保留前导零、说明文件可有可无。"""

import pytest

from miaopu.profile import industry
from miaopu.terms.catalog import Catalog

MATCHER = industry.Matcher.read(Catalog.default())

PLAIN = [
    ("内燃机制造；内燃机配件销售", "3412"),
    ("电动工具、风动工具的生产、销售", "3465"),
    ("液体乳（巴氏杀菌乳）加工、销售", "1441"),
    ("茶叶种植", "0164"),
    ("房屋拆除工程施工、建筑物拆除", "5021"),
    ("集成电路设计", "6520"),
    ("图书零售", "5243"),
    ("中药批发", "5152"),
]


@pytest.mark.parametrize(("scope", "code"), PLAIN)
def test_plain_scopes(scope, code):
    assert MATCHER.match(scope, 1)[0][0] == code


def test_codes_are_text_with_names_and_falling_scores():
    found = MATCHER.match("稻谷种植", 3)
    assert found[0][:2] == ("0111", "稻谷种植")
    assert [score for _, _, score in found] == sorted((score for _, _, score in found), reverse=True)
    assert all(0 < score <= 1 for _, _, score in found)


BOILERPLATE = [
    "（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
    "(有效期限以许可证为准)。依法须经批准的项目，经相关部门批准后方可开展经营活动",
    "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）",
]


@pytest.mark.parametrize("words", BOILERPLATE)
def test_boilerplate_says_nothing(words):
    assert MATCHER.match(words) == []
    assert industry.clauses("一般项目：内燃机制造。" + words) == ["内燃机制造"]


@pytest.mark.parametrize("scope", ["", None, "N/A", "。；", "货物进出口；技术进出口"])
def test_nothing_to_read_gives_nothing(scope):
    assert MATCHER.match(scope) == []


def test_main_business_comes_first():
    assert MATCHER.match("棉花种植；茶叶种植", 1)[0][0] == "0131"
    assert MATCHER.match("茶叶种植；棉花种植", 1)[0][0] == "0164"


def test_deeds_tell_making_from_trading():
    made, sold = MATCHER.match("毛巾生产", 1)[0][0], MATCHER.match("水泥批发、建材批发", 1)[0][0]
    assert (made[:2], sold) == ("17", "5165")


def test_notes_of_a_deployment_are_used_and_never_shown(tmp_path):
    notes = tmp_path / "notes.csv"
    notes.write_text("code,note\n3991,无\n3990,包括虚构星轨仪的装配\n", encoding="utf-8")
    assert not any(code == "3990" for code, _, _ in industry.match("虚构星轨仪"))
    (code, name, _), *_ = industry.match("虚构星轨仪", notes=notes)
    assert (code, name) == ("3990", "其他电子设备制造")


def test_catalog_holds_codes_and_names_only():
    header = Catalog.default().file(industry.TABLE).read_text(encoding="utf-8").splitlines()[0]
    assert header == "code,level,section,parent,name"
    assert len(MATCHER.classes) == 1381

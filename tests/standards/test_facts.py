"""事实文件：门槛只在给出默认时才假定；主张事项假定并列出；null 是不知道；写错是中文句子；几种格式与多家企业。"""

from datetime import date

import pytest
from given_firm import DAY, GATES

from miaopu.standards.given.facts import FactsError
from miaopu.standards.given.file import parse_facts


def test_gates_are_unknown_without_defaults(reader, library, judge):
    facts = reader.read({"revenue_t1": 5000}, DAY, None)
    assert "is_sme" not in facts.values and "single_champion" not in facts.values
    found = judge.judge(library.find("LG-2026"), facts.values, DAY)
    assert found.states["GATE"].key == "unknown" and found.states["X1"].key == "unknown"


def test_gates_default_fills_and_lists_what_is_not_written(reader):
    facts = reader.read({"gates": {"is_sme": False}}, DAY, GATES)
    assert facts.values["is_sme"] == 0 and facts.values["legal_person"] == 1
    assert "legal_person" in facts.assumed and "is_sme" not in facts.assumed
    assert facts.values["incident_3y_data_fraud"] == 0


def test_claims_are_assumed_absent_and_listed(reader):
    facts = reader.read({}, DAY, None)
    assert facts.values["equity_2y_low"] == facts.values["equity_2y_high"] == 0
    assert {"equity_2y", "national_award_top3_3y", "hte"} <= set(facts.assumed)


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"equity_2y": None}, "equity_2y_low"),
        ({"hte_valid_until": None}, "hte"),
        ({"award": None}, "national_award_top3_3y"),
        ({"rd_institution": None}, "rd_institution_provincial"),
        ({"provincial_rd_institution": None}, "rd_institution_provincial"),
        ({"class1_ip": None}, "class1_ip_2026_low"),
        ({"gates": {"incident_3y": None}}, "incident_3y_data_fraud"),
        ({"quality_items": None}, "own_brand"),
    ],
)
def test_explicit_null_is_unknown_not_absent(reader, record, name):
    facts = reader.read(record, DAY, GATES)
    assert facts.values.get(name) is None


def test_a_presumption_is_listed_and_yields_to_what_is_written(reader):
    facts = reader.read({}, DAY, None)
    reader.presume(facts, ["little_giant"])
    assert facts.values["little_giant"] == 1 and "little_giant" in facts.assumed
    for written in (False, None):
        facts = reader.read({"lg_valid": written}, DAY, None)
        reader.presume(facts, ["little_giant"])
        assert facts.values.get("little_giant") != 1


def test_money_is_exact_to_the_fen(reader):
    facts = reader.read({"revenue_t1": "4,999.999999", "main_ratio": "69.995"}, DAY, None)
    assert facts.values["revenue_t1"] == 4_999_999_999 and facts.values["main_ratio"] == 699_950
    assert facts.given == {"main_ratio"}


def test_yearly_names_without_suffix_mean_last_year(reader):
    assert reader.read({"employees": 12}, DAY, None).values["employees_t1"] == 12


def test_unknown_keys_are_reported(reader):
    facts = reader.read({"revenu_t1": 1, "reviewed": {"charm": True}}, DAY, None)
    assert facts.unrecognised == ["revenu_t1", "reviewed_charm"]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"revenue_t1": "一千万"}, "“revenue_t1”应是数字，发现“一千万”"),
        ({"revenue_t1": "NaN"}, "应是数字"),
        ({"revenue_t1": "Infinity"}, "应是数字"),
        ({"revenue_t1": "100000000001"}, "超出上限"),
        ({"srdi_valid": "也许"}, "应是 true 或 false"),
        ({"hte_valid_until": "明年"}, "应是 ISO 日期"),
        ({"listed_board": "火星板"}, "“火星板”不认识；可用：none"),
        ({"ip_best": "class9"}, "不认识"),
        ({"quality_items": ["iso"]}, "quality_items 里的“iso”不认识"),
        ({"quality_items": "iso9001"}, "应是清单"),
        ({"incident_3y": "fire"}, "incident_3y 的“fire”不认识"),
        ({"class1_ip": 4}, "应是映射的清单"),
        ({"class1_ip": [{"kind": "发明人"}]}, "知识产权的 kind“发明人”不认识"),
        ({"class1_ip": [{"colour": "red"}]}, "没有“colour”这一栏"),
        ({"class1_ip": [{"acquired": "gift"}]}, "acquired“gift”不认识"),
        ({"award": {"level": "galactic", "years_ago": 1}}, "科技奖励的 level“galactic”不认识"),
        ({"award": {"year": "去年"}}, "“year”应是数字"),
        ({"award": {"year": 20}}, "应是四位年份"),
    ],
)
def test_bad_values_are_chinese_sentences(reader, record, words):
    with pytest.raises(FactsError) as error:
        reader.read(record, DAY, GATES)
    assert words in str(error.value)


def test_items_are_counted_by_their_criteria(reader):
    own = {"acquired": "自主研发", "holder_rank": 1}
    bought = {"acquired": "转让", "transfer_date": "2025-05-10"}
    values = reader.read({"class1_ip": [own, bought, {**own, "holder_rank": None}]}, DAY, None).values
    assert (values["class1_ip_2026_low"], values["class1_ip_2026_high"]) == (1, 2)
    assert (values["class1_ip_63_low"], values["class1_ip_63_high"]) == (3, 3)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("revenue_t1: 5000\napplication_type: review\nas_of: 2026-05-10\n", "one.yaml"),
        ('{"revenue_t1": 5000, "application_type": "review", "as_of": "2026-05-10"}', "one.json"),
        ("revenue_t1,application_type,as_of\n5000,review,2026-05-10\n", "one.csv"),
        ('{"as_of": "2026-05-10", "firms": [{"application_type": "review", "facts": {"revenue_t1": 5000}}]}', "a.json"),
        ("- {revenue_t1: 5000, application_type: review, as_of: 2026-05-10}\n", "list.yaml"),
    ],
)
def test_shapes(text, name):
    (record,) = parse_facts(text, name).records
    assert str(record.facts["revenue_t1"]) == "5000"
    assert (record.kind, record.assessed_on) == ("review", date(2026, 5, 10))


def test_json_decimals_stay_exact():
    (record,) = parse_facts('{"main_ratio": 69.995}', "x.json").records
    assert record.facts["main_ratio"] == "69.995"


def test_many_firms_extend_one_another_and_share_gates():
    text = """
shared: {gates_default: {is_sme: true}}
firms:
- {id: A, facts: {revenue_t1: 1, rd_t1: 2}}
- {id: B, facts: {extends: A, rd_t1: 3}}
- {id: C, facts: {extends: B, revenue_t1: 9}}
"""
    file = parse_facts(text, "many.yaml")
    assert file.gates_default == {"is_sme": True}
    assert [dict(record.facts) for record in file.records][1:] == [
        {"revenue_t1": 1, "rd_t1": 3},
        {"revenue_t1": 9, "rd_t1": 3},
    ]


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("a: [", "x.yaml", "读不懂"),
        ('{"a": ', "x.json", "读不懂"),
        ("just words", "x.yaml", "应是一家企业的映射"),
        ("- 1\n", "x.yaml", "第 1 条应是映射"),
        ("application_type: renewal\n", "x.yaml", "应是 new 或 review，发现“renewal”"),
        ("as_of: 昨天\n", "x.yaml", "应是 ISO 日期"),
        ("firms: [{id: A, facts: {extends: Z}}]\n", "x.yaml", "“Z”不在同一文件里"),
        ("firms: [{id: A, facts: {extends: B}}, {id: B, facts: {extends: A}}]\n", "x.yaml", "绕成了圈"),
    ],
)
def test_bad_files_are_chinese_sentences(text, name, words):
    with pytest.raises(FactsError) as error:
        parse_facts(text, name)
    assert words in str(error.value)

"""judge、cases、applicable、size：键、退出码、中文错误。"""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "officials" / "example.yaml"


def facts(folder: Path, data: object) -> Path:
    path = folder / "facts.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def test_judge_gives_the_documented_keys(miaopu) -> None:
    spoken = miaopu("judge", "LG-2026", "--facts", EXAMPLE, "--json")
    assert spoken.code == 0
    (result,) = spoken.data["results"]
    assert result["verdict"] == "not_eligible"
    assert result["clauses"]["B4"] == "fail"
    assert result["clauses"]["B6"] == "manual"
    assert result["clauses"]["B7b"] == "not_applicable"
    assert result["distances"]["B2a"] == {"actual": 12000, "limit": 5000, "distance": 7000, "op": ">=", "unit": "万元"}
    assert result["distances"]["B4a"]["distance"] == -2
    assert result["reports"]["counted"] == 2
    assert {"clause": "B6", "kind": "person", "inputs": ["reviewed_chain_role"]} in result["undecided"]
    assert "national_award_top3_3y" in result["assumed"]


def test_title_at_version_names_the_same_standard(miaopu) -> None:
    by_code, by_name = (
        miaopu("judge", name, "--facts", EXAMPLE, "--json").data for name in ("LG-2026", "little-giant@2026")
    )
    assert by_code["results"] == by_name["results"]


def test_without_gates_default_the_gates_stay_unknown(miaopu, tmp_path) -> None:
    path = facts(tmp_path, {"revenue_t1": 8000, "as_of": "2026-11-20"})
    (result,) = miaopu("judge", "LG-2026", "--facts", path, "--json").data["results"]
    assert result["clauses"]["GATE"] == "unknown"
    assert result["clauses"]["B2a"] == "pass"
    assert result["verdict"] == "insufficient_data"


def test_many_firms_and_unknown_keys(miaopu, tmp_path) -> None:
    firms = [{"id": "甲", "inputs": {"revenue_t1": 100}}, {"id": "乙", "inputs": {"revenue_t1": 9000, "天气": "晴"}}]
    results = miaopu("judge", "LG-2026", "--facts", facts(tmp_path, {"firms": firms}), "--json").data["results"]
    assert [(one["id"], one["clauses"]["B2a"]) for one in results] == [("甲", "fail"), ("乙", "pass")]
    assert results[1]["unrecognised"] == ["天气"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"revenue_t1": "很多"}, ("revenue_t1", "数字", "很多")),
        ({"srdi_valid": "大概"}, ("srdi", "是、否", "大概")),
        ({"as_of": "去年", "revenue_t1": 1}, ("评估日", "ISO", "去年")),
        ({"incident_3y": "earthquake"}, ("incident_3y", "earthquake")),
        (["不是映射"], ("第 1 条", "映射")),
    ],
)
def test_bad_facts_are_refused_in_chinese(miaopu, tmp_path, data, words) -> None:
    spoken = miaopu("judge", "LG-2026", "--facts", facts(tmp_path, data), "--json")
    assert spoken.code == 3
    assert all(word in spoken.err for word in words), spoken.err
    assert spoken.data["exit"] == 3


def test_unknown_standard_lists_what_there_is(miaopu) -> None:
    spoken = miaopu("judge", "LG-1999", "--facts", EXAMPLE)
    assert spoken.code == 2
    assert "LG-1999" in spoken.err and "LG-2026" in spoken.err


def test_missing_file_is_said(miaopu, tmp_path) -> None:
    spoken = miaopu("judge", "LG-2026", "--facts", tmp_path / "没有.yaml")
    assert spoken.code == 3 and "没有.yaml" in spoken.err


def test_cases_all_agree(miaopu) -> None:
    spoken = miaopu("cases", "--json")
    assert spoken.code == 0
    assert spoken.data["checked"] >= 388
    assert spoken.data["mismatches"] == []


def test_a_wrong_case_is_a_mismatch(miaopu, tmp_path) -> None:
    folder = tmp_path / "standards" / "municipal"
    folder.mkdir(parents=True)
    text = "cases:\n- id: BAD-1\n  standard: LG-2026\n  title: 故意写错\n  rows:\n  - {in: {main_ratio: 89}, expect: {B2b: pass}}\n"
    (folder / "bad.cases.yaml").write_text(text, encoding="utf-8")
    spoken = miaopu("cases", "--catalog", tmp_path)
    assert spoken.code == 4
    assert "BAD-1" in spoken.out and "B2b" in spoken.out


def test_applicable(miaopu) -> None:
    found = miaopu("applicable", "--tier", "LG", "--kind", "review", "--date", "2026-05-10", "--json").data
    assert (found["standard"], found["flags"]) == ("LG-63", ["AMB-15"])
    assert miaopu("applicable", "--tier", "没有").code == 2


def test_size_interval_when_a_number_is_missing(miaopu) -> None:
    known = miaopu("size", "--group", "工业", "--employees", "300", "--revenue", "2000", "--json").data
    assert known["size"] == "medium"
    open_ = miaopu("size", "--group", "工业", "--revenue", "50000", "--json").data
    assert open_["size"] == ["micro", "large"]
    assert miaopu("size", "--group", "采摘").code == 3

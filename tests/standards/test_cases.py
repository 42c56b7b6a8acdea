"""判例：标准旁边的每一条判例都要与现算相符，一条一个测试。"""

from functools import cache

import pytest

from miaopu.standards.cases import CaseResult, CaseRunner, agrees
from miaopu.standards.load import load_library
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog

FILES = {
    (path.parent.name, path.name, case["id"])
    for path in Catalog.default().files("standards", "*.cases.yaml")
    for case in yaml_lines.read(path)["cases"]
}


@cache
def _results() -> dict[str, CaseResult]:
    catalog = Catalog.default()
    return {result.id: result for result in CaseRunner(catalog, load_library(catalog)).run()}


@pytest.mark.parametrize("case", sorted(name for _, _, name in FILES))
def test_case_agrees(case):
    result = _results()[case]
    told = [f"第{m.row}行 {m.key}：预期 {m.expected}，实得 {m.actual}" for m in result.mismatches]
    assert not told, f"{result.title}：" + "；".join(told)
    assert result.checked > 0


def test_case_ids_are_unique():
    assert len({name for _, _, name in FILES}) == len(FILES)


def test_a_wrong_expectation_is_found(tmp_path, runner):
    path = tmp_path / "x.cases.yaml"
    rows = "rows: [{in: {revenue_t1: 5000}, expect: {B2a: fail}}]"
    text = f"cases:\n- {{id: X-1, standard: LG-2026, title: 错的预期, {rows}}}\n"
    path.write_text(text, encoding="utf-8")
    (result,) = runner.run_file(path)
    assert [(m.row, m.key, m.expected, m.actual) for m in result.mismatches] == [(1, "B2a", "fail", "pass")]


@pytest.mark.parametrize(
    ("key", "expected", "actual", "same"),
    [
        ("flags", ["AMB-01"], ["AMB-01", "AMB-02"], True),
        ("flags", ["AMB-01"], [], False),
        ("hhi", "0.46", "23/50", True),
        ("valid", True, "true", False),
        ("P9", [0, 3], [0, 3], True),
        ("P9", [0, 3], 3, False),
        ("B2a", "pass", "fail", False),
        ("B2a", "pass", None, False),
    ],
)
def test_agreement(key, expected, actual, same):
    assert agrees(key, expected, actual) is same

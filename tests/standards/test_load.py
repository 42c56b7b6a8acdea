"""读标准：每种写错都报文件、行号与改法；本地文件只增不改；内容指纹管住静悄悄的改动。"""

import shutil
from datetime import date
from pathlib import Path

import pytest
from given_firm import GATES

from miaopu.standards.given.facts import FactsReader
from miaopu.standards.judge import Judge
from miaopu.standards.load import load_library
from miaopu.standards.register import coverage, digest, published, seal, silent_edits
from miaopu.standards.tree.read import FileReader
from miaopu.standards.tree.state import Verdict
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

LOCAL = Path(__file__).parent / "local"
GOOD = """code: TEST-1
title: 试用标准
tier: TEST
document: 试用文件
effective: 2026-01-01
clauses:
- {id: C1, title: 营收, test: revenue_t1 >= 1万元}
"""
SCORED = GOOD + "scores:\n- {id: S1, max: 5, bands: [{points: 5, test: debt_ratio <= 50%}]}\n"


@pytest.fixture(scope="module")
def small(catalog, tmp_path_factory):
    """只有指标、门槛与一份标准的小目录，读起来快。"""
    root = tmp_path_factory.mktemp("catalog")
    for name in ("indicators", "standards/gates", "standards/little-giant", "sources/statistics"):
        shutil.copytree(catalog.packaged / name, root / name)
    (root / "standards/little-giant/2022.yaml").unlink()
    for path in (root / "standards/little-giant").glob("notice*"):
        path.unlink()
    return Catalog(root)


@pytest.fixture
def local(small, tmp_path):
    """写一个本地标准文件，给出读它的标准库。"""

    def load(text, name="standards/test/1.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return load_library(Catalog(small.packaged, tmp_path))

    return load


def clause(line):
    return GOOD + line + "\n"


MISTAKES = {
    "unknown key": (clause("- {id: C2, tset: srdi}"), 8, "条款不认识“tset”"),
    "unknown top key": (GOOD + "titel: 错\n", 8, "标准不认识“titel”"),
    "missing id": (clause("- {test: srdi}"), 8, "缺少“id”"),
    "missing code": (GOOD.replace("code: TEST-1\n", ""), 1, "缺少“code”"),
    "bad date": (GOOD.replace("2026-01-01", "今年"), 5, "“effective”应是日期"),
    "until before effective": (GOOD + "until: 2025-01-01\n", 8, "早于 effective"),
    "duplicate id": (clause("- {id: C1, test: srdi}"), 8, "条款编号 C1 重复"),
    "clause named as score": (SCORED + "- {id: C1, max: 5, bands: [{points: 5, test: srdi}]}\n", 7, "编号 C1 重复"),
    "duplicate yaml key": (clause("- {id: C2, test: srdi, test: hte}"), 8, "键“test”重复"),
    "missing unit": (clause("- {id: C2, test: revenue_t1 >= 5000}"), 8, "单位不合：左边是 金额"),
    "unknown indicator": (clause("- {id: C2, test: revenu_t1 >= 1万元}"), 8, "没有“revenu_t1”这个指标"),
    "ungrounded": (clause("- {id: C2, test: above_scale_t1}"), 8, "只由不得作为依据的来源（statistics）提供"),
    "ungrounded judged": (clause("- {id: C2, checked_by: person, judged: above_scale}"), 8, "只由不得作为依据"),
    "ungrounded given": (
        GOOD + "scores:\n- {id: S1, max: 5, given: rd_statistics, bands: [{points: 5, test: srdi}]}\n",
        9,
        "只由不得作为依据",
    ),
    "unknown category": (clause("- {id: C2, test: listed_board == mars}"), 8, "没有取值“mars”；可用：none"),
    "no body": (clause("- {id: C2, title: 空}"), 8, "要有且只有一样"),
    "two bodies": (clause("- {id: C2, test: srdi, checked_by: person}"), 8, "要有且只有一样"),
    "all and any": (clause("- {id: C2, all: [{id: a, test: srdi}], any: [{id: b, test: srdi}]}"), 8, "只能写一个"),
    "empty group": (clause("- {id: C2, all: []}"), 8, "all 下没有条款"),
    "at_least without of": (clause("- {id: C2, at_least: 2}"), 8, "要成对写"),
    "at_least too many": (clause("- {id: C2, at_least: 2, of: [{id: a, test: srdi}]}"), 8, "应在 1 与 1 之间"),
    "when under any": (clause("- {id: C2, any: [{id: a, test: srdi, when: hte}]}"), 8, "不能带 when"),
    "exempts under all": (clause("- {id: C2, all: [{id: a, test: srdi, exempts: true}]}"), 8, "exempts 只能写在 any"),
    "unknown source": (clause("- {id: C2, test: srdi, source: gossip}"), 8, "source 只能是"),
    "unknown kind": (clause("- {id: C2, test: srdi, kinds: [renewal]}"), 8, "kinds 只能是"),
    "judged not flag": (clause("- {id: C2, checked_by: person, judged: revenue}"), 8, "不在指标目录，或不是是否类"),
    "unknown gates": (GOOD + "gates: '1999'\n", 8, "没有门槛文件 standards/gates/1999.yaml"),
    "unknown presumption": (GOOD + "presumes: [charm]\n", 8, "presumes 的“charm”"),
    "flag without code": (clause("- {id: C2, test: srdi, flags: [{if: srdi}]}"), 8, "缺少“code”"),
    "band order": (
        SCORED.replace("50%}]", "50%}, {points: 9, test: srdi}]").replace("max: 5", "max: 9"),
        9,
        "从高分写到低分",
    ),
    "band over max": (SCORED.replace("points: 5", "points: 6"), 9, "超过满分 5"),
    "band points": (SCORED.replace("points: 5", "points: [3, 1]"), 9, "points 应是整数"),
    "no rule": (GOOD + "scores:\n- {id: S1, max: 5}\n", 9, "bands（分档）"),
    "steps of a ratio": (GOOD + "scores:\n- {id: S1, max: 5, number: debt_ratio, per: 2}\n", 9, "直接读入的指标"),
    "total of nothing": (SCORED + "totals:\n- {id: T, sum: [S2], max: 5}\n", 11, "“S2”不是前面的评分项"),
    "total maximum": (SCORED + "totals:\n- {id: T, sum: [S1], max: 6}\n", 11, "不等于各部分满分之和"),
    "not yaml": ("a: [", 1, "不是合法的 YAML"),
    "not a mapping": ("- a\n", 1, "应写成“键: 值”的映射"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_carry_file_and_line(local, name):
    text, line, words = MISTAKES[name]
    with pytest.raises(CatalogError) as error:
        local(text)
    assert words in str(error.value)
    assert error.value.path.endswith("standards/test/1.yaml")
    assert error.value.line == line


NOTICE = "code: N-1\noverlays: TEST-1\ndocument: 通知\neffective: 2026-01-01\nuntil: 2026-12-31\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (NOTICE.replace("TEST-1", "TEST-9"), 2, "通知叠加的标准“TEST-9”不在目录"),
        (NOTICE + "waives: [C9]\n", 6, "免考的条款“C9”不在 TEST-1"),
        (NOTICE + "clauses: [{id: C1, test: srdi}]\n", 6, "C1 在 TEST-1 里已有"),
        (NOTICE.replace("until: 2026", "until: 2025"), 5, "早于 effective"),
        (NOTICE.replace("until: 2026-12-31\n", ""), 1, "“until”应是日期"),
        (NOTICE + "waive: []\n", 6, "通知不认识“waive”"),
    ],
)
def test_notice_mistakes(local, text, line, words):
    local(GOOD)
    with pytest.raises(CatalogError) as error:
        local(text, "standards/test/notice.yaml")
    assert words in str(error.value) and error.value.line == line


def test_a_local_title_is_added_and_judged(catalog):
    library = load_library(Catalog(catalog.packaged, LOCAL))
    standard = library.find("municipal-srdi@2025")
    assert standard.local and standard.code == "MUNICIPAL-SRDI-2025" and standard.unchecked
    reader = FactsReader(catalog, library.vocabulary)
    facts = {"segment_years": 2, "revenue_t1": 600, "main_ratio": 60, "rd_ratio_t1": 2, "innovative_valid": True}
    day = date(2026, 5, 10)
    found = Judge(library).judge(standard, reader.read(facts, day, GATES).values, day, "new", frozenset(facts))
    assert found.verdict is Verdict.eligible


def test_a_local_file_never_replaces_a_packaged_one(local, catalog):
    text = (catalog.packaged / "standards/little-giant/2026.yaml").read_text(encoding="utf-8")
    with pytest.raises(CatalogError, match="本地文件与发布文件重名"):
        local(text, "standards/little-giant/2026.yaml")


def test_a_local_file_never_takes_a_packaged_code(local):
    with pytest.raises(CatalogError, match=r"标准代码 LG-2026 已在 2026\.yaml") as error:
        local(GOOD.replace("TEST-1", "LG-2026"))
    assert error.value.line == 1


def test_find_names_all_standards(library):
    with pytest.raises(KeyError, match=r"没有标准“LG-1999”；现有：.*LG-2026"):
        library.find("LG-1999")
    assert library.find("little-giant@2026") is library.find("LG-2026")


def test_only_primary_sources_are_checked_text(library):
    assert {one.code for one in library.standards.values() if not one.unchecked and one.clauses} == {
        "KEYLG-2021",
        "PLATFORM-2021",
    }


# —— 指纹


def test_published_files_are_as_sealed(catalog):
    assert not silent_edits(catalog)


@pytest.fixture
def copy(catalog, tmp_path):
    shutil.copytree(catalog.packaged, tmp_path / "catalog")
    return Catalog(tmp_path / "catalog")


def test_a_silent_edit_is_found_and_resealed(copy):
    path = copy.packaged / "standards/little-giant/2026.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("5000万元", "4000万元"), encoding="utf-8")
    (told,) = silent_edits(copy)
    assert "little-giant/2026.yaml" in told and "另出新版" in told and "miaopu.standards.register" in told
    seal(copy)
    assert not silent_edits(copy)


def test_comments_are_no_edit_but_new_and_lost_files_are_told(copy):
    folder = copy.packaged / "standards/little-giant"
    path = folder / "2026.yaml"
    path.write_text("# 说明\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert not silent_edits(copy)
    path.rename(folder / "2027.yaml")
    assert [told.split()[0] for told in silent_edits(copy)] == ["little-giant/2027.yaml", "little-giant/2026.yaml"]


def test_a_standards_fingerprint_covers_its_gates(library, catalog):
    data = catalog.read("standards/little-giant/2026.yaml")
    assert library.find("LG-2026").fingerprint != digest(data) and "gates/2026.yaml" in published(catalog)


# —— 收录范围


def test_coverage_lists_every_standard_once(catalog, library):
    listed = [one.standard for one in coverage(catalog).titles]
    assert sorted(listed) == sorted([*library.standards, "SIZE-300", "USCC", "LIFECYCLE"])


def test_coverage_claims_no_more_than_the_clauses(catalog, library):
    order = ["primary", "restated", "memory", "inferred"]
    for one in coverage(catalog).titles:
        if one.standard in library.standards and (found := library.find(one.standard)).clauses:
            nodes = [*found.walk(), *found.scores]
            assert order.index(one.verified) >= max(order.index(node.source) for node in nodes), one.standard


def test_every_ambiguity_has_a_place(catalog, library):
    found = coverage(catalog).ambiguities
    assert set(found) == {f"AMB-{number:02d}" for number in range(1, 25)}
    raised = {flag.code for one in library.standards.values() for flag in one.flags}
    raised |= {flag.code for one in library.standards.values() for node in one.walk() for flag in node.flags}
    raised |= {flag.code for notice in library.notices for flag in notice.flags}
    told = catalog.read("coverage.yaml")["ambiguities"]
    assert {code for code, item in told.items() if item["how"] == "flag"} <= raised


def test_coverage_mistakes_carry_a_line(copy):
    path = copy.packaged / "coverage.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("verified: primary", "verified: sure", 1), encoding="utf-8"
    )
    with pytest.raises(CatalogError, match="verified 只能是"):
        coverage(copy)


def test_reader_is_reused_by_nobody_else():
    reader = FileReader(Path("x.yaml"), None)
    with pytest.raises(CatalogError, match="“max”应是整数"):
        reader.whole(yaml_lines.parse("max: five", "x.yaml"), "max")

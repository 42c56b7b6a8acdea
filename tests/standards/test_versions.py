"""两版之差、原文的行号、改界线、抽查、本地适用：各用真的标准文件。"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from miaopu.standards.applicability import choose, load_rules, tiers
from miaopu.standards.engine import sound as sounding
from miaopu.standards.engine.bind import bind
from miaopu.standards.engine.sound import sound
from miaopu.standards.tree.difference import ADDED, CHANGED, REMOVED, SAME, difference
from miaopu.standards.tree.node import Compare, Literal
from miaopu.standards.tree.source import excerpts, limits, with_heads, with_limit
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

DAY = date(2026, 11, 20)


def text_of(catalog, name):
    return catalog.file(f"standards/{name}.yaml").read_text(encoding="utf-8")


def kinds(found):
    return {(one.before or one.after).id: one.kind for one in found.changes}


def test_a_standard_does_not_differ_from_itself(library):
    for standard in library.standards.values():
        found = difference(standard, standard, library.vocabulary)
        assert found.heads == () and set(kinds(found).values()) <= {SAME}


def test_added_removed_and_changed_are_told(library):
    base = library.find("SRDI-2026")
    wider = base.clauses[3].children[0]
    assert wider.id == "A2a1"
    looser = replace(
        wider, body=Compare(">=", wider.body.left, Literal(Fraction(180_000_000_0))), text="上年度营业收入1800万元以上"
    )
    group = replace(base.clauses[3], children=(looser, *base.clauses[3].children[1:]))
    added = replace(base.clauses[2], id="Z1", title="新的一条", body=library.find("LG-2026").clauses[1].body)
    other = replace(base, code="OTHER", clauses=(*base.clauses[1:3], group, *base.clauses[4:], added))
    found = difference(base, other, library.vocabulary)
    told = kinds(found)
    assert told["A2a1"] == CHANGED and told["Z1"] == ADDED and told["GATE"] == REMOVED and told["A2b"] == SAME
    parts = {part.name: (part.before, part.after) for one in found.told if one.line.id == "A2a1" for part in one.parts}
    assert parts["条件"] == ("上年营业收入 1500万元以上", "上年营业收入 1800万元以上")
    assert sum(found.counts.values()) == len(found.changes) and found.counts[ADDED] == 1


def test_every_clause_is_found_once_in_a_comparison(library):
    for before, after in (("SRDI-63", "SRDI-2026"), ("LG-63", "LG-2026"), ("KEYLG-2021", "KEYLG-2024")):
        old, new = library.find(before), library.find(after)
        found = difference(old, new, library.vocabulary)
        sides = [
            [one.before.id for one in found.changes if one.before],
            [one.after.id for one in found.changes if one.after],
        ]
        for side, standard in zip(sides, (old, new), strict=True):
            ids = [clause.id for clause in standard.walk()] + [one.id for one in (*standard.scores, *standard.totals)]
            assert sorted(side) == sorted(ids)


def test_excerpts_are_the_lines_of_the_file(catalog, library):
    for standard in library.standards.values():
        text = text_of(catalog, f"{standard.name}/{standard.version}")
        found, lines = excerpts(text), text.splitlines()
        for clause in standard.walk():
            if clause.id in found:
                one = found[clause.id]
                assert one.first == clause.line and one.text == "\n".join(lines[one.first - 1 : one.last])


def test_a_limit_is_changed_everywhere_it_is_told_and_nowhere_else(catalog):
    text = text_of(catalog, "little-giant/2026")
    new = with_limit(text, "B2b", 0, "85")
    assert "main_ratio >= 85%" in new and "比重85%以上" in new and "main_ratio == 85%" in new
    assert new.count("90%") == 0 and "revenue_t1 >= 5000万元" in new
    assert yaml_lines.parse(new, "新")["clauses"][3]["test"] == "main_ratio >= 85%"
    same = with_limit(text_of(catalog, "srdi/2026"), "A3a1", 0, "150")
    assert "rd_t1 >= 150万元" in same and "rd_t2 >= 100万元" in same and "近两年每年研发费用100万元以上" in same
    assert same.splitlines()[0] == "code: SRDI-2026"


@pytest.mark.parametrize(("clause", "index", "number"), [("B2b", 0, "很多"), ("B2b", 3, "1"), ("ZZ", 0, "1")])
def test_a_wrong_limit_is_refused(catalog, clause, index, number):
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        with_limit(text_of(catalog, "little-giant/2026"), clause, index, number)


def test_every_simple_limit_is_listed(catalog, library):
    found = {(one.clause, one.number + one.unit) for one in limits(text_of(catalog, "little-giant/2026"))}
    assert {("B2a", "5000万元"), ("B2b", "90%"), ("B4a", "4项"), ("B7a", "60分")} <= found


def test_heads_are_replaced_removed_and_added(catalog):
    data = yaml_lines.parse(
        with_heads(text_of(catalog, "srdi/2022"), {"until": None, "code": "X", "effective": "2027-01-01"}), "新"
    )
    assert data["code"] == "X" and "until" not in data and data["effective"] == date(2027, 1, 1)
    assert data["tier"] == "SRDI" and len(data["clauses"]) == 4


def test_published_standards_pass_the_spot_check(library):
    for code in ("SRDI-2026", "LG-63", "SRDI-63", "EVAL-75"):
        assert sound(bind(library.find(code), DAY)).found == ()


def test_the_spot_check_sees_a_broken_row_form(library, monkeypatch):
    real = sounding.compile_row

    def broken(program):
        form = real(program)
        return replace(form, raw=lambda values: form.raw({**values, "revenue_t1": 0}))

    monkeypatch.setattr(sounding, "compile_row", broken)
    found = sound(bind(library.find("SRDI-2026"), DAY)).found
    assert any("A2a1" in one for one in found)


def local(tmp_path, *texts):
    folder = tmp_path / "applicability"
    folder.mkdir()
    for number, text in enumerate(texts, 1):
        (folder / f"{number:04d}.yaml").write_text(text, encoding="utf-8")
    return load_rules(Catalog.default(tmp_path))


RULE = "rules:\n- {tier: SRDI, standard: NEW, from: 2026-12-01, basis: 市文, source: restated}\n"


def test_local_rules_come_first_from_their_day_on(tmp_path, catalog):
    rules = local(tmp_path, RULE)
    assert choose(rules, "SRDI", date(2026, 11, 30)).standard == "SRDI-2026"
    assert choose(rules, "SRDI", date(2026, 12, 1)).standard == "NEW"
    assert choose(rules, "LG", date(2026, 12, 1)).standard == "LG-2026"
    assert tiers(rules) == tiers(load_rules(catalog))


def test_the_later_decided_comes_first_and_retiring_gives_way(tmp_path):
    later = RULE.replace("NEW", "NEWER").replace("2026-12-01", "2027-01-01")
    rules = local(tmp_path, RULE, later, "retired:\n- {standard: NEWER, from: 2027-06-01}\n")
    chosen = [choose(rules, "SRDI", day).standard for day in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 6, 1))]
    assert chosen == ["NEW", "NEWER", "NEW"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rules:\n- {tier: SRDI, standard: NEW, basis: 市文, source: restated}\n", "第 2 行：本地的适用规则要写 from"),
        ("retired:\n- {standard: SRDI-2026, from: 2027-01-01}\n", "随软件发布的规则不能停用"),
        ("other: 1\n", "应写 rules"),
        ("retired:\n- {standard: NEW, from: 2027-01-01}\n", "不在本地的适用规则里"),
    ],
)
def test_wrong_local_rules_are_told(tmp_path, text, words):
    with pytest.raises(CatalogError, match=words):
        local(tmp_path, text)

"""适用：层级、事项、日期、省份选版本；规则写错有文件与行号；每份标准都有被选中的一天。"""

from datetime import date, timedelta

import pytest

from miaopu.standards.applicability import choose, load_rules, tiers
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError


@pytest.fixture(scope="module")
def rules(catalog):
    return load_rules(catalog)


@pytest.mark.parametrize("tier", ["INNOV", "SRDI", "LG"])
@pytest.mark.parametrize("kind", ["new", "review"])
def test_every_day_since_2022_has_one_version(rules, tier, kind):
    day = date(2022, 8, 1)
    while day < date(2028, 1, 1):
        found = choose(rules, tier, day, kind)
        assert found is not None and found.standard.startswith(tier)
        day += timedelta(days=7)


def test_every_chosen_standard_exists_and_is_in_force(rules, library):
    for rule in rules:
        if rule.choice.standard == "PRE-63":
            continue
        standard = library.find(rule.choice.standard)
        assert standard.tier == rule.tier
        if rule.kind != "review" and rule.start and standard.effective:
            assert rule.start >= standard.effective or rule.start.year == standard.effective.year, rule


def test_every_standard_can_be_chosen(rules, library):
    chosen = {rule.choice.standard for rule in rules}
    assert set(library.standards) <= chosen
    assert {one.tier for one in library.standards.values()} <= set(tiers(rules))


def test_dated_flags_start_on_their_day(rules):
    assert choose(rules, "INNOV", date(2026, 3, 31)).flags == ()
    assert choose(rules, "INNOV", date(2026, 4, 1)).flags == ("AMB-05",)


def test_unknown_tier_and_other_province(rules):
    assert choose(rules, "NOBEL", date(2026, 5, 1)) is None
    assert choose(rules, "GAZELLE", date(2026, 5, 1), province="浙江") is None


def test_a_rule_without_basis_is_named(tmp_path):
    (tmp_path / "applicability.yaml").write_text("rules:\n- {tier: LG, standard: LG-2026, source: restated}\n")
    with pytest.raises(CatalogError, match=r"第 2 行：缺少“basis”"):
        load_rules(Catalog(tmp_path))

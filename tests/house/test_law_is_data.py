"""法规是数据：代码里的比较不得写条款的界线；改界线只改目录文件。"""

import ast
from fractions import Fraction
from pathlib import Path

from miaopu.standards.load import load_library
from miaopu.standards.tree.node import Compare, children
from miaopu.terms.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("standards", "screening", "profile", "plan", "papers", "ledger", "cli")
SMALL = 20
"""不大于它的数常是下标、位数、档次，不当作界线。"""


def thresholds() -> set[Fraction]:
    """全部标准的界线，在分、万元、亿元、百分数、小数几种写法里的值。"""
    found: set[Fraction] = set()
    for standard in load_library(Catalog.default()).standards.values():
        tests = [clause.body for clause in standard.walk() if clause.body is not None]
        tests += [band.test for score in standard.scores for band in getattr(score.rule, "bands", ())]
        for test in tests:
            found |= set(limits(test))
    scales = (1, 100, 1_000_000, 100_000_000, Fraction(1, 100))
    return {value / scale for value in found for scale in scales if value} | found


def limits(node: object) -> list[Fraction]:
    own = [node.right.value] if isinstance(node, Compare) else []
    return own + [value for child in children(node) for value in limits(child)]


def test_there_are_thresholds_to_look_for() -> None:
    assert {Fraction(9, 10), Fraction(5000), Fraction(1200), Fraction(90)} <= thresholds() | {Fraction(90)}


def test_no_comparison_in_code_holds_a_threshold() -> None:
    known = {value for value in thresholds() if value > SMALL}
    typed = []
    for floor in FLOORS:
        for path in sorted((ROOT / "src" / "miaopu" / floor).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Compare):
                    typed += [
                        f"{path.relative_to(ROOT)}:{one.lineno} 的 {one.value}"
                        for one in [node.left, *node.comparators]
                        if isinstance(one, ast.Constant)
                        and isinstance(one.value, int | float)
                        and not isinstance(one.value, bool)
                        and Fraction(str(one.value)) in known
                    ]
    assert not typed, f"代码里的比较写了条款的界线；挪到 catalog 里：{'、'.join(typed)}"

"""在装有 openfisca-core 的环境里跑同样的程序：每个输入、条款、得分各是一个变量；没有空值，用第二个布尔变量记缺数。

用法：python bench/standards_fisca.py 输入 输出 小输入；末行给出读、算、写的 {"seconds": 秒数, "cpu": 处理器秒数}。
它的小数是 float32、整数是 int32，分数放不下，故金额按万元小数给它：正是它误判界线的原因，这里只比快慢。
"""

from __future__ import annotations

import json
import sys
from datetime import date
from functools import reduce
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from miaopu.standards.applicability import choose, load_rules, tiers
from miaopu.standards.engine.bind import bind
from miaopu.standards.engine.inequality import inequality
from miaopu.standards.load import load_library
from miaopu.standards.tree import node as n
from miaopu.standards.tree.clause import Bands, Tally
from miaopu.terms.catalog import Catalog

DAY, PERIOD = date(2026, 11, 20), "2026"
FIRM = build_entity(key="firm", plural="firms", label="firm", is_person=True)
SYSTEM = TaxBenefitSystem([FIRM])
CODES: dict[str, int] = {}
MONEY = 1_000_000.0


def variable(name: str, kind: type, formula=None) -> str:
    """登记一个变量；已有的不重登。"""
    if name not in SYSTEM.variables:
        body = {"value_type": kind, "entity": FIRM, "definition_period": DateUnit.YEAR, "label": name}
        if formula:
            body["formula"] = lambda firm, period, parameters=None: formula(lambda key: firm(key, period))
        SYSTEM.add_variable(type(name, (Variable,), body))
    return name


def column(item: n.Input, end: str = "") -> tuple[str, str]:
    """（值变量，是否已知变量）。"""
    name = f"in_{item.name}{end}"
    kind = {"money": float, "percent": float, "decimal": float, "flag": bool}.get(item.kind, int)
    return variable(name, kind), variable(f"k_{name}", bool)


def tri(known, yes):
    """1 真、-1 假、0 未知。"""
    return np.where(known, np.where(yes, 1, -1), 0).astype(np.int32)


class Writer:
    """一份标准的变量。"""

    def __init__(self, code: str) -> None:
        self.code, self.names = code.replace("-", "_"), {}

    def truth(self, node) -> str:
        """一个节点 → 变量名。"""
        if node not in self.names:
            self.names[node] = f"{self.code}_{len(self.names)}"
            variable(self.names[node], int, self.formula(node))
        return self.names[node]

    def formula(self, node):
        match node:
            case n.Fixed(value):
                return lambda get: np.int32({True: 1, False: -1, None: 0}[value])
            case n.Flag(item) | n.Person(item):
                value, known = column(item)
                return lambda get: tri(get(known), get(value))
            case n.Member(item, values):
                ends = ("_low", "_high") if item.interval else ("",)
                codes = [CODES.setdefault(v, len(CODES) + 1) for v in values]
                pairs = [column(item, end) for end in ends]
                return lambda get: self.member(get, pairs, codes)
            case n.Not(item) | n.Optimistic(item):
                name = self.truth(item)
                if isinstance(node, n.Optimistic):
                    return lambda get: np.where(get(name) == 0, 1, get(name))
                return lambda get: -get(name)
            case n.All(items) | n.AnyOf(items):
                names, join = [self.truth(i) for i in items], np.minimum if isinstance(node, n.All) else np.maximum
                return lambda get: reduce(join, [get(name) for name in names])
        return self.compare(node)

    @staticmethod
    def member(get, pairs, codes):
        hits = [np.isin(get(value), codes) for value, _ in pairs]
        known = [get(known) for _, known in pairs]
        if len(pairs) == 1:
            return tri(known[0], hits[0])
        return np.where(known[0] & hits[0], 1, np.where(known[1] & ~hits[1], -1, 0)).astype(np.int32)

    def compare(self, node):
        left, limit, op = node.left, float(node.right.value), OPS[node.op]
        if isinstance(left, n.Points):
            low, high = (f"{self.code}_{left.id}_{end}" for end in ("low", "high"))
            return lambda get: between(op, node.op, get(low), True, get(high), True, limit)
        if isinstance(left, n.Input) and left.interval:
            (low, kl), (high, kh) = column(left, "_low"), column(left, "_high")
            scale = MONEY if left.kind == "money" else 1
            line = limit * left.per / scale
            return lambda get: between(op, node.op, get(low), get(kl), get(high), get(kh), line)
        found = inequality(node)
        pairs = {item: column(item) for item in found.inputs}
        return lambda get: self.polynomial(get, found, pairs, op)

    @staticmethod
    def polynomial(get, found, pairs, op):
        def total(terms):
            return sum(
                t.coefficient * reduce(np.multiply, [natural(get, pairs, i) for i in t.factors], 1.0) for t in terms
            )

        known = reduce(np.logical_and, [get(known) for _, known in pairs.values()])
        for guard in found.guards:
            known = known & (total(guard) > 0)
        return tri(known, op(total(found.terms), 0))

    def score(self, name: str, rule) -> None:
        """得分两端。"""
        tests = [
            self.truth(t)
            for t in ([b.test for b in rule.bands] if isinstance(rule, Bands) else getattr(rule, "tests", ()))
        ]
        for end, least in (("low", 1), ("high", 0)):
            if isinstance(rule, Bands):
                points = [getattr(band, end) for band in rule.bands]
                made = lambda get, p=points, x=least: np.select([get(t) >= x for t in tests], p, rule.default)  # noqa: E731
            elif isinstance(rule, Tally):
                made = lambda get, x=least: np.minimum(rule.cap, rule.each * sum((get(t) >= x) * 1 for t in tests))  # noqa: E731
            else:
                value, known = column(rule.number)
                made = stepped(value, known, rule.per * rule.number.per, rule.cap, 0 if least else rule.cap)
            variable(f"{self.code}_{name}_{end}", int, made)

    def total(self, name: str, parts) -> None:
        """合计两端。"""
        for end in ("low", "high"):
            names = [f"{self.code}_{part}_{end}" for part in parts]
            variable(f"{self.code}_{name}_{end}", int, lambda get, names=names: sum(get(one) for one in names))


OPS = {">=": np.greater_equal, ">": np.greater, "<=": np.less_equal, "<": np.less, "==": np.equal, "!=": np.not_equal}


def stepped(value, known, per, cap, blank):
    """每满 per 一分；不知道给 blank。"""
    return lambda get: np.where(get(known), np.clip(get(value) // per, 0, cap), blank)


def natural(get, pairs, item):
    """金额仍按分参加（float32 有误差，只比快慢）。"""
    value = get(pairs[item][0])
    return value * MONEY if item.kind == "money" else value


def between(op, word, low, low_known, high, high_known, limit):
    """区间比较。"""
    sure, never = (low, high) if word in (">=", ">") else (high, low)
    sk, nk = (low_known, high_known) if word in (">=", ">") else (high_known, low_known)
    return np.where(sk & op(sure, limit), 1, np.where(nk & ~op(never, limit), -1, 0)).astype(np.int32)


def programs():
    """与 standards.py 同样的标准。"""
    catalog = Catalog.default()
    library, rules = load_library(catalog), load_rules(catalog)
    chosen = {(found.standard, "new") for tier in tiers(rules) if (found := choose(rules, tier, DAY))}
    cases = [*sorted(chosen), (choose(rules, "LG", DAY, "review").standard, "review")]
    bound = [bind(library.find(code), DAY, kind, library.notices_for(code, DAY, kind)) for code, kind in cases]
    return [program for program in bound if program.clauses]


def build() -> dict[str, list[str]]:
    """登记全部变量；给出每份标准要算的变量。"""
    wanted = {}
    for program in programs():
        writer = Writer(program.standard.code)
        for name, rule in program.scores:
            writer.score(name, rule)
        for name, parts in program.totals:
            writer.total(name, parts)
        truths = [writer.truth(clause.truth) for clause in program.clauses]
        truths += [writer.truth(clause.optimistic) for clause in program.clauses if clause.optimistic is not None]
        truths.append(writer.truth(program.verdict))
        points = [f"{writer.code}_{name}_{end}" for name in program.points for end in ("low", "high")]
        wanted[program.standard.code] = [*truths, *points]
    return wanted


def load(source: str):
    """Parquet → 变量值。"""
    table, values = pq.read_table(source), {}
    for name in table.column_names[1:]:
        if f"in_{name}" not in SYSTEM.variables:
            continue
        array = table.column(name).combine_chunks()
        values[f"k_in_{name}"] = array.is_valid().to_numpy(zero_copy_only=False)
        if pa.types.is_string(array.type) or pa.types.is_large_string(array.type) or "view" in str(array.type):
            coded = array.cast(pa.string()).dictionary_encode()
            lookup = np.array([CODES.get(code.as_py(), 0) for code in coded.dictionary] or [0], dtype=np.int32)
            values[f"in_{name}"] = lookup[coded.indices.fill_null(0).to_numpy(zero_copy_only=False)]
        else:
            plain = array.fill_null(0).to_numpy(zero_copy_only=False)
            kind = SYSTEM.variables[f"in_{name}"].value_type
            big = kind is float and plain.max(initial=0) > 2**31
            values[f"in_{name}"] = (plain / MONEY if big else plain).astype(
                {float: np.float32, bool: bool}.get(kind, np.int32)
            )
    return table, values


def run(wanted: dict[str, list[str]], source: str, target: str) -> None:
    """读、算、写。"""
    table, values = load(source)
    simulation = SimulationBuilder().build_default_simulation(SYSTEM, count=len(table))
    for name, value in values.items():
        simulation.set_input(name, PERIOD, value)
    out = {"enterprise": table["enterprise"]}
    for code, names in wanted.items():
        for number, name in enumerate(names):
            out[f"{code}.{number}"] = pa.array(np.asarray(simulation.calculate(name, PERIOD)).astype(np.int8))
    pq.write_table(pa.table(out), target, compression="zstd")


def main(source: str, target: str, small: str) -> None:
    """先用小表热身，再只量读、算、写这三步。"""
    wanted = build()
    run(wanted, small, target)
    start, busy = perf_counter(), process_time()
    run(wanted, source, target)
    print(json.dumps({"seconds": perf_counter() - start, "cpu": process_time() - busy}))


if __name__ == "__main__":
    main(*sys.argv[1:4])

"""由同样的程序写出 DuckDB SQL：一层一个子查询，条款用三值 AND、OR、NOT，得分用 CASE，输出列与列式相同。"""

from __future__ import annotations

from pathlib import Path

import duckdb

from miaopu.standards.engine.bind import Program
from miaopu.standards.engine.column import Columns
from miaopu.standards.engine.inequality import inequality
from miaopu.standards.tree import node as n
from miaopu.standards.tree.clause import Bands, Tally


def query(programs: list[Program]) -> str:
    """一条 SELECT；{source} 处填 Parquet 路径。"""
    writers = [_Writer(program, number) for number, program in enumerate(programs)]
    layers = sorted({depth for writer in writers for depth in writer.layers})
    text = "read_parquet('{source}')"
    for depth in layers:
        columns = [column for writer in writers for column in writer.layers.get(depth, ())]
        text = f"(SELECT *, {', '.join(columns)} FROM {text})"
    outputs = ", ".join(column for writer in writers for column in writer.outputs())
    return f"SELECT enterprise, {outputs} FROM {text}"


def same(ours: Path, theirs: Path) -> bool:
    """两份结果逐格相同。"""
    return not duckdb.execute(
        f"SELECT count(*) FROM ((FROM '{ours}' EXCEPT FROM '{theirs}')"
        f" UNION ALL (FROM '{theirs}' EXCEPT FROM '{ours}'))"
    ).fetchone()[0]


class _Writer:
    """一份标准的各层列。"""

    def __init__(self, program: Program, number: int) -> None:
        self.program, self.prefix = program, f"n{number}_"
        self.names: dict[object, tuple[str, int]] = {}
        self.layers: dict[int, list[str]] = {}
        self.columns = Columns(program.standard.code)
        for name, rule in program.scores:
            self.score(name, rule)
        for name, parts in program.totals:
            depth = 1 + max(self.names["points", part][1] for part in parts)
            for end in ("low", "high"):
                self.put(
                    ("points", name), " + ".join(self.points(p, end) for p in parts), depth, self.points(name, end)
                )
        for clause in program.clauses:
            self.truth(clause.truth)
            if clause.optimistic is not None:
                self.truth(clause.optimistic)
        self.truth(program.verdict)
        if program.optimistic is not None:
            self.truth(program.optimistic)

    def points(self, name: str, end: str) -> str:
        return f'"{self.columns.score(name, end)}"'

    def put(self, key: object, text: str, depth: int, name: str = "") -> tuple[str, int]:
        name = name or f"{self.prefix}{len(self.names)}"
        self.names[key] = name, depth
        self.layers.setdefault(depth, []).append(f"{text} AS {name}")
        return name, depth

    def truth(self, node: n.Truth) -> tuple[str, int]:
        if node in self.names:
            return self.names[node]
        items = (
            [self.truth(item) for item in n.children(node) if not isinstance(node, n.Compare)] if _joins(node) else []
        )
        depth = 1 + max((depth for _, depth in items), default=0)
        if isinstance(node, n.Compare) and isinstance(node.left, n.Points):
            depth = 1 + self.names["points", node.left.id][1]
        return self.put(node, self.text(node, [name for name, _ in items]), depth)

    def text(self, node: n.Truth, items: list[str]) -> str:
        match node:
            case n.Fixed(value):
                return "NULL::BOOLEAN" if value is None else str(value).upper()
            case n.Flag(item) | n.Person(item):
                return f"{item.name} <> 0"
            case n.Optimistic():
                return f"coalesce({items[0]}, TRUE)"
            case n.Member(item, values):
                codes = ", ".join(f"'{value}'" for value in values)
                if item.interval:
                    return _three(f"{item.name}_low IN ({codes})", f"{item.name}_high NOT IN ({codes})")
                return f"{item.name} IN ({codes})"
            case n.Not():
                return f"NOT {items[0]}"
            case n.All():
                return f"({' AND '.join(items)})"
            case n.AnyOf():
                return f"({' OR '.join(items)})"
            case n.AtLeast(count, _):
                sure = " + ".join(f"coalesce({item}, FALSE)::INT" for item in items)
                maybe = " + ".join(f"coalesce({item}, TRUE)::INT" for item in items)
                return _three(f"{sure} >= {count}", f"{maybe} < {count}")
        return self.compare(node)

    def compare(self, node: n.Compare) -> str:
        left, limit = node.left, node.right.value
        if isinstance(left, n.Points):
            return _between(self.points(left.id, "low"), self.points(left.id, "high"), node.op, limit)
        if isinstance(left, n.Input) and left.interval:
            return _between(f"{left.name}_low", f"{left.name}_high", node.op, limit * left.per)
        found = inequality(node)
        test = f"{_sum(found.terms, found.wide)} {found.op} 0"
        guards = " AND ".join(f"{_sum(guard, found.wide)} > 0" for guard in found.guards)
        return f"CASE WHEN {guards} THEN {test} END" if guards else test

    def score(self, name: str, rule: object) -> None:
        if isinstance(rule, Bands):
            tests = [self.truth(band.test) for band in rule.bands]
            depth = 1 + max(depth for _, depth in tests)
            for end, default in (("low", "FALSE"), ("high", "TRUE")):
                cases = " ".join(
                    f"WHEN coalesce({test}, {default}) THEN {getattr(band, end)}"
                    for (test, _), band in zip(tests, rule.bands, strict=True)
                )
                self.put(
                    ("points", name), f"(CASE {cases} ELSE {rule.default} END)::SMALLINT", depth, self.points(name, end)
                )
        elif isinstance(rule, Tally):
            tests = [self.truth(test) for test in rule.tests]
            depth = 1 + max(depth for _, depth in tests)
            for end, default in (("low", "FALSE"), ("high", "TRUE")):
                total = " + ".join(f"coalesce({test}, {default})::INT" for test, _ in tests)
                self.put(
                    ("points", name),
                    f"least({rule.cap}, {rule.each} * ({total}))::SMALLINT",
                    depth,
                    self.points(name, end),
                )
        else:
            for end, blank in (("low", 0), ("high", rule.cap)):
                steps = f"{rule.number.name} // {rule.per * rule.number.per}"
                clipped = f"greatest(0, least({rule.cap}, {steps}))"
                text = f"CASE WHEN {rule.number.name} IS NULL THEN {blank} ELSE {clipped} END"
                self.put(("points", name), f"({text})::SMALLINT", 1, self.points(name, end))

    def outputs(self) -> list[str]:
        names, program = self.columns, self.program
        truth = self.names[program.verdict][0]
        hope = self.names[program.optimistic][0] if program.optimistic is not None else "FALSE"
        out = [
            f"(CASE WHEN {truth} THEN 3 WHEN NOT {truth} THEN 0 WHEN {hope} THEN 2 ELSE 1 END)::TINYINT"
            f' AS "{names.verdict}"'
        ]
        masks: dict[str, list[str]] = {names.met: [], names.unknown: [], names.manual: []}
        for bit, clause in enumerate(program.clauses):
            one = self.names[clause.truth][0]
            masks[names.met].append(f"(coalesce({one}, FALSE)::BIGINT << {bit})")
            blank = f"{one} IS NULL"
            if clause.optimistic is not None:
                person = f"({blank} AND coalesce({self.names[clause.optimistic][0]}, FALSE))"
                masks[names.manual].append(f"({person}::BIGINT << {bit})")
                blank = f"({blank} AND NOT {person})"
            masks[names.unknown].append(f"(({blank})::BIGINT << {bit})")
        out += [f'{" + ".join(bits)} AS "{name}"' for name, bits in masks.items() if bits]
        return out + [self.points(name, end) for name in program.points for end in ("low", "high")]


def _joins(node: n.Truth) -> bool:
    return isinstance(node, n.Not | n.All | n.AnyOf | n.AtLeast | n.Optimistic)


def _three(true: str, false: str) -> str:
    return f"CASE WHEN {true} THEN TRUE WHEN {false} THEN FALSE END"


def _between(low: str, high: str, op: str, limit) -> str:
    flipped = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
    if op in ("==", "!="):
        same, apart = f"{low} = {limit} AND {high} = {limit}", f"{low} > {limit} OR {high} < {limit}"
        return _three(same if op == "==" else apart, apart if op == "==" else same)
    sure, never = (low, high) if op in (">=", ">") else (high, low)
    if limit.denominator != 1:
        sure, never = f"{sure} * {limit.denominator}", f"{never} * {limit.denominator}"
    return _three(f"{sure} {op} {limit.numerator}", f"{never} {flipped[op]} {limit.numerator}")


def _sum(terms, wide: bool) -> str:
    return "(" + " + ".join(_term(term, wide) for term in terms) + ")"


def _term(term, wide: bool) -> str:
    names = [item.name for item in term.factors]
    if wide and names:
        names[0] += "::HUGEINT"
    return "*".join([str(term.coefficient), *names])

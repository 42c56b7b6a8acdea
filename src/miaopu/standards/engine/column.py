"""列式：一组程序在一张表上一次算完，Polars、DuckDB、Spark 通用；给结论、条款掩码与得分区间，不给距离与说明。

表达式只用 Narwhals 有的写法，那是 Polars 写法的子集：Polars 的表直接交给 Polars（免去转写），其余经 Narwhals。
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import add
from typing import Any

import narwhals as nw
import polars as pl

from miaopu.standards.engine.bind import Program
from miaopu.standards.engine.layers import Expr, Layers

MASK_BITS = 63
"""一个掩码列最多装多少条款（留出符号位，三个引擎都能读）。"""

BYTE = 7
"""一个单字节里先拼几位：有的引擎没有无符号整数，符号位不用。"""

WIDE = nw.Decimal(38, 0)
"""中间值超过 64 位时用的 128 位数：整数型不是个个引擎都有，定点小数都有；Polars 的整数型更快，直接用。"""


@dataclass(frozen=True)
class Columns:
    """一份标准在结果表里的列名。"""

    code: str

    @property
    def verdict(self) -> str:
        """结论代码（0 不满足、1 待核、2 须人工、3 满足），Int8。"""
        return f"{self.code}.verdict"

    @property
    def met(self) -> str:
        """满足（含免考、不适用）的条款掩码，第 i 位是第 i 个条款，Int64。"""
        return f"{self.code}.met"

    @property
    def unknown(self) -> str:
        """待核的条款掩码，Int64。"""
        return f"{self.code}.unknown"

    @property
    def manual(self) -> str:
        """须人工的条款掩码，Int64；没有须人工条款的标准没有这一列。"""
        return f"{self.code}.manual"

    def score(self, name: str, end: str) -> str:
        """得分下限（low）、上限（high），Int16。"""
        return f"{self.code}.{name}_{end}"


def needed(programs: Iterable[Program]) -> dict[str, Any]:
    """这些程序要用到的快照列名 → 列类型（Int64 或 String），按名字排序。"""
    return dict(sorted(Layers(list(programs), nw, WIDE).columns.items()))


def evaluate(frame: Any, programs: Iterable[Program], keep: Iterable[str] = ("enterprise",)) -> Any:
    """frame：任一引擎的（惰性）表，缺的列按全空处理；给出同一引擎的表：keep 列加各标准的结论、掩码、得分。"""
    chosen = list(programs)
    for program in chosen:
        if len(program.clauses) > MASK_BITS:
            raise ValueError(f"{program.standard.code} 有 {len(program.clauses)} 个条款，一个掩码最多 {MASK_BITS} 个")
    known = tuple(map(_Known, chosen))
    if isinstance(frame, pl.DataFrame | pl.LazyFrame):
        return _evaluated(frame, *_compiled(known, True), tuple(keep))
    return _evaluated(nw.from_native(frame), *_compiled(known, False), tuple(keep)).to_native()


class _Known:
    """按身份认程序：深比较一份程序比编译还慢。"""

    def __init__(self, program: Program) -> None:
        self.program = program

    def __hash__(self) -> int:
        return id(self.program)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.program is self.program


@lru_cache(maxsize=16)
def _compiled(known: tuple[_Known, ...], polars: bool) -> tuple[Layers, list[Expr]]:
    """同一组程序只编译一次（量得五十毫秒上下，全城评估一次才两百毫秒）。"""
    programs = [one.program for one in known]
    layers = Layers(programs, pl, pl.Int128) if polars else Layers(programs, nw, WIDE)
    return layers, [column for program in programs for column in _outputs(layers, program)]


def _evaluated(table: Any, layers: Layers, outputs: list[Expr], keep: tuple[str, ...]) -> Any:
    api, present = layers.api, set(table.collect_schema().names())
    blank = [api.lit(None, dtype=kind).alias(name) for name, kind in layers.columns.items() if name not in present]
    if blank:
        table = table.with_columns(*blank)
    for depth in sorted(layers.by_depth):
        table = table.with_columns(*layers.by_depth[depth])
    return table.select(*(api.col(name) for name in keep), *outputs)


def _outputs(layers: Layers, program: Program) -> list[Expr]:
    """结论、掩码、得分的最终列。"""
    names = Columns(program.standard.code)
    scores = [
        layers.points(program, point, end).alias(names.score(point, end))
        for point in program.points
        for end in ("low", "high")
    ]
    return [_verdict(layers, program).alias(names.verdict), *_masks(layers, program), *scores]


def _verdict(layers: Layers, program: Program) -> Expr:
    api, truth = layers.api, layers.truth(program, program.verdict)

    def code(value: int) -> Expr:
        return api.lit(value, dtype=api.Int8)

    unknown = code(1)
    if program.optimistic is not None:
        hopeful = layers.truth(program, program.optimistic)
        unknown = api.when(hopeful).then(code(2)).otherwise(unknown)
    undecided = api.when(truth.is_null()).then(unknown).otherwise(code(0))
    return api.when(truth).then(code(3)).otherwise(undecided)


def _masks(layers: Layers, program: Program) -> list[Expr]:
    """三个掩码；待核是未定的减去须人工的。"""
    names = Columns(program.standard.code)
    truths = [layers.truth(program, clause.truth) for clause in program.clauses]
    persons = {
        bit: truths[bit].is_null() & layers.truth(program, clause.optimistic)
        for bit, clause in enumerate(program.clauses)
        if clause.optimistic is not None
    }
    if not truths:
        return []
    met, blank = (
        _packed(layers.api, dict(enumerate(truths))),
        _packed(layers.api, {bit: one.is_null() for bit, one in enumerate(truths)}),
    )
    if not persons:
        return [met.alias(names.met), blank.alias(names.unknown)]
    manual = _packed(layers.api, persons)
    return [met.alias(names.met), (blank - manual).alias(names.unknown), manual.alias(names.manual)]


def _packed(api: Any, bits: dict[int, Expr]) -> Expr:
    """位号 → 真值，拼成 Int64；先在单字节里拼，再移到各自的字节，少写七倍的内存。"""
    groups: dict[int, list[Expr]] = {}
    for bit, truth in bits.items():
        one = api.when(truth).then(api.lit(1 << bit % BYTE, dtype=api.Int8)).otherwise(api.lit(0, dtype=api.Int8))
        groups.setdefault(bit // BYTE, []).append(one)
    whole = [api.sum_horizontal(*parts).cast(api.Int64) * (1 << BYTE * group) for group, parts in groups.items()]
    return reduce(add, whole)

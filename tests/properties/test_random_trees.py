"""随机的树：行式、列式（Polars、DuckDB）与参照逐格相同；补齐未知不推翻已定；每个输入只用一次的树没有多余的未定。"""

from itertools import product
from random import Random

import pytest
from compared import by_column, by_reference, by_row, folded, in_engine
from few import FEW
from hypothesis import given
from hypothesis import strategies as st
from rows import Rows, frame
from trees import FLAGS, PERSONS, Trees

from miaopu.standards.engine.bind import bind
from miaopu.standards.engine.row import compile_row
from miaopu.standards.tree import node as n

DAY = None


def made(seed, count=4):
    random = Random(seed)
    trees = Trees(random)
    programs = [bind(trees.standard(f"T{i}"), DAY, random.choice(("new", "review"))) for i in range(count)]
    return random, programs, Rows(programs)


@FEW
@given(seed=st.integers(0, 2**32))
def test_row_form_is_the_reference(seed):
    random, programs, rows = made(seed)
    for program in programs:
        form = compile_row(program)
        for _ in range(25):
            values = rows.draw(random, 0.2)
            assert by_row(form, values) == by_reference(program, values), values


@pytest.mark.parametrize(("engine", "trees"), [("polars", 25), ("lazy", 10), ("duckdb", 6)])
def test_column_form_is_the_row_form(engine, trees, tmp_path):
    random, programs, rows = made(f"{engine}", trees)
    drawn = [rows.draw(random, gaps) for gaps in (0, 0.1, 0.4) for _ in range(60)]
    table = in_engine(frame(programs, drawn), engine, tmp_path)
    for program, found in zip(programs, by_column(programs, table), strict=True):
        form = compile_row(program)
        for values, cell in zip(drawn, found, strict=True):
            assert cell == folded(by_row(form, values), program), (program.clauses, values)


@FEW
@given(seed=st.integers(0, 2**32))
def test_completing_never_contradicts(seed):
    random, programs, rows = made(seed)
    for program in programs:
        form = compile_row(program)
        for _ in range(12):
            known = rows.draw(random, 0.35)
            before = by_row(form, known)
            for _ in range(5):
                after = by_row(form, completed(rows, known, random))
                assert not contradicted(before, after), (known, before, after)


def completed(rows, known, random):
    """缺的填上随机的值；区间收到其中一点。"""
    other = rows.draw(random, 0)
    out = {name: other.get(name) if value is None else value for name, value in known.items()}
    for item in rows.inputs.values():
        if not item.interval:
            continue
        low, high = known.get(f"{item.name}_low"), known.get(f"{item.name}_high")
        out |= dict.fromkeys((f"{item.name}_low", f"{item.name}_high"), inside(item, low, high, random))
    return out


def inside(item, low, high, random):
    if item.order:
        first = item.order.index(high) if high is not None else 0
        last = item.order.index(low) if low is not None else len(item.order) - 1
        return item.order[random.randint(first, last)]
    bottom = low if low is not None else min(0, high or 0)
    return random.choice((bottom, high if high is not None else bottom + random.randrange(5)))


def contradicted(before, after):
    """已定的被推翻，或得分跑出原来的区间；给出是哪几处。"""
    met, out = (1, 4, 5), []
    for name, old in before.items():
        new = after[name]
        if isinstance(old, tuple):
            out += [name] if not old[0] <= new[0] <= new[1] <= old[1] else []
        elif name == "verdict":
            out += [name] if (old == 0 and new != 0) or (old == 3 and new != 3) else []
        else:
            out += [name] if (old == 0 and new != 0) or (old in met and new not in met) else []
    return out


# —— 不多余的未定


def read_once(random, names, depth=3):
    """每个输入只出现一次的真值树。"""
    if depth == 0 or len(names) == 1:
        name = names.pop()
        return n.Person(name) if name in PERSONS else n.Flag(name)
    items = tuple(read_once(random, names, depth - 1) for _ in range(min(len(names), random.randrange(2, 4))) if names)
    return random.choice((n.All(items), n.AnyOf(items), n.Not(items[0]), n.AtLeast(min(2, len(items)), items)))


@FEW
@given(seed=st.integers(0, 2**32))
def test_read_once_trees_leave_nothing_needlessly_open(seed):
    random = Random(seed)
    names = [*FLAGS, *PERSONS]
    random.shuffle(names)
    tree, known = read_once(random, names), {i.name: random.choice((0, 1, None)) for i in (*FLAGS, *PERSONS)}
    trees = Trees(random)
    clause = trees.clause(0)
    standard = trees.standard("T")
    clause = type(clause)("C", "", "", "", "restated", body=tree)
    form = compile_row(bind(type(standard)(**{**vars(standard), "clauses": (clause,)}), DAY))
    state = by_row(form, known)["C"]
    blank = [name for name, value in known.items() if value is None]
    found = {
        by_row(form, {**known, **dict(zip(blank, case, strict=True))})["C"]
        for case in product((0, 1), repeat=len(blank))
    }
    assert (state in (0, 1)) == (len(found) == 1)

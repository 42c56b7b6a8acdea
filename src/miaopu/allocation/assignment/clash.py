"""排不开时最小的冲突：哪几家企业只能由哪几名专员帮，这几名合起来还差几家。用最大流的割找，再删到不能再少。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from miaopu.allocation.assignment.cost import BARRED, barred
from miaopu.allocation.assignment.shape import Clash, Client, Helper, Terms

SHOWN = 6
"""句子里至多点几个名。"""


def clash(clients: Sequence[Client], helpers: Sequence[Helper], costs: np.ndarray, terms: Terms) -> Clash | None:
    """容量排不开的最小冲突；排得开为 None。"""
    allowed = costs < BARRED
    room = np.array([one.capacity for one in helpers], dtype=np.int64)
    core = _core(allowed, room)
    if not len(core):
        return None
    people = np.flatnonzero(allowed[core].any(axis=0))
    firms = [at for at in range(len(clients)) if not allowed[at][np.setdiff1d(np.arange(len(helpers)), people)].any()]
    told = _sentence([clients[at] for at in firms], [helpers[at] for at in people], clients, helpers, terms)
    codes = tuple(clients[at].code for at in core), tuple(helpers[at].code for at in people)
    return Clash(told, *codes, int(room[people].sum()))


def _core(allowed: np.ndarray, room: np.ndarray) -> np.ndarray:
    """排不开的一组企业，少任何一家就排得开；排得开的为空。"""
    stuck = _cut(allowed, room)
    at = 0
    while at < len(stuck):
        fewer = np.delete(stuck, at)
        cut = _cut(allowed[fewer], room)
        if len(cut):
            stuck = fewer[cut]
            at = 0
        else:
            at += 1
    return stuck


def _cut(allowed: np.ndarray, room: np.ndarray) -> np.ndarray:
    """最大流不足时，从源还走得到的企业下标（它们的专员合起来容不下它们）。"""
    firms, people = allowed.shape
    source, sink = firms + people, firms + people + 1
    row, column = np.nonzero(allowed)
    heads = np.concatenate([np.full(firms, source), row, firms + np.arange(people)])
    tails = np.concatenate([np.arange(firms), firms + column, np.full(people, sink)])
    sizes = np.concatenate([np.ones(firms), np.ones(len(row)), room]).astype(np.int32)
    graph = csr_array((sizes, (heads, tails)), shape=(sink + 1, sink + 1))
    told = maximum_flow(graph, source, sink)
    if told.flow_value == firms:
        return np.empty(0, dtype=np.int64)
    left = (graph - told.flow).toarray() if sink < 3000 else None
    return _reached(graph, told.flow, left, source, firms)


def _reached(graph: csr_array, flow: csr_array, left: np.ndarray | None, source: int, firms: int) -> np.ndarray:
    rest = csr_array(left) if left is not None else (graph - flow).tocsr()
    rest.eliminate_zeros()
    seen, stack = {source}, [source]
    while stack:
        one = stack.pop()
        begin, end = rest.indptr[one], rest.indptr[one + 1]
        for to, size in zip(rest.indices[begin:end], rest.data[begin:end]):
            if size > 0 and int(to) not in seen:
                seen.add(int(to))
                stack.append(int(to))
    return np.array(sorted(one for one in seen if one < firms), dtype=np.int64)


def _sentence(
    firms: Sequence[Client],
    people: Sequence[Helper],
    clients: Sequence[Client],
    helpers: Sequence[Helper],
    terms: Terms,
) -> str:
    room = sum(one.capacity for one in people)
    who = f"{len(firms)} 家企业（{_names(one.name for one in firms)}）"
    if not people:
        return f"排不开：{who}没有一名专员可以配（{_why(firms, helpers, people, terms)}）；请增加专员或放宽规矩"
    if len(people) == len(helpers) and len(firms) == len(clients):
        return f"排不开：企业 {len(firms)} 家，全部 {len(people)} 名专员的容量合计 {room} 家，差 {len(firms) - room} 家；请增加专员或容量"
    told = (
        f"{len(people)} 名专员（{_names(one.name for one in people)}）的容量合计 {room} 家，差 {len(firms) - room} 家"
    )
    return f"排不开：{who}只能由这 {told}；别的专员不能配是因为：{_why(firms, helpers, people, terms)}"


def _why(firms: Sequence[Client], helpers: Sequence[Helper], people: Sequence[Helper], terms: Terms) -> str:
    """不能配的缘由各有多少对。"""
    inside = {one.code for one in people}
    told: Mapping[str, int] = Counter(
        barred(firm, one, terms) or "已有人工指定" for firm in firms for one in helpers if one.code not in inside
    )
    return "、".join(f"{why} {count} 对" for why, count in sorted(told.items())) or "没有别的专员"


def _names(names: Iterable[str]) -> str:
    found = list(names)
    return "、".join(found[:SHOWN]) + (f" 等 {len(found)} 家" if len(found) > SHOWN else "")

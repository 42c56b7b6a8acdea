"""几十行对全城名册：先筛名册再查，与查整本名册的结果一字不差。"""

import polars as pl
import pytest

from miaopu.ledger.record import ROW_SCHEMA
from miaopu.ledger.resolve import REGISTRY_SCHEMA, Registry, candidates, exact, resolve
from miaopu.ledger.resolve.settle import packaged_districts
from miaopu.terms import uscc

FIRMS = 300


def code(number: int) -> str:
    """一个虚构的有效代码。"""
    body = f"91371502MA{number:06d}"
    body += uscc.organisation_digit(body[8:])
    return body + uscc.check_digit(body)


def firm(at: int) -> tuple:
    """第几家：每 50 家有一家没有代码，两家同名，两家共用一个曾用名。"""
    own = None if at % 50 == 0 else code(at)
    name = "聊城同名虚构商行" if at in (7, 8) else f"聊城虚构{at}号机械有限公司"
    former = ["聊城老虚构机械厂"] if at in (11, 12) else [f"聊城旧虚构{at}号厂"]
    return (own or f"E{at:012d}", own, name, former, "371502", f"柳园路{at}号", "company")


REGISTRY = Registry(
    pl.DataFrame([firm(at) for at in range(FIRMS)], schema=REGISTRY_SCHEMA, orient="row"), packaged_districts()
)
ASKED = (
    (code(3), "聊城虚构3号机械有限公司"),
    (code(3), "聊城虚构4号机械有限公司"),
    (code(5), None),
    (None, "聊城虚构50号机械有限公司"),
    (None, "聊城同名虚构商行"),
    (None, "聊城老虚构机械厂"),
    (None, "聊城旧虚构60号厂"),
    (code(999), "聊城虚构9号机械有限公司"),
    (code(998), "聊城虚构没见过有限公司"),
    (None, None),
)
ROWS = pl.DataFrame(
    [
        {
            "row_id": at,
            "sheet": "表",
            "row": at + 2,
            "uscc_raw": given,
            "name_raw": name,
            "former_raw": "聊城旧虚构5号厂",
        }
        for at, (given, name) in enumerate(ASKED)
    ],
    schema=ROW_SCHEMA,
)


def test_asking_part_of_the_roster_changes_nothing(monkeypatch) -> None:
    assert ROWS.height * exact.FEW <= FIRMS, "行数要少到走先筛名册的路"
    for may_create in (False, True):
        part = resolve(ROWS, REGISTRY, may_create=may_create)
        with monkeypatch.context() as whole:
            whole.setattr(exact, "FEW", FIRMS + 1)
            assert part.equals(resolve(ROWS, REGISTRY, may_create=may_create))
        assert part["outcome"].n_unique() >= 3


def test_matching_tells_how_far_it_is_and_stops_when_told(monkeypatch) -> None:
    monkeypatch.setattr(candidates, "CHUNK", 2)
    heard: list[float] = []
    whole = resolve(ROWS, REGISTRY, may_create=False, tell=heard.append)
    assert heard == sorted(heard) and heard[-1] == 1.0 and len(heard) >= 6, "找候选时每一批都叫"
    for stop in range(len(heard)):
        left = iter(heard[:stop])

        def tell(share, left=left):
            if next(left, None) is None:
                raise RuntimeError("取消")

        with pytest.raises(RuntimeError, match="取消"):
            resolve(ROWS, REGISTRY, may_create=False, tell=tell)
    assert whole.equals(resolve(ROWS, REGISTRY, may_create=False))

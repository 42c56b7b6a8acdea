"""被杀：真的子进程在每一次落盘动作前后被 SIGKILL；台账要么在事前，要么在事后，随后照常可用。"""

import shutil
from datetime import date
from multiprocessing import get_context

import pytest
from dying import post_and_die
from firms import A, book, registered

from miaopu.ledger.journal import open_ledger, verify
from miaopu.ledger.post import batches

DAY = date(2026, 3, 1)
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["miaopu.ledger.post", "miaopu.ledger.snapshot"])


def _run(root, step, moment):
    """子进程的退出码：被杀为 -9，没被杀为落盘动作的次数。"""
    child = FORKS.Process(target=post_and_die, args=(str(root), step, moment))
    child.start()
    child.join(60)
    return child.exitcode


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    root = tmp_path_factory.mktemp("原本") / "台账"
    registered(open_ledger(root))
    return root


def _outcome(root):
    ledger = open_ledger(root)
    assert verify(ledger) is None
    assert not any((root / "staging").glob("*"))
    posted = [one.source for one in batches(ledger, DAY)]
    folders = {path.name for path in (root / "batches").iterdir()}
    assert folders == {one.id for one in batches(ledger, DAY)}
    again = book(ledger, "tax", [{"firm": A, "indicator": "revenue", "value": 100, "period": "2025"}], DAY)
    assert again.repeated == ("tax" in posted)
    assert [one.source for one in batches(ledger, DAY)] == ["registration", "tax"]
    return posted


def test_a_run_killed_at_any_step_leaves_the_ledger_before_or_after(base, tmp_path):
    whole = tmp_path / "整"
    shutil.copytree(base, whole)
    steps = _run(whole, 0, "never")
    assert steps > 8
    cases = [(1, "before"), (steps - 1, "half"), *((step, "after") for step in range(1, steps + 1))]
    after = set()
    for case in cases:
        root = tmp_path / f"{case[0]}{case[1]}"
        shutil.copytree(base, root)
        assert _run(root, *case) == -9
        if "tax" in _outcome(root):
            after.add(case)
    assert after == {(steps - 1, "after"), (steps, "after")}

"""被杀：真的子进程在每一次落盘动作前后被 SIGKILL；台账要么在事前，要么在事后，随后照常可用。"""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from firms import A, book, registered

from miaopu.ledger.journal import open_ledger, verify
from miaopu.ledger.post import batches

DAY = date(2026, 3, 1)
CHILD = Path(__file__).with_name("dying.py")


def _run(root, step, moment):
    return subprocess.run(
        [sys.executable, str(CHILD), str(root), str(step), moment], capture_output=True, text=True, check=False
    )


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
    steps = int(_run(whole, 0, "never").stdout)
    assert steps > 8
    cases = [(1, "before"), (steps - 1, "half"), *((step, "after") for step in range(1, steps + 1))]

    def one(case):
        root = tmp_path / f"{case[0]}{case[1]}"
        shutil.copytree(base, root)
        assert _run(root, *case).returncode == -9
        return case, _outcome(root)

    with ThreadPoolExecutor(2) as pool:
        found = dict(pool.map(one, cases))
    after = {case for case, posted in found.items() if "tax" in posted}
    assert after == {(steps - 1, "after"), (steps, "after")}

"""楼层：import-linter 的合同每次都查。"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_contracts_hold() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, "有的模块用了上层的东西；把它挪到该在的楼层：\n" + found.stdout[-3000:]

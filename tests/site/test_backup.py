"""备份与恢复：装进空的地方，逐表逐行、逐个文件比对；坏的备份什么也不装。"""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from miaopu.site.restore import checked
from miaopu.terms.complaint import Refusal

pytestmark = pytest.mark.xdist_group("backup")


def miaopu(home: Path, ledger: Path, *words: str, demo: bool = True) -> subprocess.CompletedProcess[str]:
    """另一个进程里跑一条命令，用自己的站点文件夹与台账。"""
    own = {"MIAOPU_HOME": str(home), "MIAOPU_LEDGER": str(ledger), "MIAOPU_CATALOG": str(home / "catalog")}
    own |= {"MIAOPU_DATABASE": f"sqlite:///{home / 'case.sqlite3'}", "MIAOPU_COLLECTED": "0"}
    command = [sys.executable, "-m", "miaopu.cli.main", *words, "--home", str(home), "--ledger", str(ledger)]
    return subprocess.run(command, env=os.environ | own, capture_output=True, text=True, check=False)


def contents(home: Path) -> dict[str, str]:
    """案件库各表的行（读表也在内，由台账重建的应当一样），去掉会变的轮次时间。"""
    base = sqlite3.connect(home / "case.sqlite3")
    names = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
    skip = {
        "screening_round",
        "screening_columns",
        "django_migrations",
        "sqlite_sequence",
        "django_session",
        "access_log",
        "access_log_head",
    }
    return {
        name: hashlib.sha256(repr(sorted(map(repr, base.execute(f'SELECT * FROM "{name}"')))).encode()).hexdigest()
        for name in names
        if name not in skip
    }


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock" and "runs" not in path.parts
    }


@pytest.fixture(scope="module")
def saved(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """开过的站与它的备份：（站点文件夹，台账，备份文件）。"""
    home, ledger = tmp_path_factory.mktemp("home"), small_city / "ledger" / "2000-2026"
    assert miaopu(home, ledger, "serve", "--demo", "--prepare-only").returncode == 0
    base = sqlite3.connect(home / "case.sqlite3")
    base.execute(
        "INSERT INTO screening_turn (round_id, previous_id, by, reason, at)"
        " SELECT code, NULL, '甲', '留着这一轮', '2026-11-20 01:00:00' FROM screening_round WHERE current"
    )
    base.commit()
    base.close()
    (home / "files").mkdir()
    (home / "files" / "上传.txt").write_text("上传件", encoding="utf-8")
    target = home / "备份.tar.gz"
    spoken = miaopu(home, ledger, "backup", str(target), "--json")
    assert spoken.returncode == 0, spoken.stderr
    assert json.loads(spoken.stdout)["rows"]["access.account"] > 10
    return home, ledger, target


def test_restored_into_an_empty_place_everything_is_the_same(saved: tuple[Path, Path, Path], tmp_path: Path) -> None:
    home, ledger, target = saved
    spoken = miaopu(tmp_path / "新站", tmp_path / "新账", "restore", str(target))
    assert spoken.returncode == 0, spoken.stderr
    assert contents(tmp_path / "新站") == contents(home)
    assert files(tmp_path / "新账") == files(ledger)
    rounds = "SELECT code, known_on, current FROM screening_round"
    (before,), (after,) = (sqlite3.connect(one / "case.sqlite3").execute(rounds) for one in (home, tmp_path / "新站"))
    assert before == after, "人选的一轮在恢复以后还是当前的"
    folder = sqlite3.connect(tmp_path / "新站" / "case.sqlite3").execute("SELECT folder FROM screening_round")
    assert next(folder)[0].startswith(str(tmp_path / "新账"))
    assert (tmp_path / "新站" / "files" / "上传.txt").read_text(encoding="utf-8") == "上传件"


def test_a_place_in_use_is_refused(saved: tuple[Path, Path, Path]) -> None:
    home, ledger, target = saved
    spoken = miaopu(home, ledger, "restore", str(target))
    assert spoken.returncode == 3 and "这里已经有账号、日志或台账" in spoken.stderr


def test_a_damaged_backup_changes_nothing(saved: tuple[Path, Path, Path], tmp_path: Path) -> None:
    content = bytearray(saved[2].read_bytes())
    content[len(content) // 3] ^= 0xFF
    damaged = tmp_path / "坏.tar.gz"
    damaged.write_bytes(content)
    spoken = miaopu(tmp_path / "新站", tmp_path / "新账", "restore", str(damaged))
    assert spoken.returncode == 3 and "换一份备份" in spoken.stderr
    assert not (tmp_path / "新账" / "journal.jsonl").exists()


def test_damage_anywhere_is_seen(saved: tuple[Path, Path, Path], tmp_path: Path) -> None:
    whole, damaged = saved[2].read_bytes(), tmp_path / "坏.tar.gz"
    for place in range(20, len(whole) - 20, len(whole) // 25):
        content = bytearray(whole)
        content[place] ^= 0xFF
        damaged.write_bytes(content)
        with pytest.raises(Refusal, match="换一份备份"):
            checked(damaged)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    spoken = miaopu(tmp_path / "新站", tmp_path / "新账", "restore", str(tmp_path / "没有.tar.gz"))
    assert spoken.returncode == 3 and "没有这个文件" in spoken.stderr

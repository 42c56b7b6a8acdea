"""备份与恢复：装进空的地方，逐表逐行、逐个文件比对；坏的备份什么也不装。"""

import errno
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from miaopu.site.backup import PASSING, REBUILT, kept_models
from miaopu.site.restore import unpacked
from miaopu.terms.complaint import Refusal


def miaopu(home: Path, ledger: Path, *words: str, demo: bool = True) -> subprocess.CompletedProcess[str]:
    """另一个进程里跑一条命令，用自己的站点文件夹与台账。"""
    own = {"MIAOPU_HOME": str(home), "MIAOPU_LEDGER": str(ledger), "MIAOPU_CATALOG": str(home / "catalog")}
    own |= {"MIAOPU_DATABASE": f"sqlite:///{home / 'case.sqlite3'}", "MIAOPU_COLLECTED": "0"}
    command = [sys.executable, "-m", "miaopu.cli.main", *words, "--home", str(home), "--ledger", str(ledger)]
    return subprocess.run(command, env=os.environ | own, capture_output=True, text=True, check=False)


def contents(home: Path) -> dict[str, str]:
    """案件库各表的行；读表由台账重建，轮次与操作日志另行比较。"""
    base = sqlite3.connect(home / "case.sqlite3")
    names = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
    skip = {
        "screening_round",
        "screening_firm",
        "screening_listing",
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


TURNED = "INSERT INTO screening_turn (round_id, by, reason, at) SELECT code, '高局', '换看', made FROM screening_round"
ROUNDS = "SELECT code, known_on, assessed_on, snapshot, marks, made, current FROM screening_round ORDER BY code"
ROUND = ROUNDS.replace("made, ", "")
LOG = "SELECT * FROM access_log ORDER BY seq"
FIRMS = "SELECT * FROM screening_firm ORDER BY enterprise"


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    """案件库里问一句或改一句。"""
    with sqlite3.connect(home / "case.sqlite3") as base:
        return base.execute(query).fetchall()


@pytest.fixture(scope="module")
def saved(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """开过的站与它的备份：（站点文件夹，台账，备份文件）。"""
    home, ledger = tmp_path_factory.mktemp("home"), small_city / "ledger" / "2000-2026"
    assert miaopu(home, ledger, "serve", "--demo", "--prepare-only").returncode == 0
    rows(home, TURNED)
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
    assert rows(tmp_path / "新站", ROUNDS) == rows(home, ROUNDS)
    then, now = rows(home, LOG), rows(tmp_path / "新站", LOG)
    assert len(now) > 10 and now[: len(then) - 1] == then[:-1], (
        "备份之后原站记的那一行（备份本身）不在里面，此前的一行不差"
    )
    assert miaopu(tmp_path / "新站", tmp_path / "新账", "verify-log").returncode == 0


def test_the_restored_site_opens_on_the_round_people_turned_to(saved: tuple[Path, Path, Path], tmp_path: Path) -> None:
    home, _, target = saved
    assert miaopu(tmp_path, tmp_path / "账", "restore", str(target)).returncode == 0
    spoken = miaopu(tmp_path, tmp_path / "账", "serve", "--demo", "--prepare-only")
    assert spoken.returncode == 0, spoken.stderr
    assert rows(tmp_path, ROUND) == rows(home, ROUND)
    assert rows(tmp_path, FIRMS) == rows(home, FIRMS)


def test_every_table_is_kept_or_known_to_be_left_out(saved: tuple[Path, Path, Path]) -> None:
    found = {name for (name,) in rows(saved[0], "SELECT name FROM sqlite_master WHERE type='table'")}
    left = {apps.get_model(label)._meta.db_table for label in REBUILT | PASSING}
    kept = {one._meta.db_table for one in kept_models()}
    assert found - kept - left == {"django_migrations", "sqlite_sequence"} and not kept & left and kept < found


def test_no_kept_table_points_to_one_left_out() -> None:
    kept = {one._meta.label_lower for one in kept_models()}
    pointing = {
        f"{one._meta.label_lower}.{field.name}"
        for one in kept_models()
        for field in one._meta.concrete_fields
        if field.is_relation and field.related_model._meta.label_lower not in kept
    }
    assert not pointing, f"进备份的表指着不进备份的，恢复会失败：{pointing}"


def test_only_the_owner_reads_the_site_and_its_backup(saved: tuple[Path, Path, Path]) -> None:
    home, _, target = saved
    open_to_others = [
        path.relative_to(home).as_posix()
        for path in (home, target, *home.glob("case.sqlite3*"), home / "secret.key")
        if path.exists() and path.stat().st_mode & 0o077
    ]
    assert not open_to_others and (home / "case.sqlite3").is_file()


def test_a_place_in_use_is_refused(saved: tuple[Path, Path, Path]) -> None:
    home, ledger, target = saved
    spoken = miaopu(home, ledger, "restore", str(target))
    assert spoken.returncode == 3 and "这里已经有账号、日志、台账" in spoken.stderr


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
            unpacked(damaged, {name: tmp_path / str(place) / name for name in ("tables", "ledger", "files", "catalog")})


def test_a_full_disk_is_not_blamed_on_the_backup(saved: tuple[Path, Path, Path], tmp_path: Path, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("miaopu.site.restore.shutil.copyfileobj", full)
    with pytest.raises(OSError, match="No space left"):
        unpacked(saved[2], {name: tmp_path / name for name in ("tables", "ledger", "files", "catalog")})


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    spoken = miaopu(tmp_path / "新站", tmp_path / "新账", "restore", str(tmp_path / "没有.tar.gz"))
    assert spoken.returncode == 3 and "没有这个文件" in spoken.stderr

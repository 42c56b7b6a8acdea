"""仓库：锁文件没有地址，没有机器路径，README 的树与真的一样。"""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TREE = re.compile(r"^[│├└─ ]*[├└]── (?P<name>[\w.\-]+/?)")


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_lock_files_hold_no_address() -> None:
    locks = sorted(ROOT.glob("requirements*.txt"))
    assert [path.name for path in locks] == ["requirements-dev.txt", "requirements-spark.txt", "requirements.txt"]
    for path in locks:
        text = path.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "http" not in text, f"{path.name} 里有地址；用 make lock 重新生成"


def test_no_machine_path_is_written_down() -> None:
    words = (str(ROOT.parent) + "/", "/root/", "/home/")
    for path in tracked():
        if path.suffix in (".py", ".md", ".yaml", ".toml", ".txt", "") and path.stat().st_size < 1_000_000:
            text = path.read_text(encoding="utf-8", errors="ignore")
            found = [word for word in words if word in text and path.name != Path(__file__).name]
            assert not found, f"{path.relative_to(ROOT)} 写了机器路径 {found}"


def test_readme_tree_is_the_real_one() -> None:
    """README 的地图：每一行都存在；src/miaopu 与 catalog 的下一层一个不少。"""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = text.split("```text\nmiaopu/\n", 1)[1].split("```", 1)[0]
    names, stack = set(), []
    for line in block.splitlines():
        match = TREE.match(line)
        if not match:
            continue
        depth = line.index(match["name"]) // 4 - 1
        stack = [*stack[:depth], match["name"].rstrip("/")]
        names.add("/".join(stack))
    missing = [name for name in sorted(names) if not (ROOT / name).exists()]
    assert not missing, f"README 的地图里有、仓库里没有：{missing}"
    for folder in ("src/miaopu", "catalog"):
        real = {one.name for one in (ROOT / folder).iterdir() if one.is_dir() and one.name != "__pycache__"}
        drawn = {name.rpartition("/")[2] for name in names if name.rpartition("/")[0] == folder}
        assert real <= drawn, f"README 的地图少了 {folder} 下的 {sorted(real - drawn)}"


def test_no_address_of_a_page_is_written_by_hand() -> None:
    """网址由 reverse 得出：挂在子路径下、改了网址也对。"""
    by_hand = re.compile(r"""["']page["']: *f?["']/""")
    found = [path.name for path in (ROOT / "src").rglob("*.py") if by_hand.search(path.read_text(encoding="utf-8"))]
    assert not found, f"用 django.urls.reverse 得出网址：{found}"

"""尺寸：函数、模块、文件夹、层数不超过约定；消息里写明怎么改。"""

import ast
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "miaopu"
EXEMPT = {"migrations", "templates", "static", "__pycache__"}
"""自动生成的与不是代码的，不量。"""
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if EXEMPT.isdisjoint(path.parts))
FUNCTION, MEDIAN, MODULE, FOLDER, DEPTH = 50, 9, 300, 14, 4
BANNED = {"utils", "util", "common", "helpers", "helper", "base", "misc"}


def functions() -> list[tuple[str, int]]:
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((f"{path.relative_to(PACKAGE)}:{node.name}", lines))
    return found


def test_functions_are_short() -> None:
    sizes = functions()
    long = [f"{name}（{lines} 行）" for name, lines in sizes if lines > FUNCTION]
    assert not long, f"函数最多 {FUNCTION} 行；把步骤拆成有名字的函数：{'、'.join(long)}"
    assert median(lines for _, lines in sizes) <= MEDIAN, f"函数行数的中位数应不超过 {MEDIAN}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_are_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    assert lines <= MODULE, f"模块最多 {MODULE} 行，现在 {lines} 行；按职责拆成两个"
    doc = ast.get_docstring(ast.parse(text))
    assert doc, "模块开头要有一至四行说明：是什么、收什么、给什么"
    assert path.stem not in BANNED, f"“{path.stem}”不说明内容；用里面东西的名字"


def test_folders_are_small_and_shallow() -> None:
    for folder in [PACKAGE, *(one for one in PACKAGE.rglob("*") if one.is_dir() and EXEMPT.isdisjoint(one.parts))]:
        depth = len(folder.relative_to(PACKAGE).parts)
        assert depth <= DEPTH, f"{folder} 太深（{depth} 层）；最多 {DEPTH} 层"
        entries = [one for one in folder.iterdir() if one.name not in EXEMPT and not one.name.endswith(".pyc")]
        assert folder == PACKAGE or len(entries) <= FOLDER, (
            f"{folder.relative_to(ROOT)} 有 {len(entries)} 项，最多 {FOLDER}；把相近的几个收进一个子文件夹"
        )


def test_imports_stand_at_the_top() -> None:
    hidden = []
    for path in MODULES:
        source = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(ast.parse("\n".join(source))):
            if isinstance(node, ast.FunctionDef):
                inner = [one for one in ast.walk(node) if isinstance(one, ast.Import | ast.ImportFrom)]
                hidden += [f"{path.name}:{one.lineno}" for one in inner if "#" not in source[one.lineno - 1]]
    assert not hidden, f"函数里的 import 要么挪到顶上，要么在同一行写明量过的理由：{'、'.join(hidden)}"

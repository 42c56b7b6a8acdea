"""潜力只排先后：判定、一企一策、筛选、统筹、选种里没有一处用它；只有案头的信号与命令认识它。"""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "miaopu"
OWN = ("potential", "potential_rules", "potential_model")
MODULES = (*(f"miaopu.profile.{one}" for one in OWN), "miaopu.desk.signals.potential")
MAY = {"desk/signals/potential.py", "cli/signals/firms.py", "profile/potential.py"}


def users(modules: tuple[str, ...]) -> set[str]:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{name}" for name in names)]
            if set(names) & set(modules):
                found.add(path.relative_to(PACKAGE).as_posix())
    return found


def test_potential_ranks_and_never_decides() -> None:
    assert users(MODULES) == MAY, "潜力信号不进判定、名单、方案与名额；要展示只能从案头的信号拿"


def test_the_finder_sees_an_import() -> None:
    assert "desk/outputs.py" in users(("miaopu.profile.panel",))

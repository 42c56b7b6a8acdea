"""动作与查询：公开的函数第一个参数是行为人；动作都经过 act(...)，不经过的写明缘由。"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "miaopu"
SKIP = {"migrations", "templates", "static"}

WITHOUT_ACT = {
    "jobs/actions.py:start": "由发起它的动作查权限、写日志，须在那个 act(...) 里调用",
    "access/actions/own.py:note_login": "登录本身的记录：登录的人还没有任何操作权限",
    "access/actions/own.py:note_logout": "同上",
    "access/actions/own.py:note_failure": "同上，由系统代记",
    "access/actions/own.py:note_lockout": "同上，由系统代记",
}
"""可以不经过 act(...) 的动作与缘由。"""

NOT_WRITING = {
    "supervision/tasks/actions.py:home_city": "只读目录里的方案",
    "supervision/tasks/actions.py:target_of": "只写对象的名称",
    "nurture/followup/actions/plans.py:opened": "锁住一份并查范围，由已在 act(...) 里的动作调用",
    "nurture/followup/actions/plans.py:changed": "存一次变动，由已在 act(...) 里的动作调用",
    "nurture/specialists/actions/pairs.py:may_serve": "只核对能不能服务",
    "nurture/specialists/actions/pairs.py:charges": "照配对开通与收回，由已在 act(...) 里的动作调用",
    "nurture/specialists/actions/roster.py:fields_of": "只把表单读成名册的列",
    "nurture/specialists/actions/roster.py:told_of": "只写日志里的说法",
    "nurture/specialists/actions/roster.py:saved": "存一行，由已在 act(...) 里的动作调用",
}
"""放在动作模块里、什么也不写的。"""

NOT_ACTIONS = {"access/actions/books.py", "nurture/specialists/actions/words.py"}
"""放在动作文件夹里、只写读工作簿、不改数据库的。"""

WITHOUT_ACTOR = {
    "access/queries.py:actor_of": "行为人由它算出",
    "access/queries.py:demo_accounts": "登录页上给没有登录的人看的演示账号",
    "access/queries.py:postings_of": "只读已经查出来的账号",
    "access/queries.py:scope_of": "只把任职写成文字",
    "access/queries.py:told_posting": "只把任职写成文字",
    "access/queries.py:districts": "目录里的区划，人人可见",
    "access/queries.py:departments": "目录里的来源名称，人人可见",
    "selection/intake/queries/conflicts.py:shown": "只把已收窄的一行写成给人看的",
    "selection/intake/queries/conflicts.py:by_source": "数已收窄的表",
    "selection/intake/queries/identity.py:waiting": "动作核对待复核行用，范围由动作的 within 查",
    "selection/intake/queries/identity.py:county_of": "只认来源行所写的县区",
    "selection/intake/queries/identity.py:district_of": "动作查范围用，只给县区代码",
    "selection/intake/queries/identity.py:candidates": "只给已收窄的行补名册所载",
    "selection/intake/queries/judgements.py:asked": "标准里的条款，人人可见",
    "selection/intake/queries/judgements.py:asked_of": "标准里的条款，人人可见",
    "selection/intake/queries/judgements.py:judged": "动作防重用，企业由动作的 within 查",
    "selection/intake/queries/judgements.py:evidence_of": "只配已收窄的核定",
    "selection/intake/queries/ledger.py:entry_of": "按编号取一行账，范围由调用的查询或动作查",
    "selection/intake/queries/ledger.py:kinds_of": "同上，只给种类",
    "selection/intake/queries/ledger.py:moment_of": "只给决定的时刻",
    "selection/intake/queries/ledger.py:consequence": "只数已看得到的批次",
    "selection/intake/queries/ledger.py:stale": "台账比当前一轮新没有，每页都有",
    "selection/intake/queries/roster.py:stamp": "读表的印记，不含企业",
    "selection/intake/queries/roster.py:roster": "各查询收窄之前的名册，自己不给人看",
    "selection/intake/queries/uploads.py:standing": "只看已收窄的上传件",
    "selection/intake/queries/uploads.py:standings": "同上",
    "selection/intake/queries/uploads.py:note_of": "同上",
    "selection/intake/queries/uploads.py:folder_of": "同上",
    "selection/intake/queries/uploads.py:results_of": "同上",
    "selection/intake/queries/uploads.py:preview_of": "同上",
    "selection/library/queries/dispatches.py:stage": "只看调用的查询已经查出来的一份",
    "selection/screening/queries.py:current": "当前一轮的日期与指纹，每页页脚都有",
    "selection/screening/queries.py:judge": "由一家企业的事实判一家，企业由调用的查询先收窄",
    "selection/screening/queries.py:opened": "当前一轮的结果文件，企业由调用的查询先收窄",
    "nurture/specialists/queries/roster.py:open_calls": "开着的公开征集，人人可见",
    "supervision/tasks/queries.py:plans": "目录里的方案，没有企业",
    "supervision/tasks/queries.py:history": "只看调用的查询已经查出来的任务",
}
"""可以不收行为人的查询与缘由。"""


def modules(name: str) -> list[Path]:
    found = [*PACKAGE.rglob(f"{name}.py"), *(one for folder in PACKAGE.rglob(name) for one in folder.glob("*.py"))]
    return sorted(one for one in found if SKIP.isdisjoint(one.parts) and one.name != "__init__.py")


def public(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [one for one in tree.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]


def called(function: ast.FunctionDef) -> set[str]:
    calls = [one.func for one in ast.walk(function) if isinstance(one, ast.Call)]
    return {one.id if isinstance(one, ast.Name) else getattr(one, "attr", "") for one in calls}


def acting(path: Path) -> set[str]:
    """一个模块里（直接或经由同一模块的函数）调用 act 的函数名。"""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {one.name: called(one) for one in tree.body if isinstance(one, ast.FunctionDef)}
    found = {"act"}
    while grown := {name for name, used in calls.items() if used & found} - found:
        found |= grown
    return found


def actor_first(function: ast.FunctionDef) -> bool:
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    return names[:1] == ["actor"]


def named(path: Path, function: ast.FunctionDef) -> str:
    return f"{path.relative_to(PACKAGE).as_posix()}:{function.name}"


@pytest.mark.parametrize("path", modules("actions"), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_action_takes_the_actor_and_acts(path) -> None:
    if path.relative_to(PACKAGE).as_posix() in NOT_ACTIONS:
        return
    known = acting(path)
    for one in [one for one in public(path) if named(path, one) not in NOT_WRITING]:
        assert actor_first(one), f"动作 {named(path, one)} 的第一个参数应是 actor"
        assert one.name in known or named(path, one) in WITHOUT_ACT, f"动作 {named(path, one)} 没有经过 act(...)"


@pytest.mark.parametrize("path", modules("queries"), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_query_takes_the_actor(path) -> None:
    for one in public(path):
        told = f"查询 {named(path, one)} 的第一个参数应是 actor；人人可见的写进 WITHOUT_ACTOR 并说明缘由"
        assert actor_first(one) or named(path, one) in WITHOUT_ACTOR, told


def test_the_exceptions_still_exist() -> None:
    real = {named(path, one) for kind in ("actions", "queries") for path in modules(kind) for one in public(path)}
    assert {*WITHOUT_ACT, *WITHOUT_ACTOR, *NOT_WRITING} <= real


def test_a_function_that_does_not_act_is_seen(tmp_path) -> None:
    source = "def a(actor):\n    with act(actor, 'x', 'y'):\n        pass\n\ndef b(actor):\n    a(actor)\n\ndef c(actor):\n    pass\n"
    (tmp_path / "actions.py").write_text(source, encoding="utf-8")
    assert acting(tmp_path / "actions.py") == {"act", "a", "b"}

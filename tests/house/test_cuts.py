"""清单不悄悄截短：页面与查询里只取前几条的，页面上都有一句话说明，或给得出全部；截的是字、不是清单的另记。"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "miaopu"
APPS = ("access", "jobs", "selection", "nurture", "supervision", "web")
READING = {"views", "queries", "desk", "firm"}
TOLD = {
    "nurture/demands/views/demands.py：ranked[:choices().shown]": ("demands/show.html", "只列得分最高的"),
    "nurture/followup/queries/home.py：requests(actor).filter(enterprise=enterprise)[:5]": (
        "web/firm/followed.html",
        "看全部诉求",
    ),
    "nurture/followup/queries/home.py：visits(actor).filter(enterprise=enterprise)[:5]": (
        "web/firm/followed.html",
        "看全部走访",
    ),
    "nurture/followup/views/diagnoses.py：queries.diagnoses(request.actor)[:20]": (
        "followup/diagnoses.html",
        "只列最近 20 次",
    ),
    "nurture/specialists/queries/events.py：invitations(actor).filter(enterprise=enterprise, "
    "event__cancelled_why=None).order_by('-event__on')[:5]": ("web/firm/followed.html", "看全部活动"),
    "selection/library/views/members.py：found.filter(state=one.code)[:COLUMN]": ("library/board.html", "看全部"),
    "selection/screening/views/charts.py：rows[:MOST]": ("screening/charts.html", "数在旁边的表里"),
    "selection/screening/views/charts.py：[one for one in rows if one.total][:counts.TOP]": (
        "screening/charts.html",
        "linked",
    ),
    "selection/screening/views/compare.py：entered.head(FEW)": ("screening/compare.html", "全部请导出"),
    "selection/screening/views/compare.py：left.head(FEW)": ("screening/compare.html", "全部请导出"),
    "web/desk.py：found[:HEAD]": ("web/desk/duties.html", "只列最早的"),
    "web/desk.py：found.order_by('enterprise')[:MINE]": ("web/desk/mine.html", "只列前"),
    "web/desk.py：found[:RECENT]": ("web/desk/recent.html", "近况"),
    "web/desk.py：Round.objects.all()[:3]": ("web/desk/recent.html", "近况"),
    "web/views/firms.py：found.places[:SUGGESTED]": ("web/firms_suggest.html", "看全部"),
}
"""只取前几条的 → 哪个模板里的哪几个字说明了，或给得出全部。"""
ELSEWHERE = {
    "access/views/accounts.py：text[:20]": "报错里引的字",
    "nurture/followup/queries/clauses.py：f'{code} {one.title}'[:80]": "选项里的字",
    "nurture/followup/views/page.py：text[:20]": "报错里引的字",
    "nurture/followup/views/records.py：mine[:2]": "只看是不是一家",
    "nurture/followup/views/records.py：mine[:FEW + 1]": "只看多不多；多的不列，请人写名称",
    "nurture/followup/views/records.py：mine[:FEW]": "只看多不多；多的不列，请人写名称",
    "nurture/followup/views/trials.py：each[:80]": "一格里的字",
    "nurture/followup/views/trials.py：each[:LONGEST]": "一格里的字",
    "nurture/followup/views/visits.py：mine[:FEW + 1]": "只看多不多；多的不列，请人写名称",
    "nurture/followup/views/plans.py：said(request.POST, 'tier')[:40]": "网址里的字",
    "nurture/registers/views/entries.py：found[:FIRMS + 1]": "只看多不多；多的不列，请从企业进来登记",
    "selection/intake/queries/identity.py：region[:6]": "区划代码的前六位",
    "selection/intake/views/identity.py：complaints[:20]": "后面接着写另有几处",
    "selection/intake/views/uploads.py：found[:LISTED]": "导出的表里写明共几份",
    "selection/library/views/members.py：moved[:NAMED]": "前面写着几家，后面写“等”",
    "web/views/cohorts.py：version[:9]": "网址里的字",
    "web/views/firms.py：asked[:9]": "网址里的字",
    "web/views/firms.py：asked[:20]": "报错里引的字",
}
"""不是清单、或当场在话里说明的 → 缘由。"""
WORDS = ("at", "last", "fingerprint", "snapshot", "seal")
"""模板里截的是时刻、指纹这样的字。"""


def _cuts() -> Iterator[str]:
    """页面与查询的源文件里每一处取前几条；取网址参数的字、取一页的不算。"""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] not in APPS or not READING & set(parts):
            continue
        for one in ast.walk(ast.parse(path.read_text("utf-8"))):
            if _cut(one):
                yield f"{path.relative_to(PACKAGE).as_posix()}：{ast.unparse(one)}"


def _cut(one: ast.AST) -> bool:
    if isinstance(one, ast.Call):
        return isinstance(one.func, ast.Attribute) and one.func.attr in ("head", "tail", "limit")
    if not isinstance(one, ast.Subscript) or not isinstance(one.slice, ast.Slice) or one.slice.upper is None:
        return False
    given = isinstance(one.value, ast.Call) and getattr(one.value.func, "attr", "") == "get"
    upper = ast.unparse(one.slice.upper)
    return not given and not upper.startswith("-") and upper != "page.end_index()"


def test_nothing_is_left_out_without_a_word() -> None:
    found, known = set(_cuts()), TOLD.keys() | ELSEWHERE.keys()
    new, gone = sorted(found - known), sorted(known - found)
    assert not new, f"只取了前几条：用翻页，或在页面上写明共几条、全部在哪里，再记进这里：{new}"
    assert not gone, f"已经没有了，请从这里删去：{gone}"
    templates = {path.as_posix().partition("/templates/")[2]: path for path in PACKAGE.rglob("templates/**/*.html")}
    silent = [cut for cut, (name, words) in TOLD.items() if words not in templates[name].read_text("utf-8")]
    assert not silent, f"页面上没有那句话：{silent}"


def test_no_template_leaves_rows_out_without_a_word() -> None:
    wrong = []
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        text = path.read_text("utf-8")
        for name, most in re.findall(r'([\w.]+)\|slice:":(\d+)"', text):
            told = f'{name}|slice:"{most}:"' in text or f"{name}|length" in text
            if name.rpartition(".")[2] not in WORDS and not told:
                wrong.append(f"{path.relative_to(PACKAGE)}：{name}")
    assert not wrong, f"模板里只列了前几条：写明共几条，或把其余的放进“再看”：{wrong}"

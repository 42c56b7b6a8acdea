"""状态与变动的文件：写错的报文件与行号；随软件发布的一份各处说得通。"""

import pytest

from miaopu.access.roles import roles
from miaopu.selection.library.states import flow, load_flow
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

SOURCE = Catalog.default().file("library.yaml").read_text(encoding="utf-8")


def test_the_published_table_holds_together():
    known = flow()
    assert [one.title for one in known.states.values() if one.inside] == ["储备", "培育", "提升", "推荐"]
    for step in (*known.steps.values(), known.undo):
        assert step.operation in roles().operations
    ended = [code for code, one in known.states.items() if not one.open]
    assert all(not known.after(code) for code in ended), "了结的只能由撤销回来"
    reached, frontier = set(), {step.after for step in known.steps.values() if not step.before}
    while frontier:
        reached |= frontier
        frontier = {step.after for code in frontier for step in known.after(code)} - reached
    assert reached == set(known.states), "每个状态都走得到"
    assert all(known.steps[code].needs_evidence for code in ("drop", "recommend", "leave"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("from: [reserve], to: cultivate", "from: [reserve], to: nowhere", "没有状态“nowhere”"),
        ("title: 转入培育, from", "titel: 转入培育, from", "应正好写"),
        (
            "title: 推荐, from: [lift], to: recommend, operation: library.admit, evidence: required",
            "title: 推荐, from: [lift], to: recommend, operation: library.admit, evidence: 要",
            "“evidence”应是",
        ),
        ("title: 储备, open: true", "title: 储备, open: false", "在库就应算数"),
        ("issue: {from: reserve", "issue: {from: lift", "不能从“lift”出发"),
    ],
)
def test_a_slip_is_refused_with_its_line(tmp_path, old, new, told):
    assert old in SOURCE
    (tmp_path / "library.yaml").write_text(SOURCE.replace(old, new), encoding="utf-8")
    with pytest.raises(CatalogError, match=r"library.yaml 第 \d+ 行") as caught:
        load_flow(Catalog(tmp_path))
    assert told in str(caught.value)

"""取数冲突：并排各说法，裁定要理由，后来的人被告知谁何时已定，撤回后又待定；县区只看本县区的，也不能裁定。"""

from datetime import date

import openpyxl
import polars as pl
import pytest
from django.utils import timezone
from tests.selection.intake.desk import told

from miaopu.ledger.decision import decisions
from miaopu.ledger.journal import active, open_ledger
from miaopu.ledger.snapshot import snapshot
from miaopu.selection.city import city
from miaopu.selection.intake.queries.conflicts import conflicts
from miaopu.selection.screening.models import Firm

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


@pytest.fixture
def disputed(own_ledger, actor):
    """一处按规则取值、还没有人定的冲突。"""
    found = conflicts(actor("jingban")).filter(
        pl.col("stand") == "ruled", pl.col("column").str.starts_with("revenue_t")
    )
    return found.row(0, named=True)


def page(row) -> str:
    return f"/intake/conflicts/{row['enterprise']}/{row['column']}/"


def choices(ledger) -> pl.DataFrame:
    return decisions(active(open_ledger(ledger), DAY)).filter(pl.col("kind") == "choice")


def test_every_saying_stands_side_by_side_with_its_cell(client_of, disputed):
    text = told(client_of("jingban").get(page(disputed)))
    for one in disputed["values"]:
        batch = next(each for each in city().ledger.entries() if each.id == one["batch"])
        assert city().sources[one["source"]].title in text and batch.body["file"] in text and one["batch"] in text


def test_a_ruling_needs_a_reason_and_keeps_what_was_typed(client_of, disputed):
    client = client_of("jingban")
    other = next(one for one in disputed["values"] if one["source"] != disputed["chosen"])
    bare = client.post(page(disputed) + "choose/", {"choice": f"{other['source']}|{other['basis']}", "reason": " "})
    assert bare.status_code == 400 and "没有写理由" in told(bare)
    blank = client.post(page(disputed) + "choose/", {"reason": "已与企业核对账册"})
    assert blank.status_code == 400 and "没有选取哪一种说法" in told(blank)
    assert "已与企业核对账册</textarea>" in blank.content.decode()
    stranger = client.post(page(disputed) + "choose/", {"choice": "ip|单体", "reason": "试"})
    assert stranger.status_code == 400 and "不在这处冲突的各种说法里" in told(stranger)


def test_a_ruling_is_a_ledger_decision_the_next_snapshot_follows(client_of, disputed, own_ledger):
    client, count = client_of("jingban"), choices(own_ledger).height
    other = next(one for one in disputed["values"] if one["source"] != disputed["chosen"])
    given = {"choice": f"{other['source']}|{other['basis']}", "reason": "核对了账册"}
    assert client.post(page(disputed) + "choose/", given).status_code == 302
    made = choices(own_ledger)
    assert made.height == count + 1 and made.row(-1, named=True)["by"] == "演示·市局经办"
    assert "已由人裁定" in told(client.get("/intake/conflicts/?stand=decided"))
    space = city()
    taken = snapshot(
        open_ledger(own_ledger), known_on=DAY, assessed_on=DAY, indicators=space.indicators, sources=space.sources
    )
    row = taken.frame.filter(pl.col("enterprise") == disputed["enterprise"])
    assert row[disputed["column"]][0] == other["value"]


def test_the_second_person_is_told_who_and_when_and_undo_reopens(client_of, disputed, own_ledger):
    first, second = client_of("jingban"), client_of("gly")
    one, other = disputed["values"][:2]
    first.post(page(disputed) + "choose/", {"choice": f"{one['source']}|{one['basis']}", "reason": "核对了账册"})
    late = second.post(
        page(disputed) + "choose/", {"choice": f"{other['source']}|{other['basis']}", "reason": "我看是这个"}
    )
    assert late.status_code == 400
    text = told(late)
    assert (
        f"演示·市局经办已于{timezone.localdate():%Y}-" in text and "核对了账册" in text and "您这次没有改变台账" in text
    )
    count = choices(own_ledger).height
    bare = second.post(page(disputed) + "undo/", {"reason": ""})
    assert bare.status_code == 400 and "没有写撤回理由" in told(bare)
    second.post(page(disputed) + "undo/", {"reason": "看错了账册"})
    assert choices(own_ledger).height == count - 1
    assert "裁定</button>" in first.get(page(disputed)).content.decode()


def test_a_county_sees_its_own_and_cannot_rule(client_of, disputed, own_ledger):
    home = Firm.objects.get(enterprise=disputed["enterprise"]).district
    Firm.objects.filter(enterprise=disputed["enterprise"]).update(district="371502")
    assert home is not None
    from miaopu.selection.intake.queries import roster

    roster._roster.cache_clear()
    from miaopu.selection.intake.queries.conflicts import _known

    _known.cache_clear()
    own, other = client_of("dongchangfu"), client_of("chiping")
    assert own.get(page(disputed)).status_code == 200 and other.get(page(disputed)).status_code == 403
    given = {"choice": f"{disputed['values'][0]['source']}|", "reason": "试"}
    assert own.post(page(disputed) + "choose/", given).status_code == 403
    assert "没有取数冲突" in told(client_of("shuiwu").get("/intake/conflicts/"))
    roster._roster.cache_clear()
    _known.cache_clear()


def test_the_export_is_exactly_what_is_filtered(client_of, disputed, tmp_path):
    client = client_of("jingban")
    path = tmp_path / "冲突.xlsx"
    for query in ("", "stand=ruled&", f"q={disputed['enterprise']}&"):
        path.write_bytes(client.post(f"/intake/conflicts/export/?{query}").content)
        page_rows = client.get(f"/intake/conflicts/?{query}").context["page"].paginator.count
        cells = [row[1] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=4, values_only=True)]
        assert sum(bool(cell) and len(str(cell)) == 18 for cell in cells) == page_rows

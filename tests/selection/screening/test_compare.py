"""两轮比较：变了的、为什么、进出名单，都与逐家另判的相同；换看一轮与同样输入的沿用。"""

import io

import openpyxl
import polars as pl
import pytest
from tests.web.test_exported import faults

from miaopu.access.act import Denied, Wrong, permit
from miaopu.access.models import LogEntry
from miaopu.desk.screened import by_tier
from miaopu.jobs.models import Job
from miaopu.jobs.perform import perform
from miaopu.selection.city import city, today
from miaopu.selection.screening import actions
from miaopu.selection.screening.models import Firm, Listing, Round, Turn
from miaopu.selection.screening.queries import judge
from miaopu.selection.screening.rounds.compare import Pair, changes, clauses, counties, movers, moves, why
from miaopu.selection.screening.rounds.kept import kept, reopened
from miaopu.selection.screening.rounds.turn import turn

pytestmark = pytest.mark.django_db
WORDS = {0: "不满足", 1: "待核", 2: "须人工", 3: "满足"}


@pytest.fixture
def pair(older, held):
    return Pair(kept(older), held)


def test_changes_are_those_of_the_verdicts_themselves(pair, older, actor):
    reach = permit(actor("gly"), "screening.view")
    now = Round.objects.get(current=True)
    runs = [reopened(one) for one in (older, now)]
    seen = 0
    for tier in pair.tiers:
        columns = [run.verdicts.select("enterprise", v=f"{by_tier(run)[tier].standard.code}.verdict") for run in runs]
        both = columns[0].join(columns[1], on="enterprise").filter(pl.col("v") != pl.col("v_right"))
        wanted = {(firm, WORDS[a], WORDS[b]) for firm, a, b in both.iter_rows()}
        found = changes(pair, tier, reach)
        assert set(found.select("enterprise", "before", "after").iter_rows()) == wanted
        assert sum(firms for *_, firms in counties(found, pair.new)) == found.height
        seen += len(wanted)
    assert seen > 50, "两年的规则不同，总有变的"


def test_the_reason_is_what_judging_one_firm_says(pair, older, actor):
    reach = permit(actor("gly"), "screening.view")
    runs = [reopened(one) for one in (older, Round.objects.get(current=True))]
    tier = max(pair.tiers, key=lambda one: changes(pair, one, reach).height)
    found = changes(pair, tier, reach)
    told = why(pair, tier, found["enterprise"])
    words = {"pass_": "满足", "exempt": "满足", "not_applicable": "满足", "unknown": "待核", "manual": "须人工"}
    ids = [clause for _, clause, _ in pair.new.tiers[tier]["requirements"]]
    known = {clause for _, clause, _ in pair.old.tiers[tier]["requirements"]}
    for firm in found["enterprise"].to_list()[:12]:
        states = []
        for run in runs:
            standard = by_tier(run)[tier].standard
            result = judge(city()).judge(standard, run.firm(firm), run.assessed_on)
            states.append({name: words.get(state.name, "不满足") for name, state in result.states.items()})
        moved = [one for one in ids if one in known and states[0][one] != states[1][one]]
        assert [one.split(" ")[0].split("：")[0] for one in told.get(firm, "").split("；") if one] == moved
        for one, text in zip(moved, told.get(firm, "").split("；"), strict=False):
            assert text.endswith(f"{states[0][one]}→{states[1][one]}")
    counted = {one: firms for one, _, firms in clauses(pair, tier, reach)}
    assert counted == {one: sum(f"；{one} " in f"；{text}" for text in told.values()) for one in counted}
    assert sum(counted.values()) == sum(len(text.split("；")) for text in told.values() if text)


def test_entered_and_left_explain_the_difference_of_lists(pair, actor):
    reach = permit(actor("gly"), "screening.view")
    for tier in pair.new.lists:
        old, new = (
            set(one.seen("list", reach).filter(pl.col("tier") == tier).collect()["enterprise"])
            for one in (pair.old, pair.new)
        )
        entered, left = movers(pair, tier, reach)
        assert set(entered["enterprise"]) == new - old and set(left["enterprise"]) == old - new
        assert left.height == 0 or left["now"].null_count() == 0


def test_page_and_export_of_a_comparison(client_of, pair, older):
    page = client_of("gly").get(f"/screening/compare/?with={older.code}")
    assert page.status_code == 200 and "从什么到什么" in page.content.decode()
    tier = pair.tiers[0]
    answer = client_of("gly").post(
        "/screening/export/compare/", {"with": older.code, "round": pair.new.code, "tier": tier}
    )
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames[:3] == ["结论变化", "新进名单", "出了名单"]
    address = f"/screening/compare/?with={older.code}&tier={tier}"
    assert faults(client_of("gly"), "screening:compare", address, client_of("gly").get(address).content) == []


def test_a_county_compares_its_own_firms_only(client_of, actor, pair, older):
    reach = permit(actor("chiping"), "screening.view")
    own = set(Firm.objects.filter(district="371503").values_list("enterprise", flat=True))
    whole = {one["tier"]: one["changed"] for one in moves(pair, permit(actor("gly"), "screening.view"))}
    mine = {one["tier"]: one["changed"] for one in moves(pair, reach)}
    assert 0 < sum(mine.values()) < sum(whole.values()) / 2
    for tier in pair.tiers:
        assert set(changes(pair, tier, reach)["enterprise"]) <= own
        assert all(set(one["enterprise"]) <= own for one in movers(pair, tier, reach))
    page = client_of("chiping").get(f"/screening/compare/?with={older.code}&tier=SCALEUP").content.decode()
    names = "|".join(Firm.objects.filter(district="371503").values_list("name", flat=True))
    others = [one for one in Firm.objects.exclude(district="371503").values_list("name", flat=True) if one not in names]
    assert others and not [name for name in others if name in page]


def test_another_round_becomes_current_with_a_reason(actor, client_of, older):
    before = Round.objects.get(current=True)
    with pytest.raises(Wrong, match="请写明理由"):
        turn(actor("gly"), older.code, "  ")
    with pytest.raises(Denied):
        turn(actor("lingdao"), older.code, "看看")
    job = turn(actor("gly"), older.code, "核对去年的名单")
    perform.call(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    assert Round.objects.get(current=True).code == older.code
    last = Turn.objects.first()
    assert (last.round_id, last.previous_id, last.reason) == (older.code, before.code, "核对去年的名单")
    listed = kept(older).scan("list").collect()
    assert set(Listing.objects.values_list("tier", "enterprise", "rank")) == set(
        listed.select("tier", "enterprise", "rank").iter_rows()
    )
    assert LogEntry.objects.filter(target=f"轮次 {older.code} 成为当前一轮", reason="核对去年的名单").exists()
    assert "核对去年的名单" in client_of("gly").get("/screening/rounds/").content.decode()


def test_the_same_inputs_are_not_run_again(actor, own_ledger):
    job = actions.run(actor("gly"), today(), today())
    perform.call(job.pk)
    job.refresh_from_db()
    assert job.state == "done" and "沿用它，没有重算" in job.message


def test_a_round_whose_standards_changed_is_not_reopened(older):
    older.marks = older.marks.replace('"fingerprint": "', '"fingerprint": "x')
    with pytest.raises(Wrong, match="改过，不能按旧标准重新打开"):
        reopened(older)


def test_running_asks_for_dates_in_words(client_of):
    answer = client_of("gly").post("/screening/run/", {"known_on": "昨天", "assessed_on": "2026-11-20"})
    assert answer.status_code == 400 and "应是日期" in answer.content.decode()
    assert (
        client_of("lingdao")
        .post("/screening/run/", {"known_on": "2026-11-20", "assessed_on": "2026-11-20"})
        .status_code
        == 403
    )
    assert not Job.objects.exists()


def test_a_chosen_round_outlives_a_restart(actor, older):
    from miaopu.access.actor import system
    from miaopu.selection.screening.rounds.turn import turn_now

    turn_now(actor("gly"), older.code, "核对去年的名单")
    assert actions.begin(system("启动")).code == older.code
    now = actions.assess(system("测试"), today(), today())
    assert actions.begin(system("启动")).code == now.code != older.code

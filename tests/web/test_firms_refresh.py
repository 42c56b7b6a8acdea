"""读表换新：没有变不重装，形状变了重装，换到一半失败还是旧的；首字母整列与逐个一致。"""

import polars as pl
import pytest

from miaopu.access.actor import system
from miaopu.selection.city import city, today
from miaopu.selection.screening import actions, refresh
from miaopu.selection.screening.firms.roll import roll
from miaopu.selection.screening.models import Firm, FirmColumns, Listing, Round
from miaopu.terms.pinyin import initials, initials_column, phrases

pytestmark = pytest.mark.django_db


def stamp():
    return FirmColumns.objects.get().stamp


def again():
    return actions.assess(system("测试"), today(), today())


def test_nothing_changed_nothing_is_refilled():
    before = stamp()
    again()
    assert stamp() == before


def test_another_form_is_refilled(monkeypatch):
    before, held = stamp(), roll()
    Firm.objects.all().delete()
    Round.objects.filter(current=True).update(form=refresh.FORM - 1)
    made = again()
    assert stamp() != before and made.form == refresh.FORM
    assert Firm.objects.count() == roll().size == held.size
    assert roll().table.equals(held.table) and roll() is not held


def test_a_refresh_that_fails_leaves_the_old_tables(monkeypatch):
    before, firms = stamp(), Firm.objects.count()

    def broken(*_):
        raise RuntimeError("断电")

    monkeypatch.setattr(refresh, "_record", broken)
    Round.objects.filter(current=True).update(form=0)
    with pytest.raises(RuntimeError):
        again()
    assert stamp() == before and Firm.objects.count() == firms > 0 and Listing.objects.exists()


def test_scores_are_those_of_the_next_tiers_list():
    scored = Firm.objects.exclude(score=None)
    listed = {(one.enterprise, one.tier): one.score for one in Listing.objects.all()}
    assert scored.exists()
    assert {(one.pk, one.next_tier): one.score for one in scored} == {
        key: score for key, score in listed.items() if Firm.objects.get(pk=key[0]).next_tier == key[1]
    }


def test_initials_of_a_column_are_those_of_each_name():
    known = phrases(city().catalog)
    names = [
        *Firm.objects.values_list("name", flat=True)[:300],
        "茌平重工（ＡＢＣ）",
        "",
        "長城 - 东阿①厂",
        "㈱行业\n银行",
        "𠮷乐",
    ]
    assert initials_column(pl.Series(names), known).to_list() == [initials(one, known) for one in names]
    assert initials("茌平重工（ＡＢＣ）", known) == "cpzgabc"

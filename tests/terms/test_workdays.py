"""工作日：放假、调休、没有表的年份。"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from miaopu.terms.catalog import Catalog
from miaopu.terms.workdays import calendar
from miaopu.terms.yaml_lines import CatalogError

KNOWN = calendar(Catalog.default())
DAYS = some.dates(date(2026, 1, 1), date(2028, 12, 31))


def test_a_weekend_worked_and_a_weekday_off():
    assert KNOWN.is_workday(date(2026, 10, 10)) and not KNOWN.is_workday(date(2026, 10, 5))
    assert KNOWN.after(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert KNOWN.after(date(2026, 11, 20), 2) == date(2026, 11, 24)


def test_a_year_without_a_table_says_so():
    told = KNOWN.note(date(2027, 12, 20), date(2028, 1, 5))
    assert told and "2028年没有节假日表" in told
    assert "凭记忆" in (KNOWN.note(date(2026, 11, 20), date(2026, 11, 24)) or "")
    assert "2027年（推算）" in (KNOWN.note(date(2026, 12, 30), date(2027, 1, 5)) or "")


@given(DAYS, some.integers(0, 40))
def test_after_and_between_agree(day, count):
    end = KNOWN.after(day, count)
    assert KNOWN.between(day, end) == count
    assert count == 0 or KNOWN.is_workday(end)
    assert KNOWN.between(end, day) == -count


@given(DAYS, some.integers(1, 20))
def test_one_more_working_day_is_later(day, count):
    assert KNOWN.after(day, count + 1) >= KNOWN.after(day, count) + timedelta(days=1)


NOTICE = """years:
- year: 2027
  source: primary
  basis: 国办发明电〔2026〕9号（测试）
  rest: [[2027-01-01, 2027-01-05]]
  work: [2027-01-09]
"""


def local(folder, **files):
    (folder / "holidays").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "holidays" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Catalog.default(folder)


def test_the_notice_of_a_year_in_the_local_catalogue_takes_the_place_of_the_inferred_one(tmp_path):
    known = calendar(local(tmp_path, y2027=NOTICE))
    assert KNOWN.after(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert known.after(date(2026, 12, 31), 1) == date(2027, 1, 6) and known.is_workday(date(2027, 1, 9))
    assert known.is_workday(date(2027, 5, 4)) and known.note(date(2027, 1, 1), date(2027, 12, 31)) is None
    assert known.note(date(2026, 12, 1), date(2026, 12, 31)) == KNOWN.note(date(2026, 12, 1), date(2026, 12, 31))
    later = calendar(local(tmp_path, y2028=NOTICE.replace("2027", "2028")))
    assert not later.is_workday(date(2028, 1, 4)) and later.note(date(2028, 1, 1), date(2028, 2, 1)) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (NOTICE.replace("primary", "memory"), "本地的2027年要写 source: primary 与 basis"),
        (NOTICE.replace("  basis: 国办发明电〔2026〕9号（测试）\n", ""), "本地的2027年要写 source: primary 与 basis"),
        (NOTICE.replace("[2027-01-09]", "[2026-01-09]"), "有不在这一年的日期"),
        (NOTICE.replace("[2027-01-01, 2027-01-05]", "[2027-01-05, 2027-01-01]"), r"应写成 \[首日, 末日\]"),
        (NOTICE.replace("  work: [2027-01-09]\n", ""), "一年要写 year、source、rest"),
        (NOTICE + NOTICE.partition("\n")[2], "2027年已有照通知写的一份"),
        ("", "第 1 行：应写 years:"),
        ("years:\n", "第 1 行：应写 years:"),
        ("years: [2027]\n", "第 1 行：一年一份"),
        (NOTICE.replace("[[2027-01-01, 2027-01-05]]", "[2027-01-01]"), r"第 5 行：2027年的放假应写成 \[\[首日"),
        (NOTICE.replace("[[2027-01-01, 2027-01-05]]", ""), r"第 5 行：2027年的放假应写成 \[\[首日"),
        (NOTICE.replace("[2027-01-09]", "2027-01-09"), r"第 6 行：2027年的周末上班应写成 \[日期"),
        (NOTICE.replace("[2027-01-09]", "[2027-02-30]"), "第 6 行：没有“2027-02-30”这个日子"),
        (NOTICE.replace("year: 2027", "year: '2027'"), "第 2 行：year 应是四位的年"),
        (NOTICE.replace("primary", "[primary]"), "第 3 行：2027年的 source 不认得"),
        (NOTICE + "# \x07\n", "第 7 行：有控制字符"),
    ],
)
def test_a_local_year_written_wrong_says_where(tmp_path, text, told):
    with pytest.raises(CatalogError, match=told) as error:
        calendar(local(tmp_path, y2027=text))
    assert "y2027.yaml" in str(error.value)


def test_a_local_year_saved_in_another_encoding_says_so(tmp_path):
    found = local(tmp_path, y2027=NOTICE)
    (tmp_path / "holidays" / "y2027.yaml").write_bytes(NOTICE.encode("gbk"))
    with pytest.raises(CatalogError, match=r"y2027\.yaml 第 4 行：不是 UTF-8 编码；请另存为 UTF-8"):
        calendar(found)

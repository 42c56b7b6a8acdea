"""潜力信号的材料：可靠程度写明准不准、曲线、局限，名单另一个读的打得开，机会大的在前；人少的什么也不写。"""

from datetime import date
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from tests.profile.test_potential import ON, RULES, city

from miaopu.desk.dossier import Reading
from miaopu.desk.signals.potential import CAUTION, as_data, lines, written
from miaopu.profile.potential import NoSignal, Signal, learn


@pytest.fixture(scope="module")
def signal() -> Signal:
    return learn(city(900, 2.0), RULES, ON)


def test_the_paper_says_how_good_it_is_and_where_it_ends(reading: Reading, signal: Signal, tmp_path: Path) -> None:
    paper, _ = written(tmp_path, signal, reading.run, "聊城市工业和信息化局")
    opened = docx.Document(paper)
    text = "\n".join(one.text for one in opened.paragraphs)
    assert f"{signal.brier:.4f}" in text and f"{signal.base_brier:.4f}" in text and signal.brier < signal.base_brier
    assert CAUTION in text and all(one in text for one in signal.rules.limits) and signal.rules.limits
    reliability = [[cell.text for cell in row.cells] for row in opened.tables[0].rows]
    assert [row[1] for row in reliability[1:]] == [str(one.firms) for one in signal.bins]
    assert [row[3] for row in reliability[1:]] == [str(one.held) for one in signal.bins]
    assert "/word/charts/chart1.xml" in {str(one.partname) for one in opened.part.package.iter_parts()}, "可靠程度的图"


def test_the_list_is_by_chance_and_holds_nobody_with_the_title(
    reading: Reading, signal: Signal, tmp_path: Path
) -> None:
    _, book = written(tmp_path, signal, reading.run, "聊城市工业和信息化局")
    rows = list(load_workbook(book)["潜力"].iter_rows(values_only=True))
    shown = [value for row in rows for value in row]
    names = [one.name for one in signal.chances]
    listed = [value for value in shown if value in set(names)]
    assert listed == names and "聊城市工业和信息化局" in " ".join(str(one) for one in shown if one)
    assert [one.chance for one in signal.chances] == sorted((one.chance for one in signal.chances), reverse=True)


def test_too_few_holders_write_nothing(reading: Reading, tmp_path: Path) -> None:
    few = learn(city(60, 2.0), RULES, date(2026, 11, 20))
    assert isinstance(few, NoSignal) and written(tmp_path, few, reading.run, "局") == []
    assert as_data(few, 5)["signal"] is None and "不给" in next(iter(lines(few, 5)))
    assert list(tmp_path.iterdir()) == []

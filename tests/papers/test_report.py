"""调研报告：重新打开，数字与表一致，字体、页面、图可编辑，不够就照实说。"""

import zipfile

import docx
import polars as pl
import pytest
from tests.papers.house import FOUND, FRAME, MARKS, survey

from miaopu.papers import write_report
from miaopu.papers.proof import reopen_document
from miaopu.papers.report.needs import reach
from miaopu.papers.report.stock import share
from miaopu.papers.word.chart import Picture
from miaopu.papers.word.document import Writer
from miaopu.papers.word.outline import chinese


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "调研报告.docx"
    write_report(path, survey(), MARKS)
    return path, reopen_document(path)


def table_of(paper, heading):
    return next(rows for rows in paper.tables if heading in rows[0])


def test_page_and_fonts_of_the_house(written):
    paper = written[1]
    assert paper.size == (210, 297) and paper.margins == (37, 35, 28, 26)
    assert {"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"} <= paper.fonts
    assert not paper.embedded_fonts


def test_table_properties_keep_the_order_the_format_asks_for(written):
    """w:tblPr 里次序写错，严格的办公软件会说文件损坏。"""
    order = ["tblStyle", "tblW", "jc", "tblLayout", "tblCellMar", "tblLook"]
    for table in docx.Document(written[0]).tables:
        found = [node.tag.rpartition("}")[2] for node in table._tbl.tblPr]
        assert found == sorted(found, key=order.index) and "tblCellMar" in found


def test_sections_stand_in_order(written):
    heads = [text for style, text in written[1].paragraphs if style == "一级标题"]
    assert heads == ["一、全市企业底数", "二、梯队现状", "三、重点行业摸排", "四、“小巨人”潜力", "五、短板分布",
                     "六、数据缺口", "七、目标对照", "八、建议下一步"]  # fmt: skip


def test_totals_are_those_of_the_tables(written):
    paper = written[1]
    assert f"纳入测算的登记企业{FRAME.height}家" in paper.text
    assert f"对某市{FRAME.height}家登记企业" in paper.text
    county = table_of(paper, "县区")
    assert [row[1] for row in county[1:]][-1] == str(FRAME.height)
    told = {row[0]: int(row[1]) for row in county[1:-1]}
    wanted = FOUND.facets.filter(pl.col("facet") == "county").select("value", "firms")
    assert told == dict(wanted.iter_rows())


def test_bands_and_shorts_are_those_of_the_tables(written):
    bands = dict(row[:2] for row in table_of(written[1], "分档")[1:])
    for band, candidates in FOUND.bands.filter(pl.col("tier") == "LG").select("band", "candidates").iter_rows():
        assert band == "已持有" or bands[band] == str(candidates)
    shorts = {row[0].split(" ")[0]: row[2:6] for row in table_of(written[1], "名单内只差这项")[1:]}
    for row in FOUND.shorts.filter(pl.col("tier") == "LG").iter_rows(named=True):
        assert shorts[row["clause"]] == tuple(str(row[key]) for key in ("failed", "unknown", "manual", "only_listed"))


def test_gaps_name_the_departments(written):
    rows = {row[0]: row[1:] for row in table_of(written[1], "缺的数据")[1:]}
    wanted = FOUND.gap_counts.filter(pl.col("tier") == "LG")
    assert wanted.height
    for row in wanted.iter_rows(named=True):
        numbers = tuple(str(row[key]) for key in ("firms", "pending", "listed"))
        assert rows[row["title"]] == (row["department"], *numbers)


def test_charts_are_native_and_carry_their_workbook(written):
    path, paper = written
    assert len(paper.charts) >= 3
    for chart in paper.charts:
        assert chart.title and chart.categories
        head, *body = chart.workbook
        assert tuple(head[1:]) == tuple(chart.series)
        assert [row[0] for row in body] == list(chart.categories)
        for at, values in enumerate(chart.series.values(), 1):
            assert [row[at] for row in body] == list(values)
    first = next(chart for chart in paper.charts if chart.title == "各县区企业数（家）")
    wanted = dict(FOUND.facets.filter(pl.col("facet") == "county").select("value", "firms").iter_rows())
    assert dict(zip(first.categories, first.series["企业"], strict=True)) == wanted
    with zipfile.ZipFile(path) as archive:
        assert "externalData" in archive.read("word/charts/chart1.xml").decode()
        assert not [name for name in archive.namelist() if name.startswith("word/media/")], "图不是图片"


def test_the_arithmetic_of_the_targets_is_printed(written):
    rows = table_of(written[1], "公式与得数")
    text = "\n".join(" ".join(row) for row in rows)
    for said in ("3000÷16＝187.5", "目标180低于公式得数187.5，相差7.5家", "200÷16＝12.5", "796×5%＝39.8", "＝175"):
        assert said in text
    assert "反推得796" in written[1].text


def test_too_few_is_said_plainly(written):
    assert "少于推荐目标125家，缺口至少" in written[1].text


@pytest.mark.parametrize(
    ("sure", "person", "pending", "said"),
    [
        (10, 20, 30, "少于推荐目标125家，缺口至少65家"),
        (100, 20, 30, "确定满足的还少25家"),
        (125, 0, 0, "确定满足的已不少于推荐目标125家"),
        (124, 0, 0, "少于推荐目标125家，缺口至少1家"),
    ],
)
def test_the_goal_sentence_follows_the_numbers(sure, person, pending, said):
    assert said in reach(survey(), sure, person, pending, sure + person + pending)


def test_marks_and_the_standing_note(written):
    text = written[1].text
    for said in ("数据截至2026年11月20日", "未核原文", "认定以主管部门和官方平台为准", "企业均为虚构", "LG-2026"):
        assert said in text


def test_a_quiet_city_is_still_reported(tmp_path):
    given = survey()
    empty = {name: getattr(given, name).head(0) for name in ("gap_counts", "scale_up")}
    shorts = given.shorts.with_columns(only_listed=pl.lit(0, pl.Int64))
    lists = {tier: table.head(0) for tier, table in given.lists.items()}
    paper = reopen_document(write_report(tmp_path / "报告.docx", survey(**empty, shorts=shorts, lists=lists), MARKS))
    assert "没有只差一项的企业" in paper.text and "没有因缺数而待核的要求" in paper.text


def test_a_city_without_firms_has_no_half_sentence(tmp_path):
    empty = survey().facets.head(0)
    text = reopen_document(write_report(tmp_path / "报告.docx", survey(facets=empty), MARKS)).text
    assert "居前的是。" not in text


def test_only_stacked_charts_hide_zeros(tmp_path):
    pen = Writer()
    for shape in ("column", "stacked"):
        pen.chart(Picture(shape, shape, ["甲", "乙"], {"家": [0, 1]}))
    with zipfile.ZipFile(pen.save(tmp_path / "图.docx")) as archive:
        told = [archive.read(f"word/charts/chart{place}.xml").decode() for place in (1, 2)]
    assert ['formatCode="0;;"' in one for one in told] == [False, True]


def test_an_annex_is_named_after_the_body_and_starts_flush_left(tmp_path):
    pen = Writer()
    pen.body("正文。")
    pen.attachment("数据出处")
    document = docx.Document(str(pen.save(tmp_path / "附件.docx")))
    told = [(one.style.name, one.text, one.paragraph_format.page_break_before) for one in document.paragraphs]
    assert told[1:] == [
        ("公文正文", "", None), ("公文正文", "附件：数据出处", None), ("附件", "附件", True),
        ("公文正文", "", None), ("公文标题", "数据出处", None),
    ]  # fmt: skip
    look = document.styles["附件"]
    assert look.paragraph_format.first_line_indent is None and look.font.size.pt == 16


def test_shares_and_numerals():
    assert [share(*pair) for pair in ((1, 3), (1, 8), (0, 5), (5, 5), (1, 0))] == [
        "33.3%",
        "12.5%",
        "0.0%",
        "100.0%",
        "—",
    ]
    assert [chinese(number) for number in (1, 10, 11, 20, 21)] == ["一", "十", "十一", "二十", "二十一"]

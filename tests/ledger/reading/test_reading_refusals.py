"""拒收：每一种坏文件都以一句中文收场，不留一行一事实，几秒之内，几百兆之内。"""

import re
import struct
import subprocess
import sys
import time
import zipfile

import openpyxl
import pytest
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from tests.ledger.reading.bench_kit import CODE, NAME, firm

from miaopu.ledger.reading.workbook.budget import STANDARD, Budget
from miaopu.terms.complaint import Severity

HEAD = [CODE, NAME, "2025年营业收入（元）"]


def refused(reading, code, *words):
    sentence = reading.complaints[0].sentence()
    assert reading.refused and reading.rows.is_empty() and reading.facts.is_empty()
    assert reading.complaints[0].code == code, sentence
    assert all(word in sentence for word in words), sentence
    assert sentence.startswith("《") and "请" in sentence


def rezipped(path, target, change):
    """逐个部件改写 xlsx。"""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
    return target


@pytest.fixture
def clean(desk):
    return desk.book([HEAD, [*firm(1), 100]], "税务.xlsx")


def test_empty_file(desk):
    refused(desk.read(desk.text("", "空.xlsx")), "empty", "空的")


def test_header_without_rows(desk):
    refused(desk.read(desk.book([["税务营业收入"], HEAD], "税务.xlsx")), "no_rows", "没有一行数据")


def test_workbook_without_any_cell(desk):
    refused(desk.read(desk.book([], "空表.xlsx")), "no_header", "没有内容")


def test_no_header_names_what_was_seen(desk):
    refused(desk.read(desk.book([["甲", "乙"], [1, 2]])), "no_header", "甲、乙")


def test_truncated_xlsx(desk, clean):
    path = desk.folder / "残.xlsx"
    path.write_bytes(clean.read_bytes()[:-200])
    refused(desk.read(path), "truncated", "残缺")


def test_damaged_part_inside_a_whole_zip(desk, clean):
    content = bytearray(clean.read_bytes())
    with zipfile.ZipFile(clean) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    content[start : start + 40] = b"\xff" * 40
    path = desk.folder / "坏.xlsx"
    path.write_bytes(bytes(content))
    refused(desk.read(path), "truncated")


def test_truncated_xls(desk):
    book = xlwt.Workbook()
    page = book.add_sheet("s")
    for row in range(2000):
        page.write(row, 0, f"第{row}行虚构")
    book.save(str(desk.folder / "全.xls"))
    path = desk.folder / "残.xls"
    path.write_bytes((desk.folder / "全.xls").read_bytes()[:20000])
    refused(desk.read(path), "truncated")


def _compound_with(desk, stream, name):
    """借一份 xls 的壳，把主流改名：OLE 目录里是定长的 UTF-16 名字。"""
    book = xlwt.Workbook()
    book.add_sheet("s").write(0, 0, "x")
    book.save(str(desk.folder / "壳.xls"))
    content = (desk.folder / "壳.xls").read_bytes()
    old = "Workbook".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 18)
    new = stream.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(stream) + 2)
    at = content.index("Workbook".encode("utf-16-le"))
    path = desk.folder / name
    path.write_bytes(content[:at] + new + content[at + len(old) :])
    return path


def test_encrypted_xlsx_is_an_ole_package(desk):
    refused(desk.read(_compound_with(desk, "EncryptedPackage", "密.xlsx")), "encrypted", "密码")


def test_a_workbook_really_encrypted_with_a_password_is_refused_with_its_remedy(desk):
    plain, path = (
        desk.book([[CODE, NAME, "2025年营业收入（元）"], [*firm(1), 1]], "明.xlsx"),
        desk.folder / "真加密.xlsx",
    )
    assert not desk.read(plain, "tax").refused
    with plain.open("rb") as source, path.open("wb") as target:
        OOXMLFile(source).encrypt("虚构口令", target)
    refused(desk.read(path, "tax"), "encrypted", "密码")
    refused(desk.read(path.rename(desk.folder / "真加密.xls"), "tax"), "encrypted", "取消加密")


def test_encrypted_xls_says_so_in_a_record(desk):
    book = xlwt.Workbook()
    book.add_sheet("s").write(0, 0, "x")
    book.save(str(desk.folder / "明.xls"))
    content = (desk.folder / "明.xls").read_bytes()
    codepage = struct.pack("<HH", 0x42, 2)
    at = content.index(codepage)
    path = desk.folder / "密.xls"
    path.write_bytes(content[:at] + struct.pack("<HH", 0x2F, 2) + content[at + 4 :])
    refused(desk.read(path), "encrypted", "密码")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "PNG"),
        (b"Rar!\x1a\x07\x00....", "RAR"),
        (b"\x00\x01\x02\x03" * 500, "不是文字"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "2003"),
    ],
)
def test_other_formats_renamed(desk, content, word):
    path = desk.folder / "改名.xlsx"
    path.write_bytes(content)
    refused(desk.read(path), "foreign", word)


@pytest.mark.parametrize(
    ("part", "word"), [("word/document.xml", "Word"), ("data.txt", "普通压缩包"), ("content.xml", "ODS")]
)
def test_other_zips_renamed(desk, part, word):
    path = desk.folder / "改名.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    refused(desk.read(path), "foreign", word)


def test_zip_bomb_is_seen_in_the_directory(desk, clean):
    path = desk.folder / "炸弹.xlsx"
    with zipfile.ZipFile(clean) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, old.read(entry))
        new.writestr("xl/media/bomb.bin", bytes(1 << 20))
        new.getinfo("xl/media/bomb.bin").file_size = 300 << 20  # 目录里写的展开大小
    refused(desk.read(path), "bomb", "压缩炸弹")


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("prolog", [ENTITIES, b'<!DOCTYPE x SYSTEM "file:///etc/passwd">'])
def test_xml_entities_are_not_expanded(desk, clean, prolog):
    def change(name, content):
        if name != "xl/worksheets/sheet1.xml":
            return content
        return prolog + content

    refused(desk.read(rezipped(clean, desk.folder / "实体.xlsx", change)), "entities", "实体")


def test_cell_budget(desk):
    path = desk.book([HEAD, *([*firm(n % 90), n] for n in range(500))], "税务.xlsx")
    refused(desk.read(path, budget=Budget(cells=1000)), "budget", "上限")


def test_file_too_big(desk, clean):
    refused(desk.read(clean, budget=Budget(file_bytes=100)), "too_big")


def test_undecodable_text(desk):
    path = desk.folder / "坏.csv"
    path.write_bytes("统一社会信用代码,企业名称\n".encode() + b"\xff\xff\xff\n")
    refused(desk.read(path), "unreadable", "编码")


def _lone(desk, reference):
    """一格在天边的小文件。"""
    book = openpyxl.Workbook()
    for column, text in enumerate(HEAD, 1):
        book.active.cell(1, column, text)
    for column, text in enumerate([*firm(1), 100], 1):
        book.active.cell(2, column, text)
    book.active[reference] = "备注：到此为止"
    path = desk.folder / "税务天边.xlsx"
    book.save(path)
    return path


def test_one_cell_at_the_last_row_is_read_by_dropping_empty_rows(desk):
    path = _lone(desk, "A1048576")
    assert path.stat().st_size < 8000
    got = desk.read(path)
    assert not got.refused and got.rows.height == 1
    assert got.facts.filter(got.facts["indicator"] == "revenue").select("row", "value").rows() == [(2, 10000)]
    assert any("第 1048576 行" in one.found for one in got.complaints)


def test_one_cell_at_the_far_corner_ends_in_a_sentence_or_is_read(desk):
    got = desk.read(_lone(desk, "XFD1048576"))
    assert not got.refused and got.rows.height == 1


def test_bare_calamine_dies_on_that_file(desk):
    """预检要防的事真会发生：不经预检，解析库整个进程中止（或要几百兆以上的内存）。"""
    path = _lone(desk, "XFD1048576")
    program = (
        "import resource,sys,python_calamine as c;resource.setrlimit(resource.RLIMIT_AS,(1<<30,1<<30));"
        "c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, check=False).returncode != 0


def test_a_million_styled_blank_rows(desk, clean):
    def change(name, content):
        if name != "xl/worksheets/sheet1.xml":
            return content
        blanks = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(3, 1_000_001))
        return re.sub(rb"</sheetData>", blanks + b"</sheetData>", content)

    path = rezipped(clean, desk.folder / "税务空行.xlsx", change)
    start = time.monotonic()
    got = desk.read(path)
    assert not got.refused and got.rows.height == 1 and time.monotonic() - start < 10


def test_a_declared_extent_alone_costs_nothing(desk, clean):
    def change(name, content):
        return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', content)

    got = desk.read(rezipped(clean, desk.folder / "税务大.xlsx", change))
    assert not got.refused and got.rows.height == 1


def test_the_reading_child_short_of_memory_becomes_a_sentence(desk):
    path = desk.book([HEAD, *([*firm(n % 90), n] for n in range(5000))], "税务.xlsx")
    refused(desk.read(path, budget=Budget(memory_bytes=1)), "child_died", "意外中止")


def test_the_reading_child_out_of_time_becomes_a_sentence(desk, clean):
    refused(desk.read(clean, budget=Budget(seconds=0.01)), "timeout", "秒")


def test_macros_are_ignored_and_said_so(desk, clean):
    path = desk.folder / "税务宏.xlsm"
    path.write_bytes(clean.read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    got = desk.read(path)
    assert not got.refused and got.rows.height == 1
    assert [one.severity for one in got.complaints if one.code == "macros"] == [Severity.INFO]


def test_an_unknown_table_says_which_headers(desk):
    refused(desk.read(desk.book([[NAME, "口味"], ["聊城虚构一号饮料有限公司", "甜"]])), "source", "口味")


def test_a_tie_names_the_near_sources(desk):
    path = desk.book([[CODE, NAME, "资产总额（万元）", "年度"], [*firm(1), 5, 2025]], "甲.xlsx")
    refused(desk.read(path), "source", "分不清", "市场主体年报", "县区")
    assert desk.read(path, "registry_report").facts.height == 1


def test_the_standard_budget_is_what_the_issue_asks():
    assert STANDARD.seconds <= 300 and STANDARD.dense_cells <= 4_000_000

"""敌意文字的走法：页面上找出每张表单、填满、交上去；读每一页与每一份文件，看有没有被当成标签或算式。"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve
from PIL import Image


def picture() -> bytes:
    """一张真的图片。"""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "PNG")
    return out.getvalue()


HOSTILE = "=1+<xss a=\"'>{{7*7}}"
KINDS = {
    *[
        "text",
        "search",
        "url",
        "email",
        "tel",
        "password",
        "number",
        "date",
        "file",
        "hidden",
        "checkbox",
        "radio",
        "submit",
        "button",
    ],
    None,
}
ROOM = 100
"""框的种类都是浏览器认得的；大段文字的框至少写得下一百字。"""
ODD = {"看不见的控制字符": "巡\x00\x07检", "反向书写": "巡\u202e检", "三万个字": "长" * 30_000}
"""一看就不能收的：收下了就是没有把关。"""
RAW = ("<xss", "xss a=\"'", "{{ 49", "xss a=&quot;&#x27;&gt;49")
"""页面里出现就是没有转义，或被当模板算了。"""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
CSV = (".csv", f"企业名称,备注\n{HOSTILE},{HOSTILE}\n".encode())
PDF = (".pdf", b"%PDF-1.4\n%%EOF\n")
PNG = (".png", picture())
WRITTEN = "input[not(@type) or @type='text' or @type='search' or @type='url' or @type='email' or @type='tel']"


@dataclass(frozen=True)
class Form:
    """一张表单：交到哪个网址名、地址、方法、照页面缺省填好的字段、能写字的字段（名，至多几字）、文件框、其中只收数的。"""

    view: str
    address: str
    method: str
    given: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, int], ...]
    files: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        return self.view, tuple(sorted(name for name, _ in self.texts))

    def filled(self, real: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """交的内容；给了 real（网址名/字段 → 值）的，那几个字段用真的值，只收数的照页面的缺省，文件是真的图片或 PDF。"""
        data: dict[str, Any] = {}
        for name, value in self.given:
            data.setdefault(name, []).append(value)
        for name, longest in self.texts:
            true = None if real is None else real.get(f"{self.view}/{name}", "" if name in self.numbers else None)
            true = true() if callable(true) else true
            if true != "":
                data[name] = [HOSTILE[:longest] if true is None else true]
        for name in self.files:
            ending, content = CSV if real is None else PNG if "photo" in name else PDF
            data[name] = [SimpleUploadedFile(f"{HOSTILE}{ending}", content)]
        return data

    def odd(self, text: str) -> dict[str, Any]:
        """每个能写字的字段都填 text。"""
        return self.filled({f"{self.view}/{name}": text for name, _ in self.texts if name not in self.numbers})


def forms(address: str, content: bytes) -> Iterator[Form]:
    """一页上的表单；没有名字的字段、登出的不算。"""
    page = lxml.html.fromstring(content) if content.strip() else None
    for one in page.forms if page is not None else ():
        target = urlsplit(urljoin(address, one.get("action") or address))
        method = (one.get("method") or "get").upper()
        view = resolve(target.path).view_name
        texts = [*one.xpath(f".//{WRITTEN}"), *one.xpath(".//textarea[not(@readonly)]")]
        named = tuple((each.get("name"), int(each.get("maxlength") or 200)) for each in texts if each.get("name"))
        files = tuple(each.get("name") for each in one.xpath(".//input[@type='file']"))
        numbers = tuple(each.get("name") for each in texts if each.get("inputmode") in ("decimal", "numeric"))
        where = target.path + (f"?{target.query}" if target.query and method == "POST" else "")
        yield Form(view, where, method, tuple(_defaults(one)), named, files, numbers)


def boxes(where: str, content: bytes) -> list[str]:
    """页面上做坏了的框：浏览器不认得的种类（模板里别的变量漏了进来）、写不下话的。"""
    page = lxml.html.fromstring(content) if content.strip() else None
    every = page.xpath("//input | //textarea") if page is not None else []
    wrong = [one for one in every if one.tag == "input" and one.get("type") not in KINDS]
    wrong += [one for one in every if one.tag == "textarea" and int(one.get("maxlength") or ROOM) < ROOM]
    return [f"{where} 的“{one.get('name')}”做坏了：{one.get('type')} {one.get('maxlength')}" for one in wrong]


def _defaults(form: Any) -> Iterator[tuple[str, str]]:
    """照页面的缺省；必选而没有选的取第一个能选的，日期写今天；提交按钮取第一个有名字的。"""
    blank = {one.get("name") for one in form.xpath(".//input[@checked][@value='']")}  # lxml 把空值的选项读成 on
    found = {name: "" if name in blank and value == "on" else value for name, value in form.form_values()}
    yield from ((name, "" if name in blank and value == "on" else value) for name, value in form.form_values())
    for one in form.xpath(".//select[@name]"):
        values = [each.get("value", "") for each in one.xpath(".//option") if each.get("value")]
        if not found.get(one.get("name")) and values:
            yield one.get("name"), values[0]
    for one in form.xpath(".//input[@type='radio' or @type='checkbox'][@name]"):
        if one.get("name") not in found:
            found[one.get("name")] = one.get("value", "on")
            yield one.get("name"), one.get("value", "on")
    for one in form.xpath(".//input[@type='date'][@required][not(@value) or @value='']"):
        yield one.get("name"), "2026-11-20"
    for one in form.xpath(".//button[@name]")[:1]:
        yield one.get("name"), one.get("value", "")


def troubles(where: str, response: Any) -> list[str]:
    """一次答复的毛病：程序出错、没有转义、文件里的算式。"""
    content = body(response)
    if response.status_code >= 500:
        return [f"{where} 程序出错 {response.status_code}"]
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        text = content.decode()
        found = [f"{where} 没有转义：{text[max(0, text.find(one) - 60) :][:120]}" for one in RAW if one in text]
        return found + ([f"{where} 的标题是空的"] if re.search(r"<h1[^>]*>\s*</h1>", text) else [])
    named = response.headers.get("Content-Disposition", "")
    return [f"{where} {told}" for told in formulas("x.csv" if ".csv" in named else "x", content)]


def body(response: Any) -> bytes:
    """正文；流式的读一回就记住，再问还是它。"""
    if not response.streaming:
        return response.content
    if not hasattr(response, "whole"):
        response.whole = b"".join(response.streaming_content)
    return response.whole


def alert(content: bytes) -> str:
    """页面上报错的话。"""
    page = lxml.html.fromstring(content) if content.strip() else None
    found = page.xpath("//*[@role='alert' or contains(@class,'text-danger')]") if page is not None else []
    return " ".join(" ".join(one.text_content().split())[:160] for one in found)


def formulas(name: str, content: bytes) -> list[str]:
    """文件里会被当算式的格：xlsx 用 openpyxl 重开，csv 逐格，docx 看域代码，压缩包逐份拆开。"""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            names = held.namelist()
            if "xl/workbook.xml" in names:
                return sheet_formulas(content)
            if "word/document.xml" in names:
                text = held.read("word/document.xml").decode()
                return ["docx 的域代码里有外来文字"] if "<xss" in text or "instrText>=1+" in text else []
            return [f"{one}：{told}" for one in names for told in formulas(one, held.read(one))]
    if name.endswith(".csv"):
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        return [f"csv 的格 {cell[:40]}" for row in rows for cell in row if cell.startswith(FORMULA) and "xss" in cell]
    return []


def sheet_formulas(content: bytes) -> list[str]:
    """xlsx 里类型是算式的、带网址的格，凡有外来文字的都算。"""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None)
    return [
        f"xlsx 的格 {cell.coordinate} 是算式：{str(cell.value)[:40]}"
        for cell in cells
        if (cell.data_type == "f" or cell.hyperlink) and "xss" in f"{cell.value}{cell.hyperlink}"
    ]

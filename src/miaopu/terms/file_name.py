"""文件名：外来的文字（企业名称、上传的名字）写成各系统都收的文件名；XML 不许的字符一并去掉。"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

BYTES = 240
"""文件名的字节上限：多数系统 255，留出编号。"""

NAME_BYTES = 150
"""企业名称在文件名里至多占的字节：后面还有代码与材料名。"""

SUFFIX = 10
_UNSAFE = re.compile(r'[\\/:*?"<>|\r\n\t]')
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def legal(text: str) -> str:
    """去掉 XML（docx、xlsx）不许的字符；换行、制表照留。"""
    return _ILLEGAL.sub("", text)


def safe_name(text: str, otherwise: str = "未命名", most: int = BYTES) -> str:
    """一段文字 → 文件名：路径分隔与各系统不许的字换成“_”，控制字符去掉，太长的截短而留住后缀；去完没有了用 otherwise。"""
    safe = _UNSAFE.sub("_", legal(unicodedata.normalize("NFC", text))).strip(" .")
    tail = PurePath(safe).suffix
    tail = tail if len(tail.encode()) <= SUFFIX else ""
    stem = safe.removesuffix(tail).encode()[: most - len(tail.encode())].decode(errors="ignore")
    return (stem.rstrip(" .") + tail) or otherwise

"""外来文字的关口：参数里的控制字符、文件名里的路径；只查不改数据。"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

from miaopu.access.act import Wrong
from miaopu.terms.shown import safe_name

LONG = 200
_UNSEEN = "\u034f\u115f\u1160\u2800\u3164\uffa0"
"""看不见而不算空白的几个字：组合连接符、谚文占位、盲文空方。"""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""控制字符，连同改变书写方向的：名称、文件名会显示成另一个样子。"""


def clean(text: str, what: str = "查找内容", longest: int = LONG) -> str:
    """去掉首尾空白（全角空格、零宽字符也算）；有控制字符或太长抛 Wrong。"""
    if _CONTROL.search(text):
        raise Wrong(f"{what}里有看不见的控制字符；请重新输入")
    if len(text) > longest:
        raise Wrong(f"{what}有 {len(text)} 个字，最多 {longest} 个；请缩短")
    first = next((at for at, one in enumerate(text) if not _blank(one)), len(text))
    last = next((at for at in range(len(text), first, -1) if not _blank(text[at - 1])), first)
    return text[first:last]


def _blank(one: str) -> bool:
    """看不见的一个字：空白、零宽、占位。"""
    return one.isspace() or one in _UNSEEN or unicodedata.category(one) == "Cf"


def file_name(text: str, otherwise: str = "未命名") -> str:
    """只留文件名：去掉路径、控制字符与各系统不许的字符；去完没有了用 otherwise。"""
    return safe_name(PureWindowsPath(PurePosixPath(text).name).name, otherwise)


def masked(text: str, head: int, tail: int) -> str:
    """中间换成星号，留前 head 个、后 tail 个；没有可遮的（太短）全部遮住。"""
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]

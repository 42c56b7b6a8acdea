"""虚构的统一社会信用代码：主体标识码取 XG 打头的虚构区间，两个校验码都算对。"""

import numpy as np
from numpy.typing import NDArray

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES36 = np.array([int(mark, 36) for mark in ALPHABET])
_ORGANISATION = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_UNIFIED = np.array([pow(3, place, 31) for place in range(17)])
_STEP, _SPACE = 514_229, 31**6


def _digits(number: NDArray[np.int64], places: int) -> NDArray[np.int64]:
    powers = 31 ** np.arange(places - 1, -1, -1, dtype=np.int64)
    return number[:, None] // powers % 31


def _organisation_check(body: NDArray[np.int64]) -> NDArray[np.int64]:
    """第九位在三十一字母表中的下标：10 记 X，11 记 0（GB 11714）。"""
    rest = 11 - (_VALUES36[body] * _ORGANISATION).sum(axis=1) % 11
    return np.where(rest == 11, 0, np.where(rest == 10, ALPHABET.index("X"), rest))


def codes(order: NDArray[np.int64], authority: list[str], region: list[str], seed: int) -> NDArray[np.str_]:
    """十八位代码：登记管理部门与类别两位、区划六位、主体标识码九位、校验码一位（GB 32100）。"""
    head = np.array([[ALPHABET.index(mark) for mark in kind + place] for kind, place in zip(authority, region)])
    number = (order.astype(np.int64) * _STEP + seed) % _SPACE
    marks = np.tile([ALPHABET.index("X"), ALPHABET.index("G")], (len(number), 1))
    body = np.hstack([marks, _digits(number, 6)])
    first = np.hstack([head, body, _organisation_check(body)[:, None]])
    check = (31 - (first * _UNIFIED).sum(axis=1) % 31) % 31
    letters = np.array(list(ALPHABET))[np.hstack([first, check[:, None]])]
    return np.ascontiguousarray(letters).view("<U18").ravel()

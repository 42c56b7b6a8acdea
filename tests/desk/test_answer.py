"""方案里的数写成人看的样子：是否写“是、否”，不写 1、0；有单位的照写。"""

from fractions import Fraction

import pytest

from miaopu.desk.planning.answer import valued


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [(0, "", "否"), (1, "", "是"), (None, "件", "未知"), (1, "件", "1件"), (0, "万元", "0万元"), (2, "", "2")],
)
def test_yes_and_no_are_words_and_counts_keep_their_unit(value, unit, told):
    assert valued(None if value is None else Fraction(value), unit) == told

"""守着事务要短的那道闸自己有眼睛：动作的事务里写工作簿、求解当场失败，测试自己的事务里不算。"""

import io

import openpyxl
import pytest
from django.db import transaction
from tests.house.in_short import TooLong

from miaopu.access.act import act
from miaopu.nurture.specialists import work

pytestmark = pytest.mark.django_db


def test_a_book_written_inside_an_action_is_caught(actor):
    with transaction.atomic():
        openpyxl.Workbook().save(io.BytesIO())
    with pytest.raises(TooLong, match=r"在 .*act[.]py 开的事务里"), act(actor("gly"), "service.export", "试"):
        openpyxl.Workbook().save(io.BytesIO())
    openpyxl.Workbook().save(io.BytesIO())


def test_a_solver_called_inside_an_action_is_caught(actor):
    with pytest.raises(TooLong, match=r"assignment[.]assign 在"), act(actor("gly"), "pair.assign", "试"):
        work.assign((), (), None, {})

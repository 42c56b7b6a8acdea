"""一处更正：收一份更正的文件、重新评估之后，只有用到这一格的数变了，别的一个不动。"""

import html
import re
from datetime import date

import openpyxl
import pytest

from miaopu.access.actor import system
from miaopu.ledger.intake import Intake
from miaopu.selection.city import city, today
from miaopu.selection.screening.actions import assess
from miaopu.selection.screening.models import Listing

NUMBER = re.compile(r'<a class="number" href="[^"]*/numbers/([^"]+)/(\?item=[^"]+)?"[^>]*>(.*?)</a>', re.S)
DAY = date(2026, 11, 20)


def numbers(client, enterprise):
    text = client.get(f"/firms/{enterprise}/").content.decode()
    told = {}
    for column, item, shown in NUMBER.findall(text):
        told.setdefault(html.unescape(column + item), set()).add(shown)
    return text, told


@pytest.fixture
def corrected(tmp_path):
    """给一家写一份税务更正件：2025 年度加计扣除基数。"""

    def write(enterprise: str, name: str, amount: int):
        work = openpyxl.Workbook()
        work.active.append(["统一社会信用代码", "纳税人名称", "年度", "加计扣除基数（元）"])
        work.active.append([enterprise, name, "2025", amount])
        work.save(tmp_path / "研发费用加计扣除更正.xlsx")
        return tmp_path / "研发费用加计扣除更正.xlsx"

    return write


def test_one_corrected_cell_changes_only_what_uses_it(own_ledger, client_of, corrected, db):
    assess(system("测试"), today(), today())
    enterprise = Listing.objects.filter(tier="LG").order_by("rank").values_list("enterprise", flat=True).first()
    client = client_of("gly")
    text, before = numbers(client, enterprise)
    assert "台账又有新的入账" not in text
    name = re.search(r'<h1 class="page-title">(.*?)</h1>', text)[1]
    desk = Intake(city().ledger, city().sources, received=DAY, by="测试")
    receipt = desk.take(corrected(enterprise, name, 76_543_210), source="tax")
    assert receipt.batch is not None and receipt.batch.facts == 1
    early, live = numbers(client, enterprise)
    assert "台账又有新的入账" in early
    assess(system("测试"), today(), today())
    late, after = numbers(client, enterprise)
    assert "台账又有新的入账" not in late and live == after
    changed = {column for column in {*before, *after} if before.get(column) != after.get(column)}
    assert "rd_deduction_t1" in changed
    assert after["rd_deduction_t1"] == {"7,654.32万元"}
    assert changed == {"rd_deduction_t1"}
    told = client.get(f"/firms/{enterprise}/numbers/rd_deduction_t1/").content.decode()
    assert "研发费用加计扣除更正.xlsx" in told and "D2" in told

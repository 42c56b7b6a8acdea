"""一处更正：收一份更正的文件、重新评估之后，只有用到这一格的数变了，别的一个不动。"""

import html
import re
from datetime import date
from urllib.parse import unquote

import openpyxl
import pytest

from miaopu.access.actor import system
from miaopu.ledger.intake import Intake
from miaopu.ledger.trace import Trace
from miaopu.selection.city import city, today
from miaopu.selection.screening.actions import assess
from miaopu.selection.screening.models import Listing
from miaopu.selection.screening.opening import open_firm

NUMBER = re.compile(r'<a class="number" href="[^"]*/numbers/([^"]+)/(\?item=[^"]+)?"[^>]*>(.*?)</a>', re.S)
DAY = date(2026, 11, 20)
COLUMN = "revenue_t1"


def numbers(client, enterprise):
    text = client.get(f"/firms/{enterprise}/").content.decode()
    told = {}
    for column, item, shown in NUMBER.findall(text):
        told.setdefault(unquote(html.unescape(column + item)), set()).add(shown)
    return text, told


@pytest.fixture
def corrected(tmp_path):
    """给一家写一份县区更正件：2025 年营业收入。"""

    def write(enterprise: str, name: str, amount: str):
        work = openpyxl.Workbook()
        work.active.append(["序号", "企业名称", "统一社会信用代码", "2025年营业收入（万元）"])
        work.active.append([1, name, enterprise, amount])
        work.save(tmp_path / "企业数据一览表更正.xlsx")
        return tmp_path / "企业数据一览表更正.xlsx"

    return write


def used(found: Trace) -> set[str]:
    """一个数由哪些列算得，连同它自己。"""
    return {found.column}.union(*(used(one) for one in found.parts))


def test_one_corrected_cell_changes_only_what_uses_it(own_ledger, client_of, actor, corrected, db):
    assess(system("测试"), today(), today())
    enterprise = Listing.objects.filter(tier="LG").order_by("rank").values_list("enterprise", flat=True).first()
    client = client_of("gly")
    text, before = numbers(client, enterprise)
    assert "台账又有新的入账" not in text
    figures = open_firm(actor("gly"), enterprise).figures
    assert [one.source for one in figures.trace(COLUMN).facts] == ["county"]
    users = {name for name in before if "?" not in name and COLUMN in used(figures.trace(name))}
    name = re.search(r'<h1 class="page-title">(.*?)</h1>', text)[1]
    desk = Intake(city().ledger, city().sources, received=DAY, by="测试")
    receipt = desk.take(corrected(enterprise, name, "15000.00"), source="county")
    assert receipt.batch is not None and receipt.batch.facts == 1
    early, live = numbers(client, enterprise)
    assert "台账又有新的入账" in early
    assess(system("测试"), today(), today())
    late, after = numbers(client, enterprise)
    assert "台账又有新的入账" not in late and live == after
    changed = {column for column in {*before, *after} if before.get(column) != after.get(column)}
    assert "15,000.00万元" in after[COLUMN] - before[COLUMN] and changed <= users  # 不一致里另列别的来源的说法
    assert {COLUMN, "LG-2026:B2c", "LG-2026:B2a"} <= changed and len(changed) < len(before) / 4
    told = client.get(f"/firms/{enterprise}/numbers/{COLUMN}/").content.decode()
    assert "企业数据一览表更正.xlsx" in told and "D2" in told

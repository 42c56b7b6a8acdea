"""坏的上传件：每一种都以一句清楚的中文了结，什么也没有入账，文件库里没有半截。"""

import io
import zipfile

import msoffcrypto.format.ooxml
import openpyxl
import pytest
from tests.selection.intake.desk import book, firms, previewed, send, taxed, told

from miaopu.ledger.journal import open_ledger
from miaopu.selection.intake.actions.uploads import receive
from miaopu.selection.intake.files import keep
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.states import State

pytestmark = pytest.mark.django_db


def locked(content: bytes) -> bytes:
    """真的用密码加密的一份。"""
    out = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(content)).encrypt("Miaopu1", out)
    return out.getvalue()


def bomb() -> bytes:
    """展开两千倍的压缩包，外形是 xlsx。"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", b"<workbook/>")
        made.writestr("[Content_Types].xml", b"<Types/>")
        made.writestr("xl/worksheets/sheet1.xml", b" " * (1 << 20))
        made.getinfo("xl/worksheets/sheet1.xml").file_size = 2 << 30  # 目录里写的展开大小
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("报表.xlsx", lambda: b"%PDF-1.7 not a table", "内容是PDF 文件，不是表格"),
        ("报表.xlsx", lambda: locked(taxed()), "文件加了打开密码"),
        ("报表.xlsx", bomb, "展开"),
        ("报表.xlsx", lambda: taxed()[:900], "残缺"),
        ("说明.txt", lambda: "你好\n这里没有表格\n".encode(), "没有找到表头"),
        ("只有表头.xlsx", lambda: book([]), "只有表头，没有一行数据"),
        ("程序.xlsx", lambda: b"MZ\x90\x00" + b"\x00" * 200, "可执行程序"),
    ],
    ids=["pdf", "encrypted", "bomb", "truncated", "no-table", "no-rows", "program"],
)
def test_a_bad_file_is_refused_whole_in_one_sentence(client_of, own_ledger, name, content, sentence):
    before = len(open_ledger(own_ledger).entries())
    client = client_of("jingban")
    one = previewed(client, content(), name)
    assert one.state == State.REFUSED and sentence in one.told
    page = told(client.get(f"/intake/uploads/{one.pk}/"))
    assert sentence in page and "接收入账" not in page
    refused = client.post(f"/intake/uploads/{one.pk}/accept/")
    assert refused.status_code == 400 and "整份拒收，不能接收" in told(refused)
    assert len(open_ledger(own_ledger).entries()) == before


def test_an_empty_file_and_no_file_are_refused(client_of, own_ledger):
    client = client_of("jingban")
    assert "文件是空的" in previewed(client, b"", "空.xlsx").told
    nothing = client.post("/intake/uploads/new/", {"source": ""})
    assert nothing.status_code == 400 and "没有选文件" in told(nothing)


def test_a_huge_file_is_stopped_while_it_comes_in(client_of, own_ledger, own_files, settings):
    settings.UPLOAD_LIMIT = 2 << 20
    count = Upload.objects.count()
    response = send(client_of("jingban"), b"x" * (5 << 20), "大.csv")
    assert response.status_code == 400 and "文件超过 2 MB，没有收" in told(response)
    assert Upload.objects.count() == count
    assert not list((own_files / "waiting").glob("*"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../../etc/passwd.xlsx", "passwd.xlsx"), ("..\\..\\C:\\窗口\\表.xlsx", "表.xlsx"), ("/绝对/路径.xlsx", "路径.xlsx"),
     ("..", "上传件"), ("a" * 300 + ".xlsx", None)],
)  # fmt: skip
def test_a_tricky_file_name_stays_inside_the_store(actor, own_ledger, own_files, name, kept):
    one = receive(actor("jingban"), keep(name, [taxed()], 1 << 20), None)
    home = (own_files / "uploads" / str(one.pk)).resolve()
    assert [path.resolve() for path in home.iterdir()] == [home / one.name] and len(one.name) <= 120
    assert kept in (None, one.name)


def test_control_characters_in_conditions_are_refused(client_of, own_ledger):
    client = client_of("jingban")
    for page in ("uploads", "conflicts", "identity", "judgements", "judgements/made"):
        response = client.get(f"/intake/{page}/?q=a%00b")
        assert response.status_code == 400 and "看不见的控制字符" in told(response)
    assert client.get("/intake/uploads/?page=999999").status_code == 200
    assert client.get("/intake/uploads/?page=x").status_code == 200


def test_formulas_in_cells_and_names_leave_as_text(client_of, own_ledger, tmp_path):
    client = client_of("jingban")
    name = '=HYPERLINK("http://x")公司'
    one = previewed(
        client, book([("坏代码", name, "2022", 5), (firms()[0].uscc, firms()[0].name, "2022", "=1+1")]), "=cmd.xlsx"
    )
    response = client.post("/intake/uploads/export/")
    path = tmp_path / "清单.xlsx"
    path.write_bytes(response.content)
    cells = [cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(cell.value == "=cmd.xlsx" and cell.quotePrefix for cell in cells)
    back = client.post(f"/intake/uploads/{one.pk}/book/whole/")
    path.write_bytes(b"".join(back.streaming_content))
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert {name, "=1+1"} <= {cell.value for cell in cells} and all(cell.data_type != "f" for cell in cells)

"""行政区划：按代码、名称、住所找现行区划，已撤的走到继承者，一市各县区次序固定。"""

import pytest

from miaopu.terms.catalog import Catalog
from miaopu.terms.district import Districts
from miaopu.terms.yaml_lines import CatalogError

DISTRICTS = Districts.read(Catalog.default())

FOUND = [
    ("371523", "371503"),
    ("茌平县", "371503"),
    ("聊城市茌平县", "371503"),
    ("371502001", "371502"),
    ("371502001000", "371502"),
    ("３７１５２１", "371521"),
    ("阳谷", "371521"),
    ("山东省聊城市阳谷县", "371521"),
    ("枣庄市市中区", "370402"),
    ("枣庄市中区", "370402"),
    ("聊城高新区", "3715K2"),
    ("聊城市经济技术开发区", "3715K1"),
    ("枣庄高新区", "3704K1"),
    ("3715K3", "3715K3"),
    ("聊城", "371500"),
    ("371202", "370116"),
    ("371421", "371403"),
    ("邹平县", "371681"),
]


@pytest.mark.parametrize(("written", "code"), FOUND)
def test_a_district_is_found(written, code):
    assert DISTRICTS.find(written).code == code


@pytest.mark.parametrize("written", ["市中区", "高新区", "999999", "不知道", "", None])
def test_ambiguous_or_unknown_is_never_guessed(written):
    assert DISTRICTS.find(written) is None


def test_same_name_is_told_apart_by_its_city():
    assert DISTRICTS.find("市中区", "370400").code == "370402"
    assert DISTRICTS.find("高新区", "371500").code == "3715K2"


def test_counties_come_in_administrative_order_with_zones_last():
    liaocheng = [one.code for one in DISTRICTS.counties("371500")]
    assert liaocheng == [
        "371502",
        "371503",
        "371521",
        "371522",
        "371524",
        "371525",
        "371526",
        "371581",
        "3715K1",
        "3715K2",
        "3715K3",
    ]
    zaozhuang = [one.name for one in DISTRICTS.counties("370400")]
    assert zaozhuang == ["市中区", "薛城区", "峄城区", "台儿庄区", "山亭区", "滕州市", "枣庄高新技术产业开发区"]
    assert [one.extension for one in DISTRICTS.counties("370400")] == [False] * 6 + [True]


ADDRESSES = [
    ("山东省枣庄市薛城区永兴路135号", "370403"),
    ("东阿县城光明街103号", "371524"),
    ("茌平县胡屯镇驻地", "371503"),
    ("枣庄市市中区文化西路", "370402"),
    ("枣庄市台儿庄马兰屯镇巫山村（台儿庄经济开发区）", "370405"),
    ("聊城市东昌府区嘉明经济开发区安居路东首", "371502"),
    ("山东省聊城经济技术开发区东昌东路当代国际广场", "3715K1"),
    ("山东省聊城市高新区长江路", "3715K2"),
    ("聊城市高新区阳谷县驻聊城办事处院内", "3715K2"),
    ("山东阳谷工业区6号", "371521"),
    ("聊城市东昌西路111号", "371500"),
    ("齐河县城迎宾路北首", "371425"),
]


@pytest.mark.parametrize(("address", "code"), ADDRESSES)
def test_district_of_an_address(address, code):
    assert DISTRICTS.in_address(address).code == code


def test_address_without_place_needs_its_city():
    assert DISTRICTS.in_address("市中区车站北路37号") is None
    assert DISTRICTS.in_address("市中区车站北路37号", "370400").code == "370402"
    assert DISTRICTS.in_address("府前街177号") is None


def test_a_wrong_header_names_file_and_remedy(tmp_path):
    folder = tmp_path / "districts"
    folder.mkdir()
    (folder / "x.csv").write_text("code,name\n1,甲\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="表头应为 code,level"):
        Districts.read(Catalog(tmp_path))

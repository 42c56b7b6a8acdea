"""企业名称：归一只动写法，核心名连去地区词与组织形式，分支机构不等于总公司。"""

import polars as pl
import pytest

from miaopu.terms import names
from miaopu.terms.catalog import Catalog
from miaopu.terms.district import Districts

DISTRICTS = Districts.read(Catalog.default())

SAME = [
    ("聊城鑫泰（山东）机械有限公司", "聊城鑫泰(山东)机械有限公司"),
    ("聊城鑫泰【山东】机械有限公司", "聊城鑫泰(山东)机械有限公司"),
    ("聊城 鑫泰　机械有限公司\u200b\n", "聊城鑫泰机械有限公司"),
    ("聊城鑫泰機械有限公司", "聊城鑫泰机械有限公司"),
    ("ＡＢＣ机械有限公司", "abc机械有限公司"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_writing_is_folded(one, other):
    assert names.fold(one) == names.fold(other)


@pytest.mark.parametrize(
    "other", ["聊城鑫泰机械有限责任公司", "聊城市鑫泰机械有限公司", "鑫泰机械有限公司", "聊城鑫秦机械有限公司"]
)
def test_different_words_stay_different(other):
    assert names.fold("聊城鑫泰机械有限公司") != names.fold(other)


def test_column_agrees_with_each_and_keeps_missing():
    raws = [one for pair in SAME for one in pair] + [None, "", " "]
    assert names.fold_column(pl.Series(raws)).to_list() == [names.fold(one) or None for one in raws]


CORES = [
    ("山东聊城鑫泰机械有限公司", "鑫泰机械"),
    ("聊城市东昌府区鑫泰机械有限责任公司", "鑫泰机械"),
    ("聊城经济技术开发区鑫泰机械股份有限公司", "鑫泰机械"),
    ("鑫泰（聊城）机械有限公司", "鑫泰机械"),
    ("山东省聊城市高新区鑫泰机械有限公司(盖章)", "鑫泰机械"),
    ("冠县有限公司", "冠县"),
]


@pytest.mark.parametrize(("name", "core"), CORES)
def test_core_drops_regions_and_form(name, core):
    assert names.core(name, DISTRICTS) == core


BRANCHES = [
    "聊城鑫泰机械有限公司东阿分公司",
    "中国农业银行股份有限公司枣庄薛城支行",
    "茌平县胡屯供销社陶桥中心店",
    "滕州市西岗供销合作社姜桥门市部",
    "山东小贝壳服饰有限公司第三分店",
    "聊城鑫泰机械有限公司(冠县)营业部",
    "中国石化销售有限公司山东聊城高唐第十七加油站",
    "枣庄鑫泰商贸有限公司驻济南办事处",
    "冠县虚构中心社第二生资部",
    "滕州市虚构供销合作社营业楼",
]
WHOLES = [
    "聊城鑫泰机械有限公司",
    "临清市广生轴承加工厂",
    "聊城市东昌府区鑫鑫门市部",
    "枣庄市山亭区山亭供销合作社",
    "鑫泰(聊城)机械有限公司",
    "冠县天昊肉牛养殖专业合作社",
    "聊城鑫泰机械集团有限公司",
    "聊城鑫泰投资中心(有限合伙)",
    "聊城公司印章店有限公司",
    "滕州市虚构供销社贸易公司",
    "冠县虚构供销合作社清水中心社",
]


@pytest.mark.parametrize("name", BRANCHES)
def test_branches_are_recognised(name):
    assert names.is_branch(names.fold(name))


@pytest.mark.parametrize("name", WHOLES)
def test_whole_firms_are_not_branches(name):
    assert not names.is_branch(names.fold(name))


def test_branch_column_agrees_with_each():
    folded = pl.Series([names.fold(one) for one in BRANCHES + WHOLES])
    assert names.branch_column(folded).to_list() == [True] * len(BRANCHES) + [False] * len(WHOLES)


def test_ordinals_and_directions_tell_siblings_apart():
    shops = pl.DataFrame({"core": ["虚构供销社第一门市部", "虚构供销社第二门市部", "虚构东加油站", "虚构加油站"]})
    assert shops.select(names.ordinals("core"))["core"].to_list() == ["一", "二", "东", ""]

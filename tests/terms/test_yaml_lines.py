"""带行号的 YAML：人写的任何文字都读得成，或说清哪一行怎么不对；进程不受影响。"""

import pytest

from miaopu.terms.yaml_lines import DEEPEST, CatalogError, parse


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: " + "[" * 30_000 + "]" * 30_000, "第 2 行：一层套一层"),
        ("{a: " * 30_000, "第 1 行：一层套一层"),
        ("- " * 30_000 + "a", "第 1 行：一层套一层"),
        ("? " * 30_000 + "a", "第 1 行：一层套一层"),
        ('["]",' * 30_000, "第 1 行：一层套一层"),
        ("[ #]\n" * 30_000, "第 101 行：一层套一层"),
        ("".join(" " * at + "a:\n" for at in range(3_000)), "第 10[01] 行：一层套一层"),
        ("a: 1\nb: 2027-02-30", "第 2 行：没有“2027-02-30”这个日子"),
        ("a: 1\nb: \x07", "第 2 行：有控制字符"),
        ("a: !!timestamp 明天", "第 1 行：没有“明天”这个日子"),
        ("a: !!int 一", "第 1 行：有读不懂的值"),
        ("a: !!bool 是", "第 1 行：有读不懂的值"),
        ("a: [", "第 1 行：不是合法的 YAML"),
    ],
)
def test_what_cannot_be_read_says_which_line(text, told):
    with pytest.raises(CatalogError, match=told):
        parse(text, "草稿.yaml")


@pytest.mark.parametrize(
    "text",
    ["".join(f"k{at}: '[1, 10)'\n" for at in range(120)), "a: |\n" + " " * 110 + "字", "a: 1 # " + "- " * 100],
    ids=["引号里的括号", "缩进很多的一段话", "注释里的横线"],
)
def test_what_only_looks_deep_is_read(text):
    assert isinstance(parse(text, "x.yaml"), dict)


def test_what_is_nested_as_catalogues_are_is_read():
    assert parse("a: [[1, {b: [2]}]]\nc:\n  - - d", "x.yaml") == {"a": [[1, {"b": [2]}]], "c": [["d"]]}
    deep = parse("[" * DEEPEST + "]" * DEEPEST, "x.yaml")
    assert isinstance(deep, list)

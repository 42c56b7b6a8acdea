"""带行号的 YAML：读入映射与列表，每个节点记得自己在哪个文件第几行。"""

import re
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import Reader

DEEPEST = 100
"""至多套几层；再深的（随手一串括号）读取器会把整个进程带走，先拒收。"""
_PREFIX = re.compile(r"^[ ?-]*", re.MULTILINE)
"""一行的缩进与连着的“- ”“? ”：块结构一格至多套两层。"""


class CatalogError(ValueError):
    """目录文件写错了：说明文件、行号、发现什么、应是什么。"""

    def __init__(self, path: Path | str, line: int, message: str) -> None:
        super().__init__(f"{path} 第 {line} 行：{message}")
        self.path, self.line, self.message = str(path), line, message


class Mapping(dict[str, Any]):
    """记得行号的映射。"""

    path: str = ""
    line: int = 0
    key_lines: dict[str, int]


class Sequence(list[Any]):
    """记得行号的列表。"""

    path: str = ""
    line: int = 0


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # 有 libyaml 用它：量得快十倍，结构与行号相同
    """拒绝重复键；数字按原文保留为文本时由上层解析。"""

    path = ""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Any:
    out = Mapping()
    out.path, out.line, out.key_lines = loader.path, node.start_mark.line + 1, {}
    yield out
    loader.flatten_mapping(node)
    for key_node, value_node in node.value:
        key, line = str(loader.construct_object(key_node)), key_node.start_mark.line + 1
        if key in out:
            raise CatalogError(loader.path, line, f"键“{key}”重复")
        out[key] = loader.construct_object(value_node, deep=True)
        out.key_lines[key] = line


def _sequence(loader: _Loader, node: yaml.SequenceNode) -> Any:
    out = Sequence()
    out.path, out.line = loader.path, node.start_mark.line + 1
    yield out
    out.extend(loader.construct_object(child, deep=True) for child in node.value)


def _exact_float(loader: _Loader, node: yaml.ScalarNode) -> Any:
    """小数保留原文，避免二进制误差。"""
    return loader.construct_scalar(node)


def _day(loader: _Loader, node: yaml.ScalarNode) -> Any:
    """日期；没有的日子（2 月 30 日）报在哪一行。"""
    try:
        return loader.construct_yaml_timestamp(node)
    except (AttributeError, ValueError) as error:
        raise CatalogError(loader.path, node.start_mark.line + 1, f"没有“{node.value}”这个日子；请改正") from error


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)
_Loader.add_constructor("tag:yaml.org,2002:seq", _sequence)
_Loader.add_constructor("tag:yaml.org,2002:float", _exact_float)


def parse(text: str, path: Path | str) -> Any:
    """把 YAML 文字读成带行号的结构；小数是文本，日期是 date。出错抛 CatalogError。"""
    if found := Reader.NON_PRINTABLE.search(text):
        raise CatalogError(path, 1 + text.count("\n", 0, found.start()), "有控制字符；请删去")
    if line := too_deep(text):
        raise CatalogError(path, line, f"一层套一层，超过 {DEEPEST} 层；请改浅，或把括号配成对")
    loader = _Loader(text)
    loader.path = str(path)
    try:
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        last = max(1, len(text.splitlines()))
        line = min(error.problem_mark.line + 1, last) if error.problem_mark else 0
        raise CatalogError(path, line, f"不是合法的 YAML（{error.problem}）") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, CatalogError) else CatalogError(path, 1, f"有读不懂的值（{error}）") from error
    finally:
        loader.dispose()


def too_deep(text: str) -> int:
    """套得太深的是第几行，照读取器自己的一步步看（引号、注释里的括号不算）；不深的、读不成的为 0。"""
    if text.count("[") + text.count("{") + 2 * max(map(len, _PREFIX.findall(text)), default=0) <= DEEPEST:
        return 0
    depth = 0
    try:
        for one in yaml.parse(text, Loader=_Loader):
            depth += isinstance(one, yaml.CollectionStartEvent) - isinstance(one, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                return one.start_mark.line + 1
    except yaml.YAMLError:
        pass  # 读的时候会说
    return 0


def aliased(text: str) -> bool:
    """写了“*名字”这样的引用：十来行就能翻成上亿个数。读不成的不算，读的时候会说。"""
    try:
        return any(isinstance(one, yaml.AliasToken) for one in yaml.scan(text, Loader=_Loader))
    except yaml.YAMLError:
        return False


def read(path: Path) -> Any:
    """读一个 YAML 文件；不是 UTF-8 的抛 CatalogError。"""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogError(
            path, 1 + error.object.count(b"\n", 0, error.start), "不是 UTF-8 编码；请另存为 UTF-8"
        ) from error
    return parse(text, path)


def line_of(node: Any, key: str | None = None) -> int:
    """节点（或其中某个键）的行号；不知道时为 0。"""
    if key is not None and isinstance(node, Mapping):
        return node.key_lines.get(key, node.line)
    return getattr(node, "line", 0)

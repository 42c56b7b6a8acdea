"""拟稿：由一版标准改出新的一版；核验＝真的读取器读得进、判例全过、抽查无误；只在临时文件夹里试，不写目录。"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from miaopu.standards.cases import ABSENT, FLAGS, CaseResult, CaseRunner, Mismatch
from miaopu.standards.engine.bind import NEW, REVIEW, bind
from miaopu.standards.engine.sound import sound
from miaopu.standards.given.facts import FactsError
from miaopu.standards.load import Library, load_library
from miaopu.standards.tree.clause import Standard
from miaopu.standards.tree.source import with_heads
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

VERSION = re.compile(r"[0-9a-z][0-9a-z-]{1,29}")
CODE = re.compile(r"[A-Z][A-Z0-9-]{1,39}")
CASES = ".cases.yaml"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Draft:
    """一份拟稿：文件夹名、版本、各文件（文件名 → 文字）；主文件是 <版本>.yaml，判例是 <版本>[.段].cases.yaml。"""

    name: str
    version: str
    files: Mapping[str, str]

    @property
    def main(self) -> str:
        """主文件的名字。"""
        return f"{self.version}.yaml"

    @property
    def folder(self) -> str:
        """在目录里的文件夹。"""
        return f"standards/{self.name}"


@dataclass(frozen=True)
class Fault:
    """一处写错：哪个文件、第几行（0 为不知道）、怎么了。"""

    file: str
    line: int
    message: str

    @property
    def sentence(self) -> str:
        """一句话。"""
        place = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{place}：{self.message}"


@dataclass(frozen=True)
class Examined:
    """核验的结果。standard 为 None 即读不进；library 是连同拟稿一起读进的标准库。"""

    faults: tuple[Fault, ...]
    standard: Standard | None = None
    library: Library | None = None
    cases: tuple[CaseResult, ...] = ()
    sounds: tuple[str, ...] = field(default=())

    @property
    def wrong(self) -> tuple[CaseResult, ...]:
        """不符的判例。"""
        return tuple(one for one in self.cases if one.mismatches)

    @property
    def passed(self) -> bool:
        """读得进、有判例且全过、抽查无误。"""
        return self.standard is not None and not (self.faults or self.wrong or self.sounds) and bool(self.cases)


def derive(catalog: Catalog, base: Standard, version: str, code: str, document: str, starts: date) -> Draft:
    """由 base 改出新版的起稿：换代码、文件、施行日，判例一并带过来；base 没有主文件抛 CatalogError。"""
    main = catalog.file(f"standards/{base.name}/{base.path}").read_text(encoding="utf-8")
    told = yaml.safe_dump(document, allow_unicode=True, width=10_000).splitlines()[0]
    heads = {"code": code, "document": told, "effective": starts.isoformat(), "until": None, "published": None}
    files = {f"{version}.yaml": with_heads(main, heads)}
    for path in case_files(catalog, base):
        middle = path.name.removeprefix(base.version).removesuffix(CASES)
        text = path.read_text(encoding="utf-8")
        files[f"{version}{middle}{CASES}"] = re.sub(rf"\b{re.escape(base.code)}(?![\w-])", code, text)
    return Draft(base.name, version, files)


def case_files(catalog: Catalog, standard: Standard) -> list[Path]:
    """一份标准的判例文件。"""
    pattern = f"{standard.version}*{CASES}"
    kept = re.compile(rf"{re.escape(standard.version)}(\.[\w]+)?{re.escape(CASES)}")
    return [path for path in catalog.files(f"standards/{standard.name}", pattern) if kept.fullmatch(path.name)]


def with_expected(text: str, wrong: Sequence[tuple[str, Mismatch]]) -> str:
    """判例文字里不符的预期就地换成现算的结果；（判例，不符处）。只动那几处，注释与排版照留；没有一处在这份里时原样给回。"""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    known = {_child(case, "id").value: case for case in _child(root, "cases").value}
    spans = []
    for name, miss in wrong:
        if name in known:
            case = known[name]
            row = _child(case, "rows").value[miss.row - 1] if miss.row else case
            spans.append(_span(text, _expected(_child(row, "expect"), miss.key), _actual(miss)))
    for start, end, told in sorted(spans, reverse=True):
        text = text[:start] + told + text[end:]
    return text


def _child(node: yaml.Node, key: str) -> yaml.Node:
    """一组里的一项；没有抛 KeyError。"""
    found = next((value for name, value in node.value if name.value == key), None)
    if found is None:
        raise KeyError(key)
    return found


def _expected(expect: yaml.Node, key: str) -> yaml.Node:
    """一处预期写在哪里：条款、得分各自的组里，或直接写着。"""
    groups = [value for name, value in expect.value if name.value in ("clauses", "scores")]
    place = next((one for one in groups if any(name.value == key for name, _ in one.value)), expect)
    return _child(place, key)


def _actual(miss: Mismatch) -> Any:
    """现算的结果；旗标只在原来列着的里改。"""
    actual = list(miss.actual) if isinstance(miss.actual, tuple) else miss.actual
    if miss.key == FLAGS:
        actual = [one for one in miss.expected if one in actual]
    elif miss.key == ABSENT:
        actual = [one for one in miss.expected if one not in actual]
    return str(actual) if isinstance(actual, Fraction) else actual


def _span(text: str, node: yaml.Node, value: Any) -> tuple[int, int, str]:
    """原来的值从第几个字到第几个字，换成什么；逐行写的一列换成一行。"""
    told = yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10_000).strip()[1:-1]
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return start, node.value[-1].end_mark.index, f"  {told}"
    return start, end, told


def examine(catalog: Catalog, draft: Draft, on: date, tell: Tell = lambda step: None) -> Examined:
    """核验一份拟稿；写错的地方全在 faults、cases、sounds 里，不抛。"""
    with trial(catalog, draft) as (tried, root):
        tell("读新版")
        try:
            library = load_library(tried)
            standard = library.find(f"{draft.name}@{draft.version}")
        except CatalogError as error:
            return Examined((_fault(error, root),))
        tell("跑判例")
        runner, results = CaseRunner(tried, library), []
        for name in sorted(draft.files):
            if name.endswith(CASES):
                try:
                    results += runner.run_file(root / draft.folder / name)
                except (CatalogError, FactsError, KeyError, TypeError, AttributeError) as error:
                    fault = _fault(error, root) if isinstance(error, CatalogError) else Fault(name, 0, _said(error))
                    return Examined((fault,), standard, library, tuple(results))
        tell("抽查")
        sounds = tuple(dict.fromkeys(one for kind in (NEW, REVIEW) for one in sound(bind(standard, on, kind)).found))
        return Examined(_owned(results, standard), standard, library, tuple(results), sounds)


@contextmanager
def trial(catalog: Catalog, draft: Draft) -> Iterator[tuple[Catalog, Path]]:
    """临时的目录：随软件发布的加上本地的，再加这份拟稿；用完即删。"""
    with tempfile.TemporaryDirectory(prefix="miaopu-draft-") as folder:
        root = Path(folder) / "catalog"
        if catalog.local is not None and catalog.local.is_dir():
            shutil.copytree(catalog.local, root)
        (root / draft.folder).mkdir(parents=True, exist_ok=True)
        for name, text in draft.files.items():
            (root / draft.folder / name).write_text(text, encoding="utf-8")
        yield Catalog(catalog.packaged, root), root


def _owned(results: list[CaseResult], standard: Standard) -> tuple[Fault, ...]:
    """判例要有，且有一条是为这一版写的。"""
    if not any(one.standard == standard.code for one in results):
        return (Fault(f"{standard.version}{CASES}", 0, f"没有为 {standard.code} 写的判例；至少写一条恰在线上的"),)
    return ()


def _fault(error: CatalogError, root: Path) -> Fault:
    """临时路径换成目录里的名字。"""
    return Fault(Path(error.path).name, error.line, error.message.replace(f"{root}/", ""))


def _said(error: Exception) -> str:
    if isinstance(error, FactsError):
        return str(error)
    return f"判例的写法不对（{error}）；每条要有 id、standard、title，以及 expect 或 rows"

"""发布：把核验过、批准了的拟稿写进本地目录，封指纹，另添适用规则；随软件发布的文件一个字也不动，旧版都留着。"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import yaml
from filelock import FileLock

from miaopu.desk.rules.draft import Draft, examine
from miaopu.standards.applicability import FOLDER, load_rules
from miaopu.standards.register import LOCAL, digest
from miaopu.standards.tree.clause import Published, Standard
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.complaint import Complaint, Refusal, Severity

PUBLISHED_HEAD = "# 经批准发布的本地版本；要改请另提一版，不改这个文件\n"
APPROVED = "\npublished:"
"""批准的话从这里起，接在文件末尾；日期与人每次批准都不同，比内容时不算。"""
RULES_HEAD = "# 本地的适用规则，一次批准一个文件；只添不改\n"


@dataclass(frozen=True)
class Start:
    """从哪天起用新版：kind 空串为新申请与复核都用；ends 为 None 即不限。"""

    kind: str
    starts: date
    ends: date | None = None


def publish(catalog: Catalog, draft: Draft, published: Published, start: Start) -> Standard:
    """写进本地目录；给出发布后的标准。

    同名文件已在而内容不同、核验不过、没有本地目录，都抛 Refusal；内容相同的（上次写到一半）接着写完。
    """
    root = _root(catalog)
    root.mkdir(parents=True, exist_ok=True)
    files = {**draft.files, draft.main: PUBLISHED_HEAD + draft.files[draft.main].rstrip() + "\n" + _block(published)}
    with FileLock(root / ".lock"):
        _refuse_clash(catalog, draft, files)
        done = examine(catalog, Draft(draft.name, draft.version, files), start.starts)
        if not done.passed or done.standard is None:
            told = "；".join([*(one.sentence for one in done.faults), *done.sounds]) or "判例不全过"
            raise _refusal(draft.main, f"核验没有通过（{told}）", "退回修改后重新提交")
        _refuse_cover(catalog, done.standard, start)
        for name, text in files.items():
            _write(root / draft.folder / name, text)
        _seal(root, {f"{draft.folder}/{name}": text for name, text in files.items()})
        rule = {"tier": done.standard.tier, "standard": done.standard.code, "from": start.starts, "until": start.ends}
        rule |= {
            "kind": start.kind,
            "basis": f"{published.basis}；{published.approver}批准",
            "source": _source(done.standard),
        }
        _decide(root, published.approved, done.standard.code, {"rules": [{k: v for k, v in rule.items() if v}]})
    return done.standard


def retire(catalog: Catalog, code: str, starts: date, on: date, by: str, reason: str) -> Path:
    """从 starts 起停用一个本地版本：另添一条，版本文件留着，旧日期照旧用它。没有在用的规则抛 Refusal。"""
    live = [rule for rule in load_rules(catalog) if rule.local and rule.choice.standard == code]
    live = [rule for rule in live if rule.end is None or rule.end >= starts]
    if not live:
        raise _refusal(code, f"{starts} 起没有在用的本地适用规则", "核对版本与日期；随软件发布的规则不能停用")
    root = _root(catalog)
    with FileLock(root / ".lock"):
        entry = {"standard": code, "from": starts, "by": by, "reason": reason}
        return _decide(root, on, f"{code}-retired", {"retired": [entry]})


def _root(catalog: Catalog) -> Path:
    if catalog.local is None:
        raise _refusal("本地目录", "没有设本地目录", "在设置里写明本地目录的位置")
    return catalog.local


def _block(published: Published) -> str:
    return yaml.safe_dump({"published": asdict(published)}, allow_unicode=True, sort_keys=False, width=10_000)


def _source(standard: Standard) -> str:
    """最不可信的一条的可信程度。"""
    order = ("inferred", "memory", "restated", "primary")
    found = {clause.source for clause in standard.walk()}
    return next(one for one in order if one in found or one == "primary")


def _refuse_clash(catalog: Catalog, draft: Draft, files: dict[str, str]) -> None:
    for base in filter(None, (catalog.packaged, catalog.local)):
        for name, text in files.items():
            path = base / draft.folder / name
            if not path.is_file():
                continue
            known = path.read_text(encoding="utf-8")
            if base == catalog.packaged or known.partition(APPROVED)[0] != text.partition(APPROVED)[0]:
                raise _refusal(f"{draft.folder}/{name}", "已有同名的文件，内容不同", "换一个版本名；旧版不改")


def _refuse_cover(catalog: Catalog, made: Standard, start: Start) -> None:
    """后批准的先用：会盖住已经批准、起用更晚的另一版时不办，免得它悄悄作废。"""
    for rule in load_rules(catalog):
        same = rule.tier == made.tier and (not rule.kind or not start.kind or rule.kind == start.kind)
        if not (rule.local and same) or rule.choice.standard == made.code or rule.start is None:
            continue
        gone = rule.end is not None and rule.end < rule.start
        if not gone and rule.start > start.starts and (start.ends is None or start.ends >= rule.start):
            found = f"已批准的 {rule.choice.standard} 从 {rule.start} 起用，这一版会盖住它"
            raise _refusal(made.code, found, f"把“用到哪天”写到 {rule.start} 以前，或先停用那一版，再批准")


def _write(path: Path, text: str) -> None:
    """先写旁边，再改名到位。"""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    aside.write_text(text, encoding="utf-8")
    os.replace(aside, path)


def _seal(root: Path, files: dict[str, str]) -> None:
    path = root / LOCAL
    known = dict(yaml_lines.read(path)) if path.is_file() else {}
    known |= {name: digest(yaml_lines.parse(text, name)) for name, text in files.items()}
    lines = "".join(f"{name}: {value}\n" for name, value in sorted(known.items()))
    _write(path, "# 本地已发布文件的内容指纹；批准发布时添上，不手改\n" + lines)


def _decide(root: Path, on: date, code: str, entry: dict[str, object]) -> Path:
    """添一个适用规则文件；文件名带次序，后定的在后。同样内容的已在就不再添。"""
    folder, text = root / FOLDER, RULES_HEAD + yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=10_000)
    present = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    for path in present:
        if path.name.endswith(f"-{code}.yaml") and path.read_text(encoding="utf-8") == text:
            return path
    path = folder / f"{len(present) + 1:04d}-{on:%Y%m%d}-{code}.yaml"
    _write(path, text)
    return path


def _refusal(place: str, found: str, remedy: str) -> Refusal:
    return Refusal(Complaint("rule", Severity.REFUSE, place, found, "可以发布或停用的版本", remedy))

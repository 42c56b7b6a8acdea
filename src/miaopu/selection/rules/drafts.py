"""拟稿的样子：提案现在的文件、谁写的、核验的结果、与原版之差、判例改了哪些、影响算成没有；只看提案自己，不看企业。"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from difflib import unified_diff
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from miaopu.access.act import Wrong
from miaopu.desk.rules.draft import CASES, Draft, Examined, Fault, derive, examine
from miaopu.jobs.states import State as JobState
from miaopu.selection.city import city
from miaopu.selection.rules.models import Proposal
from miaopu.standards.cases import flatten
from miaopu.standards.tree.clause import Standard
from miaopu.standards.tree.difference import Difference, difference
from miaopu.terms import yaml_lines
from miaopu.terms.yaml_lines import CatalogError


def draft_of(proposal: Proposal) -> Draft:
    """提案现在的文件。"""
    return Draft(proposal.folder, proposal.release, dict(proposal.files.values_list("name", "text")))


def authors(proposal: Proposal) -> frozenset[int]:
    """提出和改过内容的人。"""
    changed = proposal.steps.filter(move__in=["propose", "revise"]).values_list("account_id", flat=True)
    return frozenset({proposal.proposer_id, *changed})


def examined(proposal: Proposal) -> Examined:
    """现在的内容核验的结果；内容与目录都没变时不重算。"""
    draft = draft_of(proposal)
    found = _examined(draft.name, draft.version, tuple(sorted(draft.files.items())), proposal.starts, _shelf())
    return replace(found, faults=(*found.faults, *_strayed(proposal, draft, found.standard)))


def _strayed(proposal: Proposal, draft: Draft, made: Standard | None) -> Iterator[Fault]:
    """整份文字里改掉了提案定下的代码、层级、施行日，或自己写了批准的话。"""
    base = city().library.standards.get(proposal.base)
    if made is None:
        return
    pairs = [
        ("code", made.code, proposal.code),
        ("tier", made.tier, base.tier if base else made.tier),
        ("effective", str(made.effective), proposal.starts.isoformat()),
    ]
    for key, found, wanted in pairs:
        if found != wanted:
            yield Fault(draft.main, 0, f"{key} 写的是“{found}”，应是提案定下的“{wanted}”；改回来，或另提一份")
    if made.published is not None:
        yield Fault(draft.main, 0, "published 是批准时由系统写的；删去这一段")


def _shelf() -> tuple[tuple[str, str], ...]:
    return tuple((one.code, one.fingerprint) for one in city().library.standards.values())


@lru_cache(maxsize=16)
def _examined(
    name: str, version: str, files: tuple[tuple[str, str], ...], on: Any, shelf: tuple[tuple[str, str], ...]
) -> Examined:
    # 量得一次一秒多，同一页与随后的提交、核对、批准都要用
    return examine(city().catalog, Draft(name, version, dict(files)), on)


def compared(proposal: Proposal, found: Examined) -> Difference | None:
    """与原版之差；读不进的没有。"""
    base = city().library.standards.get(proposal.base)
    if found.standard is None or found.library is None or base is None:
        return None
    return difference(base, found.standard, found.library.vocabulary)


def case_changes(proposal: Proposal) -> list[tuple[str, str]]:
    """判例文件改了哪几行：（文件名，加减号的行）；没有改的不列。"""
    base = city().library.standards.get(proposal.base)
    if base is None:
        return []
    began = derive(city().catalog, base, proposal.release, proposal.code, proposal.basis, proposal.starts).files
    out = []
    for name, text in proposal.files.values_list("name", "text"):
        if name.endswith(CASES) and name in began and text != began[name]:
            old, new = (_plain_cases(one, name) for one in (began[name], text))
            told = [one for one in unified_diff(old, new, lineterm="", n=0) if not one.startswith(("---", "+++", "@@"))]
            out.append((name, "\n".join(told)))
    return out


def must_be_shallow(text: str, name: str) -> None:
    """套得太深的、引用来引用去的，读起来带得走整个进程：不收，抛 Wrong。"""
    if line := yaml_lines.too_deep(text):
        raise Wrong(f"{name} 第 {line} 行一层套一层，超过 {yaml_lines.DEEPEST} 层；没有保存，请改浅")
    if yaml_lines.aliased(text):
        raise Wrong(f"{name} 里写了“*名字”这样的引用；没有保存，请把内容照写一遍")


def _plain_cases(text: str, name: str) -> list[str]:
    """判例的内容，一处预期一行；注释与排版不算。写错的按原文的行。"""
    try:
        document = yaml_lines.parse(text, name)
        return list(_case_lines(document))
    except (CatalogError, KeyError, TypeError, AttributeError):
        return text.splitlines()


def _case_lines(document: Any) -> Iterator[str]:
    for case in document["cases"]:
        for number, row in enumerate([case, *case.get("rows", ())]):
            where = f"{case['id']}{f' 第{number}行' if number else ''}"
            facts = row.get("in") or row.get("inputs") or {}
            yield f"{where} 事实 {json.dumps(facts, ensure_ascii=False, default=str)}"
            yield from (f"{where} 预期 {key}：{value}" for key, value in flatten(row.get("expect", {})).items())


def measured(proposal: Proposal) -> dict[str, Any] | None:
    """最近一次算成而还看得了的影响：作业记下的；没有算完、名单不在了的为 None，要重新算。"""
    job = proposal.effect_job
    if job is None or job.state != JobState.DONE or not job.result:
        return None
    told: dict[str, Any] = json.loads(job.result)
    whole = "parts" in told and (Path(settings.FILES) / told["changed"]).is_file()  # 以前算的没有分事项
    return told if whole else None

"""发布的规矩：核验过、影响按现在的内容算完、日期没过，才写进本地目录；停用只往以后停。"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings

from miaopu.access.act import Wrong
from miaopu.desk.rules.publish import Start, publish, retire
from miaopu.selection.city import city, today
from miaopu.selection.rules.drafts import draft_of, examined, measured
from miaopu.selection.rules.models import Proposal
from miaopu.standards.tree.clause import Published
from miaopu.terms.catalog import Catalog


def must_pass(proposal: Proposal) -> None:
    """核验没有通过抛 Wrong，说头几处。"""
    found = examined(proposal)
    if found.passed:
        return
    told = [one.sentence for one in found.faults] + list(found.sounds)
    told += [f"判例 {one.id} 不符" for one in found.wrong]
    raise Wrong(f"核验没有通过：{'；'.join(told[:3])}；请按提示改好再来")


def must_be_measured(proposal: Proposal) -> None:
    """影响还没有按现在的内容算完、名单已看不了抛 Wrong。"""
    if proposal.effect_edition != proposal.edition or measured(proposal) is None:
        raise Wrong(
            "影响还没有按现在的内容算完，或算过的名单不在了；请等“算提案的影响”做完，或重新发起，看过名单再核对"
        )


def release(proposal: Proposal) -> None:
    """写进本地目录；日期已过、没有核对过抛 Wrong，同名文件已在抛 Refusal。"""
    if proposal.starts < today():
        raise Wrong(f"施行日 {proposal.starts} 已过；旧日期仍由旧版答复，请退回改成今天或以后的日期")
    if proposal.checker is None or proposal.checked_on is None or proposal.approver is None:
        raise Wrong("还没有核对，不能批准")
    told = Published(
        proposal.proposer.name,
        proposal.checker.name,
        proposal.approver.name,
        proposal.proposed_on,
        proposal.checked_on,
        today(),
        proposal.reason,
        proposal.basis,
        proposal.base,
    )
    publish(_local_catalog(), draft_of(proposal), told, Start(proposal.kind or "", proposal.starts, proposal.ends))


def _local_catalog() -> Catalog:
    """目录连同本地文件夹；第一次发布时本地文件夹还不在，发布时新建。"""
    return Catalog(city().catalog.packaged, Path(settings.LOCAL_CATALOG))


def retire_from(proposal: Proposal, starts: date | None, by: str, reason: str) -> None:
    """从某天起停用；停用以前的日期仍由这一版答复。"""
    if starts is None or starts <= today():
        raise Wrong("要写从哪天起停用，且在今天以后；停用以前的日期仍由这一版答复")
    retire(_local_catalog(), proposal.code, starts, today(), by, reason)
    proposal.retired_from = starts

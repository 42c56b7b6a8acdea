"""成批办方案：代录企业的书面同意（附扫描件、写理由）、县区批准；有一份不成就一份也不办。"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.core.files.uploadedfile import UploadedFile

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.nurture.followup.actions.plans import LONG, adopt, changed, opened
from miaopu.nurture.followup.files import attach, checked
from miaopu.nurture.followup.matter import jotted, reasoned, still_inside
from miaopu.nurture.followup.models import Paper
from miaopu.nurture.followup.states import Paper as At

MOST = 500
"""一次至多办几份。"""
Versions = Mapping[int, int]
"""方案编号 → 页面上看到的版本。"""


def agree_on_paper(actor: Actor, numbers: Versions, reason: str, files: Sequence[UploadedFile]) -> list[Paper]:
    """企业没有用账号、在纸上同意的：专员、县区或市局代录，附盖章或签字的扫描件，写明理由。"""
    kept = checked(files)

    def one(number: int, version: int) -> Paper:
        with act(actor, "plan.make", f"方案 {number}", reason=jotted(reason)) as doing:
            seen = opened(doing, number, version, At.DRAFT)
            told = reasoned(doing, reason, "代录书面同意的理由", LONG)
            if not kept:
                raise Wrong("代录企业的书面同意要附盖章或签字的扫描件；请附上 pdf 或照片再交")
            still_inside(seen)
            made = changed(actor, seen, At.AGREED, f"企业书面同意：{told}")
            attach(kept, move=made.moves.latest("pk"))
            doing.before, doing.after = {"状态": At.DRAFT.word}, {"状态": At.AGREED.word, "书面": len(kept)}
            return made

    return _together(actor, "plan.make", "代录企业书面同意", numbers, reason, one)


def adopt_all(actor: Actor, numbers: Versions, reason: str) -> list[Paper]:
    """县区批准若干份。"""
    return _together(actor, "plan.adopt", "批准方案", numbers, reason, lambda *one: adopt(actor, *one, reason))


def _together(
    actor: Actor, operation: str, what: str, numbers: Versions, reason: str, one: Callable[[int, int], Paper]
) -> list[Paper]:
    with act(actor, operation, f"{what} {len(numbers)} 份", reason=jotted(reason)) as doing:
        if not 0 < len(numbers) <= MOST:
            raise Wrong(f"请选 1 至 {MOST} 份方案，现在选了 {len(numbers)} 份")
        made = [one(number, version) for number, version in sorted(numbers.items())]
        doing.after = {"方案": [each.pk for each in made]}
    return made

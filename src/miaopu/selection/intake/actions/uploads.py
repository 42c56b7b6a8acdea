"""上传件的动作：收下、重新预览、接收入账、放弃。"""

from __future__ import annotations

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.jobs.actions import start
from miaopu.selection.city import city, today
from miaopu.selection.intake.files import UPLOADS, Kept, place
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.queries.uploads import Standing, sources_of, standing, uploads
from miaopu.selection.intake.states import State
from miaopu.selection.intake.work import POST, READ


def receive(actor: Actor, kept: Kept, source: str | None) -> Upload:
    """收下一份文件并开始试读；source 是指明的来源，空为按表头认。"""
    try:
        return _received(actor, kept, source)
    finally:
        kept.path.unlink(missing_ok=True)  # 收下的已移走；没有收下的不留


def _received(actor: Actor, kept: Kept, source: str | None) -> Upload:
    wanted = _wanted(actor, source)
    with act(actor, "intake.upload", f"文件《{kept.name}》") as doing:
        if actor.account is None:
            raise Denied("系统不能代人上传；请用自己的账号")
        held = next((one for one in actor.held if "intake.upload" in one.role.operations), None)
        one = Upload.objects.create(
            name=kept.name,
            size=kept.size,
            digest=kept.digest,
            wanted=wanted,
            owner_id=actor.account,
            by=actor.name,
            district=held.district if held else None,
            department=held.department if held else None,
        )
        place(kept, UPLOADS, one.pk)
        _read(actor, one)
        doing.target = f"上传件 {one.pk}《{one.name}》"
        doing.after = {"来源": wanted or "按表头认", "字节": one.size, "摘要": one.digest}
    return one


def _wanted(actor: Actor, source: str | None) -> str | None:
    """部门数据员只报本部门的；只有一个可报来源的，就是它。"""
    mine = sources_of(actor)
    if source and source not in mine:
        raise Denied("您不能报送这个来源的数据；请选本部门的来源")
    return source or (mine[0] if len(mine) == 1 else None)


def _read(actor: Actor, one: Upload) -> None:
    params = {"upload": one.pk, "allowed": list(sources_of(actor))}
    job = start(actor, READ, params, title=f"读《{one.name}》", key=f"{READ}:{one.pk}")
    one.state, one.job, one.told, one.batch = State.READING.value, job.pk, None, None
    one.save(update_fields=["state", "job", "told", "batch", "changed"])


def again(actor: Actor, number: int, source: str | None = None) -> Upload:
    """用原文件重新预览：上次没有读完的、换个来源读的、批次撤回之后要再接收的。"""
    with act(actor, "intake.upload", f"上传件 {number}") as doing:
        now = _locked(actor, number, doing)
        if not now.again and now.state is not State.REFUSED:
            raise Wrong(f"这份文件{now.state.word}，不能重新预览；{_hint(now)}")
        if source:
            now.upload.wanted = _wanted(actor, source)
            now.upload.save(update_fields=["wanted"])
        _read(actor, now.upload)
        doing.after = {"重新预览": now.upload.wanted or "按表头认"}
    return now.upload


def accept(actor: Actor, number: int, units_reason: str | None = None) -> Upload:
    """接收入账（发起作业）。units_reason 不为空即确认单位无误，暂扣的也入账。"""
    with act(actor, "intake.accept", f"上传件 {number}", reason=units_reason) as doing:
        now = _locked(actor, number, doing)
        if not now.trait.acceptable:
            raise Wrong(f"这份文件{now.state.word}，不能接收；{_hint(now)}")
        one = now.upload
        doing.within(department=one.source)
        params = {"upload": one.pk, "by": actor.name, "received": today().isoformat()}
        job = start(actor, POST, params, title=f"接收《{one.name}》入账", key=f"{POST}:{one.pk}")
        one.state, one.job, one.told = State.POSTING.value, job.pk, None
        one.units_reason = units_reason or None
        one.save(update_fields=["state", "job", "told", "units_reason", "changed"])
        doing.after = {"作业": job.pk, "来源": one.source, "共享依据": city().sources[one.source].sharing_basis}
    return one


def drop(actor: Actor, number: int, reason: str) -> Upload:
    """放弃：不入账；原文件留着备查。"""
    if not reason.strip():
        raise Wrong("没有写放弃的理由；写一句，例如“报错了文件”")
    with act(actor, "intake.upload", f"上传件 {number}", reason=reason) as doing:
        now = _locked(actor, number, doing)
        if not now.trait.droppable:
            raise Wrong(f"这份文件{now.state.word}，不能放弃；{_hint(now)}")
        now.upload.state, now.upload.told = State.DROPPED.value, reason
        now.upload.save(update_fields=["state", "told", "changed"])
        doing.after = {"状态": State.DROPPED.word}
    return now.upload


def _locked(actor: Actor, number: int, doing: Doing) -> Standing:
    """锁住这一份再看它现在的样子。"""
    found = uploads(actor).select_for_update().filter(pk=number).first()
    if found is None:
        raise Denied("没有这份上传件，或不在您的范围里")
    doing.target = f"上传件 {found.pk}《{found.name}》"
    now = standing(found)
    doing.before = {"状态": now.state.word}
    return now


def _hint(now: Standing) -> str:
    if now.trait.working:
        return "请等它做完"
    if now.state is State.POSTED:
        return f"它是批次 {now.batch}；要改先撤回这一批"
    return "请重新上传"

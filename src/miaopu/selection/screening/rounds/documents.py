"""成套材料：一轮的名单、一览表、报告、画像写成文件并打包（作业）；下载按范围给，每次记日志。"""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from miaopu.access.act import Denied, Wrong, act
from miaopu.access.actor import Actor, Reach
from miaopu.desk.outputs import DONE, FORM, written
from miaopu.jobs.actions import start
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.jobs.models import Job
from miaopu.selection.city import city
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.rounds.kept import kept, reopened

KIND, FOLDER = "screening.documents", "documents"
SPLIT = "（分县区）"
"""装分县区工作簿的文件夹名里都有这几个字。"""


@dataclass(frozen=True)
class Document:
    """一份材料：名字（文件夹里的相对路径）、大小（字节）、县区代码（全市的为空）。"""

    name: str
    size: int
    district: str

    @property
    def title(self) -> str:
        """文件名，不带后缀。"""
        return Path(self.name).stem

    @property
    def group(self) -> str:
        """所在的文件夹。"""
        return str(Path(self.name).parent).replace(".", "总表")


def write(actor: Actor, found: Round) -> Job:
    """发起写成套材料（作业）；要能运行筛选的人。"""
    with act(actor, "screening.run", f"写成套材料：轮次 {found.code}") as doing:
        title = f"写成套材料（轮次 {found.code}）"
        started = start(actor, KIND, {"round": found.code}, title=title, key=f"{KIND}:{found.code}")
        doing.after = {"作业": started.pk}
    return started


def ready(found: Round) -> bool:
    """这一轮的成套材料按现在的形状写好没有。"""
    mark = folder(found) / DONE
    if not mark.is_file() or not bundle(found).is_file():
        return False
    return json.loads(mark.read_text(encoding="utf-8"))["made_from"] == {"run": found.code, "form": FORM}


def documents(found: Round, reach: Reach) -> list[Document]:
    """看得到的材料：看全市的看全部；看县区的只看本县区的工作簿。"""
    if not ready(found):
        return []
    held, root = kept(found), folder(found)
    codes = {title: code for code, title in held.counties.items()}
    paths = sorted(one for one in root.rglob("*") if one.is_file() and one.name != DONE)
    every = [Document(str(one.relative_to(root)), one.stat().st_size, _district(one, codes)) for one in paths]
    return [one for one in every if reach.everywhere or (one.district and one.district in reach.districts)]


def _district(path: Path, codes: dict[str, str]) -> str:
    return codes.get(path.stem, "") if path.parent.name.endswith(SPLIT) else ""


def fetch(actor: Actor, found: Round, name: str) -> Path:
    """下载一份（空串是整包）：范围外的与不存在的一样对待；每次记日志。"""
    with act(actor, "screening.export", f"成套材料：{name or '整包'}（轮次 {found.code}）") as doing:
        if not name:
            if not doing.reach.everywhere:
                raise Denied("整包是全市的；您可以下载本县区的工作簿")
            path = bundle(found)
        elif name in {one.name for one in documents(found, doing.reach)}:
            path = folder(found) / name
        else:
            raise Denied("没有这份材料，或不在您的范围里")
        if not path.is_file():
            raise Wrong("成套材料还没有写好；请先在“成套材料”里生成")
        doing.after = {"文件": path.name, "字节": path.stat().st_size}
    return path


def folder(found: Round) -> Path:
    """一轮材料的文件夹。"""
    return Path(settings.FILES) / FOLDER / found.code


def bundle(found: Round) -> Path:
    """一轮材料的整包。"""
    return Path(settings.FILES) / FOLDER / f"成套材料_{found.code}.zip"


@job(KIND, "写成套材料", needs="screening.export")
def _work(given: Assignment, progress: Progress) -> Outcome:
    """写过的不重写；取消时已写的留着，没有标记，不算写好。"""
    found = Round.objects.get(pk=given.params["round"])
    files = written(city(), reopened(found), folder(found), progress.tell)
    progress.tell("打包")
    path = _packed(found, files, progress)
    told = {"files": len(files), "page": f"{reverse('screening:documents')}?round={found.code}"}
    return Outcome(f"共 {len(files)} 份", told, path.relative_to(settings.FILES))


def _packed(found: Round, files: list[Path], progress: Progress) -> Path:
    """先写在旁边再换上；Parquet 已压缩，不再压。"""
    path, root = bundle(found), folder(found)
    aside = path.with_suffix(".tmp")
    progress.expect(len(files))
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in files:
            packed.write(one, one.relative_to(root), zipfile.ZIP_STORED if one.suffix == ".parquet" else None)
            progress.advance()
    os.replace(aside, path)
    return path

"""演示：造一座虚构的城市，走完从部门文件到名单的全程；没有变的不重做。"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from datetime import date
from pathlib import Path

import polars as pl

from miaopu.cli.command import Command, dates
from miaopu.cli.context import Context, Exit
from miaopu.cli.intake import expand, receipt_told, receive
from miaopu.cli.screening import assessed, summary, written
from miaopu.demo.build import build
from miaopu.demo.decisions import CHOSEN, FOLDER, JUDGED, REVIEWED, review_file
from miaopu.ledger.decision import decide, review
from miaopu.ledger.journal import active
from miaopu.ledger.resolve import read_decisions
from miaopu.terms.complaint import Refusal

CITY = 207_455
CALENDAR = date(2026, 11, 20)
"""演示日历：秋季，选种与育苗之间。"""

MARK = "built.json"


def _demo_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("--firms", type=int, default=CITY, metavar="家", help=f"企业家数（缺省 {CITY}）")
    one.add_argument("--seed", type=int, default=2026, metavar="数", help="随机种子")
    one.add_argument("--folder", type=Path, default=Path("var/demo"), metavar="文件夹", help="部门文件写到哪里")
    one.add_argument("--only-files", action="store_true", help="只造文件，不入账不评估")
    one.add_argument("--out", type=Path, default=Path("out"), metavar="文件夹", help="成果文件夹（缺省 out）")
    dates(one)
    one.set_defaults(known_on=CALENDAR, assessed_on=CALENDAR, only=None, by="演示")


def _demo(context: Context) -> int:
    given = context.arguments
    started = time.perf_counter()
    folder = given.folder / f"{given.firms}-{given.seed}"
    given.ledger = str(Path(given.ledger) / folder.name)
    _files(context, folder)
    stages = {"造部门文件": time.perf_counter() - started}
    if given.only_files:
        context.give({"folder": folder, "seconds": stages})
        return Exit.DONE
    started = time.perf_counter()
    offices = sorted(path for path in folder.iterdir() if path.is_dir() and path.name not in ("truth", FOLDER))
    receipts = receive(context, expand(offices), CALENDAR)
    decided = _decide(context, folder)
    stages["读入、对主体、入账"] = time.perf_counter() - started
    for one in receipts:
        if one.reading is not None:
            context.say(receipt_told(one).splitlines()[0])
    for told in decided:
        context.say(told)
    started = time.perf_counter()
    found = assessed(context)
    stages["评估"] = time.perf_counter() - started
    started = time.perf_counter()
    files = written(context, found, given.out)
    stages["写成果"] = time.perf_counter() - started
    context.say(summary(found))
    context.say("\n".join(f"已写 {path}" for path in files))
    context.say("用时：" + "，".join(f"{stage} {seconds:.1f} 秒" for stage, seconds in stages.items()))
    context.give({"folder": folder, "seconds": stages, "marks": found.marks, "files": files})
    return Exit.DONE


def _decide(context: Context, folder: Path) -> list[str]:
    """演示的决定文件入账；记过的（看备注）不再记。复核决定要等有了复核清单才写。"""
    noted = {entry.note for entry in active(context.ledger, CALENDAR).decisions}
    titles, out = {source.title: code for code, source in context.sources.items()}, []
    for file in (JUDGED, CHOSEN, REVIEWED):
        path = _reviewed(context, folder) if file == REVIEWED and file not in noted else folder / FOLDER / file
        if file in noted or path is None:
            continue
        entries, complaints = read_decisions(path, titles)
        if complaints:
            raise Refusal(complaints[0])
        posted = decide(context.ledger, entries, by="演示", on=CALENDAR, note=file)
        out.append(f"《{file}》决定 {len(entries)} 条入账：{posted.id}，放行来源行 {posted.body['rows']} 行")
    return out


def _reviewed(context: Context, folder: Path) -> Path | None:
    files = [(one.id, one.body["source"], one.body["file"]) for one in active(context.ledger, CALENDAR).batches]
    names = pl.DataFrame(files, schema=["batch", "source", "file"], orient="row")
    waiting = review(context.ledger, CALENDAR)
    if waiting.is_empty():
        return None
    told = waiting.drop("source", strict=False).join(names, on="batch", how="left", maintain_order="left")
    return review_file(context.catalog, folder, told, context.arguments.seed)


def _files(context: Context, folder: Path) -> None:
    """造过且代码与目录都没变的不重造。"""
    mark = _fingerprint(context)
    if (folder / MARK).is_file() and json.loads((folder / MARK).read_text(encoding="utf-8")) == mark:
        return
    given = context.arguments
    with context.progress("造部门文件", 3) as step:
        build(
            folder,
            firms=given.firms,
            seed=given.seed,
            catalog=context.catalog,
            progress=lambda name, done, total: (step.tell(f"造部门文件：{name}"), step.advance(int(done > 0))),
        )
    (folder / MARK).write_text(json.dumps(mark), encoding="utf-8")


def _fingerprint(context: Context) -> str:
    """演示代码与演示目录的指纹。"""
    package = Path(__file__).resolve().parents[1] / "demo"
    digest = hashlib.sha256()
    for path in [
        *sorted(package.rglob("*.py")),
        *context.catalog.files("demo"),
        *context.catalog.files("districts", "*.csv"),
    ]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


COMMANDS = (Command("demo", _demo_arguments, _demo),)

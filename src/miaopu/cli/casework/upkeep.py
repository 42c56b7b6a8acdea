"""维护类命令：backup、restore。"""

from __future__ import annotations

import argparse
from pathlib import Path

from miaopu.cli.command import Command
from miaopu.cli.context import Context, Exit
from miaopu.cli.site import open_site


def _arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", type=Path, metavar="文件", help="备份文件（.tar.gz）")
    one.add_argument(
        "--home", type=Path, default=Path("var/site"), metavar="文件夹", help="站点文件夹（缺省 var/site）"
    )


def _backup(context: Context) -> int:
    given = context.arguments
    open_site(context, given.home, demo=False)
    from miaopu.site.backup import backup  # 要等 django.setup() 之后

    with context.progress("备份", None) as step:
        told = backup(given.file, step.tell)
    context.give({"file": given.file, "rows": told.rows, "files": len(told.digests)})
    size = given.file.stat().st_size / 1e6
    context.say(
        f"已备份到 {given.file}：{len(told.rows)} 张表 {sum(told.rows.values())} 行，{len(told.digests)} 个文件，{size:.1f} MB"
    )
    return Exit.DONE


def _restore(context: Context) -> int:
    given = context.arguments
    open_site(context, given.home, demo=False)
    from miaopu.access.actor import system  # 要等 django.setup() 之后
    from miaopu.selection.screening.actions import begin  # 同上
    from miaopu.site.restore import restore  # 同上

    with context.progress("恢复", None) as step:
        manifest = restore(given.file, step.tell)
        step.tell("重建读表")
        begin(system("恢复"), step.tell)
    context.give({"made": manifest["made"], "rows": manifest["rows"]})
    context.say(f"已恢复 {manifest['made'][:16]} 的备份：{sum(manifest['rows'].values())} 行；读表已由台账重建")
    return Exit.DONE


COMMANDS = (
    Command("backup", _arguments, _backup),
    Command("restore", _arguments, _restore),
)

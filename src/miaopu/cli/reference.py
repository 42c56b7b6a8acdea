"""查考类命令：targets 目标推导、industry 行业匹配；不需要台账。"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from miaopu.cli.command import Command
from miaopu.cli.context import Context, Exit
from miaopu.screening import targets

NOTES = "MIAOPU_INDUSTRY_NOTES"
"""行业说明文件（CSV：code,note）的环境变量；没有也能用。"""


def _no_arguments(one: argparse.ArgumentParser) -> None:
    """没有自己的参数。"""


def _targets(context: Context) -> int:
    rows = targets(context.catalog).to_dicts()
    context.give({"targets": rows})
    for row in rows:
        context.say(f"{row['code']} {row['title']}：{row['expression']}；{row['stated_word']}；{row['gap_word']}")
        context.say(f"　取整：{row['rounding']}")
        context.say(f"　基数：{row['base_text']}；除数：{row['divisor']}")
        context.say(f"　原句：“{row['quote']}”（{row['document']} {row['place']}）")
    return Exit.DONE


def _industry_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("scope", metavar="经营范围", help="营业执照上的经营范围")
    one.add_argument("--top", type=int, default=3, metavar="个", help="给几个候选（缺省 3）")
    one.add_argument("--notes", type=Path, default=os.environ.get(NOTES), metavar="文件", help="行业说明文件（可无）")


def _industry(context: Context) -> int:
    from miaopu.profile.industry import Matcher  # 连带 scikit-learn、scipy：量得 2.4 秒，别的命令不必等

    given = context.arguments
    found = Matcher.read(context.catalog, Path(given.notes) if given.notes else None).match(given.scope, given.top)
    context.give({"candidates": [{"code": code, "name": name, "score": score} for code, name, score in found]})
    for code, name, score in found:
        context.say(f"{code} {name}　相近程度 {score:.3f}")
    if not found:
        context.say("没有可用的文字，给不出候选")
    return Exit.DONE


COMMANDS = (
    Command("targets", _no_arguments, _targets),
    Command("industry", _industry_arguments, _industry),
)

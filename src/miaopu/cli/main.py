"""入口：解析参数，分派到各命令；一切错误都是中文句子，退出码见 context.Exit。"""

from __future__ import annotations

import argparse
import os
import re
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from miaopu.cli.context import Broken, Context, Exit, UsageError
from miaopu.standards.given.facts import FactsError
from miaopu.standards.load import UnknownStandard
from miaopu.terms.complaint import Refusal
from miaopu.terms.yaml_lines import CatalogError

GROUPS: Mapping[str, Mapping[str, str]] = {
    "intake": {
        "read": "收部门文件：读入、对主体、入账",
        "resolve": "把文件里的企业对到台账，不入账",
        "decide": "把人的决定（主体、取数、须人工核定）记入台账",
        "withdraw": "撤回一个批次或一组决定",
    },
    "judging": {
        "judge": "按一份标准判定事实文件里的企业（不需要台账）",
        "cases": "现算标准旁边的判例",
        "applicable": "某层级、事项、日期适用哪份标准",
        "size": "按 300 号文划型",
    },
    "screening": {
        "screen": "全市评估：各标准的结论与名单",
        "explain": "说明一家企业对一份标准满足与否的理由",
        "trace": "一个数的来历：口径、文件、工作表、单元格",
    },
    "nurture.planning": {
        "plan": "一企一策：最省的方案，或最早哪年、为什么",
        "gap": "差距：还差什么、差多少、最早哪天能补上",
        "forecast": "预计：什么也不办，往后各年哪些条款会不满足",
        "what-if": "假如：改几个数，看条款怎么变",
    },
    "nurture.improvement": {
        "report": "提升报告与提升规划（Word），写完逐数核对",
    },
    "reference": {
        "targets": "目标推导：公式、基数、除数、取整、原句",
        "industry": "由经营范围找 GB/T 4754 行业代码（只供人参考）",
    },
    "demo": {
        "demo": "演示城市：造文件、入账、评估、出名单",
    },
    "site": {
        "verify-log": "逐行核验操作日志，断了指出第一处",
        "open-admins": "正式部署的头三个账号：系统、安全、审计管理员",
        "serve": "开网站：工作台、企业总库、筛选、规则……",
    },
    "signals.firms": {
        "ask": "先补哪个数：一家的先后，或一个县区向各部门要数的单子",
        "peers": "一家在同行业、同梯次里的位置",
        "potential": "潜力信号：由持有企业认定前的数学到的机会；只排先后，不定结论",
    },
    "signals.share": {
        "share": "主导产品占有率核算：几种算法的区间、最敏感的假设、如实说明",
    },
    "nurture.pairs": {
        "assign": "专员分工：企业表与名册进，谁帮谁与理由出（只用核心）",
        "roster": "服务队伍名册：列出、导出、导入",
        "pairs": "专员分工：统筹草案、采用、人工改、导出",
    },
    "nurture.followup": {
        "requests": "诉求：list raise route back answer rate withdraw close lacking",
        "visits": "走访：list agenda plan join record postpone cancel sign",
        "plans": "一企一策：起草、同意、批准、进展、材料",
        "ledgers": "三本台账：export import",
    },
    "nurture.served": {
        "contacts": "企业联络员：list name fill end export import",
        "events": "企业活动与对标：办一场、请企业、回复、到场、对标表",
        "diagnoses": "专家诊断：逐条问题、整改、销号、意见书",
    },
    "nurture.demands": {
        "demands": "技术创新需求：填报、审核、推荐省库、撮合、导出",
    },
    "nurture.registers": {
        "registers": "专项登记：研发费用归集、发明专利、研发机构等各本的登记、办理、试算、导入导出",
    },
    "signals.cohort": {
        "cohort": "选配：在名额之内选预期通过数最多的一组，逐家说理由",
    },
    "casework.library": {
        "library": "培育库：名额、选配、变动、下发、发布",
    },
    "casework.upkeep": {
        "backup": "备份站点：案件库、台账、上传件、本地目录",
        "restore": "把备份装进一个空的站点",
    },
}
"""各组命令在哪个模块、各一句说明。只装要用的一组（量得 judge 起动由 1.4 秒减到 0.8 秒），只看说明时一组也不装；
与各模块的 COMMANDS 一致由测试看着。"""


TOLD = {
    ("miaopu.access.act", "Wrong"),
    ("miaopu.access.act", "Denied"),
    ("django.core.exceptions", "ImproperlyConfigured"),
}
"""站点类命令里“没有办成”、设置不对的话；按名字认，别的命令不为它装网站框架。"""


SAID = {
    "the following arguments are required: ": "缺少 ",
    "unrecognized arguments: ": "不认识 ",
    "expected one argument": "后面要写一个值",
    "expected at least one argument": "后面至少要写一个值",
    "invalid choice: ": "没有这个取值 ",
    "invalid int value: ": "不是整数：",
    "argument ": "",
}
"""参数解析库的英文说法 → 中文。"""
CHOICES = re.compile(r" *\(choose from (.*)\)")


class _Parser(argparse.ArgumentParser):
    """中文用法与错误；选项名要写全。"""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, allow_abbrev=False, **named)

    def error(self, message: str) -> None:  # type: ignore[override]
        for english, chinese in SAID.items():
            message = message.replace(english, chinese)
        message = CHOICES.sub(r"（可用：\1）", message)
        raise UsageError(f"参数不对：{message}；用 {self.prog} --help 看用法")

    def format_help(self) -> str:
        text = super().format_help()
        swaps = {"usage:": "用法：", "positional arguments:": "参数：", "options:": "选项："}
        for english, chinese in swaps.items():
            text = text.replace(english, chinese)
        return text.replace("show this help message and exit", "显示这段说明")


def parser(only: str = "") -> argparse.ArgumentParser:
    """全部命令；only 这一条装上参数，别的只有一句说明。"""
    top = _Parser(prog="miaopu", description="苗圃：从部门报表到有理由的企业名单")
    commands = top.add_subparsers(dest="command", required=True, metavar="命令", parser_class=_Parser)
    for module, told in GROUPS.items():
        made = {one.name: one for one in import_module(f"miaopu.cli.{module}").COMMANDS} if only in told else {}
        for name, words in told.items():
            one = commands.add_parser(name, help=words, description=words)
            if name == only:
                _shared(one)
                made[name].arguments(one)
                one.set_defaults(run=made[name].run)
    return top


def _shared(one: argparse.ArgumentParser) -> None:
    one.add_argument("--json", action="store_true", help="给程序看的 JSON")
    one.add_argument("--ledger", default="var/ledger", metavar="文件夹", help="台账文件夹（缺省 var/ledger）")
    one.add_argument("--catalog", metavar="文件夹", help="本地目录文件夹（也可用环境变量 MIAOPU_CATALOG）")
    one.add_argument("--by", metavar="姓名", help="操作人（缺省为系统用户名）")


def main(arguments: Sequence[str] | None = None) -> int:
    """运行一条命令，返回退出码。"""
    os.umask(0o077)  # 写下的台账、名单、材料、备份只有本人可读；起的网站与作业进程照此
    context: Context | None = None
    try:
        given = sys.argv[1:] if arguments is None else list(arguments)
        context = Context(parser(given[0] if given else "").parse_args(given), _written(given))
        return int(context.arguments.run(context))
    except UsageError as error:
        return _fail(context, str(error), Exit.USAGE)
    except Broken as error:
        return _fail(context, str(error), Exit.BROKEN)
    except (Refusal, FactsError, CatalogError) as error:
        return _fail(context, str(error), Exit.REFUSED)
    except UnknownStandard as error:
        return _fail(context, str(error.args[0]), Exit.USAGE)
    except BrokenPipeError:
        return int(Exit.DONE)
    except OSError as error:
        return _fail(context, _unwritten(error), Exit.REFUSED)
    except Exception as error:
        inner = error.args[0] if error.args else None
        if isinstance(inner, OSError):  # 写工作簿的库把读写的错包了一层
            return _fail(context, _unwritten(inner), Exit.REFUSED)
        if (type(error).__module__, type(error).__name__) in TOLD:
            return _fail(context, str(error), Exit.REFUSED)
        if waiting := _unreachable(error):
            return _fail(context, waiting, Exit.REFUSED)
        traceback.print_exc()
        told = f"程序出错（{type(error).__name__}：{error}）；请把上面的文字连同命令发给维护人员"
        return _fail(context, told, Exit.BROKEN)


def _unwritten(error: OSError) -> str:
    place = f"“{error.filename}”" if error.filename else "文件"
    return f"{place}读写不成（{error.strerror or error}）；请核对路径、权限与磁盘余量"


def _unreachable(error: Exception) -> str:
    """案件库一时够不着（没有起、正在重启、打不开）的一句话；不是的为空串。"""
    if type(error).__module__ != "django.db.utils":
        return ""
    from miaopu.access import outage  # 装了网站框架的命令才有这种错

    if not outage.unreachable(error):
        return ""
    why = str(error).partition("\n")[0] or type(error).__name__
    wait = f"{outage.TOLD}（{why}）；请过 {outage.LATER} 秒再试，仍不行的核对 MIAOPU_DATABASE 与 --home"
    return outage.astray() or wait


def _written(given: Sequence[str]) -> frozenset[str]:
    """命令里明写了的选项名（--home、--ledger=… 都算）。"""
    return frozenset(one[2:].partition("=")[0] for one in given if one.startswith("--"))


def _fail(context: Context | None, message: str, code: Exit) -> int:
    if context is not None:
        context.give({"error": message, "exit": int(code)})
    sys.stderr.write(message + "\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())

"""一次跑完各项基准，用小的缺省规模；各项自己也能单跑（python -m bench.名字 --help）。

用法：python -m bench [项目 …] [--real 文件夹]；不写项目就是全部；真实数据只在给了文件夹时才跑。
"""

import argparse
import importlib
import importlib.util
import sys
import time
import traceback

PARTS = {
    "identity": ("主体对齐", ["--rows", "2000"]),
    "industry": ("行业匹配", []),
    "standards": ("标准评估", []),
    "reading": ("读入", ["--rows", "100000"]),
    "ledger": ("入账与快照", ["--rows", "25000"]),
    "plan": ("一企一策", ["--firms", "300"]),
    "export": ("大表导出", ["--rows", "50000"]),
    "next_datum": ("先补哪个数", ["--firms", "40"]),
    "potential": ("潜力信号", []),
    "assignment": ("专员分工", []),
    "cohort": ("选配", []),
    "real": ("真实数据", []),
}
"""项目 → 名称、一起跑时的缺省参数；要全市规模就单跑那一项。"""


def one(part: str, arguments: list[str]) -> bool:
    """跑一项；出错说清，不耽误别的。"""
    title, _ = PARTS[part]
    print(f"\n== {title}（bench.{part} {' '.join(arguments)}）", flush=True)
    if importlib.util.find_spec(f"bench.{part}") is None:
        print("没有这一项，跳过")
        return True
    started = time.perf_counter()
    try:
        importlib.import_module(f"bench.{part}").main(arguments)
    except Exception:  # 一项出错，别的照跑；最后退出码为 1
        traceback.print_exc()
        return False
    print(f"（用时 {time.perf_counter() - started:.0f} 秒）", flush=True)
    return True


def main(argv: list[str] | None = None) -> int:
    """跑选中的各项，全都跑成返回 0。"""
    parser = argparse.ArgumentParser(prog="python -m bench", description="一次跑完各项基准")
    parser.add_argument("parts", nargs="*", metavar="项目", help=f"缺省全部：{'、'.join(PARTS)}")
    parser.add_argument("--real", metavar="文件夹", help="真实数据的文件夹；没有就不跑这一项")
    given = parser.parse_args(argv)
    unknown = [part for part in given.parts if part not in PARTS]
    if unknown:
        parser.error(f"没有项目 {'、'.join(unknown)}；有 {'、'.join(PARTS)}")
    chosen = [part for part in PARTS if part in (given.parts or PARTS) and (part != "real" or given.real)]
    results = [one(part, [given.real] if part == "real" else PARTS[part][1]) for part in chosen]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())

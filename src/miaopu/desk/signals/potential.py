"""潜力信号的材料：从一轮评估学信号，写可靠程度（docx，图可改）与名单（xlsx）；只排先后，任何判定、名单、方案都不用它。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import INVENTED, STANDING_NOTE, Marks, day
from miaopu.papers.sheet import write_book
from miaopu.papers.word.chart import Picture
from miaopu.papers.word.document import Writer
from miaopu.profile.potential import Chance, Curve, NoSignal, Signal, learn, percent, words
from miaopu.profile.potential_rules import load_rules, needed
from miaopu.standards.run import WIDE, Run
from miaopu.terms.catalog import Catalog
from miaopu.terms.complaint import Complaint, Refusal, Severity
from miaopu.terms.yaml_lines import CatalogError

CAUTION = "潜力是信号：只用来排先后、提示先看谁，不是认定的机会，不进判定、名单、方案与名额"


def signal_of(run: Run, catalog: Catalog, tier: str) -> Signal | NoSignal:
    """从一轮评估学一次；目录里没有的层级抛 Refusal。"""
    try:
        rules = load_rules(catalog, tier)
    except CatalogError as error:
        wanted = ("目录 potential.yaml 里有的层级", "核对层级代码")
        raise Refusal(Complaint("potential-tier", Severity.REFUSE, tier, error.message, *wanted)) from None
    scan = pl.scan_parquet(run.folder / WIDE)
    names = [name for name in scan.collect_schema().names() if name in needed(rules)]
    return learn(scan.select(names).collect(), rules, run.assessed_on)


def lines(signal: Signal | NoSignal, top: int) -> Iterator[str]:
    """给人看的话。"""
    if isinstance(signal, NoSignal):
        yield f"不给{signal.rules.title}的潜力信号：{signal.why}"
        return
    yield summary(signal)
    for one in signal.bins:
        yield f"预计 {one.low:.0%} 至 {one.high:.0%}：{one.firms} 家，平均预计 {one.expected:.1%}，真有称号 {one.observed:.1%}"
    yield from (f"曲线　{one.title}：{curve(one)}" for one in signal.curves)
    yield compared(signal)
    for place, one in enumerate(signal.chances[:top], 1):
        yield f"{place}　{one.name}（{one.enterprise}）　{percent(one.chance)}　{words(one)}"
    yield from (f"局限：{one}" for one in signal.rules.limits)
    yield CAUTION


def summary(signal: Signal) -> str:
    """一句：学自多少家、准不准。"""
    return (
        f"{signal.rules.title}：学自认定前一年数全的 {signal.holders} 家与没有称号的 {signal.others} 家；"
        f"折外布里尔分 {signal.brier:.4f}，人人说平均占比时 {signal.base_brier:.4f}（好 {signal.skill:.0%}）"
    )


def curve(one: Curve) -> str:
    """一条曲线：由小到大几处的值与贡献。"""
    return "、".join(f"{point.value} {point.part:+.2f}" for point in one.points)


def compared(signal: Signal) -> str:
    """一句：旁边的逻辑回归准不准、系数。"""
    told = "、".join(f"{one.title} {one.weight:+.2f}" for one in signal.compared.weights)
    return f"对照的逻辑回归：折外布里尔分 {signal.compared.brier:.4f}；系数（标准化以后，大于零抬高）{told}"


def as_data(signal: Signal | NoSignal, top: int) -> dict[str, Any]:
    """给程序的 JSON；机会是 0 至 1 的数。"""
    if isinstance(signal, NoSignal):
        return {"tier": signal.rules.tier, "signal": None, "holders": signal.holders, "why": signal.why}
    told = {
        "holders": signal.holders, "others": signal.others, "brier": signal.brier, "base_brier": signal.base_brier,
        "curves": [asdict(one) for one in signal.curves], "limits": signal.rules.limits,
        "bins": [{**vars(one), "observed": one.observed} for one in signal.bins],
        "compared": asdict(signal.compared),
        "chances": [_told(one) for one in signal.chances[:top]], "scored": len(signal.chances),
    }  # fmt: skip
    return {"tier": signal.rules.tier, "signal": told}


def _told(one: Chance) -> dict[str, Any]:
    return {"enterprise": one.enterprise, "name": one.name, "chance": one.chance, "parts": dict(one.parts)}


def written(out: Path, signal: Signal | NoSignal, run: Run, filled_by: str) -> list[Path]:
    """写可靠程度与名单；filled_by 是填报单位；不给信号的什么也不写。"""
    if isinstance(signal, NoSignal):
        return []
    out.mkdir(parents=True, exist_ok=True)
    return [
        write_reliability(out / "潜力信号可靠程度.docx", signal, run),
        write_list(out / "潜力信号名单.xlsx", signal, run, filled_by),
    ]


def write_reliability(path: Path, signal: Signal, run: Run) -> Path:
    """可靠程度（docx）：折外的预计与真有、系数、局限。"""
    writer = Writer()
    writer.title("潜力信号可靠程度", f"{signal.rules.title}　{day(run.assessed_on)}")
    writer.one("准不准")
    writer.body(f"{summary(signal)}。布里尔分越小越好；“折外”是每家都用没有学过它的模型来估。")
    names = [f"{one.low:.0%}—{one.high:.0%}" for one in signal.bins]
    series = {
        "平均预计（%）": [round(one.expected * 100) for one in signal.bins],
        "真有称号（%）": [round(one.observed * 100) for one in signal.bins],
    }
    writer.chart(Picture("预计的机会与真有称号的占比", "column", names, series))
    rows = [
        (name, one.firms, f"{one.expected:.1%}", one.held, f"{one.observed:.1%}")
        for name, one in zip(names, signal.bins, strict=True)
    ]
    writer.table("可靠程度", ("预计的机会", "家数", "平均预计", "真有称号", "占比"), rows, (34, 28, 30, 32, 32))
    writer.one("看哪几个数")
    writer.body("每个数一条曲线，只往一个方向走，各数的贡献相加；贡献是对数几率，零是平均，大于零抬高。")
    heads = tuple(f"排到{point.share:.0%}处" for point in signal.curves[0].points)
    told = [(one.title, *(f"{point.value}：{point.part:+.2f}" for point in one.points)) for one in signal.curves]
    writer.table("各数的曲线", ("数", *heads), told, (31, 25, 25, 25, 25, 25))
    writer.body(f"{compared(signal)}。")
    writer.body(f"两者都是折外的；{_better(signal)}。")
    writer.one("局限")
    for one in (*signal.rules.limits, CAUTION):
        writer.body(f"{one}。")
    writer.note(f"数据截至{day(run.known_on)}；快照指纹 {run.marks['snapshot'][:16]}。{STANDING_NOTE}")
    return writer.save(path)


def _better(signal: Signal) -> str:
    mine, plain = signal.brier, signal.compared.brier
    if mine < plain:
        return f"排先后用的是曲线，布里尔分比逻辑回归低 {plain - mine:.4f}"
    return f"这一轮逻辑回归不比曲线差（低 {mine - plain:.4f}），排先后仍用曲线，请当心"


FIELDS = (
    Field(("企业名称",), "name", width=34),
    Field(("统一社会信用代码",), "uscc", "code", 21),
    Field(("机会（约）",), "chance", width=10),
    Field(("缘由（对对数几率的贡献）",), "words", width=60),
)


def write_list(path: Path, signal: Signal, run: Run, filled_by: str) -> Path:
    """名单（xlsx）：还没有称号、上年的数齐全的企业，机会大的在前；还没有统一社会信用代码的空着。"""
    codes = dict(pl.scan_parquet(run.folder / WIDE).select("enterprise", "uscc").collect().iter_rows())
    rows = [(one.name, codes.get(one.enterprise), percent(one.chance), words(one)) for one in signal.chances]
    frame = pl.DataFrame(rows, schema=dict.fromkeys((field.column for field in FIELDS), pl.String), orient="row")
    invented = any(INVENTED in one.name for one in signal.chances[:1])
    marks = Marks(filled_by, run.assessed_on, run.known_on, run.assessed_on, run.marks["snapshot"], (), invented)
    notes = (summary(signal), *signal.rules.limits, CAUTION, *marks.lines("还没有称号、上年的数齐全的企业"))
    sheet = Sheet("潜力", f"{signal.rules.title}潜力信号（只排先后）", FIELDS, frame, "见各格", notes)
    return write_book(path, [sheet], marks, "潜力信号")

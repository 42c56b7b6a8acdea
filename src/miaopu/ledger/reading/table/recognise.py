"""认来源：没有指明来源时，按各表得分认出是哪个部门的文件；并列或认不出即拒收，说明相近的有哪些。"""

from collections.abc import Mapping, Sequence

from miaopu.ledger.reading.table import fit as fitting
from miaopu.ledger.reading.table import form
from miaopu.ledger.reading.table.region import Region
from miaopu.ledger.reading.workbook.grid import Grid
from miaopu.ledger.reading.workbook.sniff import refuse
from miaopu.ledger.source import Source
from miaopu.terms.indicator import fold

CLOSE = 0.25
"""两个来源得分相差不到此数即为并列。"""


def hint(file: str, grid: Grid, title: str = "") -> str:
    """文件名、工作表名、表题：只在列对得差不多时分个高下。"""
    stem = file.rpartition(".")[0] or file
    return fold(f"{stem} {grid.sheet} {title}")


def recognise(file: str, regions: Sequence[Region], grids: Sequence[Grid], sources: Sequence[Source]) -> Source:
    """最像的来源。认不出或分不清抛 Refusal。"""
    scores: dict[str, float] = {}
    for source in sources:
        fits = [
            found[0].score for one in regions if (found := fitting.fits(one, source, hint(file, one.grid, one.title)))
        ]
        forms = [found.score for grid in grids if (found := form.find(grid, source))]
        if fits or forms:
            scores[source.code] = sum(fits) + sum(forms)
    code, near = choose(scores)
    if code is not None:
        return next(one for one in sources if one.code == code)
    titles = "、".join(f"{one.title}（{one.code}）" for one in sources if one.code in near)
    shown = "、".join(one.shown for one in regions[0].headings[:8]) if regions else "无"
    found = f"分不清是哪个部门的表，相近的有：{titles}" if near else f"认不出是哪个部门的表（表头：{shown}）"
    raise refuse(file, "source", found, "能认出来源的表头", "读入时指明来源，或核对表头")


def choose(scores: Mapping[str, float]) -> tuple[str | None, list[str]]:
    """得分最高的来源；并列或没有时为 None，并给出相近的来源。"""
    ranked = sorted(scores, key=lambda code: -scores[code])
    if not ranked:
        return None, []
    near = [code for code in ranked if scores[ranked[0]] - scores[code] < CLOSE]
    return (ranked[0], near) if len(near) == 1 else (None, near)

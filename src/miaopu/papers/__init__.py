"""报表材料：名单、一览表（xlsx）与调研报告（docx），写完可再打开核对；只排版，不判定、不改数。"""

from miaopu.papers.marks import Marks, StandardMark, standard_marks
from miaopu.papers.overview import write_overview
from miaopu.papers.report import write_report
from miaopu.papers.roster import write_focus, write_rosters, write_scale_up

__all__ = [
    "Marks", "StandardMark", "standard_marks", "write_focus", "write_overview", "write_report", "write_rosters",
    "write_scale_up",
]  # fmt: skip

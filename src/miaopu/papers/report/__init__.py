"""调研报告：底数、梯队、潜力、短板、缺口、目标，数都来自筛选的表。"""

from miaopu.papers.report.survey import Survey, write_report

__all__ = ["Survey", "write_report"]

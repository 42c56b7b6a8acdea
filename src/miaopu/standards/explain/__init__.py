"""说理：一次判定写成官员能读的树（explain），一家对一轮里全部标准的判定与说理（assess_firm）。"""

from miaopu.standards.explain.reason import KIND_WORDS, Reason, explain, plain

__all__ = ["KIND_WORDS", "Reason", "explain", "plain"]

"""措施：形状与读法；catalog/measures 里一项一条。"""

from miaopu.plan.measure.read import load_measures
from miaopu.plan.measure.shape import ADD, DAY, SET, YEAR, Change, Measure, Measures, Most

__all__ = ["ADD", "DAY", "SET", "YEAR", "Change", "Measure", "Measures", "Most", "load_measures"]

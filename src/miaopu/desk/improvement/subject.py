"""材料的主题：写的是哪家、对哪份标准、方案如何、谁填报；方案对照的标准按申报日，可以与逐条对照的不是同一份。"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from miaopu.desk.figure import Figures
from miaopu.ledger.derive import Derived, derived_items
from miaopu.papers.marks import INVENTED, Marks, standard_marks
from miaopu.plan.result import Impossible, Plan, Planned
from miaopu.standards.engine.bind import NEW, Program
from miaopu.standards.explain.firm import Assessed
from miaopu.standards.tree.clause import Standard
from miaopu.standards.tree.node import inputs


@dataclass(frozen=True)
class Subject:
    """一份材料写的是什么：哪家、对哪份标准、方案如何、谁填报。"""

    figures: Figures
    assessed: Assessed
    planned: Planned
    filled_by: str

    @property
    def name(self) -> str:
        """企业名称。"""
        return self.figures.dossier.file.name

    @cached_property
    def marks(self) -> Marks:
        """标记：逐条对照的与方案对照的标准都写上。"""
        return self.marked([self.assessed.selected.program, self.target])

    def marked(self, programs: Iterable[Program]) -> Marks:
        """写着这几份标准的标记。"""
        dossier = self.figures.dossier
        run = dossier.reading.run
        return Marks(
            filled_by=self.filled_by,
            filled_on=run.assessed_on,
            known_on=run.known_on,
            assessed_on=run.assessed_on,
            snapshot=dossier.snapshot.fingerprint,
            standards=standard_marks(programs),
            invented=INVENTED in self.name,
        )

    @property
    def plan(self) -> Plan | None:
        """方案；到期做不到的给最早能做到的那一个，都没有为 None。"""
        best = self.planned.best
        return best.then if isinstance(best, Impossible) else best

    @cached_property
    def target(self) -> Program:
        """方案对照的那份标准，绑在申报日；没有方案的是做不到的那一份。"""
        reading, told = self.figures.dossier.reading, self.plan or self.planned.best
        return reading.judge.form(reading.space.library.find(told.standard), told.judged_on, NEW).program

    @property
    def standard(self) -> Standard:
        """逐条对照的那份标准，按评估日。"""
        return self.assessed.judgement.standard

    @property
    def moved(self) -> bool:
        """方案对照的标准不是逐条对照的那一份。"""
        return self.target.standard.code != self.standard.code

    @property
    def titles(self) -> dict[str, str]:
        """方案所对标准的条款 → 名称。"""
        return {one.id: one.title for one in self.target.standard.walk()}

    def counted(self, items: str) -> tuple[Derived, ...]:
        """方案所对标准用到的、由这种条目（ip 知识产权、institution 研发机构）数得的指标。"""
        used = {one.name for bound in self.target.clauses for one in inputs(bound.truth)}
        every = derived_items(self.figures.dossier.reading.space.indicators)
        return tuple(one for one in every if one.items == items and one.key in used)

    def kinds(self, items: str) -> frozenset[str]:
        """由这种条目数得的全部指标，不论哪份标准。"""
        every = derived_items(self.figures.dossier.reading.space.indicators)
        return frozenset(one.key for one in every if one.items == items)

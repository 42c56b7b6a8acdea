"""潜力信号的模型：只长一层的单调梯度提升，各数各一条只往一个方向走的曲线，相加成对数几率；另有逻辑回归作对照。

收数组，给机会与各数的贡献；都用折外校准，同样的输入给同样的结果；不看企业。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

ONE = {"limits": 1, "user_api": "openmp"}
"""只用一个线程：数据小，几个线程互等比算还久。"""


@dataclass(frozen=True)
class Setup:
    """怎样学：signs 各数的方向（1 越大机会越大，-1 越小越大），rounds 几轮，rate 步长，folds、seed 折与种子。"""

    signs: tuple[int, ...]
    rounds: int
    rate: float
    folds: int
    seed: int

    @property
    def split(self) -> StratifiedKFold:
        """分折：种子定死。"""
        return StratifiedKFold(self.folds, shuffle=True, random_state=self.seed)

    def boosted(self, depth: int = 1) -> CalibratedClassifierCV:
        """单调梯度提升；depth 为 1 时各数的贡献只相加，说得清。"""
        trees = HistGradientBoostingClassifier(
            monotonic_cst=list(self.signs), max_depth=depth, max_iter=self.rounds, learning_rate=self.rate,
            early_stopping=False, random_state=self.seed,
        )  # fmt: skip
        return CalibratedClassifierCV(trees, method="sigmoid", cv=self.split, ensemble=False)

    def plain(self) -> CalibratedClassifierCV:
        """标准化以后的逻辑回归。"""
        linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
        return CalibratedClassifierCV(linear, method="sigmoid", cv=self.split, ensemble=False)

    def outside(self, model: CalibratedClassifierCV, grid: np.ndarray, held: np.ndarray) -> np.ndarray:
        """折外的机会：每家都用没有学过它的模型来估。"""
        with threadpool_limits(**ONE):
            return cross_val_predict(model, grid, held, cv=self.split, method="predict_proba")[:, 1]

    def fit(self, model: CalibratedClassifierCV, grid: np.ndarray, held: np.ndarray) -> CalibratedClassifierCV:
        """用全部来学。"""
        with threadpool_limits(**ONE):
            return model.fit(grid, held)


def turned(fitted: CalibratedClassifierCV) -> bool:
    """校准把大小倒了过来：学到的与口径写的方向相反，不能用。"""
    return any(one.a_ >= 0 for one in fitted.calibrated_classifiers_[0].calibrators)


@dataclass(frozen=True, eq=False)
class Curves:
    """一层提升的各条曲线。贡献是离开平均多少（对数几率）；base 与各贡献之和就是校准以前的对数几率。"""

    fitted: CalibratedClassifierCV
    learned: np.ndarray

    @cached_property
    def _middle(self) -> np.ndarray:
        return np.median(self.learned, axis=0)

    @cached_property
    def _start(self) -> float:
        return float(self._score(self._middle[None, :])[0])

    @cached_property
    def _means(self) -> np.ndarray:
        return self._raw(self.learned).mean(axis=0)

    @cached_property
    def base(self) -> float:
        """各数都取平均贡献时的对数几率。"""
        return self._start + float(self._means.sum())

    def parts(self, grid: np.ndarray) -> np.ndarray:
        """各家（行）各数（列）的贡献。"""
        return self._raw(grid) - self._means

    def at(self, shares: Sequence[float]) -> list[list[tuple[float, float]]]:
        """各数在学习用的企业里排到这些位置（0 至 1）的值与贡献。"""
        grid = np.quantile(self.learned, shares, axis=0)
        found = self.parts(grid)
        return [list(zip(grid[:, k].tolist(), found[:, k].tolist(), strict=True)) for k in range(grid.shape[1])]

    def _raw(self, grid: np.ndarray) -> np.ndarray:
        """只让一个数变、别的都取中位：只相加的模型，差就是这个数的贡献。"""
        out = np.empty(grid.shape)
        for k in range(grid.shape[1]):
            trial = np.repeat(self._middle[None, :], len(grid), axis=0)
            trial[:, k] = grid[:, k]
            out[:, k] = self._score(trial) - self._start
        return out

    def _score(self, grid: np.ndarray) -> np.ndarray:
        with threadpool_limits(**ONE):
            return self.fitted.calibrated_classifiers_[0].estimator.decision_function(grid)

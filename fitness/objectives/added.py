"""Metrics that packages of users add, checked before and whenever they are used.

A search trusts its scores: one that is not finite, or has another shape, would be found out generations later. So each
is tried on a few tables when it is loaded, and every result is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.machine.plugins import PluginError, failed, load

Score = Callable[[Any, NDArray[np.float64]], NDArray[np.float64]]
#: Two tables of two classes: all rows right, and two of six wrong.
_TRIED = np.array([[[[3, 0], [0, 3]]], [[[2, 1], [1, 2]]]], dtype=np.int64)


class Metrics(Mapping[str, Score]):
    """evo's own metrics by name; a look-up also finds what installed packages add.

    Raises:
        PluginError: of a look-up: see `fitness.machine.plugins.load`, or the metric is none.
    """

    def __init__(self, own: Mapping[str, Score]) -> None:
        self._own = dict(own)

    def __getitem__(self, name: str) -> Score:
        return self._own[name] if name in self._own else _added(name, tuple(self._own))

    def __contains__(self, name: object) -> bool:
        return name in self._own

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A metric whose results are looked at."""

    name: str
    function: Callable[..., Any]

    def __call__(self, confusion: Any, class_weights: NDArray[np.float64]) -> NDArray[np.float64]:
        try:
            scores = np.asarray(self.function(confusion, class_weights), dtype=np.float64)
        except Exception as problem:
            raise failed("evo.metrics", self.name, problem) from problem
        wanted = np.shape(confusion)[:-3]
        if scores.shape != wanted:
            need = f"expected a score per genome, shape {wanted} for counts {np.shape(confusion)}, got {scores.shape}"
            raise PluginError(need, where=f"metric {self.name}")
        wrong = scores[~((scores >= -1) & (scores <= 1))]
        if wrong.size:
            raise PluginError(f"expected scores from -1 to 1, got {wrong.flat[0]:g}", where=f"metric {self.name}")
        return scores


@cache
def _added(name: str, own: tuple[str, ...]) -> Score:
    metric = _Checked(name, load("evo.metrics", name, own))
    right, wrong = metric(_TRIED, np.ones(2)).tolist()
    if right < wrong:
        need = (
            f"expected higher scores for better predictions, got {right:g} where all are right, {wrong:g} with errors"
        )
        raise PluginError(need, where=f"metric {name}")
    return metric

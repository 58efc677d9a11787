"""What a fitted estimator can do with its whole front: show it, pick from it, be kept, say which columns matter."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from evo.errors import EvoError
from evo.estimators.frames import front_frame, plot_front
from evo.estimators.importances import importances
from evo.estimators.networks import Learned
from evo.estimators.notebook import fitted_html
from evo.kinds.common.front import knee, no_member
from evo.kinds.registry import kind_of
from evo.monitor import FrontRow
from genomes.text.quoting import quoted


class FrontMethods(BaseEstimator):  # type: ignore[misc]
    """Base of the estimators, beside what scikit-learn asks for.

    Attributes: classes_, front_, pick_, rules_, n_generations_.
    """

    _fitted: Learned

    def _learned(self, fitted: Learned) -> Self:
        """Be what was fitted."""
        self._fitted = fitted
        self.classes_ = fitted.classes
        self.front_ = fitted.front
        self.pick_ = fitted.model.id
        self.n_generations_ = fitted.generations
        self.rules_ = fitted.rules()
        return self

    def front_frame(self) -> Any:
        """The front as a frame of pandas: id, error, sizes, scores, formula and whether it is the pick, best first.

        Raises:
            ImportError: pandas is not installed.
        """
        check_is_fitted(self)
        return front_frame(self.front_, self.pick_)

    def plot_front(self, ax: Any = None) -> Any:
        """Draw the front's scores against sizes with matplotlib, the pick marked; returns the axes.

        ax: axes to draw on; a figure of its own where None.

        Raises:
            ImportError: matplotlib is not installed.
        """
        check_is_fitted(self)
        config = self._fitted.origin.config
        return plot_front(self.front_, self.pick_, kind_of(config.genome.kind).sizes[0], config.fitness.metric, ax)

    def with_pick(self, id: str) -> Self:
        """A fitted copy whose model is another member of the front: predictions, probabilities, rules, exports follow.

        id: of a member (`front_`, `front_frame`), or "knee": as `evo show --pick knee`.

        Raises:
            ValueError: no such member.
        """
        check_is_fitted(self)
        known = [row.id for row in self.front_]
        member = knee(self.front_, self.pick_).id if isinstance(id, str) and id == "knee" else id
        if not isinstance(member, str) or member not in known:
            raise ValueError(f"with_pick({quoted(member)}): {no_member(self.front_, 'knee')}")
        return copy.copy(self)._learned(self._fitted.picked(member))

    @property
    def feature_importances_(self) -> NDArray[np.float64]:
        """float64[columns] that add up to 1: how often another row's value of a column would change a prediction.

        See docs/estimators.md; all 0 of a constant model.
        """
        check_is_fitted(self)
        return importances(self._fitted.names, self._fitted.influences())

    def save(self, run_dir: str | Path) -> Path:
        """Write a run directory with the whole front that `evo show`, `predict`, `evaluate` and `export` read.

        `load` opens it again as an estimator, `evo.load` as a result. No rows are written. Returns its path.

        Raises:
            ValueError: the folder is there already, or a parameter or label cannot be written as JSON.
        """
        check_is_fitted(self)
        from evo.estimators.saving import save  # noqa: PLC0415 - files are seldom asked for

        try:
            return save(self, self._fitted, Path(run_dir))
        except EvoError as problem:
            raise ValueError(str(problem)) from None

    @classmethod
    def load(cls, run_dir: str | Path) -> Self:
        """The fitted estimator that `save` wrote.

        Raises:
            ValueError: it is not there, is damaged, or another class of estimators.
        """
        from evo.estimators.loading import load  # noqa: PLC0415 - files are seldom asked for

        try:
            loaded: Self = load(cls, Path(run_dir))
        except EvoError as problem:
            raise ValueError(str(problem)) from None
        return loaded

    def _repr_html_(self) -> str:
        """Cards of the rules in a notebook; before a fit what scikit-learn shows."""
        if not hasattr(self, "_fitted"):
            from sklearn.utils import estimator_html_repr  # noqa: PLC0415 - slow

            return str(estimator_html_repr(self))
        fitted = self._fitted
        config, lines = fitted.origin.config, fitted.words(fitted.encoder).splitlines()
        row: FrontRow = next(row for row in self.front_ if row.id == self.pick_)
        kind = kind_of(config.genome.kind)
        return fitted_html(type(self).__name__, self.rules_, lines, row, kind, config.fitness.metric)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        """What a notebook shows, and a terminal."""
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

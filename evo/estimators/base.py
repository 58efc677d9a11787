"""What the estimators have in common: fit, predictions with probabilities, words and exports.

Constructors only store; everything is checked when `fit` begins; what was learned ends in an underscore. The search
itself is that of `evo run` (`evo.estimators.learning`).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from evo.errors import EvoError
from evo.estimators.cards import FittedScorecard
from evo.estimators.evidence import Floats
from evo.estimators.fitting import Plan, fit_rows
from evo.estimators.fronts import FrontMethods
from evo.estimators.labels import check_labels, plain_labels, target_name
from evo.estimators.names import with_names
from evo.estimators.networks import FittedNetwork, Learned
from evo.estimators.tables import Raw, read
from evo.estimators.words import Explanation
from evo.export import Exported
from evo.running.clock import Stopwatch
from fitness.data.dataset import Split
from fitness.data.encoder import Encoder
from fitness.data.table import Table
from genomes import portable
from genomes.two_level.spec import Kind, Output


class FormulaClassifier(ClassifierMixin, FrontMethods):  # type: ignore[misc]
    """Base of the estimators; subclasses say what is evolved and which parameters there are."""

    _kind: ClassVar[Kind] = "sop"
    _output: ClassVar[Output] = "or"
    warm_start: bool

    def _keep(self, given: Mapping[str, Any]) -> None:
        """Store the parameters of a constructor; given: its `locals()`."""
        self.__dict__.update((name, given[name]) for name in self._get_param_names())

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:  # noqa: N803
        """Learn from rows X [rows, columns] and labels y [rows].

        Args:
            X: NumPy array, sparse matrix, list of rows, pandas or polars frame; numbers, text (categories), missing
                cells.
            y: labels of two or more classes; what a Series is called, formulas and exports call them.
            sample_weight: numbers >= 0 [rows]: a row of weight 3 counts as three equal rows, see docs/estimators.md.

        Raises:
            ValueError, TypeError: parameters or data that nothing can be learned from, in one line.
        """
        watch = Stopwatch()
        labels = np.asarray(validate_data(self, y=plain_labels(y)))
        raw = read(X)
        validate_data(self, X, y, skip_check_array=True)  # last: it notes the names of the columns
        check_consistent_length(range(raw.n_rows), labels)
        check_labels(labels)
        begun = self._fitted.begun if self.warm_start and hasattr(self, "_fitted") else None
        try:
            fitted = self._learner()(self._plan(target_name(y, raw.names)), raw, labels, sample_weight, begun, watch)
        except EvoError as problem:
            raise ValueError(str(problem)) from None
        return self._learned(fitted if self.warm_start else fitted.without_state())

    def _learner(self) -> Callable[..., Learned]:
        """What learns from rows."""
        return fit_rows

    def _plan(self, target: str) -> Plan:
        return Plan(self._kind, self._output, self.get_params(deep=False), type(self).__name__, target)

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Labels [rows]."""
        _, split = self._read(X)
        return np.asarray(self.classes_[self._fitted.codes(split)])

    def predict_proba(self, X: Any) -> Floats:  # noqa: N803
        """Class probabilities float64[rows, classes] by `probability` (see docs/estimators.md)."""
        split = self._read(X)[1]
        return self._fitted.chances(split)

    def decision_function(self, X: Any) -> Floats:  # noqa: N803
        """Two classes: log-odds of the second one, float64[rows]; more: votes, float64[rows, classes]."""
        _, split = self._read(X)
        if len(self.classes_) == 2:
            chances = self._fitted.chances(split)
            return portable.log(chances[:, 1]) - portable.log(chances[:, 0])
        return self._fitted.scores(split)

    def explain(self, X: Any) -> list[Explanation]:  # noqa: N803
        """Which rules fired on each row and why, or why none did; `str` of an entry is its text."""
        table, split = self._read(X)
        return self._fitted.explained(table, split)

    def to_dnf(self, feature_names: Any = None) -> str:
        """The formula in words; feature_names: other names of the columns, one for each."""
        check_is_fitted(self)
        return self._fitted.words(self._encoder(feature_names))

    def export(self, fmt: str, feature_names: Any = None, *, minimize: bool = True) -> Exported:
        """The model in one of the formats of docs/exports.md: text, or bytes where the format is binary.

        Raises:
            ExportError: no such format, or the model cannot be written in it.
        """
        check_is_fitted(self)
        return self._fitted.exported(fmt, self._encoder(feature_names), minimize=minimize)

    @property
    def scorecard_(self) -> FittedScorecard:
        """The scorecard that `probability="front"` asks, as a model of its own (see docs/estimators.md).

        Raises:
            AttributeError: not fitted, or a network, which has none.
        """
        check_is_fitted(self)
        fitted = self._fitted
        if isinstance(fitted, FittedNetwork):
            raise AttributeError("kind='network' has no scorecard; formulas and kind='vote' have one")
        return FittedScorecard(fitted.scorecard, self.classes_, lambda rows: self._read(rows)[1], self._encoder)

    def _encoder(self, feature_names: Any) -> Encoder:
        fitted = self._fitted
        if feature_names is None:
            return fitted.encoder
        return Encoder(fitted.encoder.task, with_names(fitted.encoder.binarizer, fitted.names, feature_names))

    def _read(self, x: Any) -> tuple[Table, Split]:
        check_is_fitted(self)
        raw: Raw = read(x)
        validate_data(self, x, reset=False, skip_check_array=True)
        try:
            table = raw.conforming(self._fitted.names, self._fitted.encoder.binarizer.fields)
            split = self._fitted.encoder.encode(table)
        except EvoError as problem:
            raise ValueError(str(problem)) from None
        for note in table.notes:
            warnings.warn(note, UserWarning, stacklevel=3)
        return table, split

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_fitted")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = tags.input_tags.allow_nan = tags.input_tags.categorical = tags.input_tags.string = True
        return tags

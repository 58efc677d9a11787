"""The three estimators: what each evolves, and its parameters (docs/estimators.md explains them)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal

from evo.estimators.base import FormulaClassifier
from evo.estimators.fitting import fit_rows
from evo.estimators.network_fits import fit_network
from evo.estimators.networks import Learned
from evo.estimators.settings import ChosenBy, ProbabilityFrom, ScoredBy
from genomes.two_level.spec import Kind, Output, Side

Features = Iterable[str | int] | None
#: AND gates of a network, unless a fit says otherwise.
MOST_GATES = 5000
#: Parameters of formulas that networks have no use for, with the value that says nothing.
OF_FORMULAS: Mapping[str, Any] = {
    "max_terms": 64, "max_term_literals": None, "max_literals": None, "selection": "auto", "validation_fraction": 0.2,
    "price": None, "refine": True, "required_features": None, "probability": "front",
}  # fmt: skip
#: The same of wide networks, and what these have no use for.
OF_TABLES: Mapping[str, Any] = {"units": 200, "inputs": 4, "sweeps": 1}
OF_GENERATIONS: Mapping[str, Any] = {"generations": None}
#: The same of all networks.
OF_NETWORKS: Mapping[str, Any] = {"max_gates": MOST_GATES, "algorithm": "compose", **OF_TABLES}


class SOPClassifier(FormulaClassifier):
    """Learns a sum of products: an OR of ANDs of comparisons for one of two classes; of more classes rules that vote.

    Args:
        max_terms: terms at most (per class where there are more than two).
        max_term_literals: comparisons in a term at most, None for no limit.
        max_literals: comparisons in the model at most: the front's best model of that size is picked.
        generations: of the search, at most; more rarely generalize better, but may match a hard truth table.
        max_seconds: of the whole fit but compiling; the search ends then, and the same seed gives other models.
        metric: what the search makes large: "accuracy", "balanced_accuracy", "f1" or "mcc".
        side: of two classes the one that the formula describes: "positive" the second, "negative" the first, "both"
            whichever is described better, "auto" the same.
        selection: how one model of the front is picked: by "price" (the fewest errors + price per comparison and term),
            by "cross_validation" (folds find the price, for half as much time again), by "holdout" (the best score on
            rows that the search has not seen), or by "error" (the fewest training errors: for truth tables, or to fill
            max_literals). "auto" is folds for 50 to 4,000 rows without max_seconds, max_literals, required_features
            and price, and the price otherwise.
        validation_fraction: share of each class's rows held out for "holdout".
        price: training errors that a comparison must save; None: found by description length.
        thresholds: per numeric column at most, while it searches.
        refine: whether the thresholds of what was found are then moved to their best places.
        categorical_features: names or places of columns that are categories although they hold numbers.
        forbidden_features, required_features: columns that the model must not, must use.
        monotone_features: {column: 1 or -1}: the second class may only become more (less) likely with it.
        class_weight: None, "balanced", or {label: weight}.
        probability: what `predict_proba` comes from: "front", the terms of all models of the front near the picked one,
            or "formula", the terms of the picked one alone. The predicted class leads in both.
        warm_start: a further fit on the same data goes on where the last one ended, up to `generations`.
        n_jobs: workers, from ten seconds of work on; -1 for one per core.
        random_state: the search's seed; None is 0, so that every fit is repeatable. A RandomState is drawn from.
        verbose: 0 is silent, 1 prints a line every few seconds on standard error, 2 one per generation.
        callbacks: functions of a record, or objects with on_generation(record), called after every generation, as those
            of `evo.run` (`evo.callbacks`).

    Attributes: classes_, front_, pick_, rules_, feature_importances_, n_generations_, n_features_in_,
        feature_names_in_.
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants parameters one by one
        self,
        max_terms: int = 64,
        *,
        max_term_literals: int | None = None,
        max_literals: int | None = None,
        generations: int = 16,
        max_seconds: float | None = None,
        metric: ScoredBy = "accuracy",
        side: Side = "auto",
        selection: ChosenBy = "auto",
        validation_fraction: float = 0.2,
        price: float | None = None,
        thresholds: int = 9,
        refine: bool = True,
        categorical_features: Features = None,
        forbidden_features: Features = None,
        required_features: Features = None,
        monotone_features: Mapping[str | int, int] | None = None,
        class_weight: Any = None,
        probability: ProbabilityFrom = "front",
        warm_start: bool = False,
        n_jobs: int | None = None,
        random_state: Any = None,
        verbose: int = 0,
        callbacks: Sequence[Any] | None = None,
    ) -> None:
        self._keep(locals())


class POSClassifier(SOPClassifier):
    """Learns a product of sums: an AND of ORs. Parameters and attributes are those of SOPClassifier, read for clauses.

    A clause counts where it fails: `rules_` and `explain` say when that is.
    """

    _kind: ClassVar[Kind] = "pos"


class BooleanNetworkClassifier(FormulaClassifier):
    """Learns a network beyond a single formula: terms that vote, or units composed in depth.

    Args:
        kind: "vote": terms with small integer weights, a scorecard for two classes, votes per class for more. max_terms
            bounds the votes of a class, weights included; `max_term_literals=1` makes a scorecard of single
            comparisons. "network": parities, counts, thresholds, choices and gates over comparisons and over each other
            (docs/networks.md); it grows on three quarters of the rows, which the rest judge, and once more on all.
        max_gates: of a network, AND gates at most.
        algorithm: of a network: "compose" searches units of many kinds in depth; "lut_boost" grows a wide vote of small
            tables, for images and many rows, by a plan that needs no `generations`.
        units, inputs, sweeps: of "lut_boost": tables of each class, inputs of a table at most, and times that all are
            gone over again.
        generations: of the search, at most; None is 16 for votes and 40 for "network".

    Other parameters are those of SOPClassifier, but a direction per column and a side are not offered, as every class
    has votes of its own; those that bound or price terms and comparisons, choose by folds or by rows held out, and
    required_features, refine and probability, are for votes alone.
    """

    _output: ClassVar[Output] = "vote"
    kind: str
    max_gates: int
    algorithm: str

    def __init__(  # noqa: PLR0913 - scikit-learn wants parameters one by one
        self,
        max_terms: int = 64,
        *,
        kind: Literal["vote", "network"] = "vote",
        max_gates: int = MOST_GATES,
        algorithm: Literal["compose", "lut_boost"] = "compose",
        units: int = 200,
        inputs: int = 4,
        sweeps: int = 1,
        max_term_literals: int | None = None,
        max_literals: int | None = None,
        generations: int | None = None,
        max_seconds: float | None = None,
        metric: ScoredBy = "accuracy",
        selection: ChosenBy = "auto",
        validation_fraction: float = 0.2,
        price: float | None = None,
        thresholds: int = 9,
        refine: bool = True,
        categorical_features: Features = None,
        forbidden_features: Features = None,
        required_features: Features = None,
        class_weight: Any = None,
        probability: ProbabilityFrom = "front",
        warm_start: bool = False,
        n_jobs: int | None = None,
        random_state: Any = None,
        verbose: int = 0,
        callbacks: Sequence[Any] | None = None,
    ) -> None:
        self._keep(locals())

    def _learner(self) -> Callable[..., Learned]:
        """By `kind`.

        Raises:
            ValueError: no such kind or algorithm, or a parameter of another one.
        """
        known: dict[str, tuple[Callable[..., Learned], Mapping[str, Any], Mapping[str, Mapping[str, Any]]]] = {
            "vote": (fit_rows, OF_NETWORKS, {"compose": {}}),
            "network": (fit_network, OF_FORMULAS, {"compose": OF_TABLES, "lut_boost": OF_GENERATIONS}),
        }
        if self.kind not in known:
            raise ValueError(f"kind must be 'vote' or 'network', got {self.kind!r}")
        learner, unused, algorithms = known[self.kind]
        self._leave("kind", unused)
        if self.algorithm not in algorithms:
            raise ValueError(f"algorithm must be 'compose' or 'lut_boost', got {self.algorithm!r}")
        self._leave("algorithm", algorithms[self.algorithm])
        return learner

    def _leave(self, name: str, unused: Mapping[str, Any]) -> None:
        """Refuse parameters that are not as they are by default, because of the one called `name`."""
        for key, value in unused.items():
            if getattr(self, key) != value:
                said = f"{name}={getattr(self, name)!r}"
                raise ValueError(f"{key} has no use with {said}; leave it at {value!r}")

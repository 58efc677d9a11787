"""scikit-learn's own checks, with little effort per fit: they ask what a fit is, not how good it is."""

from __future__ import annotations

from typing import Any

import pytest

sklearn = pytest.importorskip("sklearn")
from sklearn.utils.estimator_checks import parametrize_with_checks

from evo import BooleanNetworkClassifier, POSClassifier, SOPClassifier

QUICK: dict[str, Any] = {"generations": 3, "selection": "price", "thresholds": 5}


@parametrize_with_checks([kind(**QUICK) for kind in (SOPClassifier, POSClassifier, BooleanNetworkClassifier)])
def test_scikit_learn_finds_nothing_wrong(estimator: Any, check: Any) -> None:
    check(estimator)

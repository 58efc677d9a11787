"""Without scikit-learn there are no estimators to test."""

from __future__ import annotations

from typing import Any

import pytest

import evo

pytest.importorskip("sklearn", minversion="1.6")

QUICK: dict[str, Any] = {"generations": 3, "thresholds": 5, "price": 1.0}
NAMES = ("SOPClassifier", "POSClassifier", "BooleanNetworkClassifier")


@pytest.fixture(params=NAMES)
def kind(request: pytest.FixtureRequest) -> Any:
    return getattr(evo, request.param)


@pytest.fixture
def quick() -> dict[str, Any]:
    return dict(QUICK)

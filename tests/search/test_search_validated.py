"""Validation rows choose a price by smoothed errors, in formulas' runs that ask for nothing else."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.config.load import config_from_dict
from evo.display import make_display
from evo.kinds.two_level.validated import validated
from evo.running.launch import start
from evo.running.signals import NoSignals

MONK = {
    "schema": 1,
    "seed": 3,
    "data": {"source": "function", "function": "monk", "problem": 3, "samples": 150, "test_samples": 200,
             "noise": 0.05, "split": {"valid": 0.25}},
    "search": {"prices": 6},
    "stop": {"generations": 6},
}  # fmt: skip
Front = list[tuple[int, int, int]]


def plain(front: Front, found: float, standard_errors: float) -> tuple[int, float]:
    """The choice as docs/search.md defines it: (training errors, size, validation errors) per member."""
    prices = [found * 2.0**doublings for doublings in range(4, -5, -1)]
    best = [min(range(len(front)), key=lambda row: front[row][0] + price * front[row][1]) for price in prices]
    errors = [front[row][2] for row in best]
    smooth = [(errors[i - 1] + 2 * errors[i] + errors[i + 1]) / 4 for i in range(1, 8)]
    smooth = [(2 * errors[0] + errors[1]) / 3, *smooth, (2 * errors[8] + errors[7]) / 3]
    one = standard_errors * max(1.0, min(smooth)) ** 0.5
    values = [value + one * abs(place - 4) for place, value in enumerate(smooth)]
    place = values.index(min(values))
    return best[place], prices[place]


@given(
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 40), st.integers(0, 30)), min_size=1, max_size=12),
    st.sampled_from([0.25, 1.0, 3.7]),
    st.sampled_from([0.0, 0.4]),
)
def test_the_choice_is_the_documented_one(front: Front, found: float, standard_errors: float) -> None:
    errors, sizes, wrong = np.array(front, dtype=np.float64).T
    assert validated(errors, sizes, wrong, found, standard_errors) == plain(front, found, standard_errors)


def test_a_lucky_member_between_two_poor_ones_is_not_chosen() -> None:
    saved = [22.6, 11.3, 5.7, 2.8, 1.4, 0.7, 0.35, 0.18]  # by one more literal: each member is best at one price
    errors, sizes = 50.0 - np.cumsum([0.0, *saved]), np.arange(9.0)
    wrong = np.array([30.0, 20, 20, 20, 20, 21, 13, 22, 24])
    luckiest = int(wrong.argmin())
    row, _ = validated(errors, sizes, wrong, 2.0, 0.4)
    assert row != luckiest


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """result.json of a run per selection."""
    found = {}
    for selection in ("auto", "holdout"):
        config = config_from_dict(MONK | {"fitness": {"selection": selection}}, Path.cwd())
        path = tmp_path_factory.mktemp(selection) / "run"
        run, _ = start(config, "", [], make_display("quiet", 5.0, io.StringIO()), signals=NoSignals(), path=path)
        found[selection] = json.loads((run.root / "result.json").read_text())
    return found


def test_the_pick_is_the_best_of_the_front_at_the_price_that_is_recorded(results: dict[str, Any]) -> None:
    result = results["auto"]
    rule, n_rows = result["selection"], result["data"]["rows"]["train"]
    assert rule["rule"] == "validation"

    def cost(member: dict[str, Any]) -> float:
        errors = (1 - member["train_accuracy"]) * n_rows
        return float(errors + rule["price"] * (member["literals"] + member["terms"]))

    assert cost(result["best"]) <= min(map(cost, result["front"])) + 1e-9


def test_holdout_takes_the_best_score(results: dict[str, Any]) -> None:
    result = results["holdout"]
    assert result["selection"] == {"rule": "holdout"}
    assert result["best"]["valid_accuracy"] == max(member["valid_accuracy"] for member in result["front"])

"""Cross-validation picks the price by smoothed held-out errors, alike in every run and after every interruption."""

from __future__ import annotations

import io
import json
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.config.load import config_from_dict
from evo.display import make_display
from evo.errors import ConfigError
from evo.kinds.common.preparing import prepare
from evo.kinds.two_level.folds import FOLDS
from evo.kinds.two_level.model_selection import by_folds, by_price, choose_by_folds, choose_by_price
from evo.kinds.two_level.smoothed import candidates, chosen
from evo.monitor import Phase
from evo.running.launch import resume, start
from evo.running.signals import NoSignals
from evo.search.pricing import best_at, price_path
from fitness.objectives.sizes import description, literals
from genomes.bits import unpack
from genomes.two_level.literals import count_literals
from tests.kits.processes import products
from tests.kits.small_search import after, small_search

MONK = {
    "schema": 1,
    "seed": 3,
    "data": {"source": "function", "function": "monk", "problem": 3, "samples": 150, "test_samples": 200,
             "noise": 0.05, "split": {"valid": 0.0}},
    "fitness": {"selection": "cross_validation"},
    "search": {"prices": 6},
    "stop": {"generations": 6},
}  # fmt: skip


def held_out(errors: Sequence[int], n_rows: int = 200) -> Any:
    """Rows wrong per price: the first so many."""
    return (np.arange(n_rows) < np.array(errors)[:, None]).astype(float)


def rule(errors: Sequence[int], standard_errors: float) -> int:
    """The choice among prices as docs/search.md defines it, in plain numbers."""
    padded = [errors[0], *errors, errors[-1]]
    last = len(errors) - 1
    sums = [
        (padded[i] + 2 * padded[i + 1] + padded[i + 2]) / 4
        if 0 < i < last
        else (2 * errors[i] + errors[1 if i == 0 else last - 1]) / 3
        for i in range(len(errors))
    ]
    pull = standard_errors * max(min(sums), 1) ** 0.5
    values = [one + pull * abs(place - 4) for place, one in enumerate(sums)]
    return values.index(min(values))


@given(st.lists(st.integers(0, 60), min_size=9, max_size=9), st.sampled_from([0.0, 0.4, 1.0]))
def test_the_price_is_the_one_with_the_fewest_smoothed_errors_near_the_middle(errors: Any, most: float) -> None:
    assert chosen(held_out(errors), most, np.full((9, 200), np.nan)) == rule(errors, most)


def test_a_single_row_is_enough() -> None:
    assert candidates(3.0)[chosen(np.ones((9, 1)), 0.4, np.full((9, 1), np.nan))] == 3.0


def test_a_constant_is_not_chosen_where_a_model_is_significantly_better() -> None:
    constant, model = held_out([40])[0], held_out([20])[0]
    wrong = np.array([constant] * 6 + [model] * 3)  # cheap prices alone buy a model
    values = np.array([constant] * 6 + [np.full(200, np.nan)] * 3)
    strict = 5.0
    assert chosen(wrong, strict, np.full((9, 200), np.nan)) == 4
    assert candidates(2.0)[chosen(wrong, strict, values)] == 0.5
    luck = np.where(np.arange(200) == 0, 0.0, constant)  # one row better is no more than luck
    assert chosen(np.array([constant] * 6 + [luck] * 3), strict, values) == 4


@pytest.mark.parametrize("kind", ["sop", "pos"])
@pytest.mark.parametrize("name", ["iris", "adder"])
def test_row_errors_are_those_that_the_confusion_counts(name: str, kind: str) -> None:
    data = {
        "iris": {"source": "sklearn", "name": "iris"},
        "adder": {"source": "function", "function": "adder", "bits": 2},
    }
    search = small_search("nsga2", kind, data=data[name])
    state = after(search, 2)
    evaluator = search.problem.train
    errors = evaluator.row_errors(state.population)
    confusion = evaluator.confusion(state.population).sum(axis=1)
    wrong = confusion.sum(axis=(1, 2)) - np.trace(confusion, axis1=1, axis2=2)
    per_row = 3 if name == "adder" else 1
    assert np.allclose(errors.sum(axis=1) * per_row, wrong)


def test_a_part_of_a_split_holds_its_rows_in_order() -> None:
    split = prepare(config_from_dict(MONK, Path.cwd())).dataset.train
    rows = np.array([140, 3, 77, 3])
    part = split.take(rows)
    for whole, taken in ((split.inputs, part.inputs), (split.planes, part.planes), (split.care, part.care)):
        assert (unpack(taken, 4) == unpack(whole, split.n_rows)[:, rows]).all()
    assert part.n_rows == 4


def test_a_dearer_price_never_buys_a_larger_model() -> None:
    search = small_search("memetic")
    state = after(search, 5)
    for inverted in (False, True):
        rows = [
            best_at(state.archive, price, 50, 0, search.problem.space, inverted=inverted) for price in price_path(50, 9)
        ]
        covers = [state.archive.genomes[row] for row in rows if row is not None]
        sizes = [sum(int(count_literals(cubes).sum()) for cubes in cover.cubes) for cover in covers]
        assert len(sizes) == 9 and sizes == sorted(sizes)


def test_every_training_row_is_held_out_once_and_the_choice_is_on_the_front() -> None:
    config = config_from_dict(MONK, Path.cwd())
    job = prepare(config)
    state = after(job.search, 6)
    seen: list[int] = []

    def step(search: Any, inner: Any, number: int) -> Any:
        seen.append(number)
        return search.step(inner)

    choice = choose_by_folds(job, state, step)
    assert seen == sorted(seen) and set(seen) == set(range(1, FOLDS + 1))
    assert choice.member in state.archive.ids()
    assert ((choice.errors >= 0) & (choice.errors <= 1)).all()


class Stopping:
    """A display that sends a signal when the second fold begins."""

    def __init__(self, signals: NoSignals) -> None:
        self._inner, self._signals = make_display("quiet", 5.0, io.StringIO()), signals

    def phase(self, phase: Phase) -> None:
        if "fold 2" in phase.text:
            self._signals.received = signal.SIGTERM

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def test_a_run_interrupted_while_it_chooses_resumes_to_the_same_choice(tmp_path: Path) -> None:
    config = config_from_dict(MONK, Path.cwd())
    quiet = make_display("quiet", 5.0, io.StringIO())
    straight, _ = start(config, "", [], quiet, signals=NoSignals(), path=tmp_path / "straight")
    signals = NoSignals()
    stopped, ending = start(config, "", [], Stopping(signals), signals=signals, path=tmp_path / "stopped")  # type: ignore[arg-type]
    assert (ending.exit_code, (stopped.root / "result.json").exists()) == (75, False)
    _, ending = resume(stopped.root, config, make_display("quiet", 5.0, io.StringIO()), signals=NoSignals())
    assert ending.exit_code == 0
    assert products(stopped.root) == products(straight.root)
    chosen = [json.loads((run.root / "result.json").read_text())["selection"] for run in (straight, stopped)]
    assert chosen[0] == chosen[1]
    assert chosen[0]["rule"] == "cross_validation"


@pytest.mark.parametrize(
    ("selection", "split", "folds"),
    [
        ("auto", {"valid": 0.2}, False),
        ("auto", {"valid": 0.0}, True),
        ("holdout", {"valid": 0.0}, False),
        ("cross_validation", {"valid": 0.0}, True),
    ],
)
def test_auto_uses_folds_where_only_test_rows_are_held_out(selection: str, split: Any, folds: bool) -> None:
    document = MONK | {"data": MONK["data"] | {"split": split}, "fitness": {"selection": selection}}  # type: ignore[operator]
    config = config_from_dict(document, Path.cwd())
    assert by_folds(config, prepare(config).dataset) is folds


def test_auto_takes_the_price_that_is_found_for_many_rows() -> None:
    data = {"source": "function", "function": "parity", "bits": 13, "split": {"valid": 0.0, "test": 0.2}}
    config = config_from_dict({"schema": 1, "data": data}, Path.cwd())
    dataset = prepare(config).dataset
    assert not by_folds(config, dataset)
    assert by_price(config, dataset)


def test_auto_matches_a_whole_truth_table() -> None:
    data = {"source": "function", "function": "parity", "bits": 7, "split": {"valid": 0.0, "test": 0.0}}
    config = config_from_dict({"schema": 1, "data": data}, Path.cwd())
    assert not by_folds(config, prepare(config).dataset)


def test_a_price_picks_the_cheapest_sum_of_errors_and_size_without_folds(tmp_path: Path) -> None:
    fitness = {"selection": "price", "price": 1.5}
    config = config_from_dict(MONK | {"fitness": fitness}, Path.cwd())
    run, _ = start(config, "", [], make_display("quiet", 5.0, io.StringIO()), signals=NoSignals(), path=tmp_path / "r")
    result = json.loads((run.root / "result.json").read_text())
    assert result["selection"] == {"rule": "price", "price": 1.5}

    def cost(member: dict[str, Any]) -> float:
        errors = (1 - member["train_accuracy"]) * result["data"]["rows"]["train"]
        return float(errors + 1.5 * (member["literals"] + member["terms"]))

    assert abs(cost(result["best"]) - min(map(cost, result["front"]))) < 1e-9


def test_a_price_without_its_selection_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"fitness\.price: only used by selection: price"):
        config_from_dict(MONK | {"fitness": {"price": 1.5}}, Path.cwd())


def test_without_folds_the_validation_rows_choose(tmp_path: Path) -> None:
    config = config_from_dict(MONK, Path.cwd())
    config = replace(config, fitness=replace(config.fitness, selection="holdout"))
    run, _ = start(config, "", [], make_display("quiet", 5.0, io.StringIO()), signals=NoSignals(), path=tmp_path / "r")
    assert json.loads((run.root / "result.json").read_text())["selection"] == {"rule": "holdout"}


def test_folds_price_in_the_units_of_the_search_where_there_are_several_outputs() -> None:
    data = {"source": "function", "function": "adder", "bits": 5, "split": {"valid": 0.0, "test": 0.2}}
    document = MONK | {"data": data, "fitness": {"selection": "cross_validation"}}
    job = prepare(config_from_dict(document, Path.cwd()))
    choice = choose_by_folds(job, after(job.search, 2), lambda search, inner, number: search.step(inner))
    n_rows, n_samples = job.dataset.train.n_rows, job.search.context.n_samples
    assert n_samples == 6 * n_rows
    state = after(job.search, 2)
    best = best_at(state.archive, choice.price, n_samples, 0, job.search.problem.space)
    assert best is not None and state.archive.ids()[best] == choice.member


def test_the_model_is_the_best_of_the_front_at_the_chosen_price_on_either_side() -> None:
    job = prepare(config_from_dict(MONK, Path.cwd()))
    state = after(job.search, 6)
    choice = choose_by_folds(job, state, lambda search, inner, number: search.step(inner))
    row = state.archive.ids().index(choice.member)
    n_rows, space = job.dataset.train.n_rows, job.search.problem.space
    values = state.archive.objectives[:, 0] * n_rows + choice.price * description(state.archive.genomes, space)
    assert values[row] == values.min()
    shown = choice.to_json()
    assert shown["side"] == ("negative" if state.archive.genomes.inverted[row] else "positive")
    found = choose_by_price(job, state).price
    assert [price / found for price, _ in shown["held_out_errors"]] == [2.0**k for k in range(4, -5, -1)]
    assert shown["price"] in [price for price, _ in shown["held_out_errors"]]


@pytest.mark.parametrize("metric", ["balanced_accuracy", "f1", "mcc"])
def test_the_price_that_is_found_says_labels_whatever_the_metric(metric: str) -> None:
    noisy = MONK | {"data": MONK["data"] | {"noise": 0.2}}  # type: ignore[operator]
    prices = {}
    for name in ("accuracy", metric):
        job = prepare(config_from_dict(noisy | {"fitness": {"metric": name, "selection": "price"}}, Path.cwd()))
        state = after(job.search, 4)
        choice = choose_by_price(job, state)
        row = state.archive.ids().index(choice.member)
        assert literals(state.archive.genomes, job.search.problem.space)[row] > 0
        prices[name] = choice.price
    assert prices[metric] < 3 * prices["accuracy"]

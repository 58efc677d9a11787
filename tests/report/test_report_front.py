"""The front as people see it: order, pick, knee, and what --pick means."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evo.config.load import config_from_dict
from evo.errors import UsageError
from evo.kinds.common.front import choose, knee, with_test
from evo.kinds.common.job import Job
from evo.kinds.common.preparing import prepare
from evo.kinds.two_level.scorer import test_scores
from evo.monitor import FrontRow
from evo.search.archive import Archive
from evo.search.state import State
from fitness.data.dataset import Split
from fitness.evaluation.evaluator import Evaluator
from fitness.objectives.metrics import METRICS
from tests.kits.fronts import formula_row

TEST_SCORES = test_scores
del test_scores  # pytest would take it for a test


def row(member: str, error: float, literals: int) -> FrontRow:
    return formula_row(member, error, (literals, 2, 3, 2), 0.9, 1 - error, None)


def job_of(**changes: Any) -> Job:
    document: dict[str, Any] = {
        "schema": 1,
        "seed": 5,
        "data": {
            "source": "function",
            "function": "multiplexer",
            "address_bits": 2,
            "noise": 0.1,
            "split": {"valid": 0.3},
        },
        "genome": {"kind": "sop", "terms": 8},
        "search": {"population": 24},
    }
    return prepare(config_from_dict(document | changes, Path.cwd()))


def after(job: Job, generations: int = 8) -> State:
    state = job.search.start()
    for _ in range(generations):
        state = job.search.step(state)
    return state


def metric_of(job: Job, archive: Archive, split: Split, metric: str) -> dict[str, float]:
    """A metric of every member, straight from the evaluator."""
    confusion = Evaluator.of(job.dataset.task, "sop", split).confusion(archive.genomes)
    scores = METRICS[metric](confusion, np.ones(len(job.dataset.task.classes)))
    return dict(zip(archive.ids(), scores.tolist(), strict=True))


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "f1", "mcc"])
def test_the_pick_has_the_best_validation_score_of_the_metric_and_then_the_fewest_literals(metric: str) -> None:
    job = job_of(fitness={"metric": metric, "selection": "holdout"})
    archive = after(job).archive
    rows = job.scorer.rows(archive)
    assert job.dataset.valid is not None
    scores = metric_of(job, archive, job.dataset.valid, metric)
    best = [row for row in rows if scores[row.id] == max(scores[shown.id] for shown in rows)]
    assert job.scorer.pick(rows) in best
    assert job.scorer.pick(rows).literals == min(row.literals for row in best)


def test_without_validation_rows_the_pick_has_the_best_training_score() -> None:
    data = {"source": "function", "function": "multiplexer", "address_bits": 2, "split": {"valid": 0, "test": 0}}
    job = job_of(data=data)
    rows = job.scorer.rows(after(job).archive)
    assert job.scorer.pick(rows).train_accuracy == max(row.train_accuracy for row in rows)
    assert all(row.valid_accuracy is None for row in rows)


def test_the_front_is_sorted_by_error_and_then_by_literals() -> None:
    job = job_of()
    rows = job.scorer.rows(after(job).archive)
    assert len(rows) > 2
    assert list(rows) == sorted(rows, key=lambda row: (row.error, row.literals))


def test_errors_and_accuracies_are_those_of_the_evaluator() -> None:
    job = job_of(fitness={"metric": "mcc"})
    archive = after(job).archive
    assert job.dataset.valid is not None
    error = metric_of(job, archive, job.dataset.train, "mcc")
    train = metric_of(job, archive, job.dataset.train, "accuracy")
    valid = metric_of(job, archive, job.dataset.valid, "accuracy")
    for shown in job.scorer.rows(archive):
        assert shown.error == 1 - error[shown.id]
        assert (shown.train_accuracy, shown.valid_accuracy) == (train[shown.id], valid[shown.id])


def test_members_seen_before_keep_their_scores_while_the_archive_grows() -> None:
    job = job_of()
    state = job.search.step(job.search.start())
    early = {row.id: row for row in job.scorer.rows(state.archive)}
    late = {row.id: row for row in job.scorer.rows(job.search.step(state).archive)}
    assert all(late[member] == early[member] for member in early.keys() & late.keys())


def test_test_accuracies_are_all_that_scoring_the_test_split_adds() -> None:
    rows = (row("a", 0.1, 5), row("b", 0.2, 3))
    tested = with_test(rows, {"a": {"accuracy": 0.7}}, "accuracy")
    assert [shown.test_accuracy for shown in tested] == [0.7, None]
    assert with_test(tested, {}, "accuracy") == rows


def test_without_test_rows_there_are_no_test_scores() -> None:
    job = job_of(data={"source": "function", "function": "parity", "bits": 3, "split": {"valid": 0, "test": 0}})
    archive = after(job, 1).archive
    assert TEST_SCORES(job.search.problem, job.dataset, "sop", archive.genomes) == []


def test_sizes_of_a_member_are_attributes_by_their_names_also_after_a_copy() -> None:
    member = pickle.loads(pickle.dumps(row("m", 0.1, 10)))
    assert member == row("m", 0.1, 10)
    assert (member.literals, member.terms, member.gates, member.depth, member.size) == (10, 2, 3, 2, 10)
    assert not hasattr(member, "weights")


def test_the_knee_is_farthest_below_the_line_between_the_ends() -> None:
    rows = (row("exact", 0.0, 100), row("bend", 0.1, 10), row("middle", 0.5, 6), row("empty", 1.0, 0))
    assert knee(rows, "exact").id == "bend"


def test_the_knee_is_never_larger_than_the_pick_and_goes_by_held_out_scores() -> None:
    rows = (row("exact", 0.0, 100), row("bend", 0.1, 10), row("middle", 0.5, 6), row("empty", 1.0, 0))
    assert knee(rows, "middle").id in ("middle", "empty")
    scores = {"exact": 0.9, "bend": 0.3, "middle": 0.88, "empty": 0.2}
    held_out = tuple(replace(row, valid_accuracy=scores[row.id]) for row in rows)
    assert knee(held_out, "exact").id == "middle"


@pytest.mark.parametrize("rows", [(row("only", 0.2, 4),), (row("first", 0.2, 4), row("second", 0.2, 4))])
def test_a_front_without_extent_has_its_first_member_as_knee(rows: tuple[FrontRow, ...]) -> None:
    assert knee(rows, rows[0].id) is rows[0]


@pytest.mark.parametrize(("pick", "member"), [("best", "b"), ("knee", "b"), ("a", "a")])
def test_a_pick_is_best_knee_or_an_id(pick: str, member: str) -> None:
    assert choose((row("a", 0.0, 9), row("b", 0.1, 1), row("c", 1.0, 0)), pick, "b") == member


def test_an_unknown_pick_is_refused_with_the_known_ids() -> None:
    with pytest.raises(UsageError) as caught:
        choose(tuple(row(f"m{i}", 0.1, 1) for i in range(9)), "m99", "m0")
    known = "m0, m1, m2, m3, m4, m5, m6, m7, ..."
    assert str(caught.value) == f"--pick m99: no such member of the front; expected best, knee or one of {known}"

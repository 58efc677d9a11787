"""A voting run from config to prediction: two classes as votes, the joint search, and what people see of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

import evo
from evo.config.load import config_from_dict
from evo.errors import EvoError
from evo.kinds.common.preparing import prepare
from evo.kinds.two_level.saved import SavedFormulas
from evo.search.state import State
from fitness.data.load import load
from fitness.data.spec import DataSpec, SplitSpec
from fitness.data.voting import as_votes
from fitness.memetic.rounds import RoundParams
from fitness.memetic.vote_model import VoteModel
from fitness.memetic.vote_rounds import VotePool, improve_vote
from genomes.bits import unpack
from genomes.streams import Role, stream
from genomes.two_level.cover import literals_by_cover
from genomes.two_level.term_lists import joined
from tests.kits.small_search import after, small_search, state_bytes
from tests.kits.vote_cases import case_of

VOTE = {"output": "vote"}
MAJORITY = {"source": "function", "function": "majority", "bits": 5, "split": {"valid": 0, "test": 0}}
CANCER = {"source": "sklearn", "name": "breast_cancer", "binarize": {"bits": 3}, "split": {"valid": 0, "test": 0.3}}


def test_two_classes_get_one_plane_each_in_the_order_of_their_labels() -> None:
    loaded = load(DataSpec(source="function", function="majority", bits=5, split=SplitSpec(valid=0, test=0)), 0)
    voting = as_votes(loaded).dataset
    assert voting.task.classes == loaded.dataset.task.classes and voting.task.n_covers == 2
    negative, positive = unpack(voting.train.planes, voting.train.n_rows)
    assert (positive == unpack(loaded.dataset.train.planes, voting.train.n_rows)[0]).all()
    assert (negative != positive).all()


def test_several_outputs_cannot_vote() -> None:
    data = {"source": "function", "function": "adder", "bits": 2}
    with pytest.raises(EvoError) as caught:
        prepare(config_from_dict({"schema": 1, "data": data, "genome": VOTE}, Path.cwd()))
    assert str(caught.value) == (
        "genome.output: vote needs one output with classes to vote for; the data have 3 outputs"
    )
    assert caught.value.exit_code == 3


def test_term_literals_are_for_the_memetic_search() -> None:
    document = {"schema": 1, "data": MAJORITY, "genome": {"term_literals": 1}, "search": {"algorithm": "nsga2"}}
    with pytest.raises(EvoError, match=r"genome\.term_literals: only used by search\.algorithm: memetic"):
        config_from_dict(document, Path.cwd())


def test_term_literals_bound_the_terms_of_formulas_too() -> None:
    for kind in ("sop", "pos"):
        search = small_search("memetic", kind, genome={"term_literals": 2}, population=6)
        for cover in after(search, 6).archive.genomes:
            assert all(len(term) <= 2 for of_output in literals_by_cover(cover, kind) for term in of_output)


@pytest.mark.parametrize("kind", ["sop", "pos"])
def test_a_majority_is_found_as_its_inputs_with_equal_weights(kind: str) -> None:
    search = small_search("memetic", kind, data=MAJORITY, genome=VOTE, population=6)
    state = after(search, 8)
    assert state.archive.objectives[0].tolist() == [0.0, 5.0]
    terms = literals_by_cover(state.archive.genomes[0], kind)
    weights = [sum(1 for term in of_class if term == [literal]) for of_class in terms for literal in (1, 2, 3, 4, 5)]
    weights += [sum(1 for term in of_class if term == [-literal]) for of_class in terms for literal in (1, 2, 3, 4, 5)]
    assert len({weight for weight in weights if weight}) == 1


def test_term_literals_bound_every_term() -> None:
    search = small_search("memetic", genome=VOTE | {"term_literals": 1}, population=6)
    state = after(search, 4)
    terms = [
        term for cover in state.archive.genomes for of_class in literals_by_cover(cover, "sop") for term in of_class
    ]
    assert terms and all(len(term) <= 1 for term in terms)


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "f1", "mcc"])
def test_scores_of_a_vote_are_scikit_learns(metric: str) -> None:
    job = prepare(config_from_dict({"schema": 1, "data": CANCER, "genome": VOTE}, Path.cwd()))
    state = after(job.search, 1)
    train = job.dataset.train
    truth = unpack(train.planes, train.n_rows)[1]
    reference = {
        "accuracy": metrics.accuracy_score, "balanced_accuracy": metrics.balanced_accuracy_score,
        "f1": metrics.f1_score, "mcc": metrics.matthews_corrcoef,
    }[metric]  # fmt: skip
    predicted = job.search.problem.train.predictions(state.archive.genomes)
    for row, member in zip(predicted, job.scorer.rows(state.archive) and state.archive.ids(), strict=True):
        said = unpack(row, train.n_rows)[1]
        assert abs(job.scorer.scores(member)["train"][metric] - reference(truth, said)) < 1e-12


def test_a_voting_run_predicts_evaluates_and_shows_a_scorecard(tmp_path: Path) -> None:
    from sklearn.datasets import load_breast_cancer  # noqa: PLC0415

    bunch = load_breast_cancer()
    names = bunch.target_names[bunch.target]
    np.savez(tmp_path / "all.npz", X=bunch.data, y=names, feature_names=bunch.feature_names)
    document = {
        "schema": 1, "data": CANCER, "genome": VOTE | {"terms": 8}, "stop": {"generations": 2},
        "fitness": {"selection": "holdout"}, "output": {"root": str(tmp_path)},
    }  # fmt: skip
    result = evo.run(document, display="quiet")
    first, *points, last = result.formula.splitlines()
    assert first.startswith("target = malignant when the votes reach ") and last == "otherwise target = benign"
    assert points and all(line.split()[1] in ("vote", "votes") for line in points)
    said = result.predict(tmp_path / "all.npz")
    told = SavedFormulas.open(result.run_dir).evaluate(tmp_path / "all.npz")
    assert told["accuracy"] == pytest.approx(metrics.accuracy_score(names, said))
    assert told["f1"] == pytest.approx(metrics.f1_score(names, said, pos_label="malignant"))
    assert told["confusion"] == [metrics.confusion_matrix(names, said, labels=["benign", "malignant"]).tolist()]
    assert "predicted malignant" in (result.run_dir / "report.md").read_text(encoding="utf-8")


def test_an_interrupted_voting_search_goes_on_alike() -> None:
    search = small_search("memetic", genome=VOTE, population=6)
    state = after(search, 3)
    back = State.from_arrays(state.to_arrays(), search.problem.space, 2)
    assert state_bytes(search.step(back)) == state_bytes(search.step(state))
    assert state_bytes(after(search, 4)) == state_bytes(search.step(state))


def test_chunks_do_not_change_a_voting_generation() -> None:
    search = small_search("memetic", genome=VOTE, population=6)
    state = after(search, 2)
    tasks = search.algorithm.ask(search.context, state)
    work = search.algorithm.work(search.context, search.problem)
    whole, parts = work(tasks), [work(tasks.slice(i, i + 1)) for i in range(len(tasks))]
    assert whole.objectives.tolist() == [row for part in parts for row in part.objectives.tolist()]
    assert [made.value for made in whole.payload.improved] == [part.payload.improved[0].value for part in parts]


def test_a_run_cut_short_and_resumed_has_the_bytes_of_the_whole(tmp_path: Path) -> None:
    document = {
        "schema": 1, "data": MAJORITY, "genome": VOTE, "search": {"prices": 6}, "stop": {"generations": 6},
        "output": {"root": str(tmp_path)},
    }  # fmt: skip
    whole = evo.run(document, run_dir=tmp_path / "whole", display="quiet")
    part = evo.run(document | {"stop": {"generations": 3}}, run_dir=tmp_path / "part", display="quiet")
    again = evo.resume(part.run_dir, ["stop.generations=6"], display="quiet")
    for name in ("metrics.jsonl", "front.csv", "models/best.json"):
        assert (again.run_dir / name).read_bytes() == (whole.run_dir / name).read_bytes()
    assert json.loads((whole.run_dir / "models/best.json").read_text(encoding="utf-8"))["sizes"]["literals"] == 5


def test_a_round_never_loses_what_it_was_given_and_leaves_the_pool_alone() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.random((90, 7)) < 0.5
    labels = (inputs[:, :3].sum(axis=1) > 1).astype(int) + inputs[:, 6]
    case = case_of(inputs, labels, np.ones(3), sign=1, rank=np.arange(3))
    params, pools = RoundParams(1.0, 0.5, 8, 5), (joined([]),) * 3
    empty = VoteModel.of(joined([]), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 3)
    pool = VotePool(case.voting, pools)
    first = improve_vote(case.voting, pool, empty, params, stream(1, Role.REFINEMENT))
    again = [
        improve_vote(case.voting, shared, empty, params, stream(1, Role.REFINEMENT))
        for shared in (pool, VotePool(case.voting, pools))
    ]
    for made in again:
        assert made.value == first.value
        assert made.plain.terms.literals.tolist() == first.plain.terms.literals.tolist()
    n = inputs.shape[1]
    entries = [
        ([lit for lit in row if lit >= 0], int(c), int(votes))
        for row, c, votes in zip(
            first.plain.terms.literals.tolist(), first.plain.classes, first.plain.votes, strict=True
        )
    ]
    assert entries and all(lit < 2 * n for term, _, _ in entries for lit in term)
    assert case.objective(entries, (3, 3), 2 * 0.5) == pytest.approx(first.value)
    assert first.value < case.objective([], (3, 3), 2 * 0.5)

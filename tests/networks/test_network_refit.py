"""The chosen network is grown once more: on which rows, when, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo as api
from distributed.backend import never
from evo.cli.main import run_command
from evo.config.load import config_from_dict
from evo.errors import ConfigError
from evo.kinds.common.preparing import prepare
from evo.kinds.network.job import network_job
from evo.kinds.network.refit import better, explains, joined
from evo.kinds.network.report.reporter import GROWN, ON_ALL
from evo.search.loop import Interrupted
from fitness.data.load import load
from fitness.data.row_weights import RowWeights
from fitness.networks.operators.beneath import stripped
from fitness.networks.operators.registry import regrown
from fitness.networks.plan import Step
from fitness.networks.pool import Pool
from fitness.networks.problem import NetworkProblem
from fitness.networks.proposals.decision_list import decision_list
from fitness.networks.proposals.votes import majority
from fitness.networks.target import Target
from genomes.bits import unpack
from genomes.circuits.graph import moved
from genomes.networks.assembler import Assembler
from genomes.networks.batch import NetworkBatch
from genomes.networks.lower import gates_and_depth
from genomes.networks.network import Head, Network
from genomes.networks.units import AND
from genomes.networks.variation.samples import random_network
from tests.kits.network_cases import decision
from tests.kits.small_networks import FOLDS, OUTPUTS, THREE, TWO, Fewer, network_document
from tests.kits.small_search import after, state_bytes

DATA = {"two classes": TWO, "votes": THREE, "outputs": OUTPUTS}


def job_of(data: dict[str, Any], refit: str = "train", **sections: Any) -> Any:
    """A small job whose search takes every fourth step."""
    document = network_document(data, genome={"refit": refit}, **sections)
    return fewer(prepare(config_from_dict(document, Path.cwd())))


def fewer(job: Any) -> Any:
    return replace(job, search=replace(job.search, algorithm=Fewer(4)))


def weighted(refit: str = "train") -> Any:
    """A job of rows that weigh from 1 to 4."""
    config = config_from_dict(network_document(TWO, genome={"refit": refit}), Path.cwd())
    loaded = load(config.data, config.seed)
    splits = {
        name: replace(split, weights=RowWeights(1 + np.arange(split.n_rows) % 4, 1.0))
        for name, split in loaded.dataset.splits().items()
    }
    return fewer(network_job(config, replace(loaded, dataset=replace(loaded.dataset, **splits))))  # type: ignore[arg-type]


def knowing(problem: NetworkProblem, network: Network, step: Step, rng: np.random.Generator) -> Network:
    """What knows its rows by heart: an OR of the rows on which the output holds."""
    split = problem.train.split
    inputs, wanted = unpack(split.inputs, split.n_rows), unpack(split.planes, split.n_rows)[0]
    build = Assembler(problem.space.n_inputs)
    rows = [
        build.add(AND, [2 * i + 3 - int(value) for i, value in enumerate(inputs[:, row])])
        for row in np.flatnonzero(wanted)
    ]
    return build.network([Head.of(build.add(AND, [literal ^ 1 for literal in rows]) ^ 1)])


def right(job: Any, network: Network, splits: tuple[str, ...]) -> int:
    """Values that a network says rightly on the rows of some splits, by what its units are."""
    n, space = 0, job.search.problem.space
    for split in (job.dataset.splits()[name] for name in splits):
        wanted, inputs = unpack(split.planes, split.n_rows), unpack(split.inputs, split.n_rows)
        truth = wanted.argmax(axis=0)[None] if space.votes else wanted
        weights = np.ones(split.n_rows, dtype=np.int64) if split.weights is None else split.weights.units
        for row in range(split.n_rows):
            said = decision(network, space, inputs[:, row].tolist())
            n += int(weights[row]) * sum(a == b for a, b in zip(said, truth[:, row].tolist(), strict=True))
    return n


@pytest.mark.parametrize("refit", ["train", "all"])
@pytest.mark.parametrize("name", ["two classes", "votes", "outputs", "weights"])
def test_the_pick_is_grown_on_its_rows_and_is_right_on_no_fewer(name: str, refit: str) -> None:
    job = weighted(refit) if name == "weights" else job_of(DATA[name], refit)
    state = after(job.search, 2)
    before = state_bytes(state)
    chosen = job.scorer.pick(job.scorer.rows(state.archive)).id
    ended, finished = job.finishing.finished(job, state, never)
    assert state_bytes(state) == before
    pick = ended.scorer.pick(ended.scorer.rows(finished.archive))
    assert pick.id == chosen
    splits = ("train",) if refit == "train" else ("train", "valid")
    place = state.archive.ids().index(chosen)
    old, new = state.archive.genomes[place], finished.archive.genomes[place]
    assert right(job, new, splits) >= right(job, old, splits)
    said = ended.scorer.extras(finished.archive, pick, 1.0, print)["network"]["grown_on"]
    assert said == ([] if new.key() == old.key() else list(splits))
    others = [row for row in range(len(state.archive)) if row != place]
    assert all(finished.archive.genomes[row].key() == state.archive.genomes[row].key() for row in others)
    assert state_bytes(job.finishing.finished(job, state, never)[1]) == state_bytes(finished)


@pytest.mark.parametrize("refit", ["train", "all"])
def test_all_rows_grow_and_judge_and_no_others_are_seen(refit: str) -> None:
    job = job_of(TWO, refit)
    splits = job.dataset.splits()
    seen = [splits[name] for name in (("train",) if refit == "train" else ("train", "valid"))]
    whole = job.finishing.problem(job.search.problem)
    n = sum(split.n_rows for split in seen)
    assert whole.growing.tolist() == whole.judging.tolist() == list(range(n))
    for name in ("inputs", "planes", "care"):
        rows = np.concatenate([unpack(getattr(split, name), split.n_rows) for split in seen], axis=-1)
        assert np.array_equal(unpack(getattr(whole.train.split, name), n), rows)


def test_rows_that_weigh_are_joined_with_their_weights() -> None:
    splits = weighted().dataset.splits()
    whole = joined(splits["train"], splits["valid"])
    units = [weight for name in ("train", "valid") for weight in splits[name].weights.units.tolist()]
    assert whole.weights is not None
    assert whole.weights.units.tolist() == units and len(set(units)) == 4


def test_where_nobody_asks_for_it_nothing_is_grown() -> None:
    job = job_of(TWO, "none")
    state = after(job.search, 1)
    assert job.finishing.finished(job, state, never) == (job, state)


def test_the_control_of_random_networks_is_grown_by_no_operator() -> None:
    job = prepare(config_from_dict(network_document(TWO, search={"algorithm": "random"}), Path.cwd()))
    state = after(job.search, 1)
    assert job.finishing.finished(job, state, never) == (job, state)


@pytest.mark.parametrize("refit", ["train", "all"])
def test_where_folds_judged_only_further_rows_are_grown_on(refit: str) -> None:
    job = job_of(TWO, refit, fitness=FOLDS)
    state = after(job.search, 1)
    ended, finished = job.finishing.finished(job, state, never)
    assert (refit == "all") or (ended, finished) == (job, state)
    whole = job.finishing.problem(job.search.problem)
    assert not whole.folds and len(whole.growing) == whole.train.split.n_rows


def test_a_network_without_errors_is_left_as_it_is() -> None:
    job = job_of({"source": "function", "function": "parity", "bits": 4, "split": {"valid": 0.0, "test": 0.0}})
    job = replace(job, search=replace(job.search, algorithm=Fewer(1)))
    state = after(job.search, 1)
    assert state.best[0] == 0
    assert job.finishing.finished(job, state, never) == (job, state)


def test_without_time_the_network_stays_as_it_was_chosen_and_a_signal_is_no_end_of_time() -> None:
    job = job_of(TWO, "all")
    state = after(job.search, 2)
    assert job.finishing.finished(job, state, lambda: True) == (job, state)

    def signalled() -> bool:
        raise Interrupted

    with pytest.raises(Interrupted):
        job.finishing.finished(job, state, signalled)


def test_a_network_beyond_the_limits_or_with_more_errors_is_not_better() -> None:
    problem = job_of(OUTPUTS).search.problem
    rng = np.random.default_rng(3)
    networks = [random_network(rng, problem.space) for _ in range(30)]
    scores = problem.scores(NetworkBatch(tuple(networks)), problem.judging)
    good, bad = networks[int(scores.argmax())], networks[int(scores.argmin())]
    assert better(problem, good, bad) and not better(problem, bad, good) and better(problem, good, good)
    large = max(networks, key=lambda network: gates_and_depth(network, problem.space))
    gates, depth = gates_and_depth(large, problem.space)
    for limits, fit in (({"gate_limit": gates, "depth_limit": depth}, True), ({"gate_limit": gates - 1}, False),
                        ({"depth_limit": depth - 1}, False)):  # fmt: skip
        assert better(replace(problem, space=replace(problem.space, **limits)), large, large) is fit


def test_all_rows_are_not_promised_where_none_are_held_out() -> None:
    data = TWO | {"split": {"valid": 0.0, "test": 0.1}}
    with pytest.raises(ConfigError, match=r"genome\.refit: all needs validation rows"):
        job_of(data, "all")


@pytest.mark.parametrize(
    ("refit", "grown_on", "line"),
    [("none", [], None), ("train", ["train"], GROWN), ("all", ["train", "valid"], ON_ALL)],
)
def test_a_run_says_on_which_rows_its_network_was_grown(
    refit: str, grown_on: list[str], line: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fitness.networks.operators.registry.regrown", knowing)
    stop, output = {"generations": 1, "settled": None, "exact": None}, {"report": ["md", "html"]}
    document = network_document(TWO, genome={"refit": refit, "gate_limit": 5000}, stop=stop, output=output)
    result = api.run(document, run_dir=tmp_path / "run", display="quiet")
    assert result.details["network"]["grown_on"] == grown_on
    for split in grown_on:
        assert result.details["best"]["scores"][split]["accuracy"] == 1.0
    for name in ("report.md", "report.html"):
        text = (tmp_path / "run" / name).read_text()
        assert {said for said in (GROWN, ON_ALL) if said in text} == ({line} if line else set())
    assert run_command(["report", str(tmp_path / "run"), "--html", str(tmp_path / "again.html")]) == 0
    assert (tmp_path / "again.html").read_text() == (tmp_path / "run" / "report.html").read_text()


def test_a_network_explains_what_a_smaller_one_gets_wrong_if_its_gates_are_worth_it() -> None:
    data = {"source": "function", "function": "comparator", "bits": 5, "split": {"valid": 0.0, "test": 0.0}}
    problem = job_of(data).search.problem
    split = problem.train.split
    pool = Pool(split.inputs, split.n_rows)
    wanted = unpack(split.planes, split.n_rows)[0]
    rows = np.arange(split.n_rows)
    found = decision_list(pool, Target(wanted, np.ones(len(rows), dtype=np.int64), rows, rows[:0]))
    whole, first = pool.network([Head.of(found.literal)]), pool.network([Head.of(pool.both(2, 13))])
    assert problem.scores(NetworkBatch((whole,)), rows).tolist() == [1.0]
    assert explains(problem, whole, problem.nothing)
    assert not explains(problem, first, problem.nothing)
    assert not explains(problem, whole, whole)
    assert not explains(replace(problem, space=replace(problem.space, gate_limit=3)), whole, problem.nothing)
    assert not explains(problem, knowing(problem, whole, Step("list"), np.random.default_rng(0)), problem.nothing)


@pytest.mark.parametrize("step", ["descent", "mix", "reduction"])
def test_what_was_only_changed_grows_its_vote_anew_beneath_the_same_parity_and_stays_where_it_is_no_vote(
    step: str,
) -> None:
    data = {"source": "function", "function": "comparator", "bits": 5, "split": {"valid": 0.0, "test": 0.0}}
    problem = job_of(data).search.problem
    split, first = problem.train.split, problem.space.first
    pool = Pool(split.inputs, split.n_rows)
    vote = pool.network([Head.of(pool.xor(2, 12, majority(pool, [4, 6, 8])))])
    single = pool.network([Head.of(pool.both(20, 11))])
    again, same = (regrown(problem, network, Step(step), np.random.default_rng(0)) for network in (vote, single))
    assert same.key() == single.key()
    nodes, parity = pool.copied(again), stripped(again, again.heads[0].literal, first)[0]
    assert pool.xor(*(moved(nodes, literal) for literal in parity)) == pool.xor(2, 12)
    rows = np.arange(split.n_rows)
    before, after = problem.scores(NetworkBatch((vote, again)), rows).tolist()
    assert before < 0.7 < 0.85 < after

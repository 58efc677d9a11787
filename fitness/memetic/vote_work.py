"""The memetic algorithm's work on one chunk where classes vote: one joint round per task, then the evaluation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fitness.evaluation.problem import Problem, evaluate
from fitness.evaluation.results import Results
from fitness.layouts.cache import LayoutCache
from fitness.memetic.results import ImprovedCovers, Rounds
from fitness.memetic.rounds import RoundParams
from fitness.memetic.tasks import MemeticTasks
from fitness.memetic.vote_model import VoteModel
from fitness.memetic.vote_rounds import ImprovedVote, VotePool, VotingProblem, improve_vote
from genomes.streams import Role, stream
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import canonical
from genomes.two_level.term_lists import LONGEST

DEPTH = 10


def work_on_votes(problem: Problem, layouts: LayoutCache, tasks: MemeticTasks) -> Results:
    """Two candidates per task, for its loss and for the error itself, with the terms found."""
    space = problem.space
    voting = voting_problem(problem, layouts)
    pool = VotePool(voting, tasks.pool[0])
    rounds = [_improve(problem, voting, pool, tasks, index) for index in range(len(tasks))]
    judged = [
        improved.plain if last else improved.model for improved, last in zip(rounds, tasks.last.tolist(), strict=True)
    ]
    models = [model for pair in zip(judged, (improved.plain for improved in rounds), strict=True) for model in pair]
    covers = [canonical(model.cover(space.n_inputs, space.n_outputs), space) for model in models]
    results = evaluate(problem, CoverBatch.of(covers, space))
    summaries = (_summary(improved, last) for improved, last in zip(rounds, tasks.last.tolist(), strict=True))
    return replace(results, payload=Rounds(tuple(summaries)))


def _summary(improved: ImprovedVote, last: bool) -> ImprovedCovers:
    value = improved.plain_value if last else improved.value
    return ImprovedCovers(value, improved.learned, np.zeros(0, dtype=np.uint64), int(improved.descended), 0)


def _improve(problem: Problem, voting: VotingProblem, pool: VotePool, tasks: MemeticTasks, index: int) -> ImprovedVote:
    n_inputs = problem.space.n_inputs
    rng = stream(tasks.seed, Role.REFINEMENT, tasks.generation, tasks.island, int(tasks.slots[index]))
    depth = min(DEPTH, n_inputs, voting.longest)
    params = RoundParams(float(tasks.kappa[index]), float(tasks.lam[index]), int(tasks.width[index]), depth)
    start = VoteModel.of_cover(tasks.starts[index], n_inputs)
    return improve_vote(voting, pool, start, params, rng, descend=bool(tasks.descend[index]))


def voting_problem(problem: Problem, layouts: LayoutCache) -> VotingProblem:
    """How the votes of `problem` are counted, an error priced as its metric does."""
    space, layout = problem.space, layouts.votes()
    rank = np.argsort(problem.train.task.prior, kind="stable").astype(np.int64)
    errors, labels = problem.prices.of_class, layout.starts[:-1, 1]
    literals = np.array([problem.prices.literal(1.0, c) for c in range(space.n_outputs)])
    sign = 1 if space.kind == "sop" else -1
    longest = min(space.longest or LONGEST, LONGEST)
    of_classes = tuple(layouts.view(c).layout for c in range(space.n_outputs))
    return VotingProblem(
        layout, of_classes, rank, errors[labels] * layout.units, sign, space.max_terms, longest, literals
    )

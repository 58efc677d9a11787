"""The memetic algorithm's work on one chunk: a round per task and output, then the evaluation of what came out."""

from __future__ import annotations

from dataclasses import replace

from fitness.memetic_tasks import MemeticTasks
from fitness.problem import ImprovedCovers, Problem, Results, evaluate
from fitness.rounds import Genes, Improved, PoolCovers, improve
from fitness.vote_work import work_on_votes
from fitness.workbench import Benches, Workbench
from genomes.batch import CoverBatch
from genomes.streams import Role, stream
from genomes.term_lists import TermList
from genomes.two_level import Cover, canonical

DEPTH = 10


def work(problem: Problem, benches: Benches, tasks: MemeticTasks) -> Results:
    """Two candidates per task, at its kappa and at the objective's own, with the terms found."""
    space = problem.space
    if space.votes:
        return work_on_votes(problem, benches, tasks)
    pools = [PoolCovers(bench, terms) for bench, terms in zip(benches.all, tasks.pool, strict=True)]
    improved = [_improve(problem, pools, tasks, index) for index in range(len(tasks))]
    covers = []
    for rounds in improved:
        for terms in ([r.cover for r in rounds], [r.plain for r in rounds]):
            covers.append(canonical(Cover(tuple(t.cubes(space.n_inputs) for t in terms)), space))
    results = evaluate(problem, CoverBatch.of(covers, space))
    found = tuple(ImprovedCovers(sum(r.value for r in rounds), tuple(r.found for r in rounds)) for rounds in improved)
    return replace(results, improved=found)


def _improve(problem: Problem, pools: list[PoolCovers], tasks: MemeticTasks, index: int) -> list[Improved]:
    """One round for every output of one task."""
    n_inputs = problem.space.n_inputs
    depth = min(DEPTH, n_inputs)
    rng = stream(tasks.seed, Role.REFINEMENT, tasks.generation, slot=int(tasks.slots[index]))
    rounds = []
    for pool, cubes in zip(pools, tasks.starts[index].cubes, strict=True):
        base = base_kappa(problem, pool.bench)
        genes = Genes(base * float(tasks.kappa[index]), float(tasks.lam[index]), int(tasks.width[index]), depth)
        start = TermList.of_cubes(cubes, n_inputs)
        rounds.append(improve(pool, start, genes, base, problem.space.max_terms, rng))
    return rounds


def base_kappa(problem: Problem, bench: Workbench) -> float:
    """Cost of a covered unwanted sample over that of a missed wanted one under the configured metric."""
    if problem.spec.metric == "balanced_accuracy":
        return bench.n_wanted / max(1, bench.n_unwanted)
    if problem.spec.metric == "weighted" and len(problem.class_weights) == 2:
        unwanted, wanted = problem.class_weights if problem.space.kind == "sop" else problem.class_weights[::-1]
        return float(unwanted / wanted) if wanted > 0 else 1.0
    return 1.0

"""The memetic algorithm's work on one chunk: a round per task and output, then the evaluation of what came out."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from fitness.evaluation.problem import Problem, evaluate
from fitness.evaluation.results import Results
from fitness.layouts.binary import BinaryLayout
from fitness.layouts.cache import LayoutCache, SampleView
from fitness.memetic.results import ImprovedCovers, Rounds
from fitness.memetic.rounds import Improved, RoundContext, RoundParams, improve
from fitness.memetic.tasks import MemeticTasks
from genomes.bits import Words, splitmix
from genomes.streams import Role, stream
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import Cover, canonical
from genomes.two_level.term_lists import LONGEST, TermList

DEPTH = 10
#: Samples that beams and set covers look at, about, unless a task wants more.
SUBSAMPLED = 8192


def work(problem: Problem, layouts: LayoutCache, tasks: MemeticTasks) -> Results:
    """Two candidates per task, at its kappa and at the objective's own, with the terms found."""
    space, known = problem.space, frozenset(tasks.known.tolist())
    if space.votes:
        from fitness.memetic.vote_work import work_on_votes  # noqa: PLC0415 - loads kernels that only votes need

        return work_on_votes(problem, layouts, tasks)
    contexts = _Contexts(problem, layouts, tasks)
    improved = [_improve(problem, contexts, known, index) for index in range(len(tasks))]
    covers = []
    for rounds, inverted, last in zip(improved, tasks.starts.inverted.tolist(), tasks.last.tolist(), strict=True):
        plain = [r.plain for r in rounds]
        for terms in (plain if last else [r.cover for r in rounds], plain):
            covers.append(canonical(Cover(tuple(t.cubes(space.n_inputs) for t in terms), inverted), space))
    results = evaluate(problem, CoverBatch.of(covers, space))
    summaries = (_summary(tasks, index, rounds) for index, rounds in enumerate(improved))
    return replace(results, payload=Rounds(tuple(summaries)))


def _summary(tasks: MemeticTasks, index: int, rounds: list[Improved]) -> ImprovedCovers:
    seeds = _key_seeds(tasks, index, len(rounds)).tolist()
    keys = np.array(
        [r.semantic_hash ^ s for r, s in zip(rounds, seeds, strict=True) if r.step == "made"], dtype=np.uint64
    )
    descents, skipped = (sum(r.step == step for r in rounds) for step in ("made", "known"))
    learned = tuple(r.learned for r in rounds)
    value = math.fsum(r.plain_value if tasks.last[index] else r.value for r in rounds)
    return ImprovedCovers(value, learned, keys, descents, skipped)


class _Contexts:
    """The context of each task's rounds; a pool's terms are looked up in a store once per chunk."""

    def __init__(self, problem: Problem, layouts: LayoutCache, tasks: MemeticTasks) -> None:
        self._problem, self._layouts, self.tasks = problem, layouts, tasks
        self._contexts: dict[tuple[int, bool, float, float], RoundContext] = {}
        self._fresh: set[tuple[int, bool, float]] = set()
        self._subsampled = min(1.0, SUBSAMPLED / max(1, problem.train.split.n_rows))

    def at(self, index: int, output: int) -> RoundContext:
        """The context of task `index` and one output, shared by tasks that look at the same samples."""
        inverted, share = bool(self.tasks.starts.inverted[index]), float(self.tasks.share[index])
        subsampled = min(share, max(self._subsampled, float(self.tasks.scout[index])))
        key = output, inverted, share, subsampled
        if key not in self._contexts:
            view = self._layouts.view(output, inverted=inverted, share=share)
            subsample = self._subsample(output, inverted, subsampled)
            pool = self.tasks.pool[self._problem.space.phases.index(inverted)][output]
            space = self._problem.space
            rows, longest = subsample.store.add(pool), min(space.longest or LONGEST, LONGEST)
            self._contexts[key] = RoundContext(view, subsample, rows, space.max_terms, longest=longest)
        return self._contexts[key]

    def _subsample(self, output: int, inverted: bool, share: float) -> SampleView:
        """The samples of beams and set covers; their store is emptied, if full, before this chunk uses it."""
        key = (output, inverted, share)
        view = self._layouts.view(output, inverted=inverted, share=share)
        if key not in self._fresh:
            view.store.refresh()
            self._fresh.add(key)
        return view


def _improve(problem: Problem, contexts: _Contexts, known: frozenset[int], index: int) -> list[Improved]:
    """One round for every output of one task."""
    tasks, n_inputs = contexts.tasks, problem.space.n_inputs
    rng = stream(tasks.seed, Role.REFINEMENT, tasks.generation, tasks.island, int(tasks.slots[index]))
    seeds = _key_seeds(tasks, index, problem.space.n_outputs).tolist()
    start = tasks.starts[index]
    rounds = []
    for output, cubes in enumerate(start.cubes):
        context = contexts.at(index, output)
        base = base_kappa(problem, context.view.layout, inverted=start.inverted)
        kappa, width = base * float(tasks.kappa[index]), int(tasks.width[index])
        lam = literal_price(problem, float(tasks.lam[index]), inverted=start.inverted)
        params = RoundParams(kappa, lam, width, min(DEPTH, n_inputs, context.longest))
        terms = TermList.of_cubes(cubes, n_inputs)
        mine = _KnownHere(known, seeds[output])
        rounds.append(improve(replace(context, descend=bool(tasks.descend[index])), terms, params, base, mine, rng))
    return rounds


class _KnownHere:
    """Semantic hashes known for one task and output: the keys carry what else a descent depends on."""

    def __init__(self, known: frozenset[int], seed: int) -> None:
        self._known, self._seed = known, seed

    def __contains__(self, semantic_hash: object) -> bool:
        return isinstance(semantic_hash, int) and (semantic_hash ^ self._seed) in self._known


def _key_seeds(tasks: MemeticTasks, index: int, n_outputs: int) -> Words:
    """uint64[outputs]: words that stand for the slot (price and output phase), kappa, share of samples, and output."""
    numbers = np.array([tasks.slots[index], 8 * tasks.kappa[index], 4096 * tasks.share[index]]).astype(np.int64)
    words = splitmix(numbers) * np.array([1, 3, 5], dtype=np.uint64)
    seeds: Words = np.bitwise_xor.reduce(words) ^ splitmix(np.arange(n_outputs) + 1_000_003)
    return seeds


def base_kappa(problem: Problem, layout: BinaryLayout, *, inverted: bool = False) -> float:
    """Cost of a covered off-set sample over that of a missed on-set one under the configured metric."""
    if problem.spec.metric == "balanced_accuracy":
        return layout.n_on / max(1, layout.n_off)
    if problem.spec.metric == "weighted" and len(problem.class_weights) == 2:
        of_off, of_on = problem.class_weights if _covers_ones(problem, inverted) else problem.class_weights[::-1]
        return float(of_off / of_on) if of_on > 0 else 1.0
    return 1.0


def literal_price(problem: Problem, price: float, *, inverted: bool = False) -> float:
    """A price per literal in errors as missed on-set samples, by what an error on these costs."""
    return problem.prices.literal(price, int(_covers_ones(problem, inverted)))


def _covers_ones(problem: Problem, inverted: bool) -> bool:
    return (problem.space.kind == "sop") != inverted

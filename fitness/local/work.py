"""Local steps on one chunk of candidates: block-coordinate descent by the exact gradient, output by output.

A step minimises errors + price * (literals + terms). Classes that vote are improved one class against the rest, which
is not what their votes do; so a step is taken only if that sum, measured on the whole candidate by the configured
metric, did not grow. Candidates whose output is known to have been improved at their price are left as they are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fitness.evaluation.numpy_packed import cube_rows
from fitness.evaluation.problem import Problem, evaluate
from fitness.evaluation.results import Results
from fitness.kernels.two_level.descent import descend
from fitness.layouts.binary import BinaryLayout
from fitness.layouts.cache import LayoutCache
from fitness.local.known_keys import among, at_price
from fitness.local.results import Refinement
from fitness.local.tasks import RefinementTasks
from fitness.memetic.work import base_kappa, literal_price
from fitness.objectives.sizes import SIZES
from genomes.bits import Words
from genomes.deadline import look
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import Cover, canonical
from genomes.two_level.literals import count_literals
from genomes.two_level.term_lists import LONGEST, TermList

SWEEPS = 3


def refine(problem: Problem, layouts: LayoutCache, tasks: RefinementTasks) -> Results:
    """Evaluate every candidate, improve those that have a price, and keep what is not worse."""
    before = evaluate(problem, tasks.candidates)
    asked = np.isfinite(tasks.prices) & ~before.failed
    keys = np.zeros((len(tasks), 2), dtype=np.uint64)
    keys[asked, 0] = _keys(problem, tasks, np.flatnonzero(asked), before.genomes)
    known = asked & among(keys[:, 0], tasks.known)
    stepped = asked & ~known
    after = _stepped(problem, layouts, tasks, stepped)
    keys[stepped, 1] = _keys(problem, tasks, np.flatnonzero(stepped), after.genomes)
    better = stepped & (_values(problem, tasks, after) <= _values(problem, tasks, before))
    chosen = [(after if taken else before).genomes[row] for row, taken in enumerate(better)]
    return replace(
        before,
        genomes=CoverBatch.of(chosen, problem.space),
        objectives=np.where(better[:, None], after.objectives, before.objectives),
        payload=Refinement(tasks.candidates, known, stepped, keys),
    )


def _stepped(problem: Problem, layouts: LayoutCache, tasks: RefinementTasks, stepped: NDArray[np.bool_]) -> Results:
    """Every candidate of the chunk after its local step, or as it was where there is none."""
    rows = np.flatnonzero(stepped)
    covers = list(tasks.candidates)
    for row in rows:
        covers[row] = _descended(problem, layouts, covers[row], float(tasks.prices[row]), tasks.draws[row : row + 1])
    return evaluate(problem, CoverBatch.of(covers, problem.space))


def _descended(problem: Problem, layouts: LayoutCache, cover: Cover, price: float, draw: Words) -> Cover:
    """The cover with every output improved on its own; `draw` uint64[1] seeds the order of terms."""
    state = draw.copy()
    stacks = []
    for output, cubes in enumerate(cover.cubes):
        look()
        layout = layouts.view(output, inverted=cover.inverted).layout
        kappa = base_kappa(problem, layout, inverted=cover.inverted)
        lam = literal_price(problem, price, inverted=cover.inverted)
        stacks.append(_improved(layout, cubes, kappa, lam, state))
    return canonical(Cover(tuple(stacks), cover.inverted), problem.space)


def _improved(layout: BinaryLayout, cubes: Words, kappa: float, lam: float, state: Words) -> Words:
    """One output's cubes after the descent; terms longer than kernels hold stay, and the others improve on the rest."""
    if len(cubes) == 0:
        return cubes
    long = cubes[count_literals(cubes) > LONGEST]
    covered = np.bitwise_or.reduce(cube_rows(long, layout.lits), axis=0) if len(long) else np.uint64(0)
    terms = TermList.of_cubes(cubes, layout.n_inputs)
    rows, lengths, k = terms.literals, terms.lengths, len(terms)
    problem = layout.lits, layout.rows, layout.samples, layout.legal, layout.wp, layout.weights, layout.valid & ~covered
    k = descend(*problem, rows, lengths, k, kappa, lam, SWEEPS, state)
    return np.concatenate([long, TermList.of(rows[:k], lengths[:k]).cubes(layout.n_inputs)])


def _keys(problem: Problem, tasks: RefinementTasks, rows: NDArray[np.intp], covers: CoverBatch) -> Words:
    """uint64[len(rows)]: what the covers at `rows` do, with their prices."""
    return at_price(problem.train.semantic_hashes(covers.take(rows, problem.space)), tasks.prices[rows])


def _values(problem: Problem, tasks: RefinementTasks, results: Results) -> NDArray[np.float64]:
    """float64[P]: errors + price * (literals + terms), by the configured metric."""
    errors = results.objectives[:, problem.spec.objectives.index("error")]
    sizes = sum(SIZES[name](results.genomes, problem.space) for name in ("literals", "terms"))
    return np.asarray(errors * problem.prices.n_errors + tasks.prices * sizes, dtype=np.float64)

"""The front with every threshold where the training error is lowest: what a search for formulas ends with.

The search sees a few cuts per column, because each costs time in every generation. When it has ended, the members of
its front are refined one by one on the training rows (`fitness.local.refinement`); the cuts that they then have
become bits beside the known ones, and everything that follows (selection, files, reports, predictions) works on data
with these. The state of the search stays as it is: a run that is resumed or extended ends as one that was never
interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evo.kinds.two_level.build import FormulaJob, problem_of
from evo.kinds.two_level.config import FormulaConfig
from evo.kinds.two_level.scorer import FormulaScorer
from evo.search.archive import Archive
from evo.search.loop import Search
from evo.search.pricing import bits_price
from evo.search.state import State
from fitness.data.cuts import with_cuts
from fitness.data.load import Loaded
from fitness.data.rebit import with_bits
from fitness.evaluation.problem import evaluate
from fitness.local.refinement.columns import Columns
from fitness.local.refinement.literals import Rows, Term, cover_of, terms_of
from fitness.local.refinement.refine import Refiner
from fitness.objectives.metrics import METRICS
from fitness.objectives.sizes import description
from genomes.progress import told
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace, canonical

#: Words of training rows that are looked at in one front, some seconds, and what a look takes beside them.
MOST_WORDS, EACH = 8_000_000, 1024
#: What ranks of numbers take at most, as a multiple of these.
RANKED = 2
#: Per member the cubes of every output.
Members = list[list[list[Term]]]


@dataclass(frozen=True, slots=True)
class Refined:
    """A search whose space has the refined cuts, its data, and the state with the refined front."""

    search: Search
    loaded: Loaded
    state: State


@dataclass(frozen=True, slots=True)
class Refinement:
    """loaded: the data as the search sees them, with the numbers that were kept; without these nothing is refined."""

    loaded: Loaded

    @property
    def kept(self) -> int:
        """Bytes of the numbers, and of ranks of the training rows' ones."""
        size = {name: sum(c.values.nbytes for c in numbers) for name, numbers in self.loaded.numbers.items()}
        return sum(size.values()) + RANKED * size.get("train", 0)

    def finished(
        self, job: FormulaJob, state: State, over: Callable[[], bool], *, settle: bool = True
    ) -> tuple[FormulaJob, State]:
        """The job on data with the refined cuts, and the state with the refined front; see `refine_front`."""
        refined = refine_front(job.config, job.search, self.loaded, state, over)
        if refined is None:
            return job, state
        data = refined.loaded.dataset
        scorer = FormulaScorer(refined.search.problem, data, job.config)
        wider = replace(job, dataset=data, encoder=refined.loaded.encoder, search=refined.search, scorer=scorer)
        archive = refined.state.archive
        archive = archive.settled(refined.search.problem.space) if settle else archive
        return wider, replace(refined.state, archive=archive)


def refine_front(
    config: FormulaConfig,
    search: Search,
    loaded: Loaded,
    state: State,
    over: Callable[[], bool],
) -> Refined | None:
    """The members of the archive refined, those worth most first, the rest as they are; None where nothing can be.

    The search that is returned says what members are worth; no generation is made with it. Members keep their names.
    Members that another dominates now are still among them: see `Archive.settled`.
    """
    numbers = loaded.numbers.get("train", ())
    refiner = Refiner(Rows(loaded.dataset.train, loaded.dataset.bits, Columns(numbers)), search.problem)
    if not numbers or not refiner.possible or not len(state.archive):
        return None
    looks = MOST_WORDS // (EACH + loaded.dataset.train.inputs.shape[1])
    members = _refined(refiner, _order(search, state.archive), state.archive, _bounded(over, looks))
    cuts = [lit.bit for member in members for cubes in member for term in cubes for lit in term]
    wider = with_bits(loaded, with_cuts(loaded.dataset.bits, cuts))
    problem = problem_of(config, wider.dataset)
    context = replace(search.context, space=problem.space, evaluator=problem.train)
    genomes = _batch(members, state.archive, wider, problem.space)
    archive = replace(state.archive, genomes=genomes, objectives=evaluate(problem, genomes).objectives)
    return Refined(replace(search, problem=problem, context=context), wider, replace(state, archive=archive))


def _bounded(over: Callable[[], bool], looks: int) -> Callable[[], bool]:
    """`over`, and at most so many `looks` (`MOST_WORDS`): a bound that is the same on every machine."""

    def bounded() -> bool:
        nonlocal looks
        looks -= 1
        return looks < 0 or over()

    return bounded


def _refined(refiner: Refiner, order: Sequence[int], archive: Archive, over: Callable[[], bool]) -> Members:
    members = [terms_of(cover, refiner.rows.bits) for cover in archive.genomes]
    tables = refiner.problem.train.confusion(archive.genomes)
    wrong = 1.0 - METRICS["accuracy"](tables, refiner.problem.class_weights)
    for row in told("refining the front", order):
        inverted, share = bool(archive.genomes.inverted[row]), float(wrong[row])
        members[row] = refiner.refined(members[row], over, inverted=inverted, wrong=share)
    return members


def _order(search: Search, archive: Archive) -> list[int]:
    """Rows, those first that say the training labels in the fewest bits: a literal names one of all there are."""
    context = search.context
    price = bits_price(context.space)
    errors = archive.objectives[:, context.error_column] * context.n_samples
    values = errors + price * description(archive.genomes, context.space)
    order: list[int] = np.argsort(values, kind="stable").tolist()
    return order


def _batch(members: Members, archive: Archive, loaded: Loaded, space: CoverSpace) -> CoverBatch:
    rows = {bit: row for row, bit in enumerate(loaded.dataset.bits)}
    covers = [
        canonical(cover_of(member, rows, space, inverted=bool(inverted)), space)
        for member, inverted in zip(members, archive.genomes.inverted, strict=True)
    ]
    return CoverBatch.of(covers, space)

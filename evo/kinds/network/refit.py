"""The chosen network grown once more on all rows that it may see: what a search for networks ends with.

While a search chooses, rows must be left that nothing grew on. When it has chosen, they are free: the operator that the
chosen network came from runs once more, on all training rows (or on those for validation too, by `genome.refit`), with
the chosen network's units to build upon and as many members in a last vote as the limits allow. The result takes the
place of the chosen network if it is right on at least as many of the rows that it grew on, and a decision list if it is
right on nearly all and its gates are worth it; scores on rows of validation say nothing any more where these were used,
and the front says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evo.kinds.network.scorer import GATE, NetworkScorer
from evo.search.lut_boost import LutBoost
from evo.search.networks import plan_of
from evo.search.state import State
from fitness.data.dataset import Dataset, Split
from fitness.data.row_weights import RowWeights
from fitness.networks.evaluator import NetworkEvaluator
from fitness.networks.plan import AS_IT_IS, Step
from fitness.networks.problem import NetworkProblem
from genomes.bits import pack, unpack
from genomes.deadline import Interrupted, until
from genomes.networks.assembler import canonical
from genomes.networks.batch import NetworkBatch
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace
from genomes.streams import Role, stream

#: Share of the rows that a list must be right on to take the place of what was chosen, and how many times the gates
#: it may have in any case if it is right more often.
CLEAN, DEARER = 0.998, 1.5


@dataclass(frozen=True, slots=True)
class Refit:
    """rows: `genome.refit`; dataset: all splits."""

    rows: str
    dataset: Dataset

    @property
    def kept(self) -> int:
        """Bytes: a copy of the rows, and a pool of signals over them."""
        return 3 * sum(split.inputs.nbytes for split in self.dataset.splits().values())

    def finished(
        self, job: Any, state: State[Any], over: Callable[[], bool], *, settle: bool = True
    ) -> tuple[Any, State[Any]]:
        """The job whose scorer picks the refitted network, and the state whose archive holds it."""
        archive = state.archive
        rows = job.scorer.rows(archive)
        crossed = bool(job.search.problem.folds)
        if self.rows == "none" or not rows or (crossed and self.rows == "train"):
            return job, state  # where folds judge, the network has grown on all training rows
        chosen = archive.ids().index(job.scorer.pick(rows).id)
        whole = self.problem(job.search.problem)
        network = archive.genomes[chosen]
        again = self._again(job, whole, network, archive.born[chosen].tolist(), state, over)
        if again is None:
            return job, state
        genomes = [again if row == chosen else genome for row, genome in enumerate(archive.genomes)]
        changed = replace(archive, genomes=NetworkBatch(tuple(genomes)))
        scorer = NetworkScorer(job.search.problem, self.dataset, archive.ids()[chosen], self._splits)
        return replace(job, scorer=scorer), replace(state, archive=changed)

    def problem(self, problem: NetworkProblem) -> NetworkProblem:
        """The problem on all rows that the refit may see, all of which grow and judge."""
        train, valid = self.dataset.train, self.dataset.valid
        split = joined(train, valid) if "valid" in self._splits and valid is not None else train
        evaluator = NetworkEvaluator.of(problem.train.task, split, problem.space)
        everything = np.arange(split.n_rows)
        return replace(problem, train=evaluator, growing=everything, judging=everything, folds=(), copies=0)

    @property
    def _splits(self) -> tuple[str, ...]:
        """Those whose rows it may see."""
        return ("train", "valid") if self.rows == "all" and self.dataset.valid is not None else ("train",)

    def _again(
        self,
        job: Any,
        whole: NetworkProblem,
        network: Network,
        born: list[int],
        state: State[Any],
        over: Callable[[], bool],
    ) -> Network | None:
        """The network grown anew, or a list that explains it; None where time is over, nothing is left to gain, or it
        comes out as it was.

        Raises:
            Interrupted: `over` raised it, as a signal came.
        """
        if not bool(np.any(~whole.train.right(NetworkBatch((network,))))):
            return None
        wide = isinstance(job.search.algorithm, LutBoost)
        try:
            with until(over):
                if wide:
                    again = job.search.algorithm.answered(whole, network)
                else:
                    again = _regrown(job, whole, network, born, state)
        except Interrupted:
            over()
            return None
        return None if again.key() == network.key() or (wide and not better(whole, again, network)) else again


def _regrown(job: Any, whole: NetworkProblem, network: Network, born: list[int], state: State[Any]) -> Network:
    """What the step that the network came from makes of all rows, or a list, whichever is better; or the network."""
    generation, slot, island = (*born, 0)[:3]
    steps = plan_of(job.search.context, state.islands[island] if state.islands else state, generation)
    step = steps[slot] if slot < len(steps) else AS_IT_IS
    rng = stream(job.config.seed, Role.REFIT, generation, island, slot)
    from fitness.networks.operators.registry import regrown  # noqa: PLC0415 - kernels load when they are needed

    again, listed = (
        canonical(regrown(whole, network, one, rng), whole.space.n_inputs, votes=whole.space.votes)
        for one in (step, Step("list", mask=-1))
    )
    again = again if better(whole, again, network) else network
    return listed if explains(whole, listed, again) else again


def explains(problem: NetworkProblem, new: Network, old: Network) -> bool:
    """Whether a network is within the limits, wrong on next to no row, and its gates are worth the errors of another.

    The rows that judged may not have told the two apart: a quarter of them shows few of a function's rare cases.
    """
    if not within(problem.space, new):
        return False
    n_rows = problem.train.split.n_rows
    from fitness.networks.lowering import sizes  # noqa: PLC0415 - kernels load when they are needed

    gates = [sizes(network, problem.space)[0] for network in (new, old)]
    after, before = problem.scores(NetworkBatch((new, old)), problem.judging).tolist()
    saved = (after - before) * n_rows
    return bool(
        after >= CLEAN and saved > 0 and (gates[0] <= DEARER * gates[1] or GATE * (gates[0] - gates[1]) < saved)
    )


def within(space: NetworkSpace, network: Network) -> bool:
    """Whether it keeps the limits of gates and depth."""
    from fitness.networks.lowering import sizes  # noqa: PLC0415 - kernels load when they are needed

    gates, depth, _ = sizes(network, space)
    return space.holds(gates, depth)


def better(problem: NetworkProblem, new: Network, old: Network) -> bool:
    """Whether a network is within the limits and right on no fewer rows than another."""
    if not within(problem.space, new):
        return False
    after, before = problem.scores(NetworkBatch((new, old)), problem.judging).tolist()
    return bool(after >= before)


def joined(first: Split, second: Split) -> Split:
    """The rows of both, in order."""
    n, m = first.n_rows, second.n_rows
    planes = (("inputs", first.inputs, second.inputs), ("planes", first.planes, second.planes))
    packed = {
        name: pack(np.concatenate([unpack(a, n), unpack(b, m)], axis=1))
        for name, a, b in (*planes, ("care", first.care, second.care))
    }
    weights = None
    if first.weights is not None and second.weights is not None:
        weights = RowWeights(np.concatenate([first.weights.units, second.weights.units]), first.weights.one)
    return Split(n + m, packed["inputs"], packed["planes"], packed["care"], weights)

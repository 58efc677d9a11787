"""Small voting problems as lists of Booleans, beside their packed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from fitness.data.dataset import Split
from fitness.data.row_weights import RowWeights
from fitness.layouts.binary import BinaryLayout
from fitness.layouts.vote import VoteLayout
from fitness.memetic.vote_rounds import VotingProblem
from genomes.bits import pack
from genomes.streams import Role, stream
from genomes.two_level.term_lists import LONGEST

Entry = tuple[list[int], int, int]


@dataclass(frozen=True)
class VoteCase:
    """Rows of inputs bool[N, n], true classes, how votes are counted, and what an error on each row costs."""

    inputs: np.ndarray
    labels: np.ndarray
    voting: VotingProblem
    costs: np.ndarray

    def holds(self, term: list[int], row: int) -> bool:
        n = self.inputs.shape[1]
        return all(bool(self.inputs[row, lit % n]) == (lit < n) for lit in term)

    def margin(self, entries: list[Entry], row: int) -> int:
        """Doubled margin of the true class, half a vote for the tie rule."""
        rank, y = self.voting.rank, int(self.labels[row])
        votes = [0] * len(rank)
        for term, c, weight in entries:
            votes[c] += self.voting.sign * weight * self.holds(term, row)
        return min(2 * (votes[y] - votes[c]) + (1 if rank[y] < rank[c] else -1) for c in range(len(rank)) if c != y)

    def loss(self, entries: list[Entry], row: int, loss: tuple[int, int]) -> int:
        return min(max((loss[0] - self.margin(entries, row)) // 2, 0), loss[1])

    def objective(self, entries: list[Entry], loss: tuple[int, int], lam: float) -> float:
        """Weighted loss plus prices: literals + 1 for a term's first vote, a tenth for others and for constants."""
        lost = sum(float(cost) * self.loss(entries, row, loss) for row, cost in enumerate(self.costs.tolist()))
        return lost + lam * sum(
            (len(term) + 1 + 0.1 * (weight - 1)) if term else 0.1 * weight for term, _, weight in entries
        )

    def mask(self, truth: list[bool]) -> np.ndarray:
        """Truth per row in the order of the bench."""
        layout, flags = self.voting.layout, np.array(truth, dtype=bool)
        if layout.order is not None:
            return pack(flags[layout.order[0].samples] & layout.order[0].present)
        parts = [pack(flags[rows]) for rows in layout.members]
        return np.concatenate(parts)


@st.composite
def vote_cases(draw: st.DrawFn, most_classes: int = 3) -> VoteCase:
    """Up to 140 rows of up to 5 inputs, 2 or 3 classes (each occurs), either sign, some with dear classes or rows."""
    rng = stream(draw(st.integers(0, 10**6)), Role.INITIAL)
    n_classes, n = int(rng.integers(2, most_classes + 1)), int(rng.integers(1, 6))
    n_rows = int(rng.integers(n_classes, 140))
    inputs = rng.random((n_rows, n)) < 0.5
    labels = np.concatenate([np.arange(n_classes), rng.integers(0, n_classes, n_rows - n_classes)])
    weights = np.ones(n_classes) if rng.random() < 0.5 else rng.integers(1, 4, n_classes).astype(float)
    sign, rank = 1 if rng.random() < 0.7 else -1, rng.permutation(n_classes)
    units = rng.choice(rng.integers(1, 9, 3), n_rows) if rng.random() < 0.5 else None
    return case_of(inputs, labels, weights, sign=sign, rank=rank, units=units)


def case_of(
    inputs: np.ndarray,
    labels: np.ndarray,
    weights: np.ndarray,
    *,
    sign: int,
    rank: np.ndarray,
    room: int = 12,
    units: np.ndarray | None = None,
) -> VoteCase:
    n_rows = len(labels)
    of_rows = None if units is None else RowWeights(units, 1.0)
    planes = np.stack([pack(labels == c) for c in range(len(rank))])
    split = Split(n_rows, pack(inputs.T.copy()), planes, pack(np.ones((1, n_rows), dtype=bool)), of_rows)
    layouts = tuple(BinaryLayout.of(split, c, "sop" if sign == 1 else "pos") for c in range(len(rank)))
    layout = VoteLayout.of(split)
    prices = weights[layout.starts[:-1, 1]] * layout.units
    voting = VotingProblem(layout, layouts, rank.astype(np.int64), prices, sign, room)
    return VoteCase(inputs, labels, voting, weights[labels] * (1 if units is None else units))


def random_term(rng: np.random.Generator, n: int, shortest: int = 0) -> list[int]:
    chosen = rng.permutation(n)[: int(rng.integers(shortest, min(n, 3) + 1))]
    return [int(i + n * (rng.random() < 0.5)) for i in chosen]


def term_rows(terms: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    literals = np.full((len(terms), LONGEST), -1, dtype=np.int32)
    for row, term in enumerate(terms):
        literals[row, : len(term)] = term
    return literals, np.array([len(term) for term in terms], dtype=np.int64)

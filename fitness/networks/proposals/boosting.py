"""Boosted trees whose leaves are one bit: every tree votes for or against, and the votes are counted.

Source: Friedman, "Greedy Function Approximation" (Annals of Statistics 29, 2001), with Newton's gain as in Chen and
Guestrin, "XGBoost" (KDD 2016), section 2.2. A leaf says +-1, a step of a fixed size in log-odds, and the margin that
later trees see is that of these votes: they repair what the rounding of leaves did. So a sum of trees is a sum of
bits, a few gates a tree. Margins are whole numbers and probabilities are fixed point (`boosting_margins`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fitness.kernels.networks.boosted_trees import grow_boosted, reach
from fitness.networks.pool import Pool
from fitness.networks.proposals.boosting_margins import Margins, Odds, Scores
from fitness.networks.proposals.trees import Held, Tree, literal_of, nodes_of
from fitness.networks.proposals.votes import heads_that_fit, largest
from fitness.networks.target import Rows, Target
from genomes.circuits.builder import Builder
from genomes.circuits.graph import FALSE, TRUE
from genomes.deadline import looking
from genomes.networks.network import Head
from genomes.networks.space import NetworkSpace
from genomes.networks.units import THRESHOLD

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Boosting:
    """How trees are boosted.

    trees: rounds at most, of a tree or of a tree per class; deepest: most tests on a path; step: votes per unit of
    log-odds, so that a leaf moves a row by 1 / step; ridge: curvature of nobody's rows that every leaf has beside its
    own; least: curvature of a leaf, where a row that nothing is known of has 1/4; patience: None where all rows are
    fitted for all rounds, else only those that grow are, until so many rounds in a row were no better on those that
    prune; again: then so many rounds that were best there run on all of them.
    """

    trees: int = 150
    deepest: int = 5
    step: int = 6
    ridge: float = 1.0
    least: float = 1.0
    patience: int | None = None
    again: bool = False


def boost(
    pool: Pool,
    target: Target,
    space: NetworkSpace,
    signals: Sequence[int] | None = None,
    how: Boosting | None = None,
) -> int:
    """The literal of a vote of boosted trees on the inputs and on `signals` (literals) within the limits of `space`."""
    how = how or Boosting()
    if not len(_rows(target, how)):
        return FALSE
    margins = Odds(how.step, [target], _rows(target, how), target.prune)
    trees = _boosted(pool, margins, signals, how)
    if how.again and how.patience is not None:
        how = replace(how, trees=len(trees), patience=None)
        margins = Odds(how.step, [target], _rows(target, how), target.prune)
        trees = _boosted(pool, margins, signals, how)
    bias = margins.biases[0]
    if not trees:
        return TRUE if bias > 0 else FALSE

    def decide(build: Builder, read: Sequence[int]) -> Sequence[int]:
        return [build.at_least_constant(build.total((literal, 1) for literal in read), _least(len(read), bias))]

    kept = largest(pool, trees, range(1, len(trees) + 1), decide, space)
    return pool.add(THRESHOLD, trees[:kept], (*[1] * kept, _least(kept, bias)))


def boost_classes(
    pool: Pool,
    targets: Sequence[Target],
    space: NetworkSpace,
    signals: Sequence[int] | None = None,
    how: Boosting | None = None,
) -> list[Head]:
    """A head per class: votes of trees that were boosted together, within the limits; targets: of each class.

    signals: literals that are offered beside the inputs.
    """
    how = how or Boosting()
    rows = _rows(targets[0], how)
    if not len(rows):
        return [Head(())] * len(targets)
    margins = Scores(how.step, targets, rows, targets[0].prune)
    trees = _boosted(pool, margins, signals, how)
    if how.again and how.patience is not None:
        how = replace(how, trees=len(trees) // len(targets), patience=None)
        margins = Scores(how.step, targets, _rows(targets[0], how), targets[0].prune)
        trees = _boosted(pool, margins, signals, how)
    return heads_that_fit(pool, trees, margins.biases, space)


def _least(n: int, bias: int) -> int:
    """Votes of n trees at which a margin of bias + 2 votes - n is above 0."""
    return (n - bias) // 2 + 1


def _rows(target: Target, how: Boosting) -> Rows:
    return np.union1d(target.grow, target.prune) if how.patience is None else target.grow


def _boosted(pool: Pool, margins: Margins, signals: Sequence[int] | None, how: Boosting) -> list[int]:
    """The literals of the trees, those of one round after another; without those after the best round."""
    nodes = nodes_of(pool, [*range(2, 2 * pool.first, 2), *(signals or ())])
    held = Held(pool, nodes, margins.rows)
    judged = Held(pool, nodes, margins.judges if how.patience else margins.judges[:0])
    trees, best, kept, waited = list[int](), margins.loss(), 0, 0
    for _ in looking(range(how.trees)):
        grown = [_tree(held, words, margins.unit, how) for words in margins.words()]
        if all(len(tree.nodes) == 1 for tree, _ in grown):
            break
        for c, (tree, reached) in enumerate(grown):
            trees.append(literal_of(pool, tree, nodes))
            there = np.zeros(len(judged.rows), dtype=np.int32)
            reach(judged.bytes, tree.nodes, there)
            margins.move(c, 2 * tree.values[reached].astype(np.int64) - 1, 2 * tree.values[there].astype(np.int64) - 1)
        if how.patience is None:
            continue
        loss = margins.loss()
        best, kept, waited = (loss, len(trees), 0) if loss < best else (best, kept, waited + 1)
        if waited >= how.patience:
            break
    return trees if how.patience is None else trees[:kept]


def _tree(held: Held, words: Ints, unit: int, how: Boosting) -> tuple[Tree, NDArray[np.int32]]:
    """A tree of one step, and the leaf of every row."""
    n_rows = len(words)
    nodes = np.empty((min(1 << (how.deepest + 1), 2 * n_rows), 4), dtype=np.int32)
    sums, reached = np.zeros((len(nodes), 2), dtype=np.int64), np.zeros(n_rows, dtype=np.int32)
    ridge, least = max(1, round(how.ridge * unit)), max(1, round(how.least * unit))
    order = np.arange(n_rows, dtype=np.int64)
    n = grow_boosted(held.bytes, len(held.nodes), words, order, how.deepest, ridge, least, nodes, sums, reached)
    sums = sums[:n].copy()
    return Tree(nodes[:n].copy(), sums, (sums[:, 0] > 0).astype(np.int8), sums), reached

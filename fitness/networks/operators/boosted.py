"""Votes of boosted trees, on the inputs or on the units of a parent too; of classes, boosted together."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fitness.networks.bench import Bench
from fitness.networks.operators.members import alone, share_of
from fitness.networks.plan import Step
from fitness.networks.proposals.boosting import Boosting, boost, boost_classes
from fitness.networks.target import Target
from genomes.networks.network import Network

#: Many shallow trees, some deep ones, a few that are deeper still: by level, from 1 on upon a parent's units.
LEVELS: Final = (
    Boosting(),
    Boosting(),
    Boosting(trees=40, deepest=9, step=4),
    Boosting(trees=11, deepest=14, step=4),
    Boosting(trees=200, deepest=1, step=4, least=0.3),
    Boosting(trees=150, deepest=2, step=6, least=0.3),
    Boosting(trees=150, deepest=3, step=8, least=0.3),
    Boosting(trees=150, deepest=5, step=8, least=0.3),
)
#: Levels that trees grow upon a parent's units at.
UPON: Final = (1, 2, 3)
#: Rows from which no trees are held back, as learning by heart shows on the rows that judge.
MANY, PATIENCE = 3000, 12


def boosting(bench: Bench, step: Step) -> Network:
    """Trees boosted for each output, or for all classes together."""
    if not bench.problem.space.votes:
        return alone(_boosted)(bench, step)
    how = _how(len(bench.problem.growing), step)
    signals = bench.signals if step.level in UPON else None
    return bench.network(boost_classes(bench.pool, bench.targets, bench.problem.space, signals, how))


def _boosted(bench: Bench, target: Target, step: Step) -> int:
    signals = bench.signals if step.level in UPON else None
    how = _how(len(bench.problem.growing), step)
    return boost(bench.pool, target, share_of(bench.problem.space), signals, how)


def _how(n_rows: int, step: Step) -> Boosting:
    how = LEVELS[step.level]
    return how if n_rows >= MANY else replace(how, patience=PATIENCE, again=True)

"""What happens to predictions when input bits are wrong.

The influence of an input is the share of rows whose prediction changes when that bit alone is flipped; their sum is
the average sensitivity (O'Donnell, Analysis of Boolean Functions, 2014, section 2.3). Both are exact on the rows
looked at, for votes and several outputs too, since the prediction itself is compared. The score under noise flips
every bit that the model reads with the given probability, in several draws. Bits of one column are flipped
independently, so a flipped threshold is a small error of the number, or none that could be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evo.analysis.judging import Judge
from evo.analysis.rows import cut_down, labels, predicts, sampled
from evo.models.learned import Learned
from evo.text.measures import ACCURACY
from fitness.data.dataset import Split, Task
from genomes.bits import Words, pack, unpack
from genomes.deadline import looking
from genomes.progress import told
from genomes.streams import Role, stream

#: Chances of a flip, and draws for each.
RATES = (0.01, 0.02, 0.05, 0.1, 0.2)
DRAWS = 10
#: Rows looked at, at most.
ROWS = 4_096


@dataclass(frozen=True, slots=True)
class Robustness:
    """scores: of the run's metric, (rate, mean, lowest, highest) over the draws, rate 0 first; influences: by input
    number (from 1)."""

    split: str
    rows: int
    of: int
    scores: tuple[tuple[float, float, float, float], ...]
    influences: dict[int, float]
    sensitivity: float


def robustness(
    model: Learned, task: Task, split: Split, name: str, seed: int, judge: Judge | None = None
) -> Robustness | None:
    """Scores under flips and influences on (at most `ROWS` of) the rows of a split; None for a constant model.

    judge: the run's metric; without it, accuracy.
    """
    judge = judge or Judge(ACCURACY, np.ones(len(task.classes)))
    rows = sampled(split, seed, 2, ROWS)
    small, seen, used = cut_down(model, rows)
    if not used or not rows.n_rows:
        return None
    truth, predict = labels(task, seen), predicts(small, task)
    clean = predict(seen)
    right = judge.score(clean, truth)
    scores = [(0.0, right, right, right)]
    flags = unpack(seen.inputs, seen.n_rows)
    for number, rate in enumerate(RATES):
        rng = stream(seed, Role.REPORT, slot=100 + number)
        drawn = []
        for _ in looking(range(DRAWS)):
            noisy = pack(flags ^ (rng.random(flags.shape) < rate))
            drawn.append(judge.score(predict(replace(seen, inputs=noisy)), truth))
        scores.append((rate, float(np.mean(drawn)), min(drawn), max(drawn)))
    influences = {
        used[i]: float((predict(replace(seen, inputs=_flipped(seen, flags, i))) != clean).any(axis=0).mean())
        for i in looking(told("report (what wrong input bits cost)", range(len(used))))
    }
    return Robustness(name, rows.n_rows, split.n_rows, tuple(scores), influences, sum(influences.values()))


def _flipped(split: Split, flags: NDArray[np.bool_], row: int) -> Words:
    """The inputs with one row complemented, padding zero."""
    inputs = split.inputs.copy()
    inputs[row] = pack(~flags[row])
    return inputs

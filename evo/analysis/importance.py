"""What a column is worth: how much worse a model is where its values are shuffled among the rows.

Permutation importance (Breiman, Random Forests, 2001, section 10): all input bits of a column move together, so that
each row shows values that the column does have; the drop is the mean of several shuffles, drawn from the run's seed. A
column whose content others repeat can be worth nothing although it is read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from evo.analysis.judging import Judge
from evo.analysis.robustness import ROWS
from evo.analysis.rows import cut_down, labels, predicts, sampled
from evo.models.learned import Learned
from fitness.data.dataset import Bit, Split, Task
from genomes.bits import pack, unpack
from genomes.deadline import looking
from genomes.progress import told
from genomes.streams import Role, stream

WHAT = "report (what columns are worth)"
#: Shuffles of a column, and the stream of the first column's.
SHUFFLES, FIRST_SLOT = 5, 10_000


def importances(
    model: Learned, task: Task, bits: Sequence[Bit], split: Split, seed: int, judge: Judge
) -> Mapping[str, float]:
    """By column that the model reads, the mean drop of the metric on (at most `robustness.ROWS` of) the rows."""
    small, seen, used = cut_down(model, sampled(split, seed, 2, ROWS))
    if not used or not seen.n_rows:
        return {}
    predict, truth = predicts(small, task), labels(task, seen)
    flags, clean = unpack(seen.inputs, seen.n_rows), judge.score(predict(seen), truth)
    columns: dict[str, list[int]] = {}
    for row, number in enumerate(used):
        columns.setdefault(bits[number - 1].feature, []).append(row)
    drops = dict[str, float]()
    for place, (feature, rows) in enumerate(looking(told(WHAT, list(columns.items())))):
        rng, inputs, scores = stream(seed, Role.REPORT, slot=FIRST_SLOT + place), seen.inputs.copy(), []
        for _ in range(SHUFFLES):
            inputs[rows] = pack(flags[rows][:, rng.permutation(seen.n_rows)])
            scores.append(judge.score(predict(replace(seen, inputs=inputs)), truth))
        drops[feature] = clean - math.fsum(scores) / SHUFFLES
    return drops

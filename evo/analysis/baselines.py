"""What anybody would try first, on the same rows and the same input bits.

Always the most frequent class; the best single comparison with the more frequent class on either side of it; a
cost-complexity pruned tree (Breiman et al. 1984, chapter 3; the price of a leaf by five folds); gradient boosting. All
are fitted on training rows alone and judged on the rows the model is judged on, with the exact sign test of the rows
that only one of the two gets right, and by the run's metric where that is not accuracy (`evo.analysis.judging`). The
last two need scikit-learn and rows that are held out: a tree repeats any table.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evo.analysis.judging import Judge
from evo.analysis.rows import MOST_ROWS, Codes, Labels, labels, predicted, sampled, share
from evo.analysis.wilson import sign_test, wilson
from evo.models.learned import Learned
from evo.text.measures import ACCURACY, Measure
from evo.text.phrases import phrase
from fitness.data.dataset import Dataset
from fitness.spec import FitnessSpec
from genomes.bits import Bools, unpack
from genomes.deadline import Interrupted, looking
from genomes.progress import tell
from genomes.streams import Role, stream

#: Cells (rows x bits) that trees and boosting are fitted on at most.
MOST_CELLS = 4_000_000
#: Outputs up to which a tree and a boosted one are fitted for each.
MOST_OUTPUTS = 16
#: Input bits up to which a tree and a boosted one are fitted: both look at every bit in every step.
MOST_BITS = 20_000
#: Streams of the tests: the number of the first baseline's.
FIRST_SLOT = 200
#: Bits looked at together, so that no intermediate grows with their number.
BITS_AT_A_TIME = 512


@dataclass(frozen=True, slots=True)
class Scored:
    """The metric of a learner; ahead: how much higher the model's is; p: of the randomization test between them."""

    value: float
    ahead: float
    p: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """One simple learner: its accuracy on the judged rows with its 95 % interval, and how it compares with the model.

    only_it, only_model: decisions that only one of the two gets right; p: of the sign test between them; scored: by the
    run's metric, where that is not accuracy.
    """

    name: str
    detail: str
    accuracy: float
    low: float
    high: float
    only_it: int
    only_model: int
    p: float
    scored: Scored | None = None


@dataclass(frozen=True, slots=True)
class Baselines:
    """split: where everything was judged; accuracy: the model's there; notes: what was left out or capped.

    measure: the run's metric; score: the model's.
    """

    split: str
    accuracy: float
    decisions: int
    compared: tuple[Baseline, ...]
    notes: tuple[str, ...]
    measure: Measure = ACCURACY
    score: float = 0.0


def judged_split(dataset: Dataset) -> str:
    """Where models are judged: test rows, else validation rows, else training rows."""
    return next(name for name in ("test", "valid", "train") if name in dataset.splits())


def baselines(model: Learned, dataset: Dataset, seed: int, fitness: FitnessSpec | None = None) -> Baselines:
    """Every baseline that can be had, beside the model; fitness: what the run optimised, accuracy where not given."""
    task, where = dataset.task, judged_split(dataset)
    most = max(100, min(MOST_ROWS, MOST_CELLS // max(1, dataset.n_bits)))
    train, judged = sampled(dataset.train, seed, 0, most), sampled(dataset.splits()[where], seed, 1, most)
    notes = [
        f"{name} on {most:,} of {rows:,} {split} rows"
        for name, rows, split in (
            ("fitted", dataset.train.n_rows, "training"),
            ("judged", dataset.splits()[where].n_rows, where),
        )
        if rows > most
    ]
    truth, ours = labels(task, judged), predicted(model, task, judged)
    known = labels(task, train)
    fitted, rows = unpack(train.inputs, train.n_rows), unpack(judged.inputs, judged.n_rows)
    guesses = [("the most frequent class", *_majority(known, dataset, judged.n_rows))]
    if dataset.n_bits:
        guesses.append(("the best single comparison", *_single(fitted, known, dataset, rows)))
    missing = _why_not(dataset, where)
    if missing is None:
        from evo.analysis.trees import boosted, pruned_tree  # noqa: PLC0415 - scikit-learn only where it is used

        for name, learned in (("a pruned tree", pruned_tree), ("gradient boosting", boosted)):
            tell(f"report ({name} beside the model)")
            try:
                guesses.append((name, *learned(fitted, known, rows)))
            except Interrupted:
                notes.append(f"no {name.removeprefix('a ')}: stop.seconds was over")
    else:
        notes.append(missing)
    judge = Judge.of(dataset, fitness or FitnessSpec())
    compared = tuple(
        replace(_compared(name, text, codes, ours, truth), scored=_scored(judge, codes, ours, truth, seed, number))
        for number, (name, text, codes) in enumerate(guesses)
    )
    right, score = share(ours == truth.codes, truth.care), judge.score(ours, truth)
    return Baselines(where, right, int(truth.care.sum()), compared, tuple(notes), judge.measure, score)


def _scored(judge: Judge, codes: Codes, ours: Codes, truth: Labels, seed: int, number: int) -> Scored | None:
    """A baseline by the metric; None where that is accuracy."""
    if not judge.measure.beside_accuracy:
        return None
    value = judge.score(codes, truth)
    p = judge.p_of_difference(ours, codes, truth, stream(seed, Role.REPORT, slot=FIRST_SLOT + number))
    return Scored(value, judge.score(ours, truth) - value, p)


def _why_not(dataset: Dataset, where: str) -> str | None:
    if where == "train":
        return "no tree and no boosting: no row is held out, and they would repeat the table"
    if len(dataset.task.outputs) > MOST_OUTPUTS:
        return f"no tree and no boosting: there are more than {MOST_OUTPUTS} outputs"
    if dataset.n_bits > MOST_BITS:
        return f"no tree and no boosting: there are more than {MOST_BITS:,} input bits"
    if importlib.util.find_spec("sklearn") is None:
        return "no tree and no boosting: scikit-learn is not installed"
    return None


def _compared(name: str, detail: str, codes: Codes, ours: Codes, truth: Labels) -> Baseline:
    theirs, mine = (codes == truth.codes) & truth.care, (ours == truth.codes) & truth.care
    n, right = int(truth.care.sum()), int(theirs.sum())
    only_it, only_model = int((theirs & ~mine).sum()), int((mine & ~theirs).sum())
    p = sign_test(only_it, only_model)
    return Baseline(name, detail, right / max(1, n), *wilson(right, n), only_it, only_model, p)


def _majority(known: Labels, dataset: Dataset, n_rows: int) -> tuple[str, Codes]:
    """The most frequent class of every table, the first of equally frequent ones."""
    classes = dataset.task.classes
    most = [_most(_counts(codes[care], len(classes))) for codes, care in zip(known.codes, known.care, strict=True)]
    text = f"always {classes[most[0]]}" if len(most) == 1 else "of each output"
    return text, np.repeat(np.array(most)[:, None], n_rows, axis=1)


def _single(fitted: Bools, known: Labels, dataset: Dataset, rows: Bools) -> tuple[str, Codes]:
    """Per table the comparison that is right for most training rows, with a class on either side."""
    classes, of_tables, text = dataset.task.classes, [], "one per output"
    for codes, care in zip(known.codes, known.care, strict=True):
        bit, when_true, when_false = best_split(fitted[:, care], codes[care], len(classes))
        of_tables.append(np.where(rows[bit], when_true, when_false))
        if len(known.codes) == 1:
            text = f"{phrase(dataset.bits[bit], True)}: {classes[when_true]}, else {classes[when_false]}"
    return text, np.array(of_tables)


def best_split(bits: Bools, codes: NDArray[np.intp], n_classes: int) -> tuple[int, int, int]:
    """(bit, class where it is 1, class where it is 0) with the fewest errors, the first such; bits is bool[n, rows]."""
    totals = _counts(codes, n_classes)
    one_hot = np.eye(n_classes, dtype=np.float32)[codes]
    parts = [
        bits[i : i + BITS_AT_A_TIME].astype(np.float32) @ one_hot for i in looking(range(0, len(bits), BITS_AT_A_TIME))
    ]
    when_true = np.rint(np.concatenate(parts)).astype(np.int64)
    when_false = totals - when_true
    bit = int((when_true.max(axis=1) + when_false.max(axis=1)).argmax())
    rest = _most(totals)
    sides = (when_true[bit], when_false[bit])
    first, second = (_most(side) if side.any() else rest for side in sides)
    return bit, first, second


def _counts(codes: NDArray[np.intp], n_classes: int) -> NDArray[np.int64]:
    return np.bincount(codes, minlength=n_classes)


def _most(counts: NDArray[np.int64]) -> int:
    return int(counts.argmax())

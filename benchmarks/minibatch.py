"""Descent over minibatches with accumulators against full-batch block-coordinate descent, from the same start.

python -m benchmarks.minibatch [--rows 500000] [--inputs 64] [--terms 12] [--literals 5] [--noise 0.02] [--json FILE]

A random DNF labels random rows, some labels are wrong; the start is that DNF with literals lost, added and negated.
Both minimise errors + lambda (literals + terms). CPU seconds of the descents alone, one thread, three starts; making
the packed layouts is the same work for both and stands in its own column.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.processes import report
from fitness.data.dataset import Split
from fitness.gradient.accumulate import Price, Steps, descend, minibatches, objective
from fitness.gradient.cover import CoverProblem
from fitness.kernels.two_level.descent import descend as descend_by_terms
from fitness.layouts.binary import Workbench
from genomes.bits import pack
from genomes.streams import Role, stream
from genomes.term_lists import LONGEST, TermList

OPTIONS = {"rows": 500_000, "inputs": 64, "terms": 12, "literals": 5}
PRICE = Price(1.0, 1.0, 0.5)
#: Rows of a batch: 160 words, what the gradient is fastest on.
BATCH_ROWS = 10_240
SEEDS = (0, 1, 2)
SWEEPS = 50
STEPS = {f"minibatches, share {share}": Steps(share=share) for share in (0.1, 0.4, 1.6)}


def listed(terms: Sequence[Sequence[int]]) -> TermList:
    """Literal numbers as a `TermList`."""
    literals = np.full((len(terms), LONGEST), -1, dtype=np.int32)
    for row, term in zip(literals, terms, strict=True):
        row[: len(term)] = term
    return TermList.of(literals, np.array([len(term) for term in terms], dtype=np.int64))


def task(options: argparse.Namespace, seed: int) -> tuple[Split, list[list[int]]]:
    """Rows labelled by a random DNF with wrong labels, and its terms."""
    rng, n = stream(seed, Role.FUNCTION), options.inputs
    terms = [
        [int(i) + n * int(rng.integers(2)) for i in rng.choice(n, options.literals, replace=False)]
        for _ in range(options.terms)
    ]
    rows = rng.random((options.rows, n)) < 0.5
    label = np.zeros(options.rows, dtype=np.bool_)
    for term in terms:
        label |= np.logical_and.reduce([rows[:, literal % n] == (literal < n) for literal in term])
    label ^= rng.random(options.rows) < options.noise
    care = pack(np.ones((1, options.rows), dtype=np.bool_))
    return Split(options.rows, pack(np.ascontiguousarray(rows.T)), pack(label[None]), care), terms


def perturbed(terms: list[list[int]], n: int, seed: int) -> TermList:
    """Every term with one literal lost, added, negated or exchanged, some with two of these."""
    rng = stream(seed, Role.NOISE)
    changed = []
    for term in terms:
        other = list(term)
        for _ in range(1 + int(rng.integers(2))):
            kind, place = int(rng.integers(4)), int(rng.integers(max(1, len(other))))
            fresh = int(rng.choice([i for i in range(n) if i not in {literal % n for literal in other}]))
            if kind == 0 and len(other) > 1:
                other.pop(place)
            elif kind == 1:
                other.append(fresh + n * int(rng.integers(2)))
            elif kind == 2:
                other[place] = (other[place] + n) % (2 * n)
            else:
                other[place] = fresh + n * int(rng.integers(2))
        changed.append(other)
    return listed(changed)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Result and CPU seconds."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def full_batch(bench: Workbench, start: TermList, sweeps: int) -> TermList:
    """The block-coordinate descent of the memetic rounds."""
    literals, lengths = start.literals.copy(), start.lengths.copy()
    state = np.array([1], dtype=np.uint64)
    k = descend_by_terms(
        bench.lits, bench.rows, bench.wp, bench.valid, literals, lengths, len(start), PRICE.wrong, PRICE.lam, sweeps,
        state,
    )  # fmt: skip
    return TermList.of(literals[:k], lengths[:k])


def candidates(options: argparse.Namespace, seed: int) -> list[dict[str, Any]]:
    """One row per method: seconds to prepare, seconds to descend, objective reached."""
    split, terms = task(options, seed)
    start = perturbed(terms, options.inputs, seed)
    n_batches = max(1, options.rows // BATCH_ROWS)
    bench, prepare_full = timed(lambda: Workbench.of(split, 0, "sop"))
    rng = stream(seed, Role.REFINEMENT)
    batches, prepare_mini = timed(lambda: minibatches(split, 0, "sop", n_batches, rng))
    whole = [CoverProblem.of_bench(bench)]
    rows = [{"method": "start", "prepare": 0.0, "seconds": 0.0, "objective": objective(whole, start, PRICE)}]
    rows.append(
        {
            "method": "the DNF itself",
            "prepare": 0.0,
            "seconds": 0.0,
            "objective": objective(whole, listed(terms), PRICE),
        }
    )
    for sweeps in (1, SWEEPS):
        found, seconds = timed(lambda sweeps=sweeps: full_batch(bench, start, sweeps))
        name = "by terms, 1 sweep" if sweeps == 1 else "by terms, to the end"
        rows.append(
            {"method": name, "prepare": prepare_full, "seconds": seconds, "objective": objective(whole, found, PRICE)}
        )
    for name, steps in STEPS.items():
        rng = stream(seed, Role.REFINEMENT, 1)
        (_, reached), seconds = timed(lambda steps=steps, rng=rng: descend(batches, start, PRICE, steps, rng))
        rows.append({"method": name, "prepare": prepare_mini, "seconds": seconds, "objective": reached})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in OPTIONS.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--noise", type=float, default=0.02)
    parser.add_argument("--json")
    options = parser.parse_args()
    descend(*_small(options))  # compiles, and is not measured
    figures = [{"seed": seed, **row} for seed in SEEDS for row in candidates(options, seed)]
    cells = []
    for name in dict.fromkeys(str(f["method"]) for f in figures):
        mine = [f for f in figures if f["method"] == name]
        reached = " ".join(f"{f['objective']:.0f}" for f in mine)
        middle = [statistics.median(f[key] for f in mine) for key in ("prepare", "seconds")]
        cells.append([name, f"{middle[0]:.2f}", f"{middle[1]:.3f}", reached])
    report(figures, ["method", "prepare CPU s", "descent CPU s", "objective, per start"], cells, options.json)


def _small(options: argparse.Namespace) -> tuple[Any, ...]:
    split, terms = task(argparse.Namespace(**{**vars(options), "rows": 500}), 0)
    rng = stream(0, Role.REFINEMENT)
    full_batch(Workbench.of(split, 0, "sop"), listed(terms), 1)
    return minibatches(split, 0, "sop", 2, rng), listed(terms), PRICE, Steps(epochs=1), rng


if __name__ == "__main__":
    main()

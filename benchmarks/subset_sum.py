"""Random subset sums: how the error falls with the number of samples, in one to four dimensions, and for resistors.

python -m benchmarks.subset_sum [--most 40] [--draws 25] [--json FILE] [--picture FILE]

A strong lottery ticket replaces every target weight by a subset of random ones. With n numbers from U(-1, 1) some
subset comes within about 2^-n of a target (Lueker 1998): the error halves with every further number, so a network
larger by a logarithm suffices (Pensia et al. 2020). The picture needs matplotlib (any format it writes).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.processes import ONE_THREAD, table

os.environ.update(ONE_THREAD)  # before NumPy and numba are loaded

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from genomes.streams import Role, stream

#: Targets of the resistor table.
TARGETS = 2500
#: Part by which a resistor's conductance differs from what it should be, at most.
TOLERANCE = 0.1


def sums_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[2^n(, d)]: all subset sums of values float64[n] or float64[n, d], that of subset b (as bits) at b."""
    sums = np.zeros((1, *values.shape[1:]))
    for value in values:
        sums = np.concatenate([sums, sums + value])
    return sums


def solve(values: NDArray[np.float64], target: Any) -> tuple[float, NDArray[np.bool_]]:
    """The smallest error (largest coordinate of |sum - target|) of any subset, and that subset as bool[n].

    Exact by meeting in the middle (Horowitz and Sahni 1974): each sum of one half looks for its nearest in the other.
    """
    half = len(values) // 2
    first, second = sums_of(values[:half]), sums_of(values[half:])
    if values.ndim > 1:
        distances, places = cKDTree(first).query(target - second, p=np.inf)
    else:
        order, by_need = np.argsort(first), np.argsort(-second)
        ordered, needed = first[order], target - second[by_need]
        at = np.searchsorted(ordered, needed)
        below, above = np.maximum(at - 1, 0), np.minimum(at, len(first) - 1)
        distances, places = np.empty(len(second)), np.empty(len(second), dtype=np.intp)
        near = np.where(needed - ordered[below] < ordered[above] - needed, below, above)
        distances[by_need], places[by_need] = np.abs(ordered[near] - needed), order[near]
    best = int(distances.argmin())
    mask = int(places[best]) | best << half
    return float(distances[best]), np.array([mask >> i & 1 for i in range(len(values))], dtype=bool)


def block_search(values: NDArray[np.float64], target: float, rng: np.random.Generator, steps: int) -> float:
    """The error of a local search from fair coins: `steps` times a random block of 24 is solved, the rest kept."""
    chosen = rng.random(len(values)) < 0.5
    best = abs(float(values[chosen].sum()) - target)
    for _ in range(steps):
        members = rng.permutation(len(values))[:24]
        trial = chosen.copy()
        trial[members] = False
        trial[members] = solve(values[members], target - float(values[trial].sum()))[1]
        error = abs(float(values[trial].sum()) - target)
        if error < best:
            best, chosen = error, trial
    return best


def theory_error(n: int) -> float:
    """Median error for n numbers and a target near 0.

    The 2^n sums lie with density 2^n / sqrt(2 pi n / 12) if each subset's sum is taken as independent, the nearest on
    either side is exponentially far, and the median of the nearer is ln 2 / (2 density).
    """
    return float(np.log(2) * np.sqrt(2 * np.pi * n / 12) / 2 ** (n + 1))


def halving(sizes: Sequence[int], errors: Sequence[float]) -> float:
    """Samples per halving of the error: the inverse slope of a straight line through log2 error."""
    return float(-1 / np.polyfit(sizes, np.log2(errors), 1)[0])


def scalar(most: int, draws: int) -> list[dict[str, Any]]:
    """Median error for x from U(-1, 1) and targets from U(-1/2, 1/2)."""
    rows = []
    for n in range(4, most + 1, 4):
        errors, seconds = [], []
        repeats = draws if n <= 32 else max(3, draws // 5)
        for draw in range(repeats):
            rng = stream(draw, Role.INITIAL, slot=n)
            values, target = rng.uniform(-1, 1, n), float(rng.uniform(-0.5, 0.5))
            start = time.process_time()
            errors.append(solve(values, target)[0])
            seconds.append(time.process_time() - start)
        rows.append(
            {
                "table": "numbers",
                "n": n,
                "error": float(np.median(errors)),
                "theory": theory_error(n),
                "worst_cpu_seconds": max(seconds),
            }
        )
    return rows


def dimensions(draws: int) -> list[dict[str, Any]]:
    """Median error (largest coordinate) for vectors of U(-1, 1), and samples per halving."""
    rows = []
    for d in (1, 2, 3, 4):
        sizes = [n for n in range(8, 29, 4) if n >= 4 * d]
        errors = []
        for n in sizes:
            found = []
            for draw in range(draws):
                rng = stream(draw, Role.INITIAL, generation=d, slot=n)
                found.append(solve(rng.uniform(-1, 1, (n, d)), rng.uniform(-0.5, 0.5, d))[0])
            errors.append(float(np.median(found)))
        by_size = dict(zip(map(str, sizes), errors, strict=True))
        rows.append({"table": "vectors", "d": d, "samples_per_halving": halving(sizes, errors), "errors": by_size})
    return rows


def blocks(draws: int) -> list[dict[str, Any]]:
    """Many numbers: exact blocks of 24 as a local search."""
    rows = []
    for n in (60, 200):
        errors, start = [], time.process_time()
        for draw in range(draws):
            rng = stream(draw, Role.INITIAL, slot=n)
            values, target = rng.uniform(-1, 1, n), float(rng.uniform(-0.5, 0.5))
            errors.append(block_search(values, target, rng, 50))
        seconds = (time.process_time() - start) / draws
        rows.append({"table": "blocks", "n": n, "error": float(np.median(errors)), "cpu_seconds": seconds})
    return rows


def resistors(draws: int) -> list[dict[str, Any]]:
    """Bits of precision of a programmable conductance: parallel resistors that switches put in or leave out.

    Worst error over 2,500 targets evenly over a range of width 1, as bits: log2(1 / (2 * error)); medians over draws.
    ladder: halving conductances with 10 % tolerance, switched by the target's binary digits; measured ladder: the same
    parts, switched by the exact subset sum of their measured values; random parts: conductances from U(0, 1) on either
    line of a differential pair (so U(-1, 1)), measured, targets in [-1/2, 1/2].
    """
    targets = (np.arange(TARGETS) + 0.5) / TARGETS
    rows = []
    for n in (4, 6, 8, 10, 12, 14, 16, 18, 20):
        bits: dict[str, list[float]] = {"ladder": [], "measured ladder": [], "random parts": []}
        for draw in range(draws):
            rng = stream(draw, Role.INITIAL, generation=9, slot=n)
            ideal = 0.5 ** np.arange(1, n + 1)
            ladder = ideal * (1 + rng.uniform(-TOLERANCE, TOLERANCE, n))
            codes = np.minimum(np.round(targets * 2**n), 2**n - 1).astype(np.int64)
            digits = (codes[:, None] >> np.arange(n - 1, -1, -1)) & 1
            bits["ladder"].append(_bits(np.abs(digits @ ladder - targets)))
            bits["measured ladder"].append(_bits(_nearest(ladder, targets)))
            bits["random parts"].append(_bits(_nearest(rng.uniform(-1, 1, n), targets - 0.5)))
        rows.append({"table": "resistors", "n": n} | {name: float(np.median(b)) for name, b in bits.items()})
    return rows


def _nearest(values: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[targets]: distance of each to the nearest subset sum."""
    sums = np.sort(sums_of(values))
    place = np.searchsorted(sums, targets)
    below, above = sums[np.maximum(place - 1, 0)], sums[np.minimum(place, len(sums) - 1)]
    return np.minimum(np.abs(targets - below), np.abs(targets - above))


def _bits(errors: NDArray[np.float64]) -> float:
    return float(np.log2(1 / (2 * errors.max())))


def picture(rows: list[dict[str, Any]], vectors: list[dict[str, Any]], path: str) -> None:
    """Error against n with the theory's line, one line per dimension."""
    try:
        import matplotlib  # noqa: PLC0415 - optional
    except ImportError:
        sys.exit("a picture needs matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415 - optional

    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    sizes = [row["n"] for row in rows]
    axes.semilogy(sizes, [row["error"] for row in rows], "o-", label="numbers, exact")
    axes.semilogy(sizes, [row["theory"] for row in rows], "k--", label="theory, numbers")
    for row in vectors[1:]:
        axes.semilogy([int(n) for n in row["errors"]], list(row["errors"].values()), ".-", label=f"d = {row['d']}")
    axes.set(xlabel="random samples n", ylabel="median error of the best subset sum")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--draws", type=int, default=25)
    parser.add_argument("--json")
    parser.add_argument("--picture")
    options = parser.parse_args()
    numbers, vectors = scalar(options.most, options.draws), dimensions(options.draws)
    rest = blocks(max(3, options.draws // 5)) + resistors(options.draws)
    per_halving = halving([row["n"] for row in numbers], [row["error"] for row in numbers])
    rules = [
        {"rule": f"n = {options.most} exact under 1 CPU s", "value": numbers[-1]["worst_cpu_seconds"]},
        {"rule": "error halves every 1.0 to 1.15 samples", "value": per_halving},
    ]
    rules[0]["held"], rules[1]["held"] = rules[0]["value"] < 1, 1.0 <= per_halving <= 1.15
    ladders = [row for row in rest if row["table"] == "resistors"]
    for rows in (numbers, vectors, [row for row in rest if row["table"] == "blocks"], ladders, rules):
        header = [name for name in rows[0] if name not in ("table", "errors")]
        cells = [[f"{row[k]:.3g}" if isinstance(row[k], float) else str(row[k]) for k in header] for row in rows]
        sys.stdout.write(table(header, cells) + "\n\n")
    if options.json:
        figures = [*numbers, *vectors, *rest, *rules]
        Path(options.json).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if options.picture:
        picture(numbers, vectors, options.picture)


if __name__ == "__main__":
    main()

"""What sending work to Ray workers costs: two workers against this process, by the size of a piece of work.

python -m benchmarks.scaling [--seconds 6] [--repeats 3] [--json FILE] [--picture FILE.svg]

Work is a loop of integer arithmetic that takes 1 to 300 ms; each piece carries PAYLOAD bytes there and a result back,
as a chunk of covers does. For every size the same pieces are done (a) in this process, (b) by two bare processes that
have them from the start and send nothing back (what the machine can give), (c) by two Ray workers through the pool.
Speed-up is wall time of (a) over that of (b) or (c), rounds alternating; overhead is CPU seconds of driver and workers
beyond those of (a), per piece.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import report
from distributed.ray_backend import RayBackend
from distributed.spec import ComputeSpec

MILLISECONDS = (1, 3, 10, 30, 100, 300)
PAYLOAD = 50_000
MODULUS = (1 << 61) - 1


@dataclass(frozen=True)
class Pieces:
    """Tasks of `loops` turns each, with their payload uint8[n, PAYLOAD]."""

    payload: NDArray[np.uint8]
    loops: int
    grain: int = 1

    def __len__(self) -> int:
        return len(self.payload)

    def slice(self, start: int, stop: int) -> Pieces:
        return Pieces(self.payload[start:stop], self.loops)


def work(pieces: Pieces) -> int:
    """The same integers wherever it is done."""
    value = 1
    for _ in range(len(pieces) * pieces.loops):
        value = (value * 6364136223846793005 + 1442695040888963407) % MODULUS
    return value


def loops_per_millisecond() -> float:
    begin, loops = time.process_time(), 2_000_000
    work(Pieces(np.zeros((1, 1), dtype=np.uint8), loops))
    return loops / (1000 * (time.process_time() - begin))


def alone(pieces: Pieces) -> float:
    begin = time.perf_counter()
    for index in range(len(pieces)):
        work(pieces.slice(index, index + 1))
    return time.perf_counter() - begin


def bare(pieces: Pieces) -> float:
    """Two processes, started beforehand, half of the pieces each."""
    context = multiprocessing.get_context("fork")
    barrier, half = context.Barrier(3), len(pieces) // 2
    parts = (pieces.slice(0, half), pieces.slice(half, len(pieces)))
    processes = [context.Process(target=_bare, args=(barrier, part)) for part in parts]
    for process in processes:
        process.start()
    barrier.wait()
    begin = time.perf_counter()
    barrier.wait()
    seconds = time.perf_counter() - begin
    for process in processes:
        process.join()
    return seconds


def _bare(barrier: Any, pieces: Pieces) -> None:
    barrier.wait()
    alone(pieces)
    barrier.wait()


def on_workers(backend: RayBackend, pieces: Pieces) -> tuple[float, float]:
    """Wall seconds, and CPU seconds of this process and the workers."""
    before, used = resource.getrusage(resource.RUSAGE_SELF), backend.usage().cpu_seconds
    begin = time.perf_counter()
    list(backend.map(work, pieces))
    seconds = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_SELF)
    mine = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, mine + backend.usage().cpu_seconds - used


def measure(backend: RayBackend, milliseconds: int, seconds: float, repeats: int) -> dict[str, Any]:
    """Medians of one size."""
    loops = round(milliseconds * loops_per_millisecond())
    n = 2 * max(2, round(1000 * seconds / milliseconds / 2))
    pieces = Pieces(np.zeros((n, PAYLOAD), dtype=np.uint8), loops)
    rounds = []
    for _ in range(repeats):
        cpu = time.process_time()
        a = alone(pieces)
        cpu = time.process_time() - cpu
        b = bare(pieces)
        c, used = on_workers(backend, pieces)
        rounds.append((a / b, a / c, b / c, 1000 * (used - cpu) / n))
    middle = [statistics.median(column) for column in zip(*rounds, strict=True)]
    low, high = (pick(column[2] for column in rounds) for pick in (min, max))
    names = ("speed_up_bare", "speed_up_ray", "efficiency", "overhead_ms")
    return {
        "milliseconds": milliseconds,
        "pieces": n,
        **dict(zip(names, middle, strict=True)),
        "low": low,
        "high": high,
    }


def picture(figures: list[dict[str, Any]], path: str) -> None:
    """Speed-up against the size of a piece."""
    from matplotlib import pyplot  # noqa: PLC0415 - an extra

    _, axes = pyplot.subplots(figsize=(6, 3.6))
    sizes = [figure["milliseconds"] for figure in figures]
    axes.plot(sizes, [figure["speed_up_bare"] for figure in figures], "o--", label="two bare processes")
    axes.plot(sizes, [figure["speed_up_ray"] for figure in figures], "o-", label="two Ray workers")
    axes.axhline(1.0, color="grey", linewidth=0.8)
    axes.set(xscale="log", xticks=sizes, xticklabels=sizes, ylim=(0, 2.1))
    axes.set(xlabel="milliseconds per piece of work", ylabel="speed-up over one process")
    axes.legend(loc="lower right")
    pyplot.tight_layout()
    pyplot.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6.0, help="work per size and round, in this process")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json")
    parser.add_argument("--picture")
    arguments = parser.parse_args()
    backend = RayBackend(ComputeSpec(backend="ray", workers=2, chunk=1))
    list(backend.map(work, Pieces(np.zeros((40, PAYLOAD), dtype=np.uint8), 1000)))
    figures = [measure(backend, size, arguments.seconds, arguments.repeats) for size in MILLISECONDS]
    backend.close()
    header = ["ms a piece", "pieces", "two processes", "two Ray workers", "of the processes' (spread)", "overhead ms"]
    rows = [
        [
            str(f["milliseconds"]), str(f["pieces"]), f"{f['speed_up_bare']:.2f}", f"{f['speed_up_ray']:.2f}",
            f"{f['efficiency']:.2f} ({f['low']:.2f}-{f['high']:.2f})", f"{f['overhead_ms']:.1f}",
        ]
        for f in figures
    ]  # fmt: skip
    report(figures, header, rows, arguments.json)
    if arguments.picture:
        picture(figures, arguments.picture)


if __name__ == "__main__":
    main()

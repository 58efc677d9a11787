"""Speed of the exported C: a random cover, bit-sliced, from the cache and from memory; and one raw row at a time.

python -m benchmarks.exports [--terms 32] [--inputs 64] [--literals 6 16 32] [--seconds 1] [--rounds 5] [--json FILE]

Every round measures all widths of terms in turn, so that a busy machine slows all of them; medians over rounds, with
the least and the greatest. One core, CPU seconds. From memory: 256 MiB of blocks that lie one after the other; beside
it the rate at which the same array is merely read (a sum of its words).
"""

from __future__ import annotations

import argparse
import random
import statistics
from typing import Any

from benchmarks.processes import report
from evo.export.circuit import circuit_of
from evo.export.speed import measured
from evo.models.two_level import Model
from fitness.data.binarize import Binarizer
from fitness.data.dataset import Bit, Task
from fitness.data.encoder import Encoder
from fitness.data.schema import Field

RATES = ("cache_samples_per_second", "memory_samples_per_second", "memory_bytes_per_second", "read_bytes_per_second")


def encoder_of(n_inputs: int) -> Encoder:
    """Number columns with one threshold each."""
    names = [f"x{i}" for i in range(n_inputs)]
    bits = tuple(Bit(name, "<=", 0.5, f"{name} <= 0.5", f"{name} > 0.5") for name in names)
    task = Task("binary", ("y",), ("no", "yes"), (0, 1))
    return Encoder(task, Binarizer(tuple(Field(name, "number") for name in names), bits))


def model_of(n_terms: int, n_inputs: int, n_literals: int) -> Model:
    """A random sum of products that uses every input."""
    rng = random.Random(1)
    drawn = [rng.sample(range(1, n_inputs + 1), n_literals) for _ in range(n_terms)]
    terms = [[rng.choice([1, -1]) * number for number in sorted(term)] for term in drawn]
    return Model(f"{n_terms}x{n_literals}", "sop", n_inputs, [terms])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terms", type=int, default=32)
    parser.add_argument("--inputs", type=int, default=64)
    parser.add_argument("--literals", type=int, nargs="+", default=[6, 16, 32])
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    options = parser.parse_args()
    encoder = encoder_of(options.inputs)
    circuits = {n: circuit_of(model_of(options.terms, options.inputs, n), encoder) for n in options.literals}
    rounds = [{n: measured(circuit, options.seconds) for n, circuit in circuits.items()} for _ in range(options.rounds)]
    figures = [_figures(n, [one[n] for one in rounds]) for n in circuits]
    rows = [
        [
            f"{options.terms} x {f['literals_per_term']}",
            *(_spread(f[name]) for name in RATES),
            f"{f['operations_per_word']:.0f}",
            f"{f['code_bytes']:,}",
            f"{statistics.median(f['latency_ns']):.0f}",
            f"{f['aig']['ands']:,} / {f['aig']['levels']}",
            "-" if f["yosys"] is None else f"{f['yosys']['cells']:,} / {f['yosys']['depth']}",
        ]
        for f in figures
    ]
    header = [
        "terms x literals",
        "cache, 1e9 samples/s",
        "memory, 1e9 samples/s",
        "memory, GB/s",
        "reading alone, GB/s",
    ]
    header += ["operations/word", "code bytes", "one row, ns", "AIG ands / levels", "yosys cells / depth"]
    report(figures, header, rows, options.json)
    print(f"{rounds[0][options.literals[0]]['compiler']}, {rounds[0][options.literals[0]]['flags']}")


def _figures(n_literals: int, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    words = [one["c-bitsliced"] for one in rounds]
    first = rounds[0]
    return {
        "literals_per_term": n_literals,
        **{name: [one[name] for one in words] for name in RATES},
        "operations_per_word": words[0]["operations_per_word"],
        "code_bytes": words[0]["code_bytes"],
        "latency_ns": [one["c"]["latency_ns"] for one in rounds],
        "rows_per_second": [one["c"]["rows_per_second"] for one in rounds],
        **{name: first[name] for name in ("aig", "yosys", "compiler", "flags")},
    }


def _spread(values: list[float]) -> str:
    median, least, most = (value / 1e9 for value in (statistics.median(values), min(values), max(values)))
    return f"{median:.2f} ({least:.2f} to {most:.2f})"


if __name__ == "__main__":
    main()

"""Whether a population of wide networks beats one: hold-out accuracy at equal CPU seconds and as many tables.

python -m benchmarks.wide_population MNIST_FOLDER [--seeds 0,1,2] [--seconds 5] [--rows 20000]
    [--only WAY;...] [--json FILE]

Every way may use the same seconds of one process and ends with one network of as many tables; whatever time it has left
goes into sweeps. Networks grow on so many training rows, other 3,000 judge where a way chooses among networks, and all
further training rows are the hold-out, scored once at the end. No test file is opened. Gates are ANDs, a XOR is 3,
before votes that decide least are dropped.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import report
from benchmarks.wide import spread
from fitness.data.idx_source import read_idx
from fitness.kernels.luts.rows import by_rows
from fitness.networks.lowering import sizes
from fitness.networks.wide.ballots import Counting
from fitness.networks.wide.columns import RARE, Columns
from fitness.networks.wide.one_class import OneClass
from fitness.networks.wide.plan import Boosting, exponentials
from fitness.networks.wide.tables import Table, network_of
from genomes import portable
from genomes.bits import n_words, pack
from genomes.networks.space import NetworkSpace
from genomes.streams import Role, stream

#: Networks: tables of each class, and their inputs.
NETWORKS = {"300 tables of 4": (30, 4), "500 tables of 6": (50, 6), "1,000 tables of 4": (100, 4)}
CUTS, JUDGES, CLASSES, ROUNDS, ALIVE = (50, 127, 200), 3000, 10, 10, 4
Tables = list[list[Table]]


class Rows(NamedTuple):
    """Rows that grow (the first `growing`) and that judge, and others: their columns and labels."""

    growing: int
    columns: Columns
    labels: NDArray[np.int64]
    held_out: Columns
    answers: NDArray[np.int64]


def read(folder: Path, seed: int, growing: int) -> Rows:
    """The training images, in an order of the seed's."""
    images, labels = (read_idx(str(next(folder.glob(f"train-{kind}*")))) for kind in ("images", "labels"))
    order = stream(seed, Role.SPLIT).permutation(len(images))
    pixels, answers = images.reshape(len(images), -1)[order], np.asarray(labels[order], dtype=np.int64)
    n = growing + JUDGES
    return Rows(growing, columns(pixels[:n], growing), answers[:n], columns(pixels[n:], 1), answers[n:])


def columns(pixels: NDArray[Any], growing: int) -> Columns:
    """Of pixels; offered are those that vary among the rows that grow."""
    bits = np.concatenate([pixels > cut for cut in CUTS], axis=1)
    means, words = bits[:growing].mean(axis=0), pack(np.ascontiguousarray(bits.T))
    rows = np.zeros((len(bits), n_words(bits.shape[1])), dtype=np.uint64)
    by_rows(words, len(bits), rows)
    return Columns(words, np.flatnonzero((means > RARE) & (means < 1 - RARE)), rows)


class Net:
    """A wide network while it changes: tables of each class, and the votes of all rows for each class."""

    def __init__(self, rows: Rows, plan: Boosting, tables: Sequence[Sequence[Table]] = ((),) * CLASSES) -> None:
        self.rows, self.plan, self.tables = rows, plan, [list(own) for own in tables]
        self.ballots = Counting(rows.columns, len(rows.labels), CLASSES).of(tuple(map(tuple, tables))).copy()

    def pass_over(self, rng: np.random.Generator, most: int | None = None) -> Net:
        """A sweep, or growth to `most` tables of each class; classes see each other after every block."""
        n = len(self.tables[0])
        for first in range(0 if most is None else n, most or n, ROUNDS):
            places, after = range(first, min(first + ROUNDS, most or n)), self.ballots.copy()
            for number, own in enumerate(self.tables):
                one = self.one(number)
                for place in places:
                    own[place : place + 1] = [one.grown(rng) if most else one.again(own[place], rng)]
                after[number] = one.votes
            self.ballots = after
        return self

    def one(self, number: int) -> OneClass:
        """A class while its tables change; only rows that grow are looked at."""
        wanted = (self.rows.labels == number).astype(np.uint8)
        weights = (np.arange(len(wanted)) < self.rows.growing).astype(np.int16)
        powers = exponentials(self.plan.tau(len(self.tables[number]) + ROUNDS))
        one = OneClass(self.rows.columns, wanted, weights, self.plan, powers)
        one.begin(self.ballots, number, rival=True)
        return one

    def loss(self) -> float:
        """The negative log-likelihood of the rows that judge."""
        votes = self.ballots[:, self.rows.growing :] / self.plan.tau(len(self.tables[0]))
        wanted = np.take_along_axis(votes, self.rows.labels[None, self.rows.growing :], axis=0)
        return -float(portable.log(1.0 / portable.exp(votes - wanted).sum(axis=0)).mean())

    def without_least(self, n: int) -> Net:
        """A network without the n tables of each class that least is asked of when they are taken out alone."""
        left: Tables = []
        for number, own in enumerate(self.tables):
            one, asked = self.one(number), list[int]()
            for table in own:
                one._vote(table, -1)
                one._ask()
                asked.append(one._answered(table.inputs)[1])
                one._vote(table, 1)
            order = np.argsort(asked, kind="stable")
            left.append([own[place] for place in sorted(order[n:].tolist())])
        return Net(self.rows, self.plan, left)


Way = Callable[[Rows, Boosting, np.random.Generator], Iterator[Net]]


def grown(rows: Rows, plan: Boosting, rng: np.random.Generator, share: int = 1) -> Net:
    """A network of so many tables, or one of a part of them, and then gone over."""
    part = Boosting(plan.units // share, plan.inputs, 1, ROUNDS)
    net = Net(rows, part).pass_over(rng, part.units)
    return net if share == 1 else net.pass_over(rng)


def joined(nets: Sequence[Net], plan: Boosting) -> Net:
    """All tables of some networks."""
    return Net(nets[0].rows, plan, [[*chain(*own)] for own in zip(*(net.tables for net in nets), strict=True)])


def swept(net: Net, rng: np.random.Generator) -> Iterator[Net]:
    """Ever another sweep."""
    while True:
        yield net
        net.pass_over(rng)


def one(rows: Rows, plan: Boosting, rng: np.random.Generator) -> Iterator[Net]:
    """The control."""
    return swept(grown(rows, plan, rng), rng)


def parts(n: int) -> Way:
    """n networks of a part of the tables each, joined and swept."""
    return lambda rows, plan, rng: swept(joined([grown(rows, plan, rng, n) for _ in range(n)], plan), rng)


def better_half(rows: Rows, plan: Boosting, rng: np.random.Generator) -> Iterator[Net]:
    """Two whole networks joined, and in five steps without the half of the tables that ask least, swept."""
    net = joined([grown(rows, plan, rng) for _ in range(2)], plan)
    for _ in range(5):
        net = net.without_least(plan.units // 5)
    return swept(net, rng)


def best_of(rows: Rows, plan: Boosting, rng: np.random.Generator) -> Iterator[Net]:
    """Networks that share nothing, swept in turn; the best by the rows that judge."""
    nets = [grown(rows, plan, rng) for _ in range(ALIVE)]
    while True:
        yield min(nets, key=Net.loss)
        for net in nets:
            net.pass_over(rng)


def exchange(whole: bool) -> Way:
    """A population: a child has each class from either parent, or half of its tables from each, and is swept."""

    def way(rows: Rows, plan: Boosting, rng: np.random.Generator) -> Iterator[Net]:
        nets = [grown(rows, plan, rng) for _ in range(ALIVE)]
        while True:
            yield nets[0]
            first, second = (nets[place].tables for place in rng.choice(len(nets), 2, replace=False))
            tables = []
            for one, other in zip(first, second, strict=True):
                there = rng.random() < 0.5 if whole else rng.random(len(one)) < 0.5
                flags = np.broadcast_to(there, len(one)).tolist()
                tables.append([b if taken else a for a, b, taken in zip(one, other, flags, strict=True)])
            nets.append(Net(rows, plan, tables).pass_over(rng))
            nets = sorted(nets, key=Net.loss)[:ALIVE]

    return way


def mutated(rows: Rows, plan: Boosting, rng: np.random.Generator) -> Iterator[Net]:
    """One network, whose child lost a fifth of its tables, those that ask least, and grew others; the better stays."""
    net = grown(rows, plan, rng)
    while True:
        yield net
        child = net.without_least(plan.units // 5).pass_over(rng, plan.units).pass_over(rng)
        net = min(net, child, key=Net.loss)


WAYS: dict[str, Way] = {
    "one network, swept": one,
    "two of half the tables, joined": parts(2),
    "five of a fifth, joined": parts(5),
    "two, the better half of both": better_half,
    "best of four": best_of,
    "four, exchange of tables": exchange(whole=False),
    "four, exchange of classes": exchange(whole=True),
    "a fifth grown anew": mutated,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--only", default="", help="how names of ways begin, between semicolons")
    parser.add_argument("--json", help="where figures go")
    options = parser.parse_args()
    ways = [way for way in WAYS if way.startswith(tuple(options.only.split(";")))]
    figures = []
    for seed in map(int, options.seeds.split(",")):
        rows = read(options.folder, seed, options.rows)
        next(one(rows, Boosting(1, 2, 0, ROUNDS), stream(seed, Role.VARIATION)))  # kernels are there
        for name, (units, inputs) in NETWORKS.items():
            for way in ways:
                plan = Boosting(units, inputs, 0, ROUNDS)
                found = scored(rows, plan, way, options.seconds, stream(seed, Role.VARIATION))
                figures.append({"network": name, "way": way, "seed": seed, **found})
                sys.stderr.write(f"{figures[-1]}\n")
    header = ["way", *(f"{name}: {what}" for name in NETWORKS for what in ("hold-out %", "gates"))]
    report(figures, header, [line(figures, way) for way in ways], options.json)


def scored(rows: Rows, plan: Boosting, way: str, seconds: float, rng: np.random.Generator) -> dict[str, Any]:
    """The network that a way has after so many CPU seconds."""
    start, steps, ways = time.process_time(), 1, WAYS[way](rows, plan, rng)
    net = next(ways)
    while time.process_time() - start < seconds:
        net, steps = next(ways), steps + 1
    tables = tuple(map(tuple, net.tables))
    votes = Counting(rows.held_out, len(rows.answers), CLASSES).of(tables)
    space = NetworkSpace(len(rows.columns.words), CLASSES, tuple(range(CLASSES)), 10**6)
    gates = sizes(network_of(tables, space.n_inputs, (), votes=True), space).gates
    return {"hold_out": float((votes.argmax(axis=0) == rows.answers).mean()), "gates": gates, "steps": steps}


def line(figures: Sequence[dict[str, Any]], way: str) -> list[str]:
    """Medians over seeds, and the range."""
    found = [way]
    for name in NETWORKS:
        of = [figure for figure in figures if figure["way"] == way and figure["network"] == name]
        found += [spread([100 * figure["hold_out"] for figure in of], 2), spread([f["gates"] for f in of], 0)]
    return found


if __name__ == "__main__":
    main()

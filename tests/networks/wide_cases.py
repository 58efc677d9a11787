"""Problems of wide networks on made rows, and votes of tables by their definition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Bit, Dataset, Split, Task
from fitness.data.row_weights import RowWeights
from fitness.networks.problem import NetworkProblem, network_problem
from fitness.networks.spec import NetworkFitnessSpec
from fitness.networks.wide.tables import Table, Tables
from genomes.bits import pack
from genomes.networks.spec import NetworkGenomeSpec
from genomes.networks.units import Unit
from tests.kits.network_cases import unit_value

Flags = NDArray[np.bool_]
ALL_JUDGE: dict[str, Any] = {"judging": "rows", "judged": 0.0}


def dataset_of(
    rows: Flags, labels: Flags, kind: Any = "binary", prior: tuple[int, ...] = (), weights: Any = None, copies: int = 0
) -> Dataset:
    """rows: bool[rows, bits]; labels: bool[planes, rows]; weights: int64[rows]."""
    n, n_bits = rows.shape
    outputs = tuple(f"y{k}" for k in range(len(labels)))
    classes = tuple(map(str, range(len(labels) if kind == "multiclass" else 2)))
    weighted = None if weights is None else RowWeights(weights, 1.0)
    planes = [pack(np.ascontiguousarray(rows.T)), pack(labels), pack(np.ones((1, n), dtype=np.bool_))]
    bits = tuple(Bit(f"x{j}", "is", None, f"x{j}", f"NOT x{j}") for j in range(n_bits))
    split = Split(n, *planes, weighted)
    return Dataset(Task(kind, outputs, classes, prior), bits, n_bits, split, None, None, copies=copies)


def problem_of(dataset: Dataset, patterns: Sequence[Unit] = (), **fitness: Any) -> NetworkProblem:
    """Of wide networks, all of whose rows judge unless `fitness` says otherwise."""
    spec = NetworkFitnessSpec(**{**ALL_JUDGE, **fitness})
    problem = network_problem(dataset, NetworkGenomeSpec(gate_limit=100_000), spec, 3)
    return replace(problem, wide=True, patterns=tuple(patterns))


def columns_of(rows: Flags, patterns: Sequence[Unit]) -> list[Flags]:
    """Inputs and patterns: bool[rows] each."""
    nodes = [np.zeros(len(rows), dtype=np.bool_), *rows.T]
    held = [
        np.array([
            unit_value(unit, [bool(nodes[literal >> 1][r]) ^ bool(literal & 1) for literal in unit.literals])
            for r in range(len(rows))
        ])
        for unit in patterns
    ]  # fmt: skip
    return [*rows.T, *held]


def holds(table: Table, columns: Sequence[Flags]) -> Flags:
    """Where a table says yes."""
    spelt = sum(columns[column].astype(np.int64) << k for k, column in enumerate(table.inputs))
    return np.array([table.entries >> place & 1 for place in np.asarray(spelt).tolist()], dtype=np.bool_)


def ballots_of(tables: Tables, columns: Sequence[Flags]) -> NDArray[np.int64]:
    """int64[classes, rows]: tables that hold less those that do not."""
    total = np.zeros((len(tables), len(columns[0])), dtype=np.int64)
    for c, own in enumerate(tables):
        for table in own:
            total[c] += np.where(holds(table, columns), 1, -1)
    return total

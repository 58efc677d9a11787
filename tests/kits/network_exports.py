"""Networks as cases of the export kits, and an interpreter of format evo-units-1 that shares no code with evo."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evo.kinds.network.circuit import circuit_of_network
from evo.models.networks import NetworkModel
from fitness.data.dataset import Task
from fitness.data.encoder import Encoder
from fitness.networks.evaluator import space_of
from genomes.networks import units as kinds
from genomes.networks.assembler import Assembler, tied
from genomes.networks.network import Head, Network
from genomes.networks.units import Unit
from genomes.networks.variation.samples import random_head, random_network, random_unit
from tests.kits.logic_cases import bit_encoder
from tests.kits.network_cases import decision
from tests.kits.oracle_tables import Bits, label_of
from tests.kits.readers import Predict, RawRow


@dataclass(frozen=True)
class NetworkCase:
    """A network over plain bits."""

    model: NetworkModel
    encoder: Encoder
    rows: list[dict[str, str]]

    @property
    def columns(self) -> Mapping[str, str]:
        return circuit_of_network(self.model, self.encoder).kinds

    def outputs(self, inputs: Sequence[int]) -> Bits:
        """Output bits of circuits for the values of the inputs that are read."""
        row = [False] * self.model.n_inputs
        for number, value in zip(self.model.used, inputs, strict=True):
            row[number - 1] = bool(value)
        return outputs_of(self.model, self.encoder.task, row)

    def expected(self) -> list[Any]:
        task, n = self.encoder.task, self.model.n_inputs
        values = ([row[f"x{i}"] == "1" for i in range(n)] for row in self.rows)
        return [label_of(task, outputs_of(self.model, task, row)) for row in values]


def outputs_of(model: NetworkModel, task: Task, row: Sequence[bool]) -> Bits:
    said = decision(model.network, space_of(task, model.n_inputs), row)
    if task.kind != "multiclass" or len(task.classes) == 2:
        return tuple(map(int, said))
    return tuple(int(c == said[0]) for c in range(len(task.classes)))


def case_of(task: Task, network: Network, n: int, n_rows: int | None = None) -> NetworkCase:
    """With all rows, or random ones."""
    rng = np.random.default_rng(5)
    every = list(itertools.product((0, 1), repeat=n)) if n_rows is None else rng.integers(0, 2, (n_rows, n)).tolist()
    rows = [{f"x{i}": str(value) for i, value in enumerate(row)} for row in every]
    return NetworkCase(NetworkModel("m1", network, n), bit_encoder(task, n), rows)


def random_case(task: Task, seed: int, n: int = 5) -> NetworkCase:
    """A random network that reads something."""
    rng, space = np.random.default_rng(seed), space_of(task, n)
    while True:
        network = random_network(rng, space)
        if len(network) > 1:
            return case_of(task, network, n)


def every_kind(task: Task) -> NetworkCase:
    """A unit of every kind over 6 inputs, each read by the next."""
    units = [
        Unit(kinds.XOR, (2, 4, 6)),
        Unit(kinds.COUNT, (2, 5, 8, 14), (2, 3, 4)),
        Unit(kinds.MUX, (14, 16, 11)),
        Unit(kinds.AND, (3, 12, 19)),
        Unit(kinds.AND, (3, 5, 7, 9, 20)),
        Unit(kinds.SOP, (2, 22, 13, 4, 6), (2, 1, 2)),
        Unit(kinds.THRESHOLD, (8, 24, 11, 18), (2, 3, -1, 1, 3)),
        Unit(kinds.LUT, (26, 10, 3), (0b10010110,)),
        Unit(kinds.COUNT, (2, 4, 6, 28), (1, 3)),
    ]
    if task.kind == "multiclass":
        heads = [Head(((14 + 2 * c, 1), (30, 2)), c % 2) for c in range(task.n_covers - 1)]
        return case_of(task, Network.of(units, [*heads, Head(((28, 2), (9, 1)), 0)]), 6)
    return case_of(task, Network.of(units, [Head.of(31 - o) for o in range(task.n_covers)]), 6)


def large_case(task: Task, n_units: int, n: int = 60, n_rows: int = 40) -> NetworkCase:
    """A deep network of many units over the last before them."""
    rng, space, build = np.random.default_rng(7), space_of(task, n), Assembler(n)
    inputs = [2 * node for node in range(1, n + 1)]
    nodes = list(inputs)
    while len(build.units) < n_units:
        a = random_unit(rng, build, nodes[-60:])
        nodes.append(build.add(kinds.XOR, (a, int(rng.choice(nodes[-60:])), int(rng.choice(inputs)))))
    heads = [random_head(rng, nodes[-9:], votes=space.votes) for _ in range(space.n_heads)]
    return case_of(task, build.network(tied(heads) if space.votes else heads), n, n_rows)


def read_units(text: str) -> Predict:
    """Format evo-units-1 as its description says, for columns of bits."""
    model = json.loads(text)
    task = model["task"]

    def predict(row: RawRow) -> Any:
        values = [None, *(row[one["column"]] == "1" for one in model["inputs"])]

        def of(number: Any) -> bool:
            return number if isinstance(number, bool) else bool(values[abs(number)]) != (number < 0)

        for unit in model["units"]:
            values.append(_unit(unit, of))
        if task["kind"] == "multiclass":
            scores = {
                head["name"]: head["bias"] + sum(w for number, w in head["votes"] if of(number))
                for head in model["heads"]
            }
            return max(task["prior"], key=lambda name: scores[name])
        outputs = tuple(int(of(head["literal"])) for head in model["heads"])
        return task["classes"][outputs[0]] if task["kind"] == "binary" else outputs

    return predict


def _unit(unit: dict[str, Any], of: Any) -> bool:
    kind, read = unit["kind"], [of(number) for number in unit.get("of", ())]
    if kind == "sop":
        return any(all(of(number) for number in term) for term in unit["terms"])
    if kind in ("and", "or"):
        return all(read) if kind == "and" else any(read)
    if kind == "xor":
        return sum(read) % 2 == 1
    if kind == "mux":
        return bool(read[1] if read[0] else read[2])
    if kind == "lut":
        return bool(int(unit["table"], 16) >> sum(2**i for i, value in enumerate(read) if value) & 1)
    if kind == "count":
        return sum(read) in unit["counts"]
    return sum(w for w, value in zip(unit["weights"], read, strict=True) if value) >= unit["least"]

"""Exported masks against networks by their definition on plain lists, summed in an order that nobody else uses."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evo.errors import ExportError
from evo.export import CIRCUITS
from evo.export.decide import decided
from evo.masks.c_floats import to_c_floats
from evo.masks.lower import is_exact, lowered
from evo.masks.model import MaskModel
from evo.masks.python_floats import to_python_floats
from fitness.data.dataset import Task
from fitness.masks.encoder import MaskEncoder
from fitness.masks.judged import Judge
from fitness.masks.networks import Layer, Network, dense_network
from genomes.masks.samples import random_mask
from genomes.masks.space import MaskSpace
from genomes.masks.spec import Granularity
from tests.kits.circuit_checks import CIRCUITS as CHECKS
from tests.kits.circuit_checks import TOOLS, Truth
from tests.kits.gate_values import class_of
from tests.kits.outside import needs
from tests.kits.readers import read_python
from tests.masks.cases import rng_of
from tests.masks.export_kit import (
    HOSTILE,
    bits_encoder,
    loop,
    numbers_encoder,
    predictions,
    program,
    pruned_case,
    raw_rows,
    scaled,
)

LABELS = ('a"b??/', "*/ int x;\n#error no", "it's; DROP TABLE t;--\\")
TARGETS = ('*/ "t" \\', "select", "y?\u2028 z")
VECTORS = list(product((0, 1), repeat=6))


def defined(network: Network, masks: Sequence[list[list[int]]], inputs: Sequence[float]) -> list[float]:
    """The logits: every step in single precision, inputs last to first, the bias at the end."""
    units = [np.float32(value) for value in inputs]
    for layer, mask in zip(network.layers, masks, strict=True):
        sums = []
        for weights, kept, bias in zip(layer.weights, mask, layer.bias, strict=True):
            total = np.float32(0)
            for i in reversed(range(len(units))):
                total = np.float32(total + np.float32(weights[i] * np.float32(kept[i])) * units[i])
            sums.append(np.float32(total + bias))
        units = [np.float32(1 if value > 0 else -1) for value in sums]
    return [float(value) for value in sums]


def network_of(sizes: Sequence[int], size: float, ends: float, biases: str, seed: int) -> Network:
    """Weights +-size; biases nowhere special, or planted where sums are 0 or classes tie."""
    rng, layers = rng_of(seed), []
    for number, (inputs, out) in enumerate(pairwise(sizes)):
        step = size * (ends if number == 0 else 1.0)
        weights = np.where(rng.random((out, inputs)) < 0.5, -size, size).astype(np.float32)
        drawn = {
            "free": rng.uniform(-1, 1, out),
            "on": rng.integers(-4, 5, out),
            "between": rng.integers(-4, 5, out) + 0.5,
        }
        layers.append(Layer(weights, (step * drawn[biases]).astype(np.float32)))
    return Network(tuple(layers), "sign")


@settings(deadline=None, max_examples=120)
@given(
    seed=st.integers(0, 10**6),
    sizes=st.sampled_from([(4, 3), (5, 4, 2), (5, 6, 3), (3, 4, 4, 3), (4, 3, 3, 3, 4)]),
    granularity=st.sampled_from(["edge", "ternary", "neuron", "n_of_m"]),
    size=st.sampled_from([1.0, 0.25, 8.0, 0.3]),
    high=st.sampled_from([1.0, 0.5, 0.7]),
    biases=st.sampled_from(["free", "on", "between"]),
    density=st.sampled_from([0.0, 0.3, 0.6, 1.0]),
)
def test_votes_and_gates_are_the_network_by_its_definition_on_every_input(
    seed: int,
    sizes: tuple[int, ...],
    granularity: Granularity,
    size: float,
    high: float,
    biases: str,
    density: float,
) -> None:
    assume(granularity != "neuron" or len(sizes) > 2)
    network = network_of(sizes, size, high, biases, seed)
    space = network.space(granularity)
    encoder = replace(bits_encoder(sizes[0], sizes[-1]), ends=(-high, high))
    task = replace(encoder.task, prior=encoder.task.prior[::-1])  # that the last is most frequent must not matter
    encoder = replace(encoder, task=task)
    assert is_exact(network, encoder)
    genes = random_mask(rng_of(seed), space, density)
    try:
        circuit = lowered(MaskModel("m", genes, 1.0), network, space, encoder)
    except ExportError:
        assert size == 0.3 or high == 0.7, "sums of powers of two are not refused here"
        return
    gates, masks = decided(circuit), [mask.tolist() for mask in space.weight_masks(genes)]
    for row in product((0, 1), repeat=sizes[0]):
        logits = defined(network, masks, [high if bit else -high for bit in row])
        won = logits.index(max(logits))
        read = [row[number - 1] for number in circuit.numbers]
        assert (class_of(circuit, read), class_of(gates, read)) == (won, won)


def hostile(encoder: MaskEncoder, target: str) -> MaskEncoder:
    """With class and target names as nobody should choose them, and another class most frequent."""
    return replace(encoder, task=Task("multiclass", (target,), LABELS, (2, 1, 0)))


def hostile_case(target: str) -> tuple[MaskModel, Network, MaskSpace, MaskEncoder, list[int]]:
    network, model, space = pruned_case(3, (6, 8, 3))
    told = predictions(network, model, space, np.array(VECTORS, dtype=bool))
    assert set(told) == {0, 1, 2}
    return model, network, space, hostile(bits_encoder(6, 3, HOSTILE), target), told


@needs("gcc")
@pytest.mark.parametrize("target", TARGETS)
def test_c_keeps_hostile_class_names_byte_for_byte(target: str, tmp_path: Path) -> None:
    model, network, space, encoder, told = hostile_case(target)
    cells = ", ".join("{" + ", ".join("0.0" if bit else "1.0" for bit in v) + "}" for v in VECTORS)
    head = "#include <string.h>\nstatic int at(int c, int k) { return (unsigned char)evo_classes[c][k]; }\n"
    named = [[*label.encode(), 0] for label in LABELS]
    spelt = [byte for name in named for byte in name]
    place = [f"{{{c}, {k}}}" for c, name in enumerate(named) for k in range(len(name))]
    letters = loop(f"int p[][2] = {{{', '.join(place)}}}", len(spelt), "at(p[r][0], p[r][1])")
    for text in (
        str(CIRCUITS["c"](lowered(model, network, space, encoder))),
        to_c_floats(model, network, space, encoder),
    ):
        main = loop(f"evo_row rows[] = {{{cells}}}", len(VECTORS), "evo_predict(&rows[r])")
        assert program(text, main, tmp_path) == told
        assert program(text, head + letters, tmp_path) == spelt


@pytest.mark.parametrize("target", TARGETS)
def test_sql_and_python_keep_hostile_class_names(target: str) -> None:
    model, network, space, encoder, told = hostile_case(target)
    circuit, expected = lowered(model, network, space, encoder), [LABELS[c] for c in told]
    with sqlite3.connect(":memory:") as base:
        columns = ", ".join('"' + column.replace('"', '""') + '" REAL' for column in circuit.kinds)
        base.execute(f"CREATE TABLE t ({columns})")
        base.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", [[1.0 - bit for bit in v] for v in VECTORS])
        said = base.execute(f"SELECT\n{CIRCUITS['sql'](circuit)!s}\nFROM t ORDER BY rowid")
        assert said.description[0][0].rstrip() == f"predicted_{target}"
        assert [label for (label,) in said] == expected
    predict = read_python(to_python_floats(model, network, space, encoder))
    names = [name.strip() for name in HOSTILE]
    assert [predict(dict(zip(names, (repr(1.0 - bit) for bit in v), strict=True))) for v in VECTORS] == expected


@pytest.mark.parametrize("fmt", [pytest.param(f, marks=needs(*TOOLS.get(f, ("berkeley-abc",)))) for f in CHECKS])
@pytest.mark.parametrize("target", TARGETS)
def test_hostile_class_names_leave_circuits_what_they_are(fmt: str, target: str, tmp_path: Path) -> None:
    model, network, space, encoder, told = hostile_case(target)
    won = dict(zip(VECTORS, told, strict=True))
    truth = Truth(6, lambda inputs: tuple(int(c == won[inputs]) for c in range(3)))
    CHECKS[fmt](CIRCUITS[fmt](lowered(model, network, space, encoder)), truth, tmp_path)


@needs("z3")
@pytest.mark.parametrize("target", TARGETS)
def test_z3_reads_hostile_class_names(target: str) -> None:
    import z3  # noqa: PLC0415

    from tests.kits.symbolic import columns_in, definitions  # noqa: PLC0415

    model, network, space, encoder, told = hostile_case(target)
    circuit = lowered(model, network, space, encoder)
    text = str(CIRCUITS["smt2"](circuit))
    prediction = definitions(text, circuit.task)[0]
    for vector, c in list(zip(VECTORS, told, strict=True))[::3]:
        cells = [pair for i, bit in enumerate(vector) for pair in columns_in(text, i, "number", "0" if bit else "1")]
        said = z3.simplify(z3.substitute(prediction, *cells)).as_string()
        assert re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), said) == LABELS[c]


@needs("gcc")
@pytest.mark.parametrize("granularity", ["edge", "ternary", "neuron", "n_of_m"])
def test_real_weights_of_every_granularity_are_the_evaluators_classes(granularity: Granularity, tmp_path: Path) -> None:
    encoder = hostile(numbers_encoder(6, 3, HOSTILE), TARGETS[0])
    rows = raw_rows(encoder, 200)
    rows[:2] = encoder.low, encoder.high
    inputs = scaled(encoder, rows)
    network = dense_network(rng_of(107), (6, 9, 4, 3), "kaiming")
    space = network.space(granularity)
    genes = random_mask(rng_of(2), space, 0.8)
    logits = Judge(network, space).logits(genes, inputs)
    top = np.sort(logits, axis=1)
    clear = top[:, -1] - top[:, -2] > 1e-4
    told = logits.argmax(axis=1)
    assert clear.sum() > 180
    assert len(set(told[clear].tolist())) > 1
    case = (MaskModel("m", genes, 1.0), network, space, encoder)
    cells = ", ".join("{" + ", ".join(map(repr, row)) + "}" for row in rows.tolist())
    main = loop(f"double rows[][6] = {{{cells}}}", len(rows), "evo_predict(rows[r])")
    by_c = program(to_c_floats(*case), main, tmp_path)
    assert np.array(by_c)[clear].tolist() == told[clear].tolist()
    predict, names = read_python(to_python_floats(*case)), [name.strip() for name in HOSTILE]
    assert [LABELS.index(predict(dict(zip(names, map(repr, row), strict=True)))) for row in rows.tolist()] == by_c

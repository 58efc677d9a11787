"""C and Python of networks with real weights: the same classes as the evaluator wherever rounding decides nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from evo.export import CIRCUITS
from evo.kinds.mask.c_floats import to_c_floats
from evo.kinds.mask.lower import lowered
from evo.kinds.mask.model import MaskModel
from evo.kinds.mask.python_floats import to_python_floats
from fitness.data.binarize import Binarizer
from fitness.data.dataset import Bit
from fitness.data.schema import Field
from fitness.masks.encoder import BITS, MaskEncoder
from fitness.masks.evaluator import MaskEvaluator
from fitness.masks.networks import Activation, Layer, Network, dense_network
from genomes.masks.samples import random_mask
from genomes.masks.space import MaskSpace
from genomes.masks.spec import Granularity
from tests.kits.outside import needs
from tests.kits.readers import read_python
from tests.masks.cases import rng_of
from tests.masks.export_kit import (
    HOSTILE,
    LABELS,
    TARGETS,
    bits_encoder,
    loop,
    numbers_encoder,
    predictions,
    program,
    pruned_case,
    raw_rows,
    scaled,
)

Case = tuple[MaskModel, Network, MaskSpace, MaskEncoder]


def real_case(activation: Activation, encoder: MaskEncoder, share: float = 0.6) -> Case:
    network = dense_network(rng_of(11), (encoder.n_inputs, 9, 4, 3), activation=activation)
    space = network.space("ternary")
    return MaskModel("m", random_mask(rng_of(1), space, share), 1.0), network, space, encoder


def clear_of_rounding(case: Case, inputs: NDArray[np.float32]) -> NDArray[np.intp]:
    """Rows whose two highest logits differ by more than rounding could."""
    model, network, space, _ = case
    logits = np.sort(MaskEvaluator(network, space).logits(model.genes, inputs), axis=1)
    return np.flatnonzero(logits[:, -1] - logits[:, -2] > 1e-4)


def said_by_c(text: str, rows: NDArray[np.float64], kind: str, folder: Path) -> list[int]:
    cells = ", ".join("{" + ", ".join(map(repr, row)) + "}" for row in rows.tolist())
    declared, call = (
        ("evo_row rows[]", "&rows[r]") if kind == "bits" else (f"double rows[][{rows.shape[1]}]", "rows[r]")
    )
    return program(text, loop(f"{declared} = {{{cells}}}", len(rows), f"evo_predict({call})"), folder)


def said_by_python(
    text: str, names: list[str], rows: NDArray[np.float64], labels: Sequence[str] = "abcdef"
) -> list[int]:
    predict = read_python(text)
    return [labels.index(predict(dict(zip(names, map(repr, row), strict=True)))) for row in rows.tolist()]


@needs("gcc")
@pytest.mark.parametrize("activation", ["relu", "sign"])
@pytest.mark.parametrize("names", [None, HOSTILE], ids=["plain names", "hostile names"])
def test_on_numbers_c_and_python_agree_everywhere_and_with_the_evaluator_outside_rounding(
    activation: Activation, names: list[str] | None, tmp_path: Path
) -> None:
    case = real_case(activation, numbers_encoder(6, 3, names))
    rows = raw_rows(case[3], 300)
    by_c = said_by_c(to_c_floats(*case), rows, "numbers", tmp_path)
    named = [field.name.strip() for field in case[3].fields]
    assert said_by_python(to_python_floats(*case), named, rows) == by_c
    clear = clear_of_rounding(case, scaled(case[3], rows))
    assert len(clear) > 250
    expected = MaskEvaluator(case[1], case[2]).predictions(case[0].genes, scaled(case[3], rows))
    assert np.array(by_c)[clear].tolist() == expected[clear].tolist()


@needs("gcc")
@pytest.mark.parametrize("activation", ["relu", "sign"])
@pytest.mark.parametrize("names", [None, HOSTILE], ids=["plain names", "hostile names"])
def test_on_bits_c_and_python_agree_with_the_evaluator_on_every_input(
    activation: Activation, names: list[str] | None, tmp_path: Path
) -> None:
    case = real_case(activation, bits_encoder(6, 3, names))
    bits = np.array(list(product((False, True), repeat=6)))
    rows = np.where(bits, 0.0, 1.0)  # the bits test x <= 0.5
    inputs = np.where(bits, 1.0, -1.0).astype(np.float32)
    expected = MaskEvaluator(case[1], case[2]).predictions(case[0].genes, inputs).tolist()
    assert len(set(expected)) == 3
    assert len(clear_of_rounding(case, inputs)) == 64
    assert said_by_c(to_c_floats(*case), rows, "bits", tmp_path) == expected
    named = [field.name.strip() for field in case[3].fields]
    assert said_by_python(to_python_floats(*case), named, rows) == expected


def mixed_encoder() -> MaskEncoder:
    """Bits of every kind of test, over a number, a category with a hostile value and a column of bits."""
    bits = (
        Bit("n", "<=", 1.5, "n <= 1.5", "n > 1.5"),
        Bit("n", "in", (float("-inf"), 0.5), "n <= 0.5", "n > 0.5"),
        Bit("n", "missing", None, "n is missing", "n is there"),
        Bit("c", "=", 'a"\\', "c is a", "c is not a"),
        Bit("b", "is", None, "b", "not b"),
    )
    fields = (Field("n", "number"), Field("c", "category"), Field("b", "bit"))
    task = bits_encoder(1, 3).task
    return MaskEncoder(task, fields, np.zeros(0), np.zeros(0), Binarizer(fields, bits), BITS)


@needs("gcc")
def test_every_kind_of_test_reads_raw_cells_as_the_bits_say(tmp_path: Path) -> None:
    case = real_case("relu", mixed_encoder(), share=1.0)
    rows = list(product(("0.5", "1", "2", ""), ('a"\\', "z", ""), ("0", "1")))
    inputs = np.array([[_bit(test, *row) for test in range(5)] for row in rows])
    expected = (
        MaskEvaluator(case[1], case[2]).predictions(case[0].genes, np.where(inputs, 1, -1).astype(np.float32)).tolist()
    )
    assert len(set(expected)) > 1
    texts = {'a"\\': '"a\\"\\\\"', "z": '"z"', "": "NULL"}
    cells = ", ".join(f"{{{n or 'NAN'}, {texts[c]}, {b}}}" for n, c, b in rows)
    main = "#include <math.h>\n" + loop(f"evo_row rows[] = {{{cells}}}", len(rows), "evo_predict(&rows[r])").replace(
        "static const evo_row", "static evo_row"
    )
    assert program(to_c_floats(*case), main, tmp_path) == expected
    predict = read_python(to_python_floats(*case))
    said = [predict({" n": n, "c": f" {c} ", "b": b}) for n, c, b in rows]
    assert ["abcdef".index(label) for label in said] == expected


def _bit(test: int, n: str, c: str, b: str) -> bool:
    value = float(n or "nan")
    return [value <= 1.5, value <= 0.5, value != value, c == 'a"\\', b == "1"][test]


@needs("gcc")
@pytest.mark.parametrize("kind", ["bits", "numbers"])
def test_a_planted_fault_in_a_weight_shows(kind: str, tmp_path: Path) -> None:
    case = real_case("relu", bits_encoder(6, 3) if kind == "bits" else numbers_encoder(6, 3))
    rows, text = rng_of(3).uniform(-1, 2, (200, 6)), to_c_floats(*case)
    broken = re.sub(r"(bias_2\[3\] = \{)", r"\g<1>5.0f + ", text)
    assert broken != text
    assert said_by_c(broken, rows, kind, tmp_path) != said_by_c(text, rows, kind, tmp_path)


@needs("gcc")
@pytest.mark.parametrize("kind", ["bits", "numbers"])
def test_a_mask_that_keeps_nothing_is_the_class_of_its_biases(kind: str, tmp_path: Path) -> None:
    encoder = bits_encoder(6, 3) if kind == "bits" else numbers_encoder(6, 3)
    case = real_case("relu", encoder, share=0.0)
    assert not case[0].genes.any()
    expected = int(np.argmax(case[1].layers[-1].bias))
    row = np.zeros((1, 1 if kind == "bits" else 6))
    text = to_c_floats(*case)
    cells = row.astype(int) if kind == "bits" else row  # of bits the row is a struct with an int that nothing reads
    assert said_by_c(text, cells, kind, tmp_path) == [expected]
    named = [field.name for field in encoder.fields]
    assert said_by_python(to_python_floats(*case), named, np.zeros((1, 6))) == [expected]


def test_only_kept_weights_and_inputs_are_written() -> None:
    network = dense_network(rng_of(0), (6, 3))
    space, genes = network.space(), np.zeros(18, np.int8)
    genes[[1, 7, 16]] = 1
    case = (MaskModel("m", genes, 1.0), network, space, numbers_encoder(6, 3))
    text = to_c_floats(*case)
    assert "static const int column[2] = {1, 4};" in text
    assert "static const int start_0[4] = {0, 1, 2, 3};" in text
    assert "static const int from_0[3] = {0, 0, 1};" in text
    scope: dict[str, Any] = {}
    exec(to_python_floats(*case), scope)
    assert [[len(kept) for _, kept in layer] for layer in scope["LAYERS"]] == [[1, 1, 1]]


def test_python_of_a_network_of_signs_is_exact_on_every_input_and_says_nothing_of_rounding() -> None:
    network, model, space = pruned_case(3, (6, 8, 3), biases=False)  # without biases logits often tie
    text = to_python_floats(model, network, space, bits_encoder(6, 3))
    bits = np.array(list(product((False, True), repeat=6)))
    said = said_by_python(text, [f"x{i}" for i in range(6)], np.where(bits, 0.0, 1.0))
    assert said == predictions(network, model, space, bits)
    assert "rounded" not in text
    assert "rounded" in to_python_floats(*real_case("sign", bits_encoder(6, 3)))
    uneven = Network(tuple(replace(layer, weights=layer.weights * np.float32(0.3)) for layer in network.layers), "sign")
    assert "rounded" in to_python_floats(model, uneven, space, bits_encoder(6, 3))


@needs("gcc")
def test_c_and_python_round_every_step_to_single_precision(tmp_path: Path) -> None:
    weights = np.array([[1, 2.0**-25, -1], [0, 0, 0]], np.float32)  # 1 + 2^-25 is 1 in single precision
    network = Network((Layer(weights, np.array([0, 2.0**-26], np.float32)),))
    case = (MaskModel("m", np.ones(6, np.int8), 1.0), network, network.space(), bits_encoder(3, 2))
    row = np.zeros((1, 3))
    assert said_by_c(to_c_floats(*case), row, "bits", tmp_path) == [1]
    assert said_by_python(to_python_floats(*case), ["x0", "x1", "x2"], row) == [1]


def test_values_beyond_single_precision_are_infinite_as_in_the_evaluator() -> None:
    case = real_case("relu", numbers_encoder(6, 3))
    read_python(to_python_floats(*case))({f"x{i}": 1e300 for i in range(6)})


@needs("gcc")
def test_c_of_signs_is_the_exact_circuit_and_equals_the_sums(tmp_path: Path) -> None:
    network, model, space = pruned_case(3, (6, 8, 3))
    encoder = bits_encoder(6, 3)
    circuit = lowered(model, network, space, encoder)
    assert circuit.n_inputs == 6
    rows = np.where(np.array(list(product((False, True), repeat=6))), 0.0, 1.0)
    exact = said_by_c(str(CIRCUITS["c"](circuit)), rows, "bits", tmp_path)
    assert exact == said_by_c(to_c_floats(model, network, space, encoder), rows, "bits", tmp_path)


@needs("gcc")
@pytest.mark.parametrize("granularity", ["edge", "ternary", "neuron", "n_of_m"])
def test_real_weights_of_every_granularity_are_the_evaluators_classes(granularity: Granularity, tmp_path: Path) -> None:
    encoder = numbers_encoder(6, 3, HOSTILE)
    encoder = replace(encoder, task=replace(encoder.task, outputs=TARGETS[:1], classes=LABELS, prior=(2, 1, 0)))
    rows = raw_rows(encoder, 200)
    rows[:2] = encoder.low, encoder.high
    network = dense_network(rng_of(107), (6, 9, 4, 3), "kaiming")
    space = network.space(granularity)
    case = (MaskModel("m", random_mask(rng_of(2), space, 0.8), 1.0), network, space, encoder)
    clear = clear_of_rounding(case, scaled(encoder, rows))
    expected = MaskEvaluator(network, space).predictions(case[0].genes, scaled(encoder, rows))
    assert len(clear) > 180
    assert len(set(expected[clear].tolist())) > 1
    by_c = said_by_c(to_c_floats(*case), rows, "numbers", tmp_path)
    assert np.array(by_c)[clear].tolist() == expected[clear].tolist()
    assert said_by_python(to_python_floats(*case), [name.strip() for name in HOSTILE], rows, LABELS) == by_c

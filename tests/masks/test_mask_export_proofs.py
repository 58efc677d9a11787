"""Every circuit format of networks of signs against the evaluator's truth table, by outside tools."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.errors import ExportError
from evo.export import CIRCUITS, Exported
from evo.export.circuit import Circuit
from evo.masks.counters import Counter, scores_of
from evo.masks.export import exporter_of
from evo.masks.lower import is_exact, lowered
from evo.masks.model import MaskModel
from fitness.masks.networks import Activation, Layer, Network, dense_network
from genomes.masks.samples import random_mask
from tests.kits.circuit_checks import CIRCUITS as CHECKS
from tests.kits.circuit_checks import TOOLS, Truth
from tests.kits.gate_values import class_of
from tests.kits.oracle_tables import Bits
from tests.kits.outside import needs, run
from tests.masks.cases import image_network, rng_of
from tests.masks.export_kit import (
    HOSTILE,
    bits_encoder,
    loop,
    numbers_encoder,
    predictions,
    program,
    pruned_case,
    sign_net,
)

N = 6
NAMES = [None, HOSTILE]


def circuit_and_classes(names: list[str] | None = None, classes: int = 3) -> tuple[Circuit, Mapping[Bits, int]]:
    """A circuit that reads all its inputs, and the evaluator's class for each of their values."""
    network, model, space = pruned_case(3, (N, 8, classes))
    circuit = lowered(model, network, space, bits_encoder(N, classes, names))
    assert circuit.n_inputs == N
    vectors = list(product((0, 1), repeat=N))
    told = predictions(network, model, space, np.array(vectors, dtype=bool))
    assert set(told) == set(range(classes))
    return circuit, dict(zip(vectors, told, strict=True))


def truth_of(told: Mapping[Bits, int], classes: int) -> Truth:
    if classes == 2:
        return Truth(N, lambda inputs: (told[inputs],))
    return Truth(N, lambda inputs: tuple(int(c == told[inputs]) for c in range(classes)))


def fault(content: Exported, fmt: str) -> Exported:
    """The circuit with one operation changed."""
    if isinstance(content, bytes):  # the sign of the last output's literal
        lines = content.split(b"\n")
        last = int(lines[0].split()[4])
        lines[last] = str(int(lines[last]) ^ 1).encode()
        return b"\n".join(lines)
    if fmt == "aiger":
        lines = content.split("\n")
        first = 1 + N
        lines[first] = str(int(lines[first]) ^ 1)
        return "\n".join(lines)
    old, new = {
        "verilog": (r"(assign \w+ = )", r"\1~"),
        "blif": (r"\n1- 1\n|\n11 1\n", "\n00 1\n"),
        "pla": (r"(\n[01-]+ )100\n", r"\g<1>010\n"),
    }[fmt]
    return re.sub(old, new, content, count=1)


@pytest.mark.parametrize("fmt", [pytest.param(f, marks=needs(*TOOLS.get(f, ("berkeley-abc",)))) for f in CHECKS])
@pytest.mark.parametrize("names", NAMES, ids=["plain names", "hostile names"])
def test_outside_tools_prove_each_circuit_equal_to_the_evaluator(
    fmt: str, names: list[str] | None, tmp_path: Path
) -> None:
    circuit, told = circuit_and_classes(names)
    CHECKS[fmt](CIRCUITS[fmt](circuit), truth_of(told, 3), tmp_path)


@pytest.mark.parametrize("fmt", [pytest.param(f, marks=needs(*TOOLS.get(f, ("berkeley-abc",)))) for f in CHECKS])
def test_a_planted_fault_in_a_circuit_is_caught(fmt: str, tmp_path: Path) -> None:
    circuit, told = circuit_and_classes()
    content = CIRCUITS[fmt](circuit)
    broken = fault(content, fmt)
    assert broken != content
    with pytest.raises(AssertionError, match=r"NOT EQUIVALENT|At index|==|!="):
        CHECKS[fmt](broken, truth_of(told, 3), tmp_path)


@needs("berkeley-abc")
def test_two_classes_are_one_output(tmp_path: Path) -> None:
    circuit, told = circuit_and_classes(classes=2)
    CHECKS["blif"](CIRCUITS["blif"](circuit), truth_of(told, 2), tmp_path)


@needs("gcc")
@pytest.mark.parametrize("names", NAMES, ids=["plain names", "hostile names"])
def test_words_of_bits_compiled_by_gcc_are_the_evaluators_classes(names: list[str] | None, tmp_path: Path) -> None:
    circuit, told = circuit_and_classes(names)
    cells = ", ".join("{" + ", ".join("0.0" if bit else "1.0" for bit in v) + "}" for v in told)
    call = "(evo_pack(rows, 64, in, 1), evo_predict_words(in, out, 1), won(r))"
    helper = """
static uint64_t in[EVO_INPUTS], out[EVO_OUTPUTS];
static int won(int r) { int c = 0; while (!(out[c] >> r & 1)) c++; return c; }
"""
    text = f"{CIRCUITS['c-bitsliced'](circuit)}{helper}"
    assert program(text, loop(f"evo_row rows[] = {{{cells}}}", 64, call), tmp_path) == list(told.values())


@pytest.mark.parametrize("names", NAMES, ids=["plain names", "hostile names"])
def test_sqlite_says_the_evaluators_classes(names: list[str] | None) -> None:
    circuit, told = circuit_and_classes(names)
    with sqlite3.connect(":memory:") as base:
        columns = ['"' + column.replace('"', '""') + '"' for column in circuit.kinds]
        base.execute(f"CREATE TABLE t ({', '.join(f'{column} REAL' for column in columns)})")
        rows = [[0.0 if bit else 1.0 for bit in vector] for vector in told]
        base.executemany(f"INSERT INTO t VALUES ({', '.join('?' * N)})", rows)
        said = base.execute(f"SELECT\n{CIRCUITS['sql'](circuit)}\nFROM t ORDER BY rowid").fetchall()
    assert ["abc".index(label) for (label,) in said] == list(told.values())


@needs("z3")
@pytest.mark.parametrize("names", NAMES, ids=["plain names", "hostile names"])
def test_z3_proves_the_prediction_on_every_input(names: list[str] | None) -> None:
    import z3  # noqa: PLC0415

    from tests.kits.symbolic import columns_in, definitions  # noqa: PLC0415

    circuit, told = circuit_and_classes(names)
    text = str(CIRCUITS["smt2"](circuit))
    prediction = definitions(text, circuit.task)[0]
    for vector, won in told.items():
        cells = [pair for i, bit in enumerate(vector) for pair in columns_in(text, i, "number", "0" if bit else "1")]
        said = z3.simplify(z3.substitute(prediction, *cells))
        assert said.as_string() == "abc"[won]


def uneven(seed: int, sizes: tuple[int, ...], size: float, *, biases: bool = True) -> Network:
    """A network of signs whose weights are a constant that is no power of two, another one in each layer."""
    drawn = sign_net(seed, sizes, biases=biases)
    layers = [Layer(layer.weights * np.float32(size + k), layer.bias) for k, layer in enumerate(drawn.layers)]
    return Network(tuple(layers), "sign")


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.sampled_from([(5, 4, 3), (6, 5, 2), (4, 3, 3, 4)]), st.floats(0.05, 3))
def test_weights_of_any_one_size_are_the_same_circuit_for_every_input(
    seed: int, sizes: tuple[int, ...], size: float
) -> None:
    network = uneven(seed, sizes, size)
    encoder, space = bits_encoder(sizes[0], sizes[-1]), network.space("ternary")
    assert is_exact(network, encoder)
    model = MaskModel("m", random_mask(rng_of(seed), space, 0.6), 1.0)
    circuit = lowered(model, network, space, encoder)
    rows = np.array(list(product((False, True), repeat=sizes[0])))
    used = [number - 1 for number in circuit.numbers]
    assert [class_of(circuit, row[used].tolist()) for row in rows] == predictions(network, model, space, rows)


def test_a_sum_that_rounding_could_move_across_0_is_refused() -> None:
    network = uneven(0, (4, 3, 3), 0.3, biases=False)
    genes = np.ones(network.space().n_genes, np.int8)
    with pytest.raises(ExportError, match=r"^--format: a neuron's sum can be 0 up to rounding.*npz, json and python"):
        lowered(MaskModel("m", genes, 1.0), network, network.space(), bits_encoder(4, 3))


def test_logits_that_tie_up_to_rounding_are_refused_and_exact_ties_go_to_the_first_class() -> None:
    tied = [Counter((1, 2), 2, 2, size, 0.0) for size in (0.3, 0.3)]
    with pytest.raises(ExportError, match="logits of two classes can be too close"):
        scores_of(tied)
    first, second = scores_of([Counter((1, 2), 2, 2, 0.5, 0.0)] * 2)
    assert first == second


def test_logits_nearer_than_rounding_are_refused_only_where_sums_are_rounded() -> None:
    literals = tuple(range(1, 41))

    def near(size: float) -> list[Counter]:
        return [Counter(literals, 40, 40, size, bias) for bias in (0.1, 0.10001)]

    assert len(scores_of(near(0.25))) == 2
    with pytest.raises(ExportError, match="logits of two classes can be too close"):
        scores_of(near(0.3))


@pytest.mark.parametrize("terms", [7, 100, 784])
@pytest.mark.parametrize("size", [0.1, 0.3, 1 / 3, 2.7])
def test_the_slack_covers_sums_of_single_precision_in_any_order(terms: int, size: float) -> None:
    rng = rng_of(terms)
    counter = Counter(tuple(range(1, terms + 1)), terms, terms, float(np.float32(size)), float(np.float32(0.217)))
    values, slack = counter.values(), counter.slack()
    for agree in rng.integers(0, terms + 1, 40).tolist():
        parts = np.where(rng.permutation(terms) < agree, np.float32(size), np.float32(-size))
        total = np.float32(0)
        for part in parts:
            total += part
        total += np.float32(0.217)
        assert abs(float(total) - values[agree]) <= slack[agree]
    assert slack.max() < 0.04 * size  # or nothing could be told apart


def test_ranks_beyond_all_integers_of_c_are_refused() -> None:
    with pytest.raises(ExportError, match="too close"):
        scores_of([Counter((1,), 1, 1, 2.0**-90, 0.5), Counter((2,), 1, 1, 2.0**-90, 0.25)])


def test_a_circuit_too_wide_for_pla_is_one_clear_line() -> None:
    network, model, space = pruned_case(1, (24, 6, 3))
    write = exporter_of("pla", network, bits_encoder(24, 3))
    with pytest.raises(ExportError, match=r"^--format pla: this model over 24 input bits.*use blif or aiger$"):
        write(model, network, space, bits_encoder(24, 3))


def test_a_circuit_too_deep_for_one_sql_expression_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.export.sql.MOST_CHARACTERS", 100_000)  # sooner than the real limit, which it passes too
    network, model, space = pruned_case(1, (16, 12, 10, 8, 4))
    circuit = lowered(model, network, space, bits_encoder(16, 4))
    with pytest.raises(ExportError) as caught:
        CIRCUITS["sql"](circuit)
    need = "as one expression this model is over 100,000 characters long; use c or verilog"
    assert str(caught.value) == f"--format sql: {need}"


@pytest.mark.parametrize(
    ("network", "numbers", "listed"),
    [
        (dense_network(rng_of(0), (4, 3, 3)), True, "npz, json, c, python"),
        (dense_network(rng_of(0), (4, 3, 3)), False, "npz, json, c, python"),
        (dense_network(rng_of(0), (4, 3, 3), activation="sign"), False, "npz, json, c, python"),
        (sign_net(0, (4, 3, 3)), True, "npz, json, c, python"),
        (image_network(), True, "npz"),
    ],
)
def test_a_format_that_a_network_cannot_have_names_those_it_can(network: Network, numbers: bool, listed: str) -> None:
    encoder = numbers_encoder(4, 3) if numbers else bits_encoder(4, 3)
    with pytest.raises(ExportError) as caught:
        exporter_of("verilog", network, encoder)
    need = "circuits need signs on bits and weights of one size in each layer"
    assert str(caught.value) == f"--format verilog: this network can be written as {listed} only; {need}"


@pytest.mark.parametrize("fmt", ["json", "c", "python"])
def test_convolutions_are_written_as_npz_only(fmt: str) -> None:
    with pytest.raises(ExportError, match=rf"^--format {fmt}: this network can be written as npz only$"):
        exporter_of(fmt, image_network(), numbers_encoder(25, 3))


@pytest.mark.parametrize("activation", ["relu", "sign"])
def test_a_format_that_there_is_not_is_told_with_the_one_that_was_meant(activation: Activation) -> None:
    network = dense_network(rng_of(0), (4, 3, 3), "signed_constant", activation=activation)
    with pytest.raises(ExportError, match=r"^--format pyton: no such format; did you mean python"):
        exporter_of("pyton", network, bits_encoder(4, 3))


@needs("berkeley-abc")
def test_a_deep_network_is_the_same_in_two_formats(tmp_path: Path) -> None:
    network, model, space = pruned_case(5, (16, 12, 10, 8, 4))
    circuit = lowered(model, network, space, bits_encoder(16, 4))
    (tmp_path / "m.blif").write_text(str(CIRCUITS["blif"](circuit)))
    content = CIRCUITS["aig"](circuit)
    assert isinstance(content, bytes)
    (tmp_path / "m.aig").write_bytes(content)
    assert "Networks are equivalent" in run(["berkeley-abc", "-c", "cec -n m.blif m.aig"], tmp_path)

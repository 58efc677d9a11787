"""Exports of masks as circuits, run by outside tools; for the other networks see test_mask_export_floats."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.errors import ExportError
from evo.export import CIRCUITS
from evo.export.decide import decided
from evo.masks.lower import is_exact, lowered
from evo.masks.model import MaskModel
from fitness.masks.networks import dense_network
from tests.kits.circuit_checks import simulated
from tests.kits.gate_values import class_of
from tests.kits.outside import needs, run
from tests.masks.cases import rng_of
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


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 10**6),
    st.sampled_from([(5, 3), (5, 4, 3), (6, 5, 2), (4, 3, 3, 4)]),
    st.sampled_from(["edge", "ternary", "n_of_m"]),
    st.booleans(),
)
def test_the_circuit_of_a_sign_network_predicts_the_same_for_every_input(
    seed: int, sizes: tuple[int, ...], granularity: str, biases: bool
) -> None:
    network, model, space = pruned_case(seed, sizes, granularity, biases=biases)
    circuit = lowered(model, network, space, bits_encoder(sizes[0], sizes[-1]))
    rows = np.array(list(product((False, True), repeat=sizes[0])))
    used = [number - 1 for number in circuit.numbers]
    assert [class_of(circuit, row[used].tolist()) for row in rows] == predictions(network, model, space, rows)


def test_what_is_exact_is_signs_on_bits_with_weights_of_one_size() -> None:
    encoder = bits_encoder(4, 3)
    assert is_exact(sign_net(0, (4, 3, 3)), encoder)
    assert not is_exact(dense_network(rng_of(0), (4, 3, 3), "signed_constant"), encoder)
    assert not is_exact(dense_network(rng_of(0), (4, 3, 3), activation="sign"), encoder)
    assert not is_exact(sign_net(0, (4, 3, 3)), numbers_encoder(4, 3))


@needs("gcc")
@pytest.mark.parametrize("names", [None, HOSTILE], ids=["plain names", "hostile names"])
def test_gcc_agrees_on_every_row_and_a_planted_fault_shows(names: list[str] | None, tmp_path: Path) -> None:
    network, model, space = pruned_case(3, (6, 8, 3))
    text = CIRCUITS["c"](lowered(model, network, space, bits_encoder(6, 3, names)))
    rows = np.array(list(product((False, True), repeat=6)))
    used = [number - 1 for number in lowered(model, network, space, bits_encoder(6, 3)).numbers]
    cells = ", ".join("{" + ", ".join("0.0" if row[i] else "1.0" for i in used) + "}" for row in rows)
    main = loop(f"evo_row rows[] = {{{cells}}}", 64, "evo_predict(&rows[r])")
    expected = predictions(network, model, space, rows)
    assert len(set(expected)) > 1
    assert program(str(text), main, tmp_path) == expected
    broken = re.sub(r" && ", " || ", str(text), count=1)
    assert program(broken, main, tmp_path) != expected


@needs("iverilog", "vvp")
def test_iverilog_agrees_on_every_input(tmp_path: Path) -> None:
    network, model, space = pruned_case(5, (6, 7, 3))
    circuit = lowered(model, network, space, bits_encoder(6, 3))
    n = circuit.n_inputs
    vectors = list(product((0, 1), repeat=n))
    rows = np.zeros((len(vectors), 6), dtype=bool)
    rows[:, [number - 1 for number in circuit.numbers]] = np.array(vectors, dtype=bool)
    said = simulated(str(CIRCUITS["verilog"](circuit)), vectors, tmp_path)
    assert [outputs.index(1) for outputs in said] == predictions(network, model, space, rows)


@needs("berkeley-abc")
def test_blif_aiger_and_pla_are_the_same_circuit(tmp_path: Path) -> None:
    network, model, space = pruned_case(7, (6, 6, 3))
    circuit = lowered(model, network, space, bits_encoder(6, 3))
    for name in ("blif", "aig", "pla"):
        content = CIRCUITS[name](circuit)
        (tmp_path / f"m.{name}").write_bytes(content if isinstance(content, bytes) else content.encode())
    for name in ("aig", "pla"):
        assert "Networks are equivalent" in run(["berkeley-abc", "-c", f"cec -n m.blif m.{name}"], tmp_path)


def test_the_decided_circuit_has_no_arithmetic_left() -> None:
    network, model, space = pruned_case(1, (5, 6, 4))
    circuit = decided(lowered(model, network, space, bits_encoder(5, 4)))
    assert circuit.scores == ()
    assert len(circuit.outputs) == 4


def test_biases_that_no_integers_compare_like_are_refused() -> None:
    network = sign_net(0, (4, 3))
    layer = network.layers[0]
    layer.bias[:] = [0.1, 0.1 + 1e-8, 0.5]
    layer.bias[1] = np.nextafter(np.float32(0.1), np.float32(1))
    space = network.space()
    with pytest.raises(ExportError, match="logits of two classes can be too close"):
        lowered(MaskModel("m", np.ones(12, np.int8), 1.0), network, space, bits_encoder(4, 3))

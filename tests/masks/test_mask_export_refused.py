"""What masks cannot be written as, and why: neurons that rounding decides, classes too close, formats there are not."""

from __future__ import annotations

import numpy as np
import pytest

from evo.errors import ExportError
from evo.export import CIRCUITS
from evo.kinds.mask.counters import Counter, scores_of
from evo.kinds.mask.export import exporter_of
from evo.kinds.mask.lower import lowered
from evo.kinds.mask.model import MaskModel
from fitness.masks.networks import Activation, Network, dense_network
from tests.masks.cases import image_network, rng_of
from tests.masks.export_kit import (
    bits_encoder,
    numbers_encoder,
    pruned_case,
    sign_net,
    uneven,
)


def test_biases_that_no_integers_compare_like_are_refused() -> None:
    network = sign_net(0, (4, 3))
    layer = network.layers[0]
    layer.bias[:] = [0.1, 0.1 + 1e-8, 0.5]
    layer.bias[1] = np.nextafter(np.float32(0.1), np.float32(1))
    space = network.space()
    with pytest.raises(ExportError, match="logits of two classes can be too close"):
        lowered(MaskModel("m", np.ones(12, np.int8), 1.0), network, space, bits_encoder(4, 3))


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


def test_a_circuit_of_too_many_columns_for_sql_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.export.sql_layers.MOST_COLUMNS", 20)
    network, model, space = pruned_case(1, (16, 12, 10, 8, 4))
    circuit = lowered(model, network, space, bits_encoder(16, 4))
    with pytest.raises(ExportError, match=r"^--format sql: this model needs \d+ columns in one query, .*; use c$"):
        CIRCUITS["sql"](circuit)


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

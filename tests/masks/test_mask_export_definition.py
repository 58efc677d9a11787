"""Exported masks against networks by their definition on plain lists, summed in an order that nobody else uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evo.errors import ExportError
from evo.export.decide import decided
from evo.kinds.mask.lower import is_exact, lowered
from evo.kinds.mask.model import MaskModel
from fitness.masks.evaluator import MaskEvaluator
from fitness.masks.networks import Layer, Network, dense_network
from genomes.masks.samples import random_mask
from genomes.masks.spec import Granularity
from tests.kits.gate_values import class_of
from tests.masks.cases import rng_of
from tests.masks.export_kit import bits_encoder, numbers_encoder, predictions, sign_net, uneven


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
            "none": np.zeros(out),
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
    biases=st.sampled_from(["free", "on", "between", "none"]),
    density=st.sampled_from([0.0, 0.3, 0.6, 1.0]),
)
def test_votes_gates_and_evaluator_are_the_network_by_its_definition_on_every_input(
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
    assert gates.scores == ()
    assert len(gates.outputs) == (1 if sizes[-1] == 2 else sizes[-1])
    rows = list(product((0, 1), repeat=sizes[0]))
    inputs = np.where(np.array(rows) == 1, high, -high).astype(np.float32)
    winners = [logits.index(max(logits)) for logits in (defined(network, masks, row) for row in inputs.tolist())]
    assert MaskEvaluator(network, space).predictions(genes, inputs).tolist() == winners
    for row, winner in zip(rows, winners, strict=True):
        read = [row[number - 1] for number in circuit.numbers]
        assert (class_of(circuit, read), class_of(gates, read)) == (winner, winner)


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


def test_what_is_exact_is_signs_on_bits_with_weights_of_one_size() -> None:
    encoder = bits_encoder(4, 3)
    assert is_exact(sign_net(0, (4, 3, 3)), encoder)
    assert not is_exact(dense_network(rng_of(0), (4, 3, 3), "signed_constant"), encoder)
    assert not is_exact(dense_network(rng_of(0), (4, 3, 3), activation="sign"), encoder)
    assert not is_exact(sign_net(0, (4, 3, 3)), numbers_encoder(4, 3))

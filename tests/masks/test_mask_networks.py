from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fitness.errors import DataError
from fitness.masks import passes
from fitness.masks.evaluator import MaskEvaluator
from fitness.masks.loss import accuracy, auto_scale, cross_entropy, errors_of, score
from fitness.masks.networks import Convolution, Network, conv_network, dense_network, draw
from fitness.masks.passes import backward, effective, forward, forward_from, logits_of
from fitness.masks.samples import Samples
from fitness.masks.stored import network_from_arrays, network_from_npz, network_to_arrays
from fitness.masks.tasks import MaskProblem, MaskTasks
from fitness.masks.work import work
from genomes.masks.batch import MaskBatch
from tests.masks import brute
from tests.masks.cases import image_network, masked, relu_network, rng_of, samples_for, sign_network

NETWORKS = [relu_network(), relu_network(1, (4, 5, 4, 3)), sign_network(), image_network()]


@pytest.mark.parametrize("network", NETWORKS, ids=["relu", "deep", "sign", "image"])
def test_logits_loss_and_accuracy_are_those_of_plain_arithmetic(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passes, "ROWS", 7)
    space, samples = network.space("ternary"), samples_for(network)
    masks = space.weight_masks(masked(network, space))
    found = logits_of(network, masks, samples.inputs)
    expected = [brute.logits(network, masks, sample) for sample in samples.inputs.tolist()]
    assert np.allclose(found, expected, atol=1e-4)
    result = score(network, masks, samples)
    assert result.loss == pytest.approx(brute.loss(network, masks, samples), abs=1e-5)
    assert round(result.accuracy * len(samples)) == brute.hits(network, masks, samples)
    assert result.kept == sum(value != 0 for mask in masks for row in mask.tolist() for value in row)


@pytest.mark.parametrize("network", [NETWORKS[0], NETWORKS[1], NETWORKS[3]], ids=["relu", "deep", "image"])
def test_derivatives_are_those_of_finite_differences(network: Network) -> None:
    space, samples = network.space(), samples_for(network)
    weights = [matrix.astype(np.float64) for matrix in effective(network, space.weight_masks(masked(network, space)))]

    def loss_of(changed: list[np.ndarray]) -> float:
        logits = forward(network, changed, samples.inputs.astype(np.float64)).logits
        scaled = logits * network.scale
        top = scaled.max(axis=1)
        log_sums = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float(np.mean(log_sums - scaled[np.arange(len(scaled)), samples.labels]))

    single = [matrix.astype(np.float32) for matrix in weights]
    done = forward(network, single, samples.inputs)
    slopes, _ = backward(network, single, done, errors_of(done.logits, samples.labels, network.scale))
    for layer, slope in enumerate(slopes):
        for place in ((0, 0), (1, 2)):
            around = []
            for step in (1e-5, -1e-5):
                changed = [matrix.copy() for matrix in weights]
                changed[layer][place] += step
                around.append(loss_of(changed))
            assert slope[place] == pytest.approx((around[0] - around[1]) / 2e-5, abs=1e-4)


def test_layers_above_a_point_continue_the_pass() -> None:
    network = relu_network(1, (4, 5, 4, 3))
    weights = [layer.weights for layer in network.layers]
    whole = forward(network, weights, samples_for(network).inputs)
    assert np.array_equal(forward_from(network, weights, 1, np.maximum(whole.sums[0], 0)).logits, whole.logits)


def test_softmax_and_loss_agree_with_extreme_logits() -> None:
    logits = (rng_of(0).normal(size=(200, 7)) * 50).astype(np.float32)
    labels = rng_of(1).integers(0, 7, 200)
    errors = errors_of(logits, labels, 1.0) * 200
    errors[np.arange(200), labels] += 1
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    assert np.allclose(errors, powers / powers.sum(axis=1, keepdims=True), atol=1e-5)
    assert np.isfinite(cross_entropy(logits, labels, 1.0))


def test_the_first_of_equal_logits_is_the_prediction() -> None:
    assert accuracy(np.zeros((4, 3), np.float32), np.array([0, 0, 1, 2])) == 0.5


def test_the_automatic_scale_spreads_random_logits_by_the_same_amount() -> None:
    network = relu_network(0, (6, 20, 3), 1.0)
    samples = samples_for(network, 200)
    scale = auto_scale(rng_of(0), network, samples)
    ten_times = Network((network.layers[0], draw_up(network, 10.0)))
    assert auto_scale(rng_of(0), ten_times, samples) == pytest.approx(scale / 10, rel=1e-4)


def draw_up(network: Network, factor: float) -> object:
    last = network.layers[-1]
    return replace(last, weights=last.weights * np.float32(factor), bias=last.bias * np.float32(factor))


@pytest.mark.parametrize("kind", ["uniform", "kaiming", "signed_constant"])
def test_drawn_weights_have_the_spread_of_their_kind(kind: str) -> None:
    values = draw(rng_of(0), (200, 50), kind, 2.0)  # type: ignore[arg-type]
    deviation = 2 / np.sqrt(3) if kind == "uniform" else 2 * np.sqrt(2 / 50)
    assert values.std() == pytest.approx(deviation, rel=0.03)
    assert abs(values.mean()) < 0.05 * deviation
    if kind == "signed_constant":
        assert len(np.unique(np.abs(values))) == 1


def test_a_network_without_biases_has_none() -> None:
    network = dense_network(rng_of(0), (3, 4, 2), biases=False)
    assert not any(layer.bias.any() for layer in network.layers)


@pytest.mark.parametrize("sizes", [(5,), (5, 0, 2)])
def test_layer_sizes_that_make_no_network_are_one_clear_line(sizes: tuple[int, ...]) -> None:
    with pytest.raises(DataError) as caught:
        dense_network(rng_of(0), sizes)
    expected = f"genome.network.layers: expected two layer sizes of at least 1, got {list(sizes)}"
    assert str(caught.value) == expected


def test_a_kernel_larger_than_its_image_is_one_clear_line() -> None:
    with pytest.raises(
        DataError, match=r"^genome.network.layers\[0\]: expected a kernel of 1 to 3 on \(1, 3, 3\), got"
    ):
        conv_network(rng_of(0), (1, 3, 3), (Convolution(2, 4),), (2,))


def test_a_stored_network_comes_back(tmp_path: Path) -> None:
    network = relu_network()
    np.savez(tmp_path / "net.npz", **network_to_arrays(network))
    restored = network_from_npz(str(tmp_path / "net.npz"))
    for mine, theirs in zip(network.layers, restored.layers, strict=True):
        assert np.array_equal(mine.weights, theirs.weights)
        assert np.array_equal(mine.bias, theirs.bias)


W, V = np.ones((4, 3)), np.ones((2, 4))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({}, "expected arrays weights_0, bias_0, weights_1, ...; got none"),
        ({"weights_0": W, "other": W}, "expected arrays weights_0, bias_0, weights_1, ...; got 'other', 'weights_0'"),
        (
            {"weights_0": W, "weights_1": W},
            "weights_1 reads 3 inputs, but layer 0 has 4 neurons; weights are [neurons, inputs]",
        ),
        ({"weights_0": W * np.nan}, "weights_0 holds values that are not finite"),
        ({"weights_0": np.ones((0, 3))}, "expected weights_0 to be a matrix of numbers, got float64[0, 3]"),
        ({"weights_0": W, "bias_0": np.ones(3)}, "expected 4 values in bias_0, got 3"),
        ({"weights_0": W.astype(str)}, "expected weights_0 to be a matrix of numbers, got <U32[4, 3]"),
    ],
)
def test_stored_arrays_that_make_no_network_are_one_clear_line(arrays: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(DataError) as caught:
        network_from_arrays(arrays, where="net.npz")
    assert str(caught.value) == f"net.npz: {message}"


def test_a_file_that_is_no_archive_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "net.npz"
    path.write_text("no archive")
    with pytest.raises(DataError, match=r"not an npz archive; write it with numpy.savez"):
        network_from_npz(str(path))


@pytest.mark.parametrize(
    ("inputs", "labels", "message"),
    [
        (
            np.ones((2, 3)),
            np.array([0]),
            "expected inputs [samples, features] and labels [samples], got inputs [2, 3] and labels [1]",
        ),
        (np.ones((2, 3)), np.array([0, -1]), "expected labels to be class numbers from 0, got int64 from -1"),
        (np.array([[np.nan]]), np.array([0]), "an input is not finite; masks need a number in every cell"),
    ],
)
def test_samples_that_cannot_be_used_are_one_clear_line(inputs: np.ndarray, labels: np.ndarray, message: str) -> None:
    with pytest.raises(DataError) as caught:
        Samples.of(inputs, labels)
    assert str(caught.value) == message


def huge(size: float) -> Network:
    """A network whose weights are all `size`."""
    layers = [np.full((5, 4), size, np.float32), np.full((3, 5), size, np.float32)]
    return network_from_arrays({f"weights_{number}": weights for number, weights in enumerate(layers)})


@pytest.mark.parametrize("size", [3e38, 3e30, 1e15])
def test_weights_whose_outputs_overflow_are_one_clear_line(size: float) -> None:
    network, samples = huge(size), Samples.of(np.ones((6, 4)), np.arange(6) % 3)
    message = r"^genome.network: outputs of this network overflow float32: its weights are too large; scale them down$"
    with pytest.raises(DataError, match=message):
        auto_scale(np.random.default_rng(0), network, samples)


def test_predictions_that_overflow_are_one_clear_line() -> None:
    space = huge(1.0).space()
    judge = MaskEvaluator(huge(3e38), space)
    with pytest.raises(DataError, match=r"^genome.network: outputs of this network overflow float32"):
        judge.predictions(np.ones(space.n_genes, dtype=np.int8), np.ones((2, 4), dtype=np.float32))


def test_candidates_that_overflow_fail_without_a_word() -> None:
    problem = MaskProblem(huge(3e38), Samples.of(np.ones((6, 4)), np.arange(6) % 3), huge(1.0).space(), local="none")
    starts = MaskBatch(np.ones((1, problem.space.n_genes), dtype=np.int8))
    one = np.zeros(1)
    tasks = MaskTasks(starts, one.astype(np.bool_), one + np.nan, one, one.astype(np.int64), seed=0, generation=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = work(problem, tasks)
    assert (results.objectives.tolist(), results.failed.tolist()) == ([[np.inf, np.inf]], [True])

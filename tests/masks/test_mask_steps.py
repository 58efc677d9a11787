from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from fitness.errors import DataError
from fitness.kernels.masks.moves import descend
from fitness.kernels.masks.thresholds import descend_threshold
from fitness.masks import edge_popup as popup
from fitness.masks.bench import Bench
from fitness.masks.edge_popup import PopupSettings, advance, begin, edge_popup, mask_of
from fitness.masks.exact_sign import exact_sign, gains_of
from fitness.masks.gates import gates
from fitness.masks.gauss_newton import gauss_newton, improve_neuron, model_of, neurons_of
from fitness.masks.local import LOCAL_STEPS, chosen, local_step
from fitness.masks.loss import score
from fitness.masks.minibatch import minibatch_gauss_newton
from fitness.masks.networks import Network
from fitness.masks.prune_grow import prune_grow
from genomes.masks.samples import random_mask
from genomes.masks.space import MaskSpace, check_mask
from tests.masks import brute
from tests.masks.cases import image_network, masked, relu_network, rng_of, samples_for, sign_network

SMOOTH = [relu_network(), relu_network(1, (4, 5, 4, 3)), relu_network(2, (4, 4, 4, 4, 3)), image_network()]
NAMES = ["relu", "deep", "deeper", "image"]


def loss_at(network: Network, bench: Bench, layer: int, neuron: int, change: np.ndarray) -> float:
    """Loss in float64 with effective weights of one neuron changed."""
    layers = [
        replace(one, weights=matrix.astype(np.float64))
        for one, matrix in zip(network.layers, bench.weights, strict=True)
    ]
    layers[layer].weights[neuron] += change
    ones = [np.ones_like(one.weights) for one in layers]
    return brute.loss(replace(network, layers=tuple(layers)), ones, bench.samples)


@pytest.mark.parametrize("network", SMOOTH, ids=NAMES)
def test_the_slope_of_a_neuron_is_that_of_finite_differences(network: Network) -> None:
    space = network.space()
    bench = Bench(network, samples_for(network, 12), space, masked(network, space))
    for layer, neuron in neurons_of(space)[:: max(1, len(neurons_of(space)) // 5)]:
        model = model_of(bench, layer, neuron)
        for i in range(0, space.shapes[layer][1], 2):
            step = np.zeros(space.shapes[layer][1])
            step[i] = 1e-6
            slope = (
                loss_at(network, bench, layer, neuron, step) - loss_at(network, bench, layer, neuron, -step)
            ) / 2e-6
            assert (0.0 if model is None else float(model.slope[i])) == pytest.approx(slope, abs=2e-4)


@pytest.mark.parametrize("network", SMOOTH, ids=NAMES)
def test_the_curvature_of_a_neuron_is_j_transposed_h_j(network: Network) -> None:
    """H = c^2 / N (diag p - p p^T) per sample, J the finite differences of all logits in the neuron's weights."""
    space, samples = network.space(), samples_for(network, 9)
    bench = Bench(network, samples, space, masked(network, space))
    for layer, neuron in neurons_of(space)[:: max(1, len(neurons_of(space)) // 4)]:
        inputs = space.shapes[layer][1]
        jacobian = np.zeros((9, network.n_outputs, inputs))
        for i in range(inputs):
            weights = [matrix.astype(np.float64) for matrix in bench.weights]
            logits = []
            for step in (1e-6, -1e-6):
                changed = [matrix.copy() for matrix in weights]
                changed[layer][neuron, i] += step
                logits.append(plain_forward(network, changed, samples.inputs.astype(np.float64)))
            jacobian[:, :, i] = (logits[0] - logits[1]) / 2e-6
        chances = bench.chances.astype(np.float64)
        inner = np.einsum("nc,cd->ncd", chances, np.eye(chances.shape[1])) - np.einsum("nc,nd->ncd", chances, chances)
        expected = np.einsum("nci,ncd,ndk->ik", jacobian, inner, jacobian) * network.scale**2 / 9
        model = model_of(bench, layer, neuron)
        found = np.zeros((inputs, inputs)) if model is None else model.curve
        assert np.allclose(found, expected, atol=2e-4)


def plain_forward(network: Network, weights: list[np.ndarray], units: np.ndarray) -> np.ndarray:
    for number, (layer, matrix) in enumerate(zip(network.layers, weights, strict=True)):
        read = units[:, None, :] if layer.gather is None else units[:, layer.gather]
        sums = np.einsum("npi,oi->nop", read, matrix) + layer.bias[:, None]
        units = sums.reshape(len(units), -1)
        if number < len(weights) - 1:
            units = np.maximum(units, 0)
    return units


def brute_minimum(
    slope: np.ndarray, curve: np.ndarray, weights: np.ndarray, start: np.ndarray, low: int, price: float
) -> float:
    values = []
    for mask in product(range(low, 2), repeat=len(start)):
        change = weights * (np.array(mask) - start)
        kept = np.count_nonzero(mask) - np.count_nonzero(start)
        values.append(slope @ change + change @ curve @ change / 2 + price * kept)
    return min(values)


@pytest.mark.parametrize("low", [0, -1])
@pytest.mark.parametrize("seed", range(5))
def test_descent_ends_where_no_change_and_no_pair_helps(low: int, seed: int) -> None:
    rng, n, price = rng_of(seed), 6, 0.05
    half = rng.normal(size=(n, n)).astype(np.float32)
    curve, slope = half.T @ half, rng.normal(size=n).astype(np.float32)
    weights, start = rng.normal(size=n).astype(np.float32), rng.integers(low, 2, n).astype(np.int8)
    mask, moved = start.copy(), slope.copy()
    sites, values = np.empty(100, np.int32), np.empty(100, np.int32)
    count = descend(moved, curve, weights, mask, low, price, 0, True, sites, values)

    def value(candidate: np.ndarray) -> float:
        change = weights * (candidate - start)
        return float(slope @ change + change @ curve @ change / 2 + price * np.count_nonzero(candidate))

    replayed = start.copy()
    for site, new in zip(sites[:count], values[:count], strict=True):
        before = value(replayed)
        replayed[site] = new
        if count == 1:
            assert value(replayed) < before
    assert replayed.tolist() == mask.tolist()
    for i, k in product(range(n), repeat=2):
        for new_i, new_k in product(range(low, 2), repeat=2):
            other = mask.copy()
            other[i], other[k] = new_i, new_k
            assert value(other) >= value(mask) - 1e-4
    assert (
        value(mask) - price * np.count_nonzero(start) >= brute_minimum(slope, curve, weights, start, low, price) - 1e-4
    )


@pytest.mark.parametrize("granularity", ["edge", "ternary", "n_of_m"])
@pytest.mark.parametrize("network", SMOOTH, ids=NAMES)
def test_gauss_newton_lowers_the_true_objective_and_stays_in_the_space(network: Network, granularity: str) -> None:
    space, samples, price = network.space(granularity), samples_for(network), 0.002  # type: ignore[arg-type]
    start = masked(network, space)
    values = [_objective(network, space, samples, start, price)]
    for sweeps in (1, 2, 5):
        genes = gauss_newton(network, samples, start, space, rng_of(0), sweeps, price)
        check_mask(genes, space)
        values.append(_objective(network, space, samples, genes, price))
    assert values[0] > values[1] >= values[2] >= values[3]


def _objective(network: Network, space: MaskSpace, samples: object, genes: np.ndarray, price: float = 0.0) -> float:
    masks = space.weight_masks(genes)
    return brute.loss(network, masks, samples) + price * sum(int(np.count_nonzero(mask)) for mask in masks)


@pytest.mark.parametrize(
    "network", [*SMOOTH, sign_network(), sign_network(1, (7, 5, 4, 3))], ids=[*NAMES, "sign", "signs"]
)
def test_a_bench_stays_true_through_many_changes(network: Network) -> None:
    space, samples = network.space(), samples_for(network, 20, signs=network.activation == "sign")
    bench = Bench(network, samples, space, masked(network, space))
    rng = rng_of(3)
    for _ in range(30):
        layer, neuron = neurons_of(space)[int(rng.integers(len(neurons_of(space))))]
        row = rng.integers(0, 2, space.shapes[layer][1]).astype(np.int8)
        change = network.layers[layer].weights[neuron] * (row - bench.masks[layer][neuron])
        bench.commit(layer, neuron, row, bench.trial(layer, neuron, bench.changed_sums(layer, neuron, change)))
    fresh = Bench(network, samples, space, bench.genes)
    assert bench.loss == pytest.approx(brute.loss(network, space.weight_masks(bench.genes), samples), abs=1e-4)
    for mine, theirs in zip([*bench.sums, *bench.patches], [*fresh.sums, *fresh.patches], strict=True):
        assert np.allclose(mine, theirs, atol=1e-3)


def test_a_price_makes_masks_sparser() -> None:
    network = relu_network(0, (8, 10, 3))
    space, samples = network.space(), samples_for(network, 60)
    kept = [
        space.kept(gauss_newton(network, samples, masked(network, space), space, rng_of(0), 10, price))
        for price in (0.0, 0.003, 0.1)
    ]
    assert kept[0] > kept[1] > kept[2]


@pytest.mark.parametrize("seed", range(4))
def test_gains_of_a_sign_neuron_are_exact(seed: int) -> None:
    network = sign_network(seed, (9, 6, 4, 3))
    space, samples = network.space(), samples_for(network, 15, signs=True)
    bench = Bench(network, samples, space, masked(network, space))
    for layer, neuron in ((0, 2), (1, 1)):
        gains = gains_of(bench, layer, neuron)
        on, off = (bench.trial(layer, neuron, np.full((15, 1), side, np.float32)) for side in (1, -1))
        labels = samples.labels.tolist()
        for n in range(15):
            single = [-np.log(float(t.chances[n, labels[n]])) / 15 for t in (on, off)]
            assert gains[n] == pytest.approx(single[0] - single[1], abs=1e-6)
        state = np.where(bench.sums[layer][:, neuron] > 0, 1.0, 0.0)
        assert bench.loss - off.loss == pytest.approx(float(gains @ state), abs=1e-5)


@pytest.mark.parametrize("group", [0, 4])
@pytest.mark.parametrize("low", [0, -1])
@pytest.mark.parametrize("seed", range(4))
def test_threshold_descent_ends_where_no_flip_helps(seed: int, low: int, group: int) -> None:
    rng, n, inputs = rng_of(seed), 30, 8
    x = rng.choice([-1.0, 1.0], size=(n, inputs)) if seed % 2 else rng.normal(size=(n, inputs))
    x = x.astype(np.float32).astype(np.float64)
    weights = np.sign(rng.normal(size=inputs)) if seed % 2 else rng.normal(size=inputs).astype(np.float32)
    weights, gains = np.asarray(weights, np.float64), rng.normal(size=n)
    if group:
        if low < 0:
            return
        mask = random_mask(rng, MaskSpace(((1, inputs),), "n_of_m", 2, 4))
    else:
        mask = rng.integers(low, 2, inputs).astype(np.int8)

    def value(candidate: np.ndarray) -> float:
        return float(gains[(x @ (weights * candidate)) > 0].sum()) + (0 if group else 0.1 * np.count_nonzero(candidate))

    before, sums = value(mask), (x @ (weights * mask)).astype(np.float32)
    turned = np.ascontiguousarray(x.T.astype(np.float32))
    made = descend_threshold(turned, sums, gains, weights.astype(np.float32), mask, low, 0.1, group, 100)
    assert (value(mask) < before) == (made > 0)
    assert np.allclose(sums, x @ (weights * mask), atol=1e-4)
    others = []
    if group:
        for i, k in product(range(inputs), repeat=2):
            if i // group == k // group and mask[i] != mask[k]:
                others.append(mask.copy())
                others[-1][[i, k]] = mask[[k, i]]
    else:
        for i, new in product(range(inputs), range(low, 2)):
            others.append(mask.copy())
            others[-1][i] = new
    assert min(map(value, others)) >= value(mask) - 1e-5


@pytest.mark.parametrize("granularity", ["edge", "ternary", "n_of_m"])
@pytest.mark.parametrize("sizes", [(9, 6, 3), (8, 6, 4, 3)])
def test_exact_sign_lowers_the_true_objective_and_stays_in_the_space(granularity: str, sizes: tuple[int, ...]) -> None:
    network = sign_network(0, sizes)
    space, samples = network.space(granularity), samples_for(network, 40, signs=True)  # type: ignore[arg-type]
    start = masked(network, space)
    genes = exact_sign(network, samples, start, space, rng_of(0), 6, 0.001)
    check_mask(genes, space)
    assert _objective(network, space, samples, genes, 0.001) < _objective(network, space, samples, start, 0.001)


@pytest.mark.parametrize("network", [*SMOOTH, sign_network()], ids=[*NAMES, "sign"])
def test_gates_end_where_no_flip_of_a_gate_helps(network: Network) -> None:
    space, samples, price = network.space("neuron"), samples_for(network), 0.0005
    genes = gates(network, samples, masked(network, space), space, rng_of(0), 50, price)
    best = _objective(network, space, samples, genes, price)
    for gate in range(space.n_genes):
        other = genes.copy()
        other[gate] ^= 1
        assert _objective(network, space, samples, other, price) >= best - 1e-5


def test_exchanges_lower_the_loss_and_keep_every_neurons_count() -> None:
    network = relu_network(0, (8, 8, 4))
    samples = samples_for(network, 60)
    for granularity in ("edge", "n_of_m"):
        space = network.space(granularity)  # type: ignore[arg-type]
        start = masked(network, space)
        genes = prune_grow(network, samples, start, space, rng_of(0), 5)
        check_mask(genes, space)
        for before, after in zip(space.blocks(start), space.blocks(genes), strict=True):
            assert before.sum(axis=1).tolist() == after.sum(axis=1).tolist()
        assert _objective(network, space, samples, genes) < _objective(network, space, samples, start)


def test_minibatches_improve_the_whole() -> None:
    network = relu_network(0, (8, 10, 3))
    space, samples = network.space(), samples_for(network, 200)
    start = masked(network, space)
    genes = minibatch_gauss_newton(network, samples, start, space, rng_of(0), 4)
    assert _objective(network, space, samples, genes) < _objective(network, space, samples, start)


def test_a_second_batch_can_refuse_a_change() -> None:
    network = relu_network(0, (8, 10, 3))
    space, start = network.space(), masked(network, network.space())
    bench, against = Bench(network, samples_for(network, 50), space, start), samples_for(network, 50, 7)
    check = Bench(network, against, space, start)
    for layer, neuron in neurons_of(space) * 3:
        before = bench.loss, check.loss
        if improve_neuron(bench, (layer, neuron), check=check):
            assert bench.loss < before[0]
            assert check.loss < before[1]
        else:
            assert (bench.loss, check.loss) == before
    assert bench.genes.tolist() == check.genes.tolist()


@pytest.mark.parametrize("granularity", ["edge", "ternary", "n_of_m"])
def test_edge_popup_learns_and_keeps_its_share(granularity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(popup, "BATCH", 20)
    network = relu_network(0, (8, 30, 4))
    space, samples = network.space(granularity), samples_for(network, 60)  # type: ignore[arg-type]
    start = edge_popup(network, samples, None, space, rng_of(0), 0, PopupSettings(0.4))
    genes = edge_popup(network, samples, None, space, rng_of(0), 300, PopupSettings(0.4))
    check_mask(genes, space)
    assert _objective(network, space, samples, genes) < 0.8 * _objective(network, space, samples, start)
    if granularity != "n_of_m":
        assert [int(np.count_nonzero(block)) for block in space.blocks(genes)] == [96, 48]


def test_edge_popup_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(popup, "BATCH", 16)
    network = relu_network()
    space, samples, settings = network.space(), samples_for(network), PopupSettings()
    rng = rng_of(0)
    state = begin(network, samples, None, space, rng)
    for steps in (3, 1, 6):
        state = advance(network, samples, state, space, rng, steps, 10, settings)
    assert np.array_equal(
        mask_of(state.scores, space, 0.5), edge_popup(network, samples, None, space, rng_of(0), 10, settings)
    )


@pytest.mark.parametrize("granularity", ["edge", "ternary"])
def test_edge_popup_starts_from_a_given_mask(granularity: str) -> None:
    network = relu_network()
    space, samples = network.space(granularity), samples_for(network)  # type: ignore[arg-type]
    genes = np.concatenate([random_mask(rng_of(1), MaskSpace((shape,), granularity), 0.5) for shape in space.shapes])  # type: ignore[arg-type]
    assert np.array_equal(edge_popup(network, samples, genes, space, rng_of(0), 0), genes)


def test_every_local_step_is_a_pure_function_of_its_stream() -> None:
    for kind in LOCAL_STEPS:
        sizes = (6, 4, 3) if kind == "group" else (6, 5, 3)
        network = sign_network() if kind == "exact_sign" else relu_network(0, sizes)
        space = network.space({"gates": "neuron", "group": "n_of_m"}.get(kind, "edge"), n=1, m=2)  # type: ignore[arg-type]
        samples, start = samples_for(network, signs=kind == "exact_sign"), masked(network, space)
        before = start.tobytes(), samples.inputs.tobytes()
        step = local_step(kind, network, samples, space)
        found = [step(network, samples, start, space, rng_of(1), 2, 0.001).tobytes() for _ in range(2)]
        assert found[0] == found[1]
        assert (start.tobytes(), samples.inputs.tobytes()) == before


def test_the_group_step_finds_the_patterns_whose_layers_outputs_change_least() -> None:
    network, rng = relu_network(0, (8, 8, 3)), rng_of(5)
    space = network.space("n_of_m", n=2, m=4)
    samples = samples_for(network)
    found = space.blocks(
        local_step("group", network, samples, space)(network, samples, masked(network, space), space, rng, 12, 0.0)
    )
    read = samples.inputs
    for layer, mask in zip(network.layers, found, strict=True):
        for row, kept in zip(layer.weights, mask, strict=True):
            least = brute.best_pattern_error(read, row, 2, 4)
            assert brute.pattern_error(read, row, kept) == pytest.approx(least)
        read = np.maximum(read @ (layer.weights * mask).T + layer.bias, 0)


def test_the_group_step_wants_whole_groups() -> None:
    network = relu_network(0, (7, 8, 3))
    with pytest.raises(
        DataError, match=r"local.kind: group needs n_of_m masks and whole groups of 4 in every layer, got \[7, 8\]"
    ):
        local_step("group", network, samples_for(network), network.space("n_of_m"))


def test_the_default_step_follows_network_and_size() -> None:
    relu = relu_network()
    assert chosen(relu, 1000, relu.space()) == "gauss_newton"
    assert chosen(relu, 1 << 40, relu.space()) == "edge_popup"
    assert chosen(relu, 1000, relu.space("neuron")) == "gates"
    assert chosen(sign_network(), 1000, sign_network().space()) == "exact_sign"


@pytest.mark.parametrize(
    ("kind", "granularity", "message"),
    [
        (
            "swarm",
            "edge",
            "local.kind: must be auto, gauss_newton, minibatch, exact_sign, gates, group, edge_popup, prune_grow, "
            "none; got swarm",
        ),
        ("gates", "edge", "local.kind: gates does not work on edge masks"),
        ("gauss_newton", "neuron", "local.kind: gauss_newton does not work on neuron masks"),
    ],
)
def test_a_step_that_does_not_fit_is_one_clear_line(kind: str, granularity: str, message: str) -> None:
    network = relu_network()
    with pytest.raises(DataError) as caught:
        local_step(kind, network, samples_for(network), network.space(granularity))  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_gauss_newton_refuses_signs_and_exact_sign_refuses_relu() -> None:
    network = sign_network()
    with pytest.raises(DataError, match="needs derivatives"):
        local_step("gauss_newton", network, samples_for(network), network.space())
    relu = relu_network()
    with pytest.raises(DataError, match="activation sign"):
        exact_sign(relu, samples_for(relu), masked(relu, relu.space()), relu.space(), rng_of(0), 1)


def test_scores_are_those_of_the_mask() -> None:
    network = relu_network()
    space, samples = network.space(), samples_for(network)
    masks = space.weight_masks(masked(network, space))
    assert score(network, masks, samples).loss == pytest.approx(brute.loss(network, masks, samples), abs=1e-5)

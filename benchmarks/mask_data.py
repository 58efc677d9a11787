"""Data and networks of the mask benchmarks; the pixels and coordinates of training rows span [-0.7, 0.7]."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.data.idx_source import read_idx
from fitness.masks.loss import auto_scale
from fitness.masks.networks import Activation, Convolution, Draw, Network, conv_network, dense_network
from fitness.masks.samples import Samples
from fitness.masks.tasks import MaskProblem
from genomes.masks.space import Granularity
from genomes.streams import Role, stream

Data = tuple[Samples, Samples]


def scaled(train: NDArray[Any], test: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    low, high = train.min(axis=0), train.max(axis=0)
    width = np.maximum(high - low, 1e-9)
    return (train - low) / width * 1.4 - 0.7, (test - low) / width * 1.4 - 0.7


def digits(*, signs: bool = False) -> Data:
    """1,347 training and 450 test rows in the order of the file (the last writers are new)."""
    from sklearn.datasets import load_digits  # noqa: PLC0415 - optional

    bunch = load_digits()
    train, test = scaled(bunch.data[:1347], bunch.data[1347:])
    if signs:
        train, test = (np.where(part > 0, 1.0, -1.0) for part in (train, test))
    return Samples.of(train, bunch.target[:1347]), Samples.of(test, bunch.target[1347:])


def plane(name: str, n_train: int = 2000, n_test: int = 16_000) -> Data:
    """moons or circles with noise 0.07; training rows by seed 42, test rows by seed 43."""
    from sklearn import datasets  # noqa: PLC0415 - optional

    make = getattr(datasets, f"make_{name}")
    (x, y), (x_test, y_test) = (make(n, noise=0.07, random_state=s) for n, s in ((n_train, 42), (n_test, 43)))
    train, test = scaled(x, x_test)
    return Samples.of(train, y), Samples.of(test, y_test)


def mnist(folder: str) -> Data:
    """Pixels / 255 of the idx files in `folder`."""
    parts = []
    for name in ("train", "t10k"):
        images, labels = (read_idx(str(next(Path(folder).glob(f"{name}-{kind}*")))) for kind in ("images", "labels"))
        parts.append(Samples.of(images.reshape(len(images), -1).astype(np.float32) / 255, labels.astype(np.int64)))
    return parts[0], parts[1]


def dense(
    train: Samples,
    sizes: tuple[int, ...],
    seed: int,
    weights: Draw = "uniform",
    *,
    activation: Activation = "relu",
    biases: bool = True,
    granularity: Granularity = "edge",
    scale: float = 1.0,
) -> MaskProblem:
    """A drawn network at `scale` times its automatic logit scale."""
    network = dense_network(stream(seed, Role.INITIAL, slot=1000), sizes, weights, activation=activation, biases=biases)
    return at_scale(network, train, seed, scale, granularity)


def image(train: Samples, side: int, convolutions: tuple[Convolution, ...], seed: int) -> MaskProblem:
    """A convolutional network on square images of one channel."""
    network = conv_network(stream(seed, Role.INITIAL, slot=1000), (1, side, side), convolutions, (10,))
    return at_scale(network, train, seed, 1.0, "edge")


def at_scale(network: Network, train: Samples, seed: int, scale: float, granularity: Granularity) -> MaskProblem:
    automatic = auto_scale(stream(seed, Role.INITIAL, slot=1001), network, train)
    network = network.scaled(scale * automatic)
    return MaskProblem(network, train, network.space(granularity), steps=4, popup_steps=500)


def rescaled(problem: MaskProblem, factor: float) -> MaskProblem:
    return replace(problem, network=problem.network.scaled(problem.network.scale * factor))

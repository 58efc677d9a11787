"""Own weights, whatever order, byte order or size of numbers their arrays have: kernels get what they take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo
from fitness.errors import DataError
from fitness.masks.stored import network_from_arrays, network_from_npz
from fitness.masks.torch_weights import arrays_of
from genomes.streams import Role, stream

X = np.arange(240.0).reshape(60, 4) * 37 % 101
Y = (X[:, 0] > X[:, 1]).astype(int)
DRAWN = stream(1, Role.WEIGHTS).integers(-8, 9, size=(5, 4)) / 4, stream(2, Role.WEIGHTS).integers(-8, 9, (2, 5)) / 4
WEIGHTS = {"weights_0": DRAWN[0], "bias_0": np.arange(5) / 4, "weights_1": DRAWN[1], "bias_1": np.zeros(2)}
LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "float32": lambda a: a.astype(np.float32),
    "Fortran order": np.asfortranarray,
    "Fortran order, float32": lambda a: np.asfortranarray(a.astype(np.float32)),
    "big-endian": lambda a: a.astype(">f8"),
    "big-endian, float32, Fortran order": lambda a: np.asfortranarray(a.astype(">f4")),
    "float16": lambda a: a.astype(np.float16),
    "long double": lambda a: a.astype(np.longdouble),
}


def front(folder: Path, weights: dict[str, Any], x: Any = X) -> bytes:
    """The front of a short run over these weights."""
    folder.mkdir()
    np.savez(folder / "weights.npz", **weights)
    np.savez(folder / "rows.npz", X=x, y=Y)
    network = {"weights": "file", "path": str(folder / "weights.npz")}
    document = {
        "schema": 1,
        "data": {"source": "npz", "path": str(folder / "rows.npz"), "binarize": {"method": "none"}},
        "genome": {"kind": "mask", "network": network},
        "search": {"population": 4, "prices": 3},
        "fitness": {"objectives": ["loss", "kept"]},
        "local": {"sweeps": 1},
        "stop": {"generations": 1},
        "compute": {"workers": 1},
        "output": {"report": [], "controls": 0},
    }
    evo.run(document, run_dir=folder / "run", display="quiet")
    return (folder / "run" / "front.csv").read_bytes()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return front(tmp_path_factory.mktemp("plain") / "run", WEIGHTS)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_weights_of_any_layout_give_the_same_front(layout: str, plain: bytes, tmp_path: Path) -> None:
    change = LAYOUTS[layout]
    assert front(tmp_path / "a", {name: change(array) for name, array in WEIGHTS.items()}) == plain


@pytest.mark.parametrize("layout", ["Fortran order", "big-endian", "float16"])
def test_rows_of_any_layout_give_the_same_front(layout: str, plain: bytes, tmp_path: Path) -> None:
    assert front(tmp_path / "a", WEIGHTS, LAYOUTS[layout](X)) == plain


def test_arrays_in_memory_are_laid_out_too() -> None:
    strided = np.zeros((10, 8))
    strided[::2, ::2] = WEIGHTS["weights_0"]
    strided.flags.writeable = False
    network = network_from_arrays(WEIGHTS | {"weights_0": strided[::2, ::2]})
    for layer in network.layers:
        assert layer.weights.dtype == np.float32
        assert layer.weights.flags.c_contiguous
        assert layer.weights.flags.writeable
    np.testing.assert_array_equal(network.layers[0].weights, WEIGHTS["weights_0"])


def test_transposed_tensors_are_laid_out_too() -> None:
    named = arrays_of({"a.weight": np.ones((4, 5), np.float32).T, "b.weight": np.ones((2, 5), np.float32)}, "w.pt")
    assert all(layer.weights.flags.c_contiguous for layer in network_from_arrays(named).layers)


def test_weights_beyond_float32_are_told_without_a_warning(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    np.savez(tmp_path / "w.npz", weights_0=np.full((2, 2), 1e300))
    with pytest.raises(DataError, match="weights_0 holds values that are not finite"):
        network_from_npz(str(tmp_path / "w.npz"))
    assert [str(warning.message) for warning in recwarn] == []

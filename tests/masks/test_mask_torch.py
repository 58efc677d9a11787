"""Networks from torch state_dicts: the tensors' names decide; torch itself is an extra."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from fitness.errors import DataError
from fitness.masks.stored import network_from_arrays
from fitness.masks.torch_weights import arrays_of, network_from_torch


def test_linear_layers_in_order_with_and_without_biases() -> None:
    first, second = np.ones((5, 4)), np.full((3, 5), 2.0)
    named = arrays_of({"a.weight": first, "a.bias": np.arange(5.0), "head.weight": second}, "w.pt")
    network = network_from_arrays(named)
    assert [layer.weights.shape for layer in network.layers] == [(5, 4), (3, 5)]
    assert network.layers[0].bias.tolist() == [0, 1, 2, 3, 4]
    assert network.layers[1].bias.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("tensors", "odd"),
    [
        ({"0.weight": np.ones((2, 1, 3, 3))}, "got 0.weight"),
        ({"0.weight": np.ones((2, 3)), "bn.running_mean": np.ones(3)}, "got bn.running_mean"),
        ({}, "got no tensor named"),
    ],
)
def test_other_tensors_are_named(tensors: dict[str, np.ndarray], odd: str) -> None:
    with pytest.raises(DataError, match=rf"w.pt: expected weights and biases of linear layers, {odd}"):
        arrays_of(tensors, "w.pt")


def test_without_torch_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(DataError, match=r"w.pt: reading it needs torch; pip install 'evo-boolean\[torch\]'"):
        network_from_torch("w.pt")


def test_torch_files_are_read_without_running_anything(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 3))
    torch.save(model.state_dict(), tmp_path / "w.pt")
    network = network_from_torch(str(tmp_path / "w.pt"))
    assert np.allclose(network.layers[1].weights, model[2].weight.detach().numpy())
    torch.save(model, tmp_path / "whole.pt")
    with pytest.raises(DataError, match="is not a file of tensors alone"):
        network_from_torch(str(tmp_path / "whole.pt"))

"""What a report says of masks: pictures of what layers keep, and how a mask stands to its controls."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from evo.kinds.mask.report.controls import mask_tables
from evo.kinds.mask.report.findings import kept_layer, kept_pixels
from evo.kinds.mask.report.headline import headline
from evo.report.html.heat_maps import matrix_map
from evo.report.summary import closing_lines
from fitness.masks.networks import Layer


def random_mask(shape: tuple[int, int], low: int = 0) -> Any:
    return np.random.default_rng(sum(shape)).integers(low, 2, shape, dtype=np.int8)


@pytest.mark.parametrize("shape", [(20, 64), (64, 20), (1, 97), (130, 301), (7, 1)])
def test_cells_of_a_layer_are_shares_of_the_weights_they_stand_for(shape: tuple[int, int]) -> None:
    mask = random_mask(shape, -1)
    layer = kept_layer(mask)
    across = mask.T if layer.turned else mask
    down, along = layer.shares.shape
    assert down <= 48 and along <= 96 and across.shape[1] >= across.shape[0]
    if layer.each == (1, 1):
        assert (layer.shares == across).all()
        return
    seen = 0
    for i in range(down):
        for k in range(along):
            rows = slice(i * across.shape[0] // down, (i + 1) * across.shape[0] // down)
            columns = slice(k * across.shape[1] // along, (k + 1) * across.shape[1] // along)
            block = [value for row in across[rows, columns].tolist() for value in row]
            assert layer.shares[i, k] == sum(value != 0 for value in block) / len(block)
            assert 0 < len(block) <= layer.each[0] * layer.each[1]
            seen += len(block)
    assert seen == mask.size


def test_a_map_of_single_weights_has_a_cell_per_kept_weight_and_another_colour_where_the_sign_turns() -> None:
    mask = random_mask((5, 9), -1)
    picture = str(matrix_map(kept_layer(mask).shares, "layer 1", 12))
    for kind, value in (("more", 1), ("less", -1)):
        paths = re.findall(rf'<path d="([^"]*)" class="{kind}" fill-opacity="1"/>', picture)
        places = {(int(y), int(x)) for path in paths for x, y in re.findall(r"M(\d+) (\d+)h", path)}
        assert places == {tuple(place) for place in np.argwhere(mask == value).tolist()}


def test_pixels_count_the_kept_weights_that_read_them_and_show_which_way() -> None:
    weights = np.random.default_rng(0).normal(size=(6, 14)).astype(np.float32)
    mask, pixels = random_mask((6, 14), -1), np.array([3, 1, -1, *range(11)])
    kept = kept_pixels(mask, Layer(weights, np.zeros(6, np.float32)), 3, 4, pixels)
    counts, signs = np.zeros(12, int), np.zeros((6, 12), int)
    for neuron in range(6):
        for number, pixel in enumerate(pixels.tolist()):
            if pixel >= 0 and mask[neuron, number]:
                counts[pixel] += 1
                signs[neuron, pixel] += 1 if weights[neuron, number] * mask[neuron, number] > 0 else -1
    assert (kept.counts.ravel() == counts).all()
    assert kept.signs is not None and (kept.signs.reshape(6, -1) == signs).all()


def test_pixels_of_a_convolution_count_all_its_places_and_channels() -> None:
    mask = random_mask((3, 8))
    places = [(row, column) for row in range(2) for column in range(3)]
    window = [(channel, row, column) for channel in range(2) for row in range(2) for column in range(2)]
    gather = np.array([[12 * c + 4 * (top + row) + left + column for c, row, column in window] for top, left in places])
    kept = kept_pixels(
        mask, Layer(np.ones((3, 8), np.float32), np.zeros(3, np.float32), gather), 3, 4, np.arange(24) % 12
    )
    counts = np.zeros((3, 4), int)
    for top, left in places:
        for number, (_, row, column) in enumerate(window):
            counts[top + row, left + column] += np.count_nonzero(mask[:, number])
    assert (kept.counts == counts).all() and kept.signs is None


def section(accuracy: float, **more: Any) -> dict[str, Any]:
    return {"accuracy": accuracy, "sparsity": 2 / 3, "split": "test", **more}


BASELINES = {
    "random": [0.5, 0.7, 0.6], "shuffled": [0.4, 0.4, 0.4],
    "edge_popup": {"accuracy": [0.9, 0.85, 0.95], "keep": 0.5, "rate": 0.1, "scale_factor": 1.0}, "magnitude": None,
}  # fmt: skip


def test_the_headline_sets_a_mask_beside_chance_the_whole_network_and_the_best_control() -> None:
    several = {"baselines": BASELINES, "control_seconds": 1.5}
    assert " ".join(headline(section(0.621, unpruned=0.626, **several))) == (
        "With 33.3 % of the weights it is 2.1 points better than a random mask of the same density and 0.5 points "
        "below the network as given, unpruned. The best control is 27.9 points better: edge-popup (keeps 50 %, "
        "rate 0.1) (1.5 CPU seconds)."
    )
    assert headline(section(0.95, unpruned=0.94, **several))[1].startswith("No control is better")
    assert headline(section(0.9, unpruned=0.9)) == [
        "With 33.3 % of the weights it is as good as the network as given, unpruned."
    ]


def test_a_mask_of_an_earlier_version_has_what_was_stored() -> None:
    assert (headline(section(0.9)), mask_tables(section(0.9))) == ([], [])
    told = headline(section(0.8, baselines=BASELINES, control_seconds=1.0))
    assert told[0] == "With 33.3 % of the weights it is 20.0 points better than a random mask of the same density."
    (table,) = mask_tables(section(0.8, unpruned=0.75))
    assert (table.title, table.rows[1]) == (
        "Beside the unpruned network",
        ("the network as given, unpruned", "0.0 %", "75.0 %"),
    )


def test_the_closing_lines_say_the_headline_of_the_page() -> None:
    mask = section(0.621, unpruned=0.626, baselines=BASELINES, control_seconds=1.5)
    best = {
        "id": "a", "metric": "accuracy", "train_accuracy": 0.7, "valid_accuracy": 0.621, "test_accuracy": None,
        "weights": 12, "neurons": 3, "sparsity": 2 / 3, "scores": {},
    }  # fmt: skip
    result = {
        "genome": "mask", "mask": mask, "best": best, "front": [best], "state": "finished",
        "stop_reason": "generations", "generations": 3, "evaluations": 20, "seconds": 1.0, "failed": 0,
        "data": {"classes": ["a", "b"]},
    }  # fmt: skip
    lines = closing_lines(result, ["the network"], "runs/x", [])
    begin = next(place for place, line in enumerate(lines) if line.startswith("controls: "))
    end = next(place for place, line in enumerate(lines) if line.startswith("ended: "))
    assert " ".join(line[10:] for line in lines[begin:end]) == " ".join(headline(mask))
    assert max(map(len, lines[begin:end])) <= 80

"""encoder.json of any content is read or refused in one line that names the file and the place in it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evo.errors import CheckpointError
from evo.kinds.mask.records import read_mask_encoder
from evo.records.encoders import read_encoder
from evo.storage.folder import Folder
from fitness.data.encoder import Encoder
from fitness.data.load import load
from fitness.data.spec import BinarizeSpec, DataSpec, SplitSpec
from fitness.masks.data import load_samples
from fitness.masks.encoder import MaskEncoder
from tests.kits.small_runs import flowers

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    path = flowers(tmp_path_factory.mktemp("data"))
    spec = DataSpec(source="csv", path=str(path), split=SplitSpec(test=0.2), binarize=BinarizeSpec(method="onehot"))
    numbers = DataSpec(source="sklearn", name="iris", binarize=BinarizeSpec(method="none"))
    masks = load_samples(numbers, 0, None)[1]
    return {"bits": load(spec, 0).encoder.to_json(), "numbers": json.loads(json.dumps(masks.to_json()))}


def refused(folder: Path, value: Any, read: Callable[[Folder], object] = read_encoder) -> str:
    (folder / "encoder.json").write_text(json.dumps(value))
    with pytest.raises(CheckpointError) as caught:
        read(Folder(folder))
    where, _, said = str(caught.value).partition("encoder.json: ")
    assert where == f"{folder}/" and "\n" not in said
    return said


def changed(encoder: dict[str, Any], change: Change) -> dict[str, Any]:
    value: dict[str, Any] = copy.deepcopy(json.loads(json.dumps(encoder)))
    change(value)
    return value


def test_what_was_written_is_read(tmp_path: Path, encoders: dict[str, dict[str, Any]]) -> None:
    for name, read, kind in (("bits", read_encoder, Encoder), ("numbers", read_mask_encoder, MaskEncoder)):
        (tmp_path / "encoder.json").write_text(json.dumps(encoders[name]))
        made = read(Folder(tmp_path))
        assert isinstance(made, kind) and json.loads(json.dumps(made.to_json())) == json.loads(
            json.dumps(encoders[name])
        )


DAMAGES: dict[str, tuple[Change, str]] = {
    "no task": (lambda d: d.pop("task"), "task: is missing"),
    "task of another type": (lambda d: d.update(task=5), "task: must be an object, got 5"),
    "unknown kind": (lambda d: d["task"].update(kind="ternary"), "task.kind: must be 'binary', "),
    "prior twice": (lambda d: d["task"].update(prior=[0, 0, 1]), "damaged task: its kind, outputs, classes and prior"),
    "prior as text": (lambda d: d["task"].update(prior=["0", 1, 2]), "task.prior[0]: must be an integer, got '0'"),
    "one class": (lambda d: d["task"].update(classes=["a"]), "task.classes: "),
    "a class twice": (lambda d: d["task"].update(classes=["a", "a", "b"]), "damaged task: "),
    "classes of numbers": (lambda d: d["task"].update(classes=[1, 2, 3]), "task.classes[0]: must be a string, got 1"),
    "no outputs": (lambda d: d["task"].update(outputs=[]), "task.outputs: "),
    "two outputs of classes": (lambda d: d["task"].update(outputs=["a", "b"]), "damaged task: "),
    "no bits": (lambda d: d["binarizer"].update(bits=[]), "binarizer.bits: "),
    "bits null": (lambda d: d["binarizer"].update(bits=None), "binarizer.bits: must be a list, got null"),
    "a bit missing": (lambda d: [d["binarizer"]["bits"].pop() for _ in range(3)], "damaged binarizer: its bits and"),
    "a bit of another column": (
        lambda d: d["binarizer"]["bits"].append(d["binarizer"]["bits"][0]),
        "damaged binarizer: its bits and columns do not match",
    ),
    "a column twice": (
        lambda d: d["binarizer"]["columns"].append(d["binarizer"]["columns"][0]),
        "damaged columns: a name stands there twice",
    ),
    "column of four parts": (lambda d: d["binarizer"]["columns"][0].extend([{}, "x"]), "binarizer.columns[0]: "),
    "kind of column": (lambda d: d["binarizer"]["columns"][0].__setitem__(1, "text"), "damaged columns: columns[0]: "),
    "short bit": (lambda d: d["binarizer"]["bits"][0].pop(), "binarizer.bits[0]: "),
    "list as column": (lambda d: d["binarizer"]["bits"][0].__setitem__(0, ["a"]), "damaged binarizer: bits[0]: "),
    "unknown test": (lambda d: d["binarizer"]["bits"][0].__setitem__(1, "<"), "damaged binarizer: bits[0]: "),
    "test of another kind": (lambda d: d["binarizer"]["bits"][0].__setitem__(1, "is"), "damaged binarizer: bits[0]: "),
    "one end": (lambda d: d["binarizer"]["bits"][0].__setitem__(2, [None]), "damaged binarizer: bits[0]: "),
    "no end": (lambda d: d["binarizer"]["bits"][0].__setitem__(2, [None, None]), "damaged binarizer: bits[0]: "),
    "end of text": (lambda d: d["binarizer"]["bits"][0].__setitem__(2, [None, "a"]), "damaged binarizer: bits[0]: "),
    "end of truth": (lambda d: d["binarizer"]["bits"][0].__setitem__(2, [None, True]), "damaged binarizer: bits[0]: "),
    "words of number": (lambda d: d["binarizer"]["bits"][0].__setitem__(3, 5), "damaged binarizer: bits[0]: "),
}


@pytest.mark.parametrize(("change", "said"), DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_encoder_is_one_line_with_its_place(
    tmp_path: Path, encoders: dict[str, dict[str, Any]], change: Change, said: str
) -> None:
    assert refused(tmp_path, changed(encoders["bits"], change)).startswith(said)


@pytest.mark.parametrize("value", [None, [], 3, "x", {}])
def test_other_json_is_no_encoder(tmp_path: Path, value: Any) -> None:
    assert refused(tmp_path, value)
    assert refused(tmp_path, value, read_mask_encoder)


MASK_DAMAGES: dict[str, tuple[Change, str]] = {
    "range too long": (lambda d: d["low"].append(0.0), "damaged encoder: its columns and their ranges do not match"),
    "range upside down": (lambda d: d.update(low=d["high"], high=d["low"]), "damaged encoder: its columns and their"),
    "range of text": (lambda d: d["low"].__setitem__(0, "0"), "low[0]: must be a number, got '0'"),
    "one end": (lambda d: d.update(ends=[0.5]), "ends: "),
    "huge end": (lambda d: d.update(ends=[0.0, 1e300]), "ends[1]: must be less than or equal to 1000000"),
    "formula": (lambda d: d.update(kind="formula"), "kind: must be 'mask', got 'formula'"),
}


@pytest.mark.parametrize(("change", "said"), MASK_DAMAGES.values(), ids=MASK_DAMAGES.keys())
def test_a_damaged_encoder_of_masks_is_one_line_with_its_place(
    tmp_path: Path, encoders: dict[str, dict[str, Any]], change: Change, said: str
) -> None:
    assert refused(tmp_path, changed(encoders["numbers"], change), read_mask_encoder).startswith(said)

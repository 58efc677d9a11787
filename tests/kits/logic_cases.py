"""Small models on plain bits in which every literal matters."""

from __future__ import annotations

import itertools

from evo.models.two_level import Model
from fitness.data.binarize import Binarizer
from fitness.data.dataset import Bit, Task
from fitness.data.encoder import Encoder
from fitness.data.schema import Field
from tests.kits.exporters import ExportCase

TASKS = {
    "two classes": Task("binary", ("ill",), ("no", "yes"), (1, 0)),
    "votes of two": Task("multiclass", ("ill",), ("no", "yes"), (1, 0)),
    "votes of three": Task("multiclass", ("kind",), ("a", "b", "c"), (2, 0, 1)),
    "several outputs": Task("multioutput", ("s", "t"), ("0", "1"), ()),
}


def bit_encoder(task: Task, n: int = 5) -> Encoder:
    """Inputs x0, x1, ... that are bits already."""
    names = [f"x{i}" for i in range(n)]
    bits = tuple(Bit(name, "is", None, name, f"NOT {name}") for name in names)
    return Encoder(task, Binarizer(tuple(Field(name, "bit") for name in names), bits))


def chosen_case() -> ExportCase:
    """x0 and not x1, or x1 and x2: with all eight rows."""
    encoder = bit_encoder(TASKS["two classes"], 3)
    rows = [{f"x{i}": str(value) for i, value in enumerate(row)} for row in itertools.product((0, 1), repeat=3)]
    return ExportCase(Model("m1", "sop", 3, [[[1, -2], [2, 3]]]), encoder, rows)

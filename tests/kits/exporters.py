"""What every exporter must do: predict, through an interpreter of its own, as the stored model does.

A new exporter is one line in `READERS`: its format and a function from its text to a function of a raw row.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.export import EXPORTERS
from evo.export.circuit import circuit_of
from evo.kinds.two_level.saved import SavedFormulas
from evo.models.two_level import Model
from evo.records.formulas import to_json
from fitness.data.encoder import Encoder
from tests.kits.readers import Predict, read_json, read_python

READERS: Mapping[str, Callable[[str], Predict]] = {"json": read_json, "python": read_python}


@dataclass(frozen=True)
class ExportCase:
    """A model, the data it belongs to, and raw rows (name -> cell) to predict."""

    model: Model
    encoder: Encoder
    rows: list[dict[str, str]]

    @property
    def columns(self) -> Mapping[str, str]:
        """Columns that the model reads with their kinds, in the order in which exports list them."""
        return circuit_of(self.model, self.encoder).kinds

    def expected(self, folder: Path) -> list[Any]:
        """What the stored model predicts, from a file."""
        write_csv_rows(folder / "rows.csv", self.rows)
        return stored(folder, self.model, self.encoder).predict(folder / "rows.csv")

    def predicted(self, fmt: str) -> list[Any]:
        """What the export predicts, row by row."""
        predict = READERS[fmt](EXPORTERS[fmt](self.model, self.encoder))
        return [predict(row) for row in self.rows]


def stored(folder: Path, model: Model, encoder: Encoder) -> SavedFormulas:
    """A run directory with just this model."""
    record = to_json(model, encoder.binarizer.bits, {}, {})
    (folder / "models").mkdir(exist_ok=True)
    for name, value in (("run", {}), ("encoder", encoder.to_json()), ("models/best", record)):
        (folder / f"{name}.json").write_text(json.dumps(value))
    return SavedFormulas.open(folder)


def write_csv_rows(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """Raw rows as a csv file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path

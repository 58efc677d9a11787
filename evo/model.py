"""A learned network as it is stored, shown and exported: signed literals, no bit masks.

``models/<id>.json`` is the exact record of one member of the front: kind, terms (or clauses) per output as
DIMACS-style signed input numbers, the meaning of the inputs it uses, sizes, and training and validation scores. It
holds nothing that differs between identical runs, and no test score.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.errors import CheckpointError, GenomeError
from fitness.data.dataset import Bit, Task
from genomes.batch import CoverBatch
from genomes.spec import Kind
from genomes.two_level import CoverSpace, cover_from_literals, literals_by_cover

FORMAT = "evo-model-1"
Terms = list[list[list[int]]]


@dataclass(frozen=True, slots=True)
class Model:
    """One network. terms[o] are the terms (sop) or clauses (pos) of output or class o, as signed input numbers.

    inverted: whether they describe where the outputs are 0 (for two classes: the negative class).
    """

    id: str
    kind: Kind
    n_inputs: int
    terms: Terms
    inverted: bool = False

    def batch(self, task: Task) -> CoverBatch:
        """The network as a batch of one genome, ready for an evaluator."""
        most = max((len(of_output) for of_output in self.terms), default=0)
        votes = task.kind == "multiclass"
        space = CoverSpace(self.kind, self.n_inputs, task.n_covers, max(1, most), votes, sides=(self.inverted,))
        return CoverBatch.of([cover_from_literals(self.terms, space, inverted=self.inverted)], space)


def model_of(batch: CoverBatch, index: int, member_id: str, space: CoverSpace) -> Model:
    """Genome `index` of `batch` as a model."""
    cover = batch[index]
    return Model(member_id, space.kind, space.n_inputs, literals_by_cover(cover, space.kind), cover.inverted)


def to_json(model: Model, bits: tuple[Bit, ...], sizes: dict[str, Any], scores: dict[str, Any]) -> dict[str, Any]:
    """The stored record; `sizes` and `scores` (per split) are informative, `terms` is the network."""
    used = sorted({abs(literal) for of_output in model.terms for term in of_output for literal in term})
    meaning = {str(i): [bits[i - 1].text(True), bits[i - 1].text(False)] for i in used}
    record = {"format": FORMAT, "id": model.id, "kind": model.kind, "inverted": model.inverted}
    record |= {"n_inputs": model.n_inputs, "terms": model.terms}
    return record | {"sizes": sizes, "scores": scores, "inputs": meaning}


def read_model(path: Path) -> Model:
    """A stored model.

    Raises:
        CheckpointError: the file is missing or is not such a record.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        model = Model(record["id"], record["kind"], record["n_inputs"], record["terms"], record.get("inverted", False))
        sound = record["format"] == FORMAT and model.kind in ("sop", "pos") and isinstance(model.n_inputs, int)
        sound = sound and isinstance(model.inverted, bool)
    except FileNotFoundError:
        raise CheckpointError("no such model", where=str(path)) from None
    except (OSError, ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise CheckpointError(f"is not a model file of format {FORMAT}", where=str(path))
    return model


def check_fits(model: Model, task: Task, n_bits: int) -> None:
    """Raise GenomeError unless `model` belongs to data with this task and number of bits."""
    if model.n_inputs != n_bits:
        raise GenomeError(f"the model reads {model.n_inputs} inputs, the data has {n_bits}")
    model.batch(task)

"""A learned network as it is stored, shown and exported: signed literals, no bit masks.

``models/<id>.json`` is the exact record of one member of the front: kind, terms (or clauses) per output as
DIMACS-style signed input numbers, the meaning of the inputs it uses, sizes, and training and validation scores. It
holds nothing that differs between identical runs, and no test score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evo.errors import CheckpointError
from evo.records.models import FORMULA, read_formula
from evo.storage.folder import Folder
from fitness.data.dataset import Bit, Task
from genomes.bits import n_words
from genomes.two_level.batch import CoverBatch
from genomes.two_level.cover import CoverSpace, cover_from_literals, literals_by_cover
from genomes.two_level.spec import Kind

#: Memory of a stored model's cubes: what evo writes takes some kilobytes.
MOST_BYTES = 512 * 10**6
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
        space = CoverSpace(self.kind, self.n_inputs, task.n_covers, max(1, most), votes, phases=(self.inverted,))
        return CoverBatch.of([cover_from_literals(self.terms, space, inverted=self.inverted)], space)


def model_of(batch: CoverBatch, index: int, member_id: str, space: CoverSpace) -> Model:
    """Genome `index` of `batch` as a model."""
    cover = batch[index]
    return Model(member_id, space.kind, space.n_inputs, literals_by_cover(cover, space.kind), cover.inverted)


def to_json(model: Model, bits: tuple[Bit, ...], sizes: dict[str, Any], scores: dict[str, Any]) -> dict[str, Any]:
    """The stored record; `sizes` and `scores` (per split) are informative, `terms` is the network."""
    used = sorted({abs(literal) for of_output in model.terms for term in of_output for literal in term})
    meaning = {str(i): [bits[i - 1].text(True), bits[i - 1].text(False)] for i in used}
    record = {"format": FORMULA, "id": model.id, "kind": model.kind, "inverted": model.inverted}
    record |= {"n_inputs": model.n_inputs, "terms": model.terms}
    return record | {"sizes": sizes, "scores": scores, "inputs": meaning}


def read_model(folder: Folder, name: str, task: Task, n_bits: int) -> Model:
    """A stored model of data with this task and number of bits.

    Raises:
        CheckpointError: the file is missing, is no such record, or belongs to other data.
    """
    record = read_formula(folder, name)
    model = Model(record["id"], record["kind"], record["n_inputs"], record["terms"], record.get("inverted", False))
    wrong = _misfit(model, task, n_bits)
    if wrong is not None:
        raise CheckpointError(wrong, where=folder.where(name))
    return model


def _misfit(model: Model, task: Task, n_bits: int) -> str | None:
    """Why a model does not belong to data; what arrays of it would take is known before they are made."""
    if model.n_inputs != n_bits:
        return f"n_inputs: the model reads {model.n_inputs} inputs, the data has {n_bits}"
    if len(model.terms) != task.n_covers:
        return f"terms: must be the terms of {task.n_covers} outputs, got those of {len(model.terms)}"
    if model.inverted and task.kind == "multiclass":
        return "inverted: classes that vote are never inverted"
    size = 16 * n_words(n_bits) * sum(map(len, model.terms))
    too_large = f"terms: would take {size / 1e6:,.0f} MB, at most {MOST_BYTES / 1e6:,.0f} are read"
    return too_large if size > MOST_BYTES else None

"""models/<id>.json of a formula: the exact record of one member of the front.

It holds its kind, terms (or clauses) per output as DIMACS-style signed input numbers, the meaning of the inputs it
uses, sizes, and training and validation scores; nothing that differs between identical runs, and no test score.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from annotated_types import Ge, Le, MaxLen
from typing_extensions import TypedDict

from evo.errors import CheckpointError
from evo.models.two_level import Model
from evo.records.kinds import FIRST_FAULT, Id
from evo.records.models import read_model_record
from evo.storage.folder import Folder
from fitness.data.dataset import Bit, Task
from genomes.bits import n_words

FORMULA = "evo-model-1"
#: Memory of a stored model's cubes: what evo writes takes some kilobytes.
MOST_BYTES = 512 * 10**6

Literals = Annotated[list[int], FIRST_FAULT]
OutputTerms = Annotated[list[Literals], MaxLen(65536), FIRST_FAULT]


class FormulaRecord(TypedDict):
    """terms: signed input numbers per output and term (or clause); each from 1 to n_inputs, or its negative."""

    format: Literal["evo-model-1"]
    id: Id
    kind: Literal["sop", "pos"]
    inverted: NotRequired[bool]
    n_inputs: Annotated[int, Ge(1), Le(10**9)]
    terms: Annotated[list[OutputTerms], FIRST_FAULT]


def to_json(model: Model, bits: tuple[Bit, ...], sizes: dict[str, Any], scores: dict[str, Any]) -> dict[str, Any]:
    """The stored record; `sizes` and `scores` (per split) are informative, `terms` is the network."""
    meaning = {str(i): [bits[i - 1].text(True), bits[i - 1].text(False)] for i in model.used}
    record = {"format": FORMULA, "id": model.id, "kind": model.kind, "inverted": model.inverted}
    record |= {"n_inputs": model.n_inputs, "terms": model.terms}
    return record | {"sizes": sizes, "scores": scores, "inputs": meaning}


def read_model(folder: Folder, name: str, task: Task, n_bits: int) -> Model:
    """A stored model of data with this task and number of bits.

    Raises:
        CheckpointError: the file is missing, is no such record, or belongs to other data.
    """
    record = read_model_record(folder, name, FormulaRecord, _in_range)
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


def _in_range(record: dict[str, Any]) -> str | None:
    most = record["n_inputs"]
    for output, terms in enumerate(record["terms"]):
        for number, term in enumerate(terms):
            wrong = next((literal for literal in term if not 1 <= abs(literal) <= most), None)
            if wrong is not None:
                return f"terms[{output}][{number}]: has the literal {wrong}, the inputs are 1 to {most}"
            if len({abs(literal) for literal in term}) < len(term):
                return f"terms[{output}][{number}]: names an input twice"
    return None

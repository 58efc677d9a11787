"""models/<id>.json: one member of the front; the shape of formulas, and the reading for every kind of genome."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from annotated_types import Ge, Le, MaxLen
from typing_extensions import TypedDict

from evo.errors import CheckpointError
from evo.records.kinds import FIRST_FAULT, Id
from evo.records.reading import Check, read_record
from evo.storage.folder import Folder, MissingError

FORMULA = "evo-model-1"

Literals = Annotated[list[int], FIRST_FAULT]
Terms = Annotated[list[Literals], MaxLen(65536), FIRST_FAULT]


class FormulaRecord(TypedDict):
    """terms: signed input numbers per output and term (or clause); each from 1 to n_inputs, or its negative."""

    format: Literal["evo-model-1"]
    id: Id
    kind: Literal["sop", "pos"]
    inverted: NotRequired[bool]
    n_inputs: Annotated[int, Ge(1), Le(10**9)]
    terms: Annotated[list[Terms], FIRST_FAULT]


def read_formula(folder: Folder, name: str) -> dict[str, Any]:
    """A stored formula, checked against its own number of inputs.

    Raises:
        CheckpointError: there is none, or it is no such record.
    """
    return read_model_record(folder, name, FormulaRecord, _in_range)


def read_model_record(folder: Folder, name: str, shape: Any, check: Check | None = None) -> dict[str, Any]:
    """A stored model of a shape.

    Raises:
        CheckpointError: there is none, or it is no such record.
    """
    try:
        return read_record(folder, name, shape, check)
    except MissingError:
        raise CheckpointError("no such model", where=folder.where(name)) from None


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

"""encoder.json: how raw rows become bits, or the numbers that a network reads."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from annotated_types import Ge, Le, Len, MinLen
from pydantic import FailFast
from typing_extensions import TypedDict

from evo.errors import CheckpointError, DataError
from evo.records.kinds import Number
from evo.records.reading import value_of
from evo.records.shapes import fault
from evo.storage.folder import Folder
from evo.storage.known import ENCODER
from fitness.data.encoder import Encoder
from fitness.data.task import MAX_CLASSES

#: Bytes of the largest one that is read: some million bits.
LIMIT = 512 * 2**20


class TaskRecord(TypedDict):
    """See `fitness.data.dataset.Task`."""

    kind: Literal["binary", "multiclass", "multioutput"]
    outputs: Annotated[list[str], MinLen(1), FailFast()]
    classes: Annotated[list[str], Len(2, MAX_CLASSES), FailFast()]
    prior: Annotated[list[Annotated[int, Ge(0)]], FailFast()]


#: Name and kind of every column.
ColumnsRecord = Annotated[list[Annotated[list[str], Len(2, 2)]], FailFast()]


class BinarizerRecord(TypedDict):
    """For a bit see `fitness.data.bit_json`, which looks at its parts."""

    columns: ColumnsRecord
    bits: Annotated[list[Annotated[list[Any], Len(5, 5)]], MinLen(1), FailFast()]


class EncoderRecord(TypedDict):
    """The encoder of a search for formulas."""

    task: TaskRecord
    binarizer: BinarizerRecord


class MaskEncoderRecord(TypedDict):
    """The encoder of a search for masks: columns of numbers with their ranges in training, or bits."""

    kind: Literal["mask"]
    task: TaskRecord
    columns: ColumnsRecord
    low: Annotated[list[Number], FailFast()]
    high: Annotated[list[Number], FailFast()]
    ends: Annotated[list[Annotated[float, Ge(-1e6), Le(1e6)]], Len(2, 2)]
    binarizer: BinarizerRecord | None


def read_encoder(folder: Folder) -> Encoder:
    """The encoder of a run that searched for formulas.

    Raises:
        CheckpointError: missing or damaged, in one line with the key.
    """
    encoder: Encoder = _made(Encoder, EncoderRecord, folder)
    return encoder


def read_mask_encoder(folder: Folder) -> Any:
    """The `MaskEncoder` of a run that searched for masks.

    Raises:
        CheckpointError: missing or damaged, in one line with the key.
    """
    from fitness.masks.encoder import MaskEncoder  # noqa: PLC0415 - formulas need none of it

    return _made(MaskEncoder, MaskEncoderRecord, folder)


def encoder_value(folder: Folder) -> Any:
    """What encoder.json holds, not looked at."""
    return value_of(folder.read_bytes(ENCODER, limit=LIMIT), folder.where(ENCODER))


def _made(kind: Any, shape: Any, folder: Folder) -> Any:
    value = encoder_value(folder)
    wrong = fault(shape, value)
    if wrong is not None:
        raise CheckpointError(wrong, where=folder.where(ENCODER))
    try:
        return kind.from_json(value)
    except DataError as problem:
        raise CheckpointError(problem.message, where=folder.where(ENCODER)) from None

"""encoder.json: how raw rows become bits; other kinds of genomes have shapes of their own (`read_encoder_as`)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from annotated_types import Ge, Le, Len, MinLen
from typing_extensions import TypedDict

from evo.errors import CheckpointError, DataError
from evo.records.kinds import FIRST_FAULT
from evo.records.reading import value_of
from evo.records.shapes import fault
from evo.storage.folder import Folder
from evo.storage.known import ENCODER
from fitness.data.binarize import fields_from_json
from fitness.data.encoder import Encoder
from fitness.data.schema import Field
from fitness.data.task import MAX_CLASSES

#: Bytes of the largest one that is read: some million bits.
LIMIT = 512 * 2**20


class TaskRecord(TypedDict):
    """See `fitness.data.dataset.Task`."""

    kind: Literal["binary", "multiclass", "multioutput"]
    outputs: Annotated[list[str], MinLen(1), FIRST_FAULT]
    classes: Annotated[list[str], Len(2, MAX_CLASSES), FIRST_FAULT]
    prior: Annotated[list[Annotated[int, Ge(0)]], FIRST_FAULT]


#: Name and kind of every column, and what else there is to say.
ColumnsRecord = Annotated[list[Annotated[list[Any], Len(2, 3)]], FIRST_FAULT]


class BinarizerRecord(TypedDict):
    """For a bit see `fitness.data.bit_json`, which looks at its parts."""

    columns: ColumnsRecord
    bits: Annotated[list[Annotated[list[Any], Len(5, 7)]], MinLen(1), FIRST_FAULT]
    values: NotRequired[dict[str, list[Any]]]


class OptionsRecord(TypedDict):
    """See `fitness.data.schema.Options`."""

    encoding: str | None
    header: bool | None
    above: float | None


class PictureRecord(TypedDict):
    """See `fitness.data.picture.Picture`."""

    height: Annotated[int, Ge(1), Le(10**6)]
    width: Annotated[int, Ge(1), Le(10**6)]
    pixels: Annotated[list[Annotated[int, Ge(-1), Le(10**6)]], FIRST_FAULT]


class EncoderRecord(TypedDict):
    """The encoder of a search for formulas."""

    task: TaskRecord
    binarizer: BinarizerRecord
    options: NotRequired[OptionsRecord]
    picture: NotRequired[PictureRecord]


def read_encoder(folder: Folder) -> Encoder:
    """The encoder of a run that searched for formulas.

    Raises:
        CheckpointError: missing or damaged, in one line with the key.
    """
    encoder: Encoder = read_encoder_as(Encoder, EncoderRecord, folder)
    return encoder


def read_encoder_as(encoder: Any, shape: Any, folder: Folder) -> Any:
    """What `encoder.from_json` makes of encoder.json, once that has the shape.

    Raises:
        CheckpointError: missing or damaged, in one line with the key.
    """
    value = encoder_value(folder)
    wrong = fault(shape, value)
    if wrong is not None:
        raise CheckpointError(wrong, where=folder.where(ENCODER))
    try:
        return encoder.from_json(value)
    except DataError as problem:
        raise CheckpointError(problem.message, where=folder.where(ENCODER)) from None


def read_columns(folder: Folder) -> tuple[Field, ...]:
    """The raw columns that any kind of encoder reads.

    Raises:
        CheckpointError: missing or damaged.
    """
    value = encoder_value(folder)
    try:
        return fields_from_json((value if "columns" in value else value["binarizer"])["columns"])
    except (DataError, KeyError, TypeError, ValueError):
        raise CheckpointError("damaged columns", where=folder.where(ENCODER)) from None


def encoder_value(folder: Folder) -> Any:
    """What encoder.json holds, not looked at."""
    return value_of(folder.read_bytes(ENCODER, limit=LIMIT), folder.where(ENCODER))

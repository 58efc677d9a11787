"""The shapes of what only runs for masks store beside their result: the encoder and the models."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Len
from typing_extensions import TypedDict

from evo.records.encoders import BinarizerRecord, ColumnsRecord, TaskRecord, read_encoder_as
from evo.records.kinds import FIRST_FAULT, Id, Number
from evo.records.models import read_model_record
from evo.storage.folder import Folder
from fitness.masks.encoder import MaskEncoder

FORMAT = "evo-mask-1"


class MaskEncoderRecord(TypedDict):
    """Columns of numbers with their ranges in training, or bits."""

    kind: Literal["mask"]
    task: TaskRecord
    columns: ColumnsRecord
    low: Annotated[list[Number], FIRST_FAULT]
    high: Annotated[list[Number], FIRST_FAULT]
    ends: Annotated[list[Annotated[float, Ge(-1e6), Le(1e6)]], Len(2, 2)]
    binarizer: BinarizerRecord | None


def read_mask_encoder(folder: Folder) -> MaskEncoder:
    """The encoder of a run that searched for masks.

    Raises:
        CheckpointError: missing or damaged, in one line with the key.
    """
    encoder: MaskEncoder = read_encoder_as(MaskEncoder, MaskEncoderRecord, folder)
    return encoder


class MaskModelRecord(TypedDict):
    """mask: a text per layer and neuron, see `genomes.masks.plain`."""

    format: Literal["evo-mask-1"]
    id: Id
    logit_scale: Annotated[float, Gt(0), Le(1e30)]
    mask: Annotated[list[Annotated[list[str], FIRST_FAULT]], FIRST_FAULT]


def read_mask_record(folder: Folder, name: str) -> dict[str, Any]:
    """A stored mask; whether it fits the network is for the space of masks to say.

    Raises:
        CheckpointError: there is none, or it is no such record.
    """
    return read_model_record(folder, name, MaskModelRecord)

"""models/<id>.json of a network: the exact record of one member of the front.

It holds its units and heads as `genomes.networks.plain` writes them, the meaning of the inputs that it reads, sizes,
and training and validation scores; nothing that differs between identical runs, and no test score.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from annotated_types import Ge, Le, Len, MaxLen
from typing_extensions import TypedDict

from evo.errors import CheckpointError, GenomeError
from evo.models.networks import NetworkModel
from evo.records.kinds import FIRST_FAULT, Id
from evo.records.models import read_model_record
from evo.storage.folder import Folder
from fitness.data.dataset import Bit, Task
from fitness.networks.evaluator import space_of
from genomes.networks.plain import network_from_plain, network_to_plain
from genomes.networks.space import MOST_UNITS
from genomes.networks.units import MOST_LITERALS

FORMAT = "evo-composed-1"

Whole = Annotated[int, Ge(-(2**40)), Le(2**40)]
Wholes = Annotated[list[Whole], MaxLen(MOST_LITERALS + 1), FIRST_FAULT]
Literals = Annotated[list[Annotated[int, Ge(0), Le(2**31 - 1)]], MaxLen(MOST_LITERALS), FIRST_FAULT]
#: A literal and its weight.
Vote = Annotated[list[Annotated[int, Ge(0), Le(2**31 - 1)]], Len(2, 2), FIRST_FAULT]


class UnitRecord(TypedDict):
    """A unit; see `genomes.networks.units`."""

    kind: Literal["and", "xor", "mux", "lut", "sop", "count", "threshold"]
    of: Literals
    table: NotRequired[Annotated[str, Len(1, 16)]]
    terms: NotRequired[Wholes]
    counts: NotRequired[Wholes]
    weights: NotRequired[Wholes]


class HeadRecord(TypedDict):
    """The head of an output, or of a class that votes."""

    votes: Annotated[list[Vote], MaxLen(MOST_UNITS), FIRST_FAULT]
    bias: Annotated[int, Ge(-(2**30)), Le(2**30)]


class NetworkModelRecord(TypedDict):
    """A stored network."""

    format: Literal["evo-composed-1"]
    id: Id
    n_inputs: Annotated[int, Ge(1), Le(10**9)]
    units: Annotated[list[UnitRecord], MaxLen(MOST_UNITS), FIRST_FAULT]
    heads: Annotated[list[HeadRecord], MaxLen(65536), FIRST_FAULT]


def to_record(
    model: NetworkModel, bits: tuple[Bit, ...], sizes: dict[str, Any], scores: dict[str, Any]
) -> dict[str, Any]:
    """The stored record; `sizes` and `scores` (per split) are informative, `units` and `heads` are the network."""
    meaning = {str(i): [bits[i - 1].text(True), bits[i - 1].text(False)] for i in model.used}
    record = {"format": FORMAT, "id": model.id, "kind": "network", "n_inputs": model.n_inputs}
    return record | network_to_plain(model.network) | {"sizes": sizes, "scores": scores, "inputs": meaning}


def read_network(folder: Folder, name: str, task: Task, n_bits: int) -> NetworkModel:
    """A stored network of data with this task and number of bits.

    Raises:
        CheckpointError: the file is missing, is no such record, or belongs to other data.
    """
    record = read_model_record(folder, name, NetworkModelRecord)
    if record["n_inputs"] != n_bits:
        wrong = f"n_inputs: the network reads {record['n_inputs']} inputs, the data has {n_bits}"
        raise CheckpointError(wrong, where=folder.where(name))
    try:
        network = network_from_plain(record, space_of(task, n_bits))
    except GenomeError as problem:
        raise CheckpointError(f"{problem.where}: {problem.message}", where=folder.where(name)) from None
    return NetworkModel(record["id"], network, n_bits)

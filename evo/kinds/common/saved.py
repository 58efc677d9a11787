"""A run directory as a source of models: pick, predict, evaluate, export. It never writes into the directory."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from evo.errors import CheckpointError, ExportError
from evo.export import Exported
from evo.export.added import is_added, known_formats
from evo.export.circuit import Circuit
from evo.kinds.common.front import choose
from evo.kinds.kind import SizeColumn
from evo.records.front import read_front
from evo.records.trust import stored_config
from evo.storage.known import BEST, MODELS, RESOLVED
from evo.storage.run_dir import RunDir
from fitness.data.blanks import Rows
from fitness.data.dataset import Task

#: exact: the same value for all inputs; care-set: the same predictions on the rows that the run learned from; none.
Minimize = Literal["exact", "care-set", "none"]


class Learned(NamedTuple):
    """Training rows: as `SavedRun.predicted` takes them, and all bits there are of them, bool[rows, bits]."""

    split: Any
    bits: NDArray[np.bool_]


class Named(Protocol):
    """A model."""

    @property
    def id(self) -> str:
        """As in front.csv."""


class SavedRun(Protocol):
    """What every kind makes of a run directory, a base for those of kinds. pick: best, knee or a member's id."""

    @property
    def task(self) -> Task:
        """What is predicted."""

    def model(self, pick: str = "best") -> Named:
        """The model meant by `pick`.

        Raises:
            CheckpointError: the run has no models yet, or the file is damaged. UsageError: no such member.
        """

    def rows(self, data: Path, *, labels: bool) -> Rows[Any]:
        """The rows of a file, with labels where these are wanted, and what is odd about them.

        Raises:
            DataError: whatever is wrong with the file.
        """

    def predict(self, data: Path, pick: str = "best") -> list[Any]:
        """A label per row of a file; for several outputs a tuple of 0 and 1 per row."""
        return self.predicted(self.rows(data, labels=False).split, pick)

    def predicted(self, split: Any, pick: str = "best") -> list[Any]:
        """The same of rows that were read."""

    def header(self) -> list[str]:
        """Column names of a file of predictions."""

    def evaluate(self, data: Path, pick: str = "best") -> dict[str, Any]:
        """Metrics and confusion counts on the labelled rows of a file."""
        return self.scored(self.rows(data, labels=True).split, pick)

    def scored(self, split: Any, pick: str = "best") -> dict[str, Any]:
        """The same of rows that were read."""

    def export(self, fmt: str, pick: str = "best", minimize: Minimize = "exact") -> Exported:
        """The model as text, or as bytes where the format is binary.

        Raises:
            ExportError: no such format, or the model cannot be written in it.
        """
        return self.written(fmt, pick, minimize)[0]

    def written(
        self, fmt: str, pick: str = "best", minimize: Minimize = "exact", *, trust: bool = False
    ) -> tuple[Exported, tuple[str, ...]]:
        """As `export`, with notes for the user; trust: read the run's data wherever its config says they lie."""

    def probable(
        self, split: Any, pick: str = "best", *, unled: bool = False, trust: bool = False
    ) -> tuple[list[Any], NDArray[np.float64]]:
        """Labels and class probabilities float64[rows, classes]; unled: those of the scorecard alone; trust as above.

        Raises:
            ExportError: its models have no scorecard, or the rows that the run learned from are not there any more.
        """
        raise ExportError("only formulas have probabilities and a scorecard", where="--proba")

    def written_scorecard(self, fmt: str, pick: str = "best", *, trust: bool = False) -> Exported:
        """The scorecard in a format; raises as `probable`."""
        raise ExportError("only formulas have probabilities and a scorecard", where="--scorecard")

    def words(self, pick: str = "best") -> str:
        """The model in words, lines that end."""

    def circuit(self, pick: str = "best") -> Circuit:
        """The model in its smallest form, as gates; raises as `gates`."""
        return self.gates(pick)[0]

    def gates(
        self, pick: str = "best", minimize: Minimize = "exact", *, trust: bool = False
    ) -> tuple[Circuit, tuple[str, ...]]:
        """The model as gates, with notes for the user; the rest as for `written`.

        Raises:
            ExportError: it is no circuit.
        """

    def learned_from(self, *, trust: bool = False) -> Learned:
        """The training rows of a model that is a circuit, read again; trust: as for `written`.

        Raises:
            CheckpointError: another machine says where they lie. ExportError: they have changed. DataError: they cannot
                be read.
        """


def unpack_limit(run: RunDir) -> int | None:
    """Bytes that a file of rows may unpack to: what the run's config says, None where it says nothing.

    A config is slow to check, and hardly any says something.

    Raises:
        CheckpointError: the config is missing or damaged.
    """
    says = run.exists(RESOLVED) and re.search(r"^  unpack_limit: *\d", run.read_text(RESOLVED), re.MULTILINE)
    return stored_config(run).data.unpack_limit if says else None


def chosen_model(run: RunDir, pick: str, sizes: Sequence[SizeColumn]) -> str:
    """The name of the file of the model meant by `pick`: best, knee or a member's id; sizes: columns of front.csv.

    Raises:
        CheckpointError: the run has no models yet. UsageError: no such member.
    """
    if not run.exists(BEST):
        hint = f"evo resume {run.root} first"
        raise CheckpointError(f"this run has no models yet (it did not come to an end); {hint}", where=str(run.root))
    if pick == "best":
        return BEST
    best = run.read_json(BEST).get("id")
    rows = read_front(run, sizes)
    if best not in {row.id for row in rows}:
        raise CheckpointError("its id is not in front.csv", where=run.where(BEST))
    return f"{MODELS}/{choose(rows, pick, str(best))}.json"


def check_rows(run: RunDir, record: Mapping[str, Any], sha256: str) -> None:
    """Raise ExportError unless rows that were read again are those of run.json, the record."""
    if sha256 != record["data_sha256"]:
        raise ExportError("the data are not those the run learned from", where=str(run.root))


def check_format(fmt: str, known: Iterable[str], *, added: bool = True) -> None:
    """Raise ExportError unless there is such a format, with the one that was probably meant.

    known: evo's own; added: whether those of installed packages count.
    """
    own = list(known)
    if fmt not in own and not (added and is_added(fmt)):
        names = known_formats(own) if added else own
        near = difflib.get_close_matches(fmt.lower(), names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(names)}"
        raise ExportError(f"no such format; {hint}", where=f"--format {fmt}")

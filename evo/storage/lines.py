"""Reading journals: files of one JSON object per line. Whatever such a file holds, reading it takes bounded memory.

A kill can tear the last line, so what follows the last newline is no line. A line that is not a JSON object is damage:
readers leave it out and say so. A line that is longer than any of evo's ends the reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from evo.errors import CheckpointError
from evo.storage.folder import Folder, MissingError
from evo.storage.texts import read_object

#: Bytes of the longest line that is read: a quarantined mask of some million weights.
LONGEST = 16 * 2**20

#: Bytes read from a journal's end to find its last line: at first, and where that was not enough.
ENDS = (2**15, 2**20, LONGEST)


#: Bytes that are read at once.
BLOCK = 2**20


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """The rest of a file, up to the first line that is longer than any of evo's."""
    rest = 0
    while rest <= LONGEST and (block := file.read(BLOCK)):
        rest = open_line(rest, block)
        yield block


def open_line(before: int, block: bytes) -> int:
    """Bytes since the last newline, after `before` such bytes and a further block."""
    return len(block) - block.rfind(b"\n") - 1 if b"\n" in block else before + len(block)


class Lines:
    """The records of a journal, to be gone through once; `complaint` then says what could not be read."""

    def __init__(self, folder: Folder, name: str) -> None:
        self._folder, self._name = folder, name
        self._number, self._bad, self._trouble = 0, list[int](), ""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        try:
            with self._folder.opened(self._name) as file:
                while (line := file.readline(LONGEST)).endswith(b"\n"):
                    self._number += 1
                    record = _record(line)
                    if record is None:
                        self.leave_out()
                    else:
                        yield record
                if len(line) == LONGEST:
                    self._trouble = f"line {self._number + 1:,} is longer than any of evo's; the rest is left out"
        except MissingError:
            pass
        except CheckpointError as problem:
            self._trouble = problem.message

    def leave_out(self) -> None:
        """Count the record that came last among those that cannot be read."""
        self._bad.append(self._number)

    @property
    def complaint(self) -> str:
        """What could not be read, in one line; empty where all could."""
        complaints = [self._trouble] if self._trouble else []
        if self._bad:
            complaints.insert(0, _left_out(self._bad))
        return f"{self._name}: {'; '.join(complaints)}" if complaints else ""


def _left_out(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"line {numbers[0]:,} is no record of evo's and is left out"
    return f"{len(numbers):,} lines are no records of evo's and are left out (the first is line {numbers[0]:,})"


@dataclass(frozen=True, slots=True)
class Last:
    """The last record of a journal, None if there is none; `complaint` as in `Lines`."""

    record: dict[str, Any] | None
    complaint: str = ""


def last_record(folder: Folder, name: str) -> Last:
    """The last record, read from the end of the file."""
    try:
        for n_bytes in ENDS:
            end = folder.read_end(name, n_bytes)
            whole = end[: end.rfind(b"\n") + 1].splitlines(keepends=True)
            if len(end) == n_bytes:
                whole = whole[1:]  # the first of them began before
            if whole or len(end) < n_bytes:
                return _last(whole, name)
    except MissingError:
        return Last(None)
    except CheckpointError as problem:
        return Last(None, f"{name}: {problem.message}")
    return Last(None, f"{name}: its last line is longer than any of evo's")


def _last(lines: list[bytes], name: str) -> Last:
    records = [_record(line) for line in lines]
    bad = records.count(None)
    newest = next((record for record in reversed(records) if record is not None), None)
    return Last(newest, f"{name}: {bad:,} of its last {len(lines):,} lines are no records of evo's" if bad else "")


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        return read_object(line)
    except ValueError:
        return None

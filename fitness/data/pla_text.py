"""The text of an Espresso PLA file as cubes, without any meaning yet.

As espresso does, a cube is read character by character: blanks, tabs and ``|`` between the planes are skipped, a wide
cube may go on in the next line, ``#`` starts a comment, and a line of words before .i and .o is a title. Unlike
espresso, whatever does not fit (a wrong .p, a character of no meaning, a row too long or too short) is an error.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from fitness.data.checks import MOST_COLUMNS, quoted
from fitness.data.files import read_text
from fitness.errors import DataError

TYPES = ("f", "fd", "fr", "fdr")
SUPPORTED = (".i", ".o", ".p", ".ilb", ".ob", ".type", ".e", ".end")
INPUT_CHARS = "01-2"
OUTPUT_CHARS = "01-2~34"
DASH = 2
#: What .p may promise, and digits of a number, at most: Python refuses to read thousands of them.
MOST_ROWS, MOST_DIGITS = 10**12, 20
#: What gives names, and the number of these.
NAMES = {".ilb": ".i", ".ob": ".o"}
_SKIPPED = str.maketrans("", "", " \t\r\f|")
_ROW = re.compile(rf"[{re.escape(INPUT_CHARS + OUTPUT_CHARS)}]+")


@dataclass(frozen=True, slots=True)
class PlaText:
    """One file.

    inputs: uint8[cubes, inputs] with 0, 1 and `DASH`; outputs: uint8[cubes, outputs], ASCII codes of the characters
    as written; lines: the line each cube starts in.
    """

    path: str
    type: str
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    inputs: NDArray[np.uint8]
    outputs: NDArray[np.uint8]
    lines: tuple[int, ...]
    notes: tuple[str, ...] = ()


def parse(path: str, limit: int | None = None) -> PlaText:
    """Read `path` (.gz accepted).

    Raises:
        DataError: unreadable file, or a header or row that does not fit, with its line.
    """
    return _Parser(path).run(read_text(path, limit))


def _names_in(text: str) -> list[str]:
    """Names in a line, without a mark that they go on in the next one."""
    return [name for name in text.split() if name != "\\"]


@dataclass(slots=True)
class _Parser:
    """State of one pass over the lines; it lives no longer than `parse`."""

    path: str
    line: int = 0
    numbers: dict[str, int] = field(default_factory=dict)
    words: dict[str, tuple[list[str], int]] = field(default_factory=dict)
    cubes: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    naming: str | None = None

    def run(self, text: str) -> PlaText:
        for self.line, raw in enumerate(text.split("\n"), start=1):
            content = raw.partition("#")[0].strip()
            if content in (".e", ".end"):
                break
            if content.startswith("."):
                self.keyword(content.split())
            elif content and self.goes_on(content):
                self.words[str(self.naming)][0].extend(_names_in(content))
            elif content:
                self.row(content.translate(_SKIPPED))
        return self.finish()

    def fail(self, message: str, line: int | None = None) -> NoReturn:
        raise DataError(message, where=f"{self.path}:{self.line if line is None else line}")

    def keyword(self, words: list[str]) -> None:
        name, *arguments = words
        if name not in SUPPORTED:
            self.fail(f"keyword {name} is not supported; supported: {' '.join(SUPPORTED)}")
        self.naming = name if name in NAMES else None
        if self.naming and name in self.words and self.is_short(name):
            self.words[name][0].extend(_names_in(" ".join(arguments)))
            return
        if name in self.numbers or name in self.words:
            self.fail(f"{name} is given twice")
        if name in (".ilb", ".ob", ".type"):
            self.words[name] = (_names_in(" ".join(arguments)), self.line)
            return
        if self.cubes and name != ".p":
            self.fail(f"{name} must come before the rows")
        self.numbers[name] = self.count(name, arguments)

    def is_short(self, name: str) -> bool:
        """Whether fewer names than inputs or outputs came so far."""
        return len(self.words[name][0]) < self.numbers.get(NAMES[name], MOST_COLUMNS)

    def goes_on(self, content: str) -> bool:
        """Whether a line has further names for the keyword before it: it is no row, and names are wanting."""
        return (
            self.naming is not None and self.is_short(self.naming) and not _ROW.fullmatch(content.translate(_SKIPPED))
        )

    def count(self, name: str, arguments: list[str]) -> int:
        """The number behind .i, .o or .p."""
        least, most = (0, MOST_ROWS) if name == ".p" else (1, MOST_COLUMNS)
        readable = len(arguments) == 1 and arguments[0].isdecimal() and len(arguments[0]) <= MOST_DIGITS
        if not readable or not least <= int(arguments[0]) <= most:
            got = " ".join(arguments)[:40]
            self.fail(f"{name} must be followed by one number from {least} to {most:,}, got {got!r}")
        return int(arguments[0])

    def row(self, piece: str) -> None:
        absent = [name for name in (".i", ".o") if name not in self.numbers]
        if absent:
            if _ROW.fullmatch(piece):
                self.fail(f"{' and '.join(absent)} must come before the rows")
            return  # a title
        if not self.pieces:
            self.starts.append(self.line)
        self.pieces.append(piece)
        self.length += len(piece)
        if self.length > self.width:
            self.fail(self.misfit(len(self.pieces[0]) if len(self.pieces) > 1 else self.length), self.starts[-1])
        if self.length == self.width:
            self.cubes.append("".join(self.pieces))
            self.pieces, self.length = [], 0

    @property
    def width(self) -> int:
        return self.numbers[".i"] + self.numbers[".o"]

    def misfit(self, got: int) -> str:
        inputs, outputs = self.numbers[".i"], self.numbers[".o"]
        return f"a row must have {inputs} inputs and {outputs} outputs, {self.width} characters in all; got {got}"

    def finish(self) -> PlaText:
        for name in (".i", ".o"):
            if name not in self.numbers:
                raise DataError(f"{name} is missing; is it a PLA file?", where=self.path)
        if self.pieces:
            self.fail(self.misfit(len("".join(self.pieces))), self.starts[-1])
        promised = self.numbers.get(".p", len(self.cubes))
        if promised != len(self.cubes):
            raise DataError(f".p promises {promised} rows, got {len(self.cubes)}", where=self.path)
        kind, line = self.words.get(".type", (["fd"], 0))
        if len(kind) != 1 or kind[0] not in TYPES:
            self.fail(f".type must be one of {', '.join(TYPES)}, got {' '.join(kind)!r}", line)
        inputs, outputs = self.planes()
        input_names = self.names(".ilb", "x", self.numbers[".i"])
        output_names = self.names(".ob", "f", self.numbers[".o"])
        notes = tuple(self.short_notes())
        return PlaText(self.path, kind[0], input_names, output_names, inputs, outputs, tuple(self.starts), notes)

    def short_notes(self) -> Iterator[str]:
        """Which names were made up."""
        for keyword, number in NAMES.items():
            given, line = self.words.get(keyword, ([], 0))
            if given and len(given) < self.numbers[number]:
                what = "inputs" if keyword == ".ilb" else "outputs"
                names = f"{keyword} (line {line}) names {len(given):,} of {self.numbers[number]:,} {what}"
                yield f"{names}; the others are called by their numbers"

    def names(self, keyword: str, letter: str, count: int) -> tuple[str, ...]:
        """The names of a plane; where some are wanting, as espresso and abc take it, the rest are numbered."""
        if keyword not in self.words:
            return tuple(f"{letter}{i}" for i in range(count))
        names, line = self.words[keyword]
        if len(names) > count:
            self.fail(f"{keyword} must give {count} names, got {len(names)}", line)
        twice = sorted(name for name, times in Counter(names).items() if times > 1)
        if twice:
            self.fail(f"{keyword} must give different names, got {quoted(twice)} more than once", line)
        named = list(names)
        for i in range(len(names), count):
            free = f"{letter}{i}"
            while free in names:
                free += "_"
            named.append(free)
        return tuple(named)

    def planes(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Characters as codes, inputs mapped to 0, 1, DASH."""
        ascii_cubes = "".join(self.cubes).encode("ascii", errors="replace")
        chars = np.frombuffer(ascii_cubes, dtype=np.uint8).reshape(-1, self.width)
        inputs, outputs = chars[:, : self.numbers[".i"]], chars[:, self.numbers[".i"] :]
        self.check(inputs, INPUT_CHARS, 0, "input")
        self.check(outputs, OUTPUT_CHARS, self.numbers[".i"], "output")
        codes = np.full(256, DASH, dtype=np.uint8)
        codes[[ord("0"), ord("1")]] = 0, 1
        return codes[inputs], outputs

    def check(self, chars: NDArray[np.uint8], allowed: str, offset: int, plane: str) -> None:
        wrong = ~np.isin(chars, np.frombuffer(allowed.encode(), dtype=np.uint8))
        if wrong.any():
            row, place = divmod(int(wrong.argmax()), chars.shape[1])
            got = self.cubes[row][offset + place]
            self.fail(f"an {plane} must be one of {' '.join(allowed)}, got {got!r}", self.starts[row])

"""What commands write to the terminal: the one place of the command line that does, so that nothing gets there raw."""

from __future__ import annotations

import sys

from evo.errors import UsageError
from genomes.printable import printable

#: Longer lines of an error are cut in their middle: the place stands at the beginning, what to do at the end.
LONGEST, HEAD = 300, 200


def say(*lines: str) -> None:
    """Lines on standard output, each made printable."""
    more("".join(f"{printable(line)}\n" for line in lines))


def warn(*lines: str) -> None:
    """Lines on standard error, each made printable and at most `LONGEST` characters."""
    sys.stderr.write("".join(f"{shortened(printable(line))}\n" for line in lines))


def more(text: str) -> None:
    """Text that still grows, as far as it is known, at once; its line ends stay."""
    sys.stdout.write(_lines(text))
    sys.stdout.flush()


def shortened(line: str) -> str:
    """The line, or its beginning and its end."""
    return line if len(line) <= LONGEST else f"{line[:HEAD]} ... {line[HEAD + 5 - LONGEST :]}"


def pour(content: str | bytes) -> None:
    """The content of a file on standard output: as it is, but on a terminal as lines that it can show.

    Raises:
        UsageError: bytes, and standard output is a terminal.
    """
    if isinstance(content, bytes):
        if sys.stdout.isatty():
            raise UsageError("this format is binary; name a file with -o, or redirect the output", where="evo export")
        sys.stdout.buffer.write(content)
        return
    shown = _lines(content) if sys.stdout.isatty() else content
    sys.stdout.write(shown)
    if shown != content:
        sys.stdout.flush()
        warn("note: characters that a terminal would obey are shown as escapes; with -o a file gets them as they are")


def _lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))

"""What commands write to the terminal: the one place of the command line that does. What it guarantees:

- Nothing gets to a terminal raw: characters that it would obey, and those that the encoding lacks, are escaped.
- No line of a message is longer than 300 characters; `whole` is for commands to copy, reports and what others wrote.
- Contents of files (`pour`: models, predictions, JSON, starter files) are the bytes that a file would get, text in
  UTF-8 whatever the locale.
- Output that cannot be written (a full disk, a closed standard output) is an OutputError, so that no such command ends
  with exit code 0. Who stops reading (``| head -1``) has what he wanted: BrokenPipeError, for `main` a success.
- What goes to standard error never fails.

`evo.startup.streams.set_up` has run before.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from evo.errors import EvoError, UsageError
from evo.startup.streams import ClosedStream, abandon
from genomes.text.printable import printable
from genomes.text.quoting import line_of


class OutputError(EvoError):
    """Standard output cannot be written."""

    exit_code = 1


def say(*lines: str, whole: bool = False) -> None:
    """Lines on standard output, each made printable and, unless `whole`, cut in its middle at 300 characters.

    Raises:
        OutputError: they cannot be written.
        BrokenPipeError: nobody reads any more.
    """
    show = printable if whole else line_of
    _write("".join(f"{show(line)}\n" for line in lines))


def warn(*lines: str) -> None:
    """Lines on standard error, each made printable and cut at 300 characters; what cannot be written is dropped."""
    try:
        sys.stderr.write("".join(f"{line_of(line)}\n" for line in lines))
        sys.stderr.flush()
    except (OSError, ValueError):
        abandon(sys.stderr)


def more(text: str) -> None:
    """Text that still grows, as far as it is known, at once; its line ends stay. Raises like `say`."""
    _write(_lines(text))
    flush()


def styled(text: str) -> None:
    """Text that was made printable and then laid out for this terminal. Raises like `say`."""
    _write(text)


def pour(content: str | bytes) -> None:
    """The content of a file on standard output: as it is, but on a terminal as lines that it can show.

    Raises:
        UsageError: bytes, and standard output is a terminal.
        OutputError: it cannot be written.
        BrokenPipeError: nobody reads any more.
    """
    below = getattr(sys.stdout, "buffer", None)
    if below is not None and not sys.stdout.isatty():
        flush()  # text written before comes first
        _attempt(below.write, content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)
    elif isinstance(content, bytes):
        raise UsageError("this format is binary; name a file with -o, or redirect the output", where="evo export")
    else:
        shown = _lines(content)
        _write(shown)
        if shown != content:
            flush()
            escapes = "characters that a terminal would obey are shown as escapes"
            warn(f"note: {escapes}; with -o a file gets them as they are")


def flush() -> None:
    """Hand on what was written; only here a full disk shows. Raises like `say`."""
    _attempt(lambda _: sys.stdout.flush(), "")


def settle() -> None:
    """Let go of standard output where only the display of a run went there; the run itself is in its directory."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        abandon(sys.stdout)
    except (OSError, ValueError) as problem:
        abandon(sys.stdout)
        warn(f"warning: standard output cannot be written ({_reason(problem)}); nothing of the run itself is lost")


def _write(text: str) -> None:
    _attempt(sys.stdout.write, text)


def _attempt(write: Callable[[Any], object], content: str | bytes) -> None:
    if content and isinstance(sys.stdout, ClosedStream):
        raise OutputError("is closed; nothing could be written", where="standard output")
    try:
        write(content)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as problem:
        abandon(sys.stdout)
        raise OutputError(f"cannot be written ({_reason(problem)})", where="standard output") from None


def _reason(problem: Exception) -> str:
    return str(getattr(problem, "strerror", None) or problem)


def _lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))

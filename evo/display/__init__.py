"""What a person sees while a search runs: a live panel on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

import os
from typing import TextIO

from evo.display.plain_display import PlainDisplay
from evo.display.quiet_display import QuietDisplay
from evo.display.streams import TolerantStream
from evo.monitor import Display

__all__ = ["MODES", "can_move_cursor", "make_display"]

MODES = ("auto", "rich", "plain", "quiet")


def make_display(mode: str, interval: float, stream: TextIO) -> Display:
    """The display of one run, writing to `stream` only.

    `mode` is one of `MODES`; auto is rich where `stream` is a terminal that can move its cursor, else plain.
    `interval` is the plain display's seconds between lines. Raises ValueError for another mode.
    """
    if mode not in MODES:
        raise ValueError(f"display mode must be one of {', '.join(MODES)}, got {mode!r}")
    out = TolerantStream(stream)
    if mode == "quiet":
        return QuietDisplay(out)
    if mode == "plain" or (mode == "auto" and not can_move_cursor(out)):
        return PlainDisplay(out, interval)
    # Here, not at the top: rich costs more to import than `evo --help` may take.
    from evo.display.rich_display import RichDisplay, make_console  # noqa: PLC0415

    return RichDisplay(make_console(out))


def can_move_cursor(stream: TolerantStream) -> bool:
    """Whether a stream is a terminal that more than plain lines can be shown on."""
    return stream.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")

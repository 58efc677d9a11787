"""A run as a live panel at the bottom of a terminal.

A thread draws four times a second whatever the search does, so that the clock runs on in a long generation and a fast
search is not slowed down; `update` only leaves a finished frame where that thread finds it. What other code prints to
the same terminal meanwhile appears above the panel.
"""

from __future__ import annotations

import atexit
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import TextIO, cast

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderResult
from rich.control import Control
from rich.live import Live
from rich.segment import ControlType
from rich.text import Text

from evo.display.eta import Clock
from evo.display.frame import Frame, Tracker
from evo.display.layout import ASCII, UNICODE, UNICODE_SAMPLE, Glyphs, cropped
from evo.display.panel import View, phase_lines, render
from evo.display.phases import PhaseClock, ShownPhase
from evo.display.streams import TolerantStream
from evo.monitor import Phase, RunInfo, Snapshot
from genomes.text.printable import printable
from genomes.text.quoting import line_of

DRAWS_PER_SECOND = 4.0
_SIZES = ("COLUMNS", "LINES")


def make_console(stream: TolerantStream) -> Console:
    """A console on `stream` that takes every text literally; NO_COLOR is honoured."""
    # rich asks a stream for write, flush, isatty, fileno and encoding only.
    return Console(file=cast(TextIO, stream), markup=False, emoji=False, highlight=False, _environ=_sane(os.environ))


def _sane(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without sizes that no terminal has: rich would take any digits, and make lines that long."""
    return {name: value for name, value in environment.items() if name not in _SIZES or _is_size(value)}


def _is_size(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4 and int(text) > 0


def glyphs_for(encoding: str) -> Glyphs:
    """The panel's characters that `encoding` can say."""
    try:
        UNICODE_SAMPLE.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


class RichDisplay:
    """The live panel; where `console` is no terminal, only its last state."""

    def __init__(self, console: Console, clock: Clock = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._tracker = Tracker(clock)
        self._glyphs = glyphs_for(console.encoding)
        self._info: RunInfo | None = None
        self._frame: Frame | None = None
        self._started = 0.0
        self._stopped: float | None = None
        self._phase = PhaseClock(clock)
        self._live: _ResizableLive | None = None

    def start(self, info: RunInfo) -> None:
        """Show the panel."""
        self._info = info
        self._started = self._clock()
        self._open()

    def update(self, snapshot: Snapshot) -> None:
        """Leave the generation for the next drawing."""
        self._phase.clear()
        self._frame = self._tracker.update(snapshot)

    def note(self, message: str) -> None:
        """Write `message` above the panel."""
        style = "yellow" if message.startswith("warning:") else "red" if message.startswith("error:") else ""
        self._console.print(Text(line_of(message), style=style, overflow="fold"))

    def phase(self, phase: Phase) -> None:
        """Show it in the place of the search's progress; before there is a panel, alone."""
        self._phase.update(phase)
        self._open()

    def finish(self, lines: list[str]) -> None:
        """Leave the last state of the panel on the screen and write the summary below."""
        self.close()
        for block in lines:
            for line in block.splitlines() or [""]:
                # Not wrapped by us: a path stays whole when it is copied.
                self._console.print(Text(line_of(line)), soft_wrap=True)

    def close(self) -> None:
        """Stop drawing and show the cursor again."""
        atexit.unregister(self.close)
        live, self._live = self._live, None
        if live is not None:
            self._stopped = self._clock()
            live.transient = self._info is None  # what was read before an error is no news
            try:
                live.stop()
            finally:
                self._console.show_cursor(True)

    def _open(self) -> None:
        """Begin to draw, unless that has begun or ended."""
        if self._live is None and self._stopped is None:
            self._live = _ResizableLive(self._console, _Canvas(self._lines))
            # A caller that dies without close() must not leave the terminal without a cursor.
            atexit.register(self.close)
            self._live.start(refresh=True)

    def _lines(self, width: int, height: int) -> list[Text]:
        final = self._stopped is not None
        try:
            return self._drawn(None if final else self._phase.shown(), width, height)
        except Exception as error:
            # Shown, not raised: a panel that cannot be drawn is no reason to lose a search.
            return [cropped(Text(f"panel: {type(error).__name__}: {printable(str(error))}"), width)]

    def _drawn(self, phase: ShownPhase | None, width: int, height: int) -> list[Text]:
        info, frame = self._info, self._frame
        if info is None:
            return [] if phase is None else phase_lines(phase, width, height, self._glyphs)
        now = self._clock() if self._stopped is None else self._stopped
        final = self._stopped is not None
        if frame is None:
            view = View(info, None, now - self._started, final=final, phase=phase)
        else:
            seconds = frame.snapshot.seconds if final else frame.elapsed(now)
            view = View(info, frame, seconds, frame.remaining(now), final, phase)
        return render(view, width, height, self._glyphs)


class _Canvas:
    """Draws `lines(width, height)` anew every time rich asks, and remembers the widths of what it drew."""

    def __init__(self, lines: Callable[[int, int], list[Text]]) -> None:
        self._draw = lines
        self.drawn_at_width = 0
        self.drawn: tuple[int, ...] = ()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, height = options.size
        lines = self._draw(width, height)
        self.drawn_at_width, self.drawn = width, tuple(line.cell_len for line in lines)
        yield from lines

    def extra_lines(self, width: int) -> int:
        """Lines that a terminal now `width` wide has made of the last drawing beyond those drawn."""
        if not 0 < width < self.drawn_at_width:
            return 0
        return sum(max(1, -(-drawn // width)) - 1 for drawn in self.drawn)


class _ResizableLive(Live):
    """rich's live region, which also takes away what a narrowed terminal wrapped into further lines."""

    def __init__(self, console: Console, canvas: _Canvas) -> None:
        self._canvas = canvas
        # A standard stream that goes to a file keeps going there.
        super().__init__(
            cast(ConsoleRenderable, canvas),
            console=console,
            refresh_per_second=DRAWS_PER_SECOND,
            vertical_overflow="crop",
            redirect_stdout=_is_terminal(sys.stdout),
            redirect_stderr=_is_terminal(sys.stderr),
        )

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Go up over the wrapped lines before rich goes up over those it knows."""
        with self._lock:
            extra = self._canvas.extra_lines(self.console.width) if self.console.is_interactive else 0
            up = [Control((ControlType.ERASE_IN_LINE, 2), *_UP * extra)] if extra else []
            return [*up, *super().process_renderables(renderables)]


_UP = ((ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2))


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False

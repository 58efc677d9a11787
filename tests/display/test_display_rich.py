from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from rich.console import Console

from evo.display import make_display, panel
from evo.display import rich_display as module
from evo.display.layout import ASCII, UNICODE
from evo.display.rich_display import RichDisplay, glyphs_for, make_console
from evo.display.streams import TolerantStream
from evo.monitor import RunInfo, Snapshot

if TYPE_CHECKING:
    from conftest import FakeClock

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def _rich(clock: FakeClock, width: int = 80, height: int = 24) -> tuple[RichDisplay, io.StringIO]:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=width, height=height)
    return RichDisplay(console, clock), stream


def _written(stream: io.StringIO) -> list[str]:
    """The lines written, without what moves the cursor or colours."""
    return re.split(r"[\r\n]+", CONTROL.sub("", stream.getvalue()))


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_whole_run_stays_within_the_width(
    width: int, clock: FakeClock, info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    display, stream = _rich(clock, width)
    display.start(info(name="long-name-" * 30))
    for generation in range(1, 41):
        clock.now += 0.25
        display.update(snapshot(generation, front=60))
    display.note("a note that is far longer than the narrowest of these terminals " + "x" * 250)
    display.finish(["done"])
    lines = _written(stream)
    assert max(map(cell_len, lines)) <= width
    text = "\n".join(lines)
    for figure in ["long-name-", "generations 40 of 200", " 20 %", "8,000", "800/s", "0.0440", "95.60", "94.10", "m59"]:
        assert figure in text
    assert lines[-2:] == ["done", ""]


def test_the_last_state_stays_above_the_summary(
    clock: FakeClock, info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    display, stream = _rich(clock)
    display.start(info())
    display.update(snapshot(199))
    display.update(snapshot(200))
    display.finish(["finished", "report runs/" + "x" * 100])
    text = "\n".join(_written(stream))
    last = text.rindex("╭─ adult-sop")
    assert last < text.index("100 %") < text.index("finished") < text.index("report runs/" + "x" * 100)
    assert "ETA" not in text[last:]


def test_notes_are_written_in_order_and_taken_literally(
    clock: FakeClock, info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    display, stream = _rich(clock)
    display.start(info(name="[red]x[/red]"))
    display.update(snapshot())
    display.note("[bold]first[/bold] :smile:")
    display.note("warning: \x1b[2Jsecond\nline")
    display.finish(["[i]third[/i]\x1b]0;title\x07"])
    text = "\n".join(_written(stream))
    assert "[red]x[/red]" in text
    assert text.index("[bold]first[/bold] :smile:") < text.index(r"warning: \x1b[2Jsecond line")
    assert r"[i]third[/i]\x1b]0;title\x07" in text
    assert "\x1b[2J" not in stream.getvalue() and "\x07" not in stream.getvalue()


def test_the_cursor_is_given_back_once_and_close_can_be_repeated(
    clock: FakeClock, info: Callable[..., RunInfo]
) -> None:
    display, stream = _rich(clock)
    display.start(info())
    assert stream.getvalue().count(HIDE) == 1
    display.close()
    closed = stream.getvalue()
    display.close()
    assert closed.rindex(SHOW) > closed.rindex(HIDE)
    assert stream.getvalue() == closed


def test_closing_before_the_start_writes_nothing(clock: FakeClock) -> None:
    display, stream = _rich(clock)
    display.close()
    assert stream.getvalue() == ""


def test_a_panel_that_cannot_be_drawn_says_so_and_lets_the_run_go_on(
    clock: FakeClock, info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> list[object]:
        raise ZeroDivisionError("oh")

    display, stream = _rich(clock)
    display.start(info())
    monkeypatch.setattr(module, "render", broken)
    display.update(snapshot())
    display.finish(["done"])
    assert "panel: ZeroDivisionError: oh" in _written(stream)
    assert panel.render is not broken


def test_standard_streams_are_left_as_they_were(clock: FakeClock, info: Callable[..., RunInfo]) -> None:
    before = sys.stdout, sys.stderr
    display, _ = _rich(clock)
    display.start(info())
    display.close()
    assert (sys.stdout, sys.stderr) == before


def test_a_vanished_terminal_does_not_stop_the_run(
    info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    class Vanished(io.StringIO):
        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    display = make_display("rich", 1.0, Vanished())
    display.start(info())
    display.update(snapshot())
    display.note("x")
    display.finish(["done"])
    display.close()


def test_without_a_terminal_only_the_last_state_is_written(
    info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    stream = io.StringIO()
    display = make_display("rich", 1.0, stream)
    display.start(info())
    for generation in range(1, 5):
        display.update(snapshot(generation))
    display.finish(["done"])
    assert "\x1b" not in stream.getvalue()
    assert stream.getvalue().count("adult-sop  nsga2") == 1


def test_no_color_means_no_colour(
    info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def colours() -> list[str]:
        stream = Terminal()
        display = make_display("rich", 1.0, stream)
        display.start(info())
        display.update(snapshot())
        display.finish([])
        codes = {c for sequence in re.findall(r"\x1b\[([0-9;]*)m", stream.getvalue()) for c in sequence.split(";")}
        return sorted(c for c in codes if c.startswith(("3", "9")) and len(c) == 2)

    assert colours()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colours()


def test_the_alphabet_follows_the_encoding() -> None:
    assert glyphs_for("utf-8") is UNICODE
    assert glyphs_for("ascii") is glyphs_for("latin-1") is glyphs_for("no-such-encoding") is ASCII


def test_an_ascii_terminal_gets_ascii_only(info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]) -> None:
    raw = io.BytesIO()
    console = make_console(TolerantStream(io.TextIOWrapper(raw, encoding="ascii")))
    display = RichDisplay(console)
    display.start(info(name="naïve"))
    display.update(snapshot())
    display.finish([])
    text = raw.getvalue().decode("ascii")
    assert "na?ve" in text
    assert text.count("?") == 1

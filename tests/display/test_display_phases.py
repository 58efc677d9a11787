"""What follows the search: its time, and no pick marked before there is one."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from evo.display.frame import Tracker
from evo.display.layout import UNICODE
from evo.display.panel import View, render
from evo.display.phases import PhaseClock
from evo.display.plain_display import PlainDisplay
from evo.display.rich_display import RichDisplay
from evo.display.streams import TolerantStream
from evo.monitor import Phase, RunInfo, Snapshot

if TYPE_CHECKING:
    from conftest import FakeClock

Infos, Snapshots = Callable[..., RunInfo], Callable[..., Snapshot]


def panel(info: RunInfo, snapshot: Snapshot, clock: PhaseClock | None = None, width: int = 100) -> str:
    frame, phase = Tracker(lambda: 0.0).update(snapshot), None if clock is None else clock.shown()
    return "\n".join(line.plain for line in render(View(info, frame, 72.0, 80.0, phase=phase), width, 30, UNICODE))


def folds(fraction: float, number: int) -> Phase:
    return Phase(f"choosing a model: fold {number} of 5", fraction)


def test_folds_share_one_estimate(clock: FakeClock) -> None:
    phases = PhaseClock(clock)
    assert phases.shown() is None
    for tenth in range(5):
        assert phases.update(folds(tenth / 10, 1 + tenth // 2)) == (tenth == 0)
        clock.now += 3
    shown = phases.shown()
    assert shown is not None
    assert (shown.elapsed, shown.remaining) == (15.0, pytest.approx(15.0))


def test_a_phase_of_unknown_length_has_no_estimate_and_begins_anew(clock: FakeClock) -> None:
    phases = PhaseClock(clock)
    phases.update(folds(0.5, 3))
    clock.now += 9
    phases.update(Phase("reports"))
    clock.now += 2
    shown = phases.shown()
    assert shown is not None
    assert (shown.fraction, shown.elapsed, shown.remaining) == (None, 2.0, None)


@pytest.mark.parametrize("width", [80, 100, 200])
def test_the_panel_marks_no_pick_before_folds_have_chosen(info: Infos, snapshot: Snapshots, width: int) -> None:
    waiting = replace(snapshot(), later="5 folds")
    text = panel(info(), waiting, width=width)
    assert "★" not in text
    assert "so far train 95.60 %" in text
    assert "5 folds will pick" in text
    assert panel(info(), snapshot(), width=width).count("★") == 2


def test_the_panel_shows_the_phase_in_the_place_of_the_search(
    info: Infos, snapshot: Snapshots, clock: FakeClock
) -> None:
    phases = PhaseClock(clock)
    for fraction in (0.25, 0.5):
        phases.update(folds(fraction, 2))
        clock.now += 4
    text = panel(info(), snapshot(), phases)
    assert "choosing a model: fold 2 of 5" in text
    assert " 50 %" in text
    assert "ETA 0:04" in text
    assert "generations 40 of 200" not in text
    phases.update(Phase("writing reports"))
    text = panel(info(), snapshot(), phases)
    assert "writing reports" in text
    assert "ETA" not in text


def test_plain_lines_tell_phases_that_go_on_for_a_while_then_in_every_interval(
    info: Infos, snapshot: Snapshots, clock: FakeClock
) -> None:
    out = io.StringIO()
    display = PlainDisplay(TolerantStream(out), 5.0, clock)
    display.start(info())
    display.update(replace(snapshot(), later="5 folds"))
    assert "| so far train 95.6 % valid 94.1 % |" in out.getvalue()
    begin = len(out.getvalue())
    for tenth in range(5):
        display.phase(folds(tenth / 10, 1 + tenth // 2))
        clock.now += 3
    for _ in range(2):
        display.phase(Phase("reports"))
        clock.now += 1
    display.phase(Phase("more reports"))
    assert out.getvalue()[begin:].splitlines() == [
        "choosing a model: fold 1 of 5 | 10 %, ETA 0:27",
        "choosing a model: fold 2 of 5 | 30 %, ETA 0:21",
    ]


def test_plain_lines_tell_of_slow_reading_before_the_run_has_a_name(info: Infos, clock: FakeClock) -> None:
    out = io.StringIO()
    display = PlainDisplay(TolerantStream(out), 5.0, clock)
    for tenth in range(10):
        display.phase(Phase("reading big.csv", tenth / 10))
        clock.now += 1
    display.start(info())
    lines = out.getvalue().splitlines()
    assert lines[:2] == ["reading big.csv | 20 %, ETA 0:08", "reading big.csv | 70 %, ETA 0:03"]
    assert lines[2].startswith("adult-sop | ")


def live(clock: FakeClock) -> tuple[RichDisplay, io.StringIO]:
    out = io.StringIO()
    return RichDisplay(Console(file=out, force_terminal=True, width=80, height=24), clock), out


def test_the_panel_is_preceded_by_what_is_read_and_no_phase_outlives_a_generation(
    info: Infos, snapshot: Snapshots, clock: FakeClock
) -> None:
    display, _ = live(clock)
    for fraction in (0.25, 0.5):
        display.phase(Phase("reading big.csv", fraction))
        clock.now += 4
    first, second = (line.plain for line in display._lines(80, 24))
    assert first.split() == ["reading", "big.csv", "elapsed", "0:08", "ETA", "0:04"]
    assert second.endswith(" 50 %")
    display.start(info())
    display.phase(Phase("compiling kernels: 3 of 12", 0.25))
    text = "\n".join(line.plain for line in display._lines(80, 24))
    assert "adult-sop" in text
    assert "compiling kernels: 3 of 12" in text
    assert " 25 %" in text
    display.update(snapshot())
    text = "\n".join(line.plain for line in display._lines(80, 24))
    assert "compiling" not in text
    assert "generations 40 of 200" in text
    display.close()


def test_what_was_read_before_an_error_leaves_nothing_on_the_terminal(clock: FakeClock) -> None:
    display, out = live(clock)
    display.phase(Phase("reading big.csv", 0.25))
    assert "reading big.csv" in out.getvalue()
    display.close()
    assert out.getvalue().rpartition("reading big.csv")[2].count("\x1b[2K") >= 2  # both lines are erased again

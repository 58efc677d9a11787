from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evo.display import make_display
from evo.display.plain_display import PlainDisplay
from evo.display.streams import TolerantStream
from evo.monitor import RunInfo, Snapshot

if TYPE_CHECKING:
    from conftest import FakeClock

ROOT = Path(__file__).parents[2]


def _plain(clock: FakeClock, interval: float = 5.0) -> tuple[PlainDisplay, io.StringIO]:
    stream = io.StringIO()
    return PlainDisplay(TolerantStream(stream), interval, clock), stream


def test_a_whole_run_reads_like_this(
    clock: FakeClock, info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    display, stream = _plain(clock)
    display.start(info())
    for generation in range(1, 41):
        clock.now += 0.25
        display.update(snapshot(generation))
    display.note("checkpoint written")
    display.finish(["finished: stop.generations", "", "report runs/x/report.md"])
    display.close()
    assert stream.getvalue().splitlines() == [
        "adult-sop | nsga2, sop, binary | accuracy",
        "22,792 train, 4,884 valid rows | 14 features -> 126 bits | runs/adult-sop/20250612T081502Z-s7-3fa9c1",
        "gen 1 | 200 evals | --/s | train 95.6 % valid 94.1 % | 15 literals 3 terms | patience 2 of 20, ETA --:--",
        "gen 21 | 4,200 evals | 800/s | train 95.6 % valid 94.1 % | 15 literals 3 terms"
        " | generations 21 of 200, ETA 0:44",
        "checkpoint written",
        "gen 40 | 8,000 evals | 800/s | train 95.6 % valid 94.1 % | 15 literals 3 terms"
        " | generations 40 of 200, ETA 0:40",
        "finished: stop.generations",
        "",
        "report runs/x/report.md",
    ]


def test_another_metric_than_accuracy_comes_first_with_its_name(
    clock: FakeClock, info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    display, stream = _plain(clock)
    display.start(replace(info(), metric="balanced_accuracy"))
    shown = snapshot(1)
    display.update(replace(shown, front=tuple(replace(row, valid_score=0.75) for row in shown.front)))
    assert " | balanced accuracy train 0.9560 valid 0.7500 | accuracy train 95.6 % valid 94.1 % | " in stream.getvalue()


@pytest.mark.parametrize(("migrants", "shown"), [(0, "0 migrants"), (1, "1 migrant"), (1234, "1,234 migrants")])
def test_a_line_shows_the_migrants_between_islands(
    migrants: int, shown: str, clock: FakeClock, snapshot: Callable[..., Snapshot]
) -> None:
    display, stream = _plain(clock)
    display.update(replace(snapshot(1), migrants=migrants))
    assert f" | 15 literals 3 terms | {shown} | patience 2 of 20" in stream.getvalue()


def test_one_line_per_interval(clock: FakeClock, snapshot: Callable[..., Snapshot]) -> None:
    display, stream = _plain(clock, interval=2.0)
    for generation in range(1, 101):
        display.update(snapshot(generation))
        clock.now += 0.125
    display.finish([])
    generations = [int(line.split()[1]) for line in stream.getvalue().splitlines()]
    assert generations == [1, 17, 33, 49, 65, 81, 97, 100]


def test_the_last_generation_is_written_once(clock: FakeClock, snapshot: Callable[..., Snapshot]) -> None:
    display, stream = _plain(clock)
    display.update(snapshot(1))
    display.update(snapshot(2))
    display.close()
    display.close()
    assert [line.split(" |")[0] for line in stream.getvalue().splitlines()] == ["gen 1", "gen 2"]


def test_a_front_without_members_or_stops_is_no_problem(clock: FakeClock, snapshot: Callable[..., Snapshot]) -> None:
    display, stream = _plain(clock)
    display.update(replace(snapshot(3), front=(), stops=(), best_error=float("inf")))
    assert stream.getvalue() == "gen 3 | 600 evals | --/s | error - | elapsed 0:00\n"


def test_a_resumed_run_says_where_it_goes_on(clock: FakeClock, info: Callable[..., RunInfo]) -> None:
    display, stream = _plain(clock)
    display.start(replace(info(), start_generation=120))
    assert stream.getvalue().splitlines()[0] == "adult-sop | nsga2, sop, binary | accuracy | from generation 120"


def test_every_line_is_flushed(clock: FakeClock, snapshot: Callable[..., Snapshot]) -> None:
    class Counting(io.StringIO):
        flushed = ""

        def flush(self) -> None:
            self.flushed = self.getvalue()

    stream = Counting()
    display = PlainDisplay(TolerantStream(stream), 5.0, clock)
    display.update(snapshot(1))
    assert stream.flushed.startswith("gen 1 |")
    display.note("signal received")
    assert stream.flushed.endswith("signal received\n")


def test_escapes_in_names_are_not_written(clock: FakeClock, info: Callable[..., RunInfo]) -> None:
    display, stream = _plain(clock)
    display.start(info(name="\x1b]0;owned\x07[red]x[/red]", run_dir="runs/\x1b[2J"))
    display.note("a\x1bb\nc")
    display.finish(["d\x1b[1me"])
    assert "\x1b" not in stream.getvalue()
    assert "[red]x[/red]" in stream.getvalue()


@pytest.mark.parametrize("error", [BrokenPipeError, OSError(5, "Input/output error"), ValueError("closed file")])
def test_a_reader_that_is_gone_does_not_stop_the_run(
    error: Exception, clock: FakeClock, info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    class Gone(io.StringIO):
        writes = 0

        def write(self, text: str) -> int:
            self.writes += 1
            raise error

    stream = Gone()
    display = PlainDisplay(TolerantStream(stream), 0.0, clock)
    display.start(info())
    display.update(snapshot(1))
    display.finish(["done"])
    display.close()
    assert stream.writes == 1


def test_a_broken_pipe_leaves_the_exit_code_alone() -> None:
    script = (
        "import sys; from evo.display import make_display\n"
        "sys.stdin.readline()\n"
        "display = make_display('plain', 1.0, sys.stdout)\n"
        "display.note('x'); display.note('y'); display.finish(['z']); display.close()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdout.close()
        process.stdin.write(b"go\n")
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


def test_an_ascii_stream_gets_question_marks_not_an_error(clock: FakeClock) -> None:
    raw = io.BytesIO()
    display = PlainDisplay(TolerantStream(io.TextIOWrapper(raw, encoding="ascii")), 5.0, clock)
    display.note("naïve")
    assert raw.getvalue() == b"na?ve\n"


def test_quiet_writes_warnings_only(info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]) -> None:
    stream = io.StringIO()
    display = make_display("quiet", 0.0, stream)
    display.start(info())
    display.update(snapshot(1))
    display.note("checkpoint written")
    display.finish(["done"])
    display.close()
    assert stream.getvalue() == ""
    display.note("warning: checkpoint gen_000010 is damaged; skipped")
    assert stream.getvalue() == "warning: checkpoint gen_000010 is damaged; skipped\n"


def test_auto_is_plain_where_there_is_no_terminal(info: Callable[..., RunInfo]) -> None:
    assert isinstance(make_display("auto", 5.0, io.StringIO()), PlainDisplay)


def test_auto_is_plain_on_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(make_display("auto", 5.0, Terminal()), PlainDisplay)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert type(make_display("auto", 5.0, Terminal())).__name__ == "RichDisplay"


def test_an_unknown_mode_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"^display mode must be one of auto, rich, plain, quiet, got 'fancy'$"):
        make_display("fancy", 5.0, io.StringIO())


def test_rich_is_imported_only_for_the_panel() -> None:
    script = (
        "import io, sys; from evo.display import make_display\n"
        "make_display('plain', 1.0, io.StringIO()); make_display('quiet', 1.0, io.StringIO())\n"
        "make_display('auto', 1.0, io.StringIO()); assert 'rich' not in sys.modules\n"
        "make_display('rich', 1.0, io.StringIO()); assert 'rich' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, timeout=60)

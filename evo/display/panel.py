"""The live panel as lines of text: a pure function of what is known, the size of the terminal and its characters.

Lines are chosen by rank when the terminal is low, set in two lines when it is narrow, and framed when there is room.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from evo.display.frame import Frame
from evo.display.layout import Glyphs, bar, boxed, cropped, flow, pair, shorten, shorten_middle
from evo.display.panel_body import body_lines
from evo.display.phases import ShownPhase
from evo.display.sparkline import sparkline
from evo.monitor import RunInfo
from evo.text.measures import Measure
from evo.text.numbers import (
    columns_text,
    duration,
    error_text,
    percent,
    rate,
    rows_text,
    short_size,
    stop_text,
)
from genomes.text.printable import printable

MAX_WIDTH = 200
"""Of the frame; wider lines are harder to read."""
FIGURES_WIDTH = 116
"""Of bars and sparklines, which say no more when they are longer."""
BOX_WIDTH, TABLE_HEIGHT, ROOMY_HEIGHT = 60, 16, 28
MIN_SPARKLINE = 8


@dataclass(frozen=True, slots=True)
class View:
    """What is known at one moment. `seconds` is how long the run has gone on, `remaining` how long it still may.

    phase: what is done before the search or after, in the place of its progress.
    """

    info: RunInfo
    frame: Frame | None
    seconds: float
    remaining: float | None = None
    final: bool = False
    phase: ShownPhase | None = None


@dataclass(frozen=True, slots=True)
class _Section:
    """Lines that are shown or hidden together: the highest `rank` goes first. A blank line may follow a group's end."""

    rank: int
    lines: list[Text]
    ends_group: bool = False


def render(view: View, width: int, height: int, glyphs: Glyphs) -> list[Text]:
    """The panel in at most `height` - 1 lines (and one at least) of at most `width` cells."""
    width = min(width, MAX_WIDTH)
    budget = max(1, height - 1)
    framed = width >= BOX_WIDTH and height >= TABLE_HEIGHT
    inner = width - 4 if framed else width
    title = _title(view.info, inner - 2 if framed else inner, glyphs)
    path = Text(
        shorten_middle(printable(view.info.run_dir), inner - 2 if framed else inner, glyphs.ellipsis), style="dim"
    )
    sections = _sections(view, inner, glyphs)
    if framed:
        budget -= 2
    else:
        sections = [_Section(1, [title]), *sections]
        budget -= 1 if height >= TABLE_HEIGHT else 0
    lines = _stack(sections, budget, roomy=height >= ROOMY_HEIGHT)
    body: list[Text] = []
    if view.frame is not None and view.frame.snapshot.front and height >= TABLE_HEIGHT:
        room, steady = budget - len(lines), not view.final
        body = body_lines(view.frame, inner, room, glyphs, steady=steady, metric=view.info.metric)
    lines = lines + body if body else _without_trailing_blanks(lines)
    if framed:
        lines = boxed(lines, width, title, path, glyphs)
    elif len(lines) < max(1, height - 1):
        lines.append(path)
    return [cropped(line, width) for line in lines]


def _sections(view: View, width: int, glyphs: Glyphs) -> list[_Section]:
    data = _Section(6, [_data(view.info, width, glyphs)], ends_group=True)
    if view.frame is None and view.phase is not None:
        phase, figures = view.phase, min(width, FIGURES_WIDTH)
        bar_lines = _Section(1, _bar(phase.fraction, figures, glyphs))
        return [data, bar_lines, _Section(0, _phase_times(phase, width, glyphs))]
    if view.frame is None:
        waiting = flow([Text("waiting for the first generation"), pair("elapsed", duration(view.seconds))], width)
        return [data, _Section(0, waiting)]
    frame, figures = view.frame, min(width, FIGURES_WIDTH)
    nearest = None if frame.nearest is None else frame.nearest.fraction
    done = nearest if view.phase is None else view.phase.fraction
    times = _times(view, frame, width, glyphs) if view.phase is None else _phase_times(view.phase, width, glyphs)
    progress = [_Section(3, _bar(done, figures, glyphs)), _Section(2, times, ends_group=True)]
    return [
        data,
        *progress,
        _Section(4, _counters(frame, width)),
        _Section(0, _best(view, frame, figures, glyphs)),
        _Section(5, _pick(frame, width, glyphs, view.info.metric)),
        _Section(7, _held_out(frame, figures, glyphs, view.info.metric), ends_group=True),
    ]


def phase_lines(phase: ShownPhase, width: int, height: int, glyphs: Glyphs) -> list[Text]:
    """What is done before there is anything to frame, in at most `height` - 1 lines (and one at least)."""
    width = min(width, FIGURES_WIDTH)
    lines = [*_phase_times(phase, width, glyphs), *_bar(phase.fraction, width, glyphs)]
    return [cropped(line, width) for line in lines[: max(1, height - 1)]]


def _stack(sections: list[_Section], budget: int, roomy: bool) -> list[Text]:
    kept = list(sections)
    while len(kept) > 1 and sum(len(s.lines) for s in kept) > budget:
        kept.remove(max(kept, key=lambda s: s.rank))
    lines: list[Text] = []
    for section in kept:
        lines += section.lines
        if roomy and section.ends_group:
            lines.append(Text())
    return lines[:budget]


def _without_trailing_blanks(lines: list[Text]) -> list[Text]:
    end = len(lines)
    while end and not lines[end - 1].plain:
        end -= 1
    return lines[:end]


def _title(info: RunInfo, width: int, glyphs: Glyphs) -> Text:
    """The name, then as much of the rest as fits."""
    rest = f" {glyphs.dot} ".join(printable(part) for part in (info.algorithm, info.genome, info.task) if part)
    name = printable(info.name)
    # A long name leaves the rest a third of the line.
    room = max(width - cell_len(rest) - 2, width - width // 3 - 2)
    name = shorten(name, room, glyphs.ellipsis)
    title = Text(name, style="bold cyan")
    room_left = width - title.cell_len - 2
    if room_left > 3:
        title.append("  ").append(shorten(rest, room_left, glyphs.ellipsis), style="not bold default")
    return title


def _data(info: RunInfo, width: int, glyphs: Glyphs) -> Text:
    """Rows and columns in the longest of three wordings that fits."""
    rows = f"{'/'.join(f'{n:,}' for n in info.rows.values() if n)} rows"
    columns = columns_text(info, glyphs.arrow)
    brief = f"{rows}, {columns.replace(' features', '')}"
    wordings = (f"{rows_text(info)}  {glyphs.dot}  {columns}", f"{rows}, {columns}", brief)
    text = next((wording for wording in wordings if cell_len(wording) <= width), brief)
    return Text(shorten(text, width, glyphs.ellipsis), style="dim")


def _bar(done: float | None, width: int, glyphs: Glyphs) -> list[Text]:
    if done is None:
        return []
    fraction = min(1.0, max(0.0, done))
    line = bar(fraction, width - 6, glyphs, "green")
    # Rounded down: 100 % is said when it is reached.
    return [line.append(f"{int(100 * fraction):4} %", style="bold")]


def _times(view: View, frame: Frame, width: int, glyphs: Glyphs) -> list[Text]:
    chunks = [pair("elapsed", duration(view.seconds))]
    if frame.nearest is not None:
        chunks.insert(0, Text(shorten(stop_text(frame.nearest), width, glyphs.ellipsis)))
        if not view.final:
            chunks.append(pair("ETA", duration(view.remaining)))
    return flow(chunks, width)


def _phase_times(phase: ShownPhase, width: int, glyphs: Glyphs) -> list[Text]:
    chunks = [Text(shorten(printable(phase.text), width, glyphs.ellipsis)), pair("elapsed", duration(phase.elapsed))]
    if phase.fraction is not None:
        chunks.append(pair("ETA", duration(phase.remaining)))
    return flow(chunks, width)


def _counters(frame: Frame, width: int) -> list[Text]:
    snapshot = frame.snapshot
    chunks = [
        pair("generation", f"{snapshot.generation:,}"),
        pair("evaluations", f"{snapshot.evaluations:,}"),
        pair("speed", rate(frame.evaluations_per_second)),
        pair("front", f"{len(snapshot.front):,}"),
    ]
    if snapshot.migrants is not None:
        chunks.append(pair("migrants", f"{snapshot.migrants:,}"))
    return flow(chunks, width)


def _best(view: View, frame: Frame, width: int, glyphs: Glyphs) -> list[Text]:
    """The lowest training error, and how it fell from its first value."""
    line = pair("best error", error_text(frame.snapshot.best_error), "bold yellow")
    if view.info.metric != "accuracy":
        line.append(f" ({printable(view.info.metric)})", style="dim")
    line.append("  ")
    since = f"from {error_text(frame.errors[0])} "
    if width - line.cell_len - len(since) >= MIN_SPARKLINE:
        line.append(since, style="dim")
    return [line.append(sparkline(frame.errors, width - line.cell_len, glyphs.blocks), style="cyan")]


def _held_out(frame: Frame, width: int, glyphs: Glyphs, metric: str) -> list[Text]:
    """How the pick's score on validation rows went, where there is any and it is not shown in one figure."""
    if len(frame.held_out) < 2:
        return []
    measure = Measure(metric)
    first, least, most = (
        measure.text(value) for value in (frame.held_out[0], min(frame.held_out), max(frame.held_out))
    )
    name = "best so far" if frame.snapshot.later else "pick"
    line = Text.assemble((f"{name}, valid ", "dim"), (f"from {first}, {least} to {most} ", "dim"))
    room = width - line.cell_len
    return [line.append(sparkline(frame.held_out, room, glyphs.blocks), style="cyan")] if room >= MIN_SPARKLINE else []


def _pick(frame: Frame, width: int, glyphs: Glyphs, metric: str) -> list[Text]:
    """The figures of the member that would be chosen now; where the choice comes later, of the best so far."""
    row = frame.pick
    if row is None:
        return []
    measure, chunks, first = Measure(metric), [], "train"
    if measure.beside_accuracy:
        chunks = [pair(f"{printable(measure.name)} train", f"{1 - row.error:.4f}", "bold green")]
        chunks += [] if row.valid_score is None else [pair("valid", f"{row.valid_score:.4f}", "bold green")]
        first = "accuracy train"
    chunks.append(pair(first, f"{percent(row.train_accuracy, 2)} %", "bold green"))
    later = frame.snapshot.later
    first_mark = Text("so far ", style="dim") if later else Text(f"{glyphs.star} ", style="bold green")
    chunks[0] = first_mark.append_text(chunks[0])
    if row.valid_accuracy is not None:
        chunks.append(pair("valid", f"{percent(row.valid_accuracy, 2)} %", "bold green"))
    size = ", ".join(short_size(row, frame.snapshot.sizes))
    ends = [Text(shorten(f"{printable(later)} will pick", width, glyphs.ellipsis), style="dim")] if later else []
    return flow([*chunks, Text(size), *ends], width)

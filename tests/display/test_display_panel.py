from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from evo.display.frame import Tracker
from evo.display.layout import ASCII, UNICODE, UNICODE_SAMPLE, bar, flow, shorten, shorten_middle
from evo.display.panel import View, render
from evo.display.rich_display import _Canvas
from evo.monitor import FrontRow, RunInfo, Snapshot, StopProgress
from tests.kits.fronts import COLUMNS, formula_row

if TYPE_CHECKING:
    from conftest import FakeClock

SIZES = [(40, 12), (40, 24), (60, 16), (80, 15), (80, 16), (80, 24), (160, 50), (200, 60), (20, 5), (1, 1)]


def _panel(info: RunInfo, *snapshots: Snapshot, size: tuple[int, int] = (80, 24), final: bool = False) -> list[str]:
    tracker = Tracker(lambda: 0.0)
    frame = None
    for snapshot in snapshots:
        frame = tracker.update(snapshot)
    lines = render(View(info, frame, 72.0, 80.0, final), *size, UNICODE)
    return [line.plain for line in lines]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("front", [0, 1, 3, 500])
def test_the_panel_fits_every_terminal(
    size: tuple[int, int], front: int, info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    lines = _panel(info(), snapshot(front=front), size=size)
    assert 1 <= len(lines) <= max(1, size[1] - 1)
    assert max(map(cell_len, lines)) <= size[0]


@settings(deadline=None, max_examples=60)
@given(
    name=st.text(max_size=200),
    path=st.text(max_size=300),
    row_id=st.text(max_size=60),
    rule=st.text(max_size=80),
    size=st.tuples(st.integers(1, 200), st.integers(1, 60)),
    figures=st.tuples(st.floats(), st.floats(), st.floats(), st.integers(0, 10**15)),
)
def test_no_name_or_figure_breaks_the_panel(
    name: str, path: str, row_id: str, rule: str, size: tuple[int, int], figures: tuple[float, float, float, int]
) -> None:
    error, fraction, share, count = figures
    info = RunInfo(name, path, name, rule, rule, path, {"train": count, name: 3}, count, count, 0)
    sizes, shares = (count, count, 1, 1), (share, share, share, share)
    rows = tuple(formula_row(row_id + str(i), error, sizes, *shares) for i in range(4))
    snapshot = Snapshot(count, count, share, rows, row_id, error, (StopProgress(rule, fraction, name),), sizes=COLUMNS)
    lines = _panel(info, snapshot, size=size)
    assert max(map(cell_len, lines), default=0) <= size[0]
    assert len(lines) <= max(1, size[1] - 1)
    assert all(line.isprintable() for line in lines)


def test_a_wide_panel_shows_every_figure(info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]) -> None:
    text = "\n".join(_panel(info(), snapshot(40)))
    for figure in [
        "adult-sop  nsga2 · sop · binary",
        "22,792 train, 4,884 valid rows  ·  14 features → 126 bits",
        " 20 % ",
        "generations 40 of 200   elapsed 1:12      ETA 1:20",
        "generation 40",
        "evaluations 8,000",
        "speed --/s",
        "front 3",
        "best error 0.0440  from 0.0440 ▁",
        "★ train 95.60 %   valid 94.10 %     15 literals, 3 terms",
        "id   train %   valid %   literals   terms   sparsity %",
        "★ m0     95.60     94.10         15       3         98.2",
        "  m2     93.60     94.10         13       3         98.2",
        "runs/adult-sop/20250612T081502Z-s7-3fa9c1",
    ]:
        assert figure in text


def test_a_panel_shows_migrants_only_where_there_are_islands(
    info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    assert "migrants" not in "\n".join(_panel(info(), snapshot(40)))
    assert "migrants 1,234" in "\n".join(_panel(info(), replace(snapshot(40), migrants=1234)))


def test_a_narrow_panel_keeps_the_main_figures(info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]) -> None:
    text = "\n".join(_panel(info(), snapshot(40), size=(40, 12)))
    for figure in ["adult-sop", " 20 %", "generations 40 of 200", "ETA 1:20", "best error 0.0440", "95.60 %"]:
        assert figure in text


def test_the_table_is_hidden_below_sixteen_lines(
    info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    assert "sparsity" in "\n".join(_panel(info(), snapshot(), size=(80, 16)))
    assert "sparsity" not in "\n".join(_panel(info(), snapshot(), size=(80, 15)))


def test_a_long_front_is_thinned_to_the_room_with_pick_and_ends(
    info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    lines = _panel(info(), replace(snapshot(front=400), best_id="m123"))
    assert len(lines) == 23
    text = "\n".join(lines)
    assert "  m0 " in text and "★ m123 " in text and "  m399 " in text


def test_the_table_does_not_shrink_with_the_front_until_the_end(
    info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    heights = [len(_panel(info(), snapshot(front=8), snapshot(front=n), size=(80, 40))) for n in (8, 2, 5)]
    assert len(set(heights)) == 1
    assert len(_panel(info(), snapshot(front=8), snapshot(front=2), size=(80, 40), final=True)) == heights[0] - 6


def test_a_missing_split_is_a_dash(info: Callable[..., RunInfo], row: Callable[..., FrontRow]) -> None:
    rows = (row("m0", valid=None),)
    text = "\n".join(_panel(info(), Snapshot(1, 200, 1.0, rows, "m0", 0.1, ())))
    assert "★ m0     90.00         -" in text


def test_the_nearest_stop_is_shown(info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]) -> None:
    text = "\n".join(_panel(info(), snapshot(10)))
    assert "patience 2 of 20" in text and " 10 % " in text
    assert "generations 10 of 200" not in text


def test_other_metrics_than_accuracy_are_named(info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]) -> None:
    assert "best error 0.0440 (f1)" in "\n".join(_panel(replace(info(), metric="f1"), snapshot()))


@pytest.mark.parametrize("width", [44, 80, 120])
def test_another_metric_comes_before_accuracy_on_training_and_validation_rows(
    width: int, info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    shown = snapshot(10)
    rows = tuple(replace(row, train_score=1 - row.error, valid_score=0.8765) for row in shown.front)
    text = "\n".join(_panel(replace(info(), metric="mcc"), replace(shown, front=rows), size=(width, 40)))
    pick, table = text[text.index("mcc train") :], text[text.rindex("★") :]
    assert pick.index("0.9560") < pick.index("0.8765") < pick.index("accuracy train") < pick.index("95.60")
    assert table.index("0.9560") < table.index("0.8765") and (
        "95.60" not in table or table.index("0.8765") < table.index("95.60")
    )


def test_before_the_first_generation_the_panel_waits(info: Callable[..., RunInfo]) -> None:
    assert any("waiting for the first generation" in line for line in _panel(info()))


def test_markup_in_names_is_shown_as_it_is(info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]) -> None:
    text = "\n".join(_panel(info(name="[red]x[/red]", run_dir="runs/[b]y[/b]"), snapshot(ids="[i]")))
    assert "[red]x[/red]" in text and "runs/[b]y[/b]" in text and "★ [i]0" in text


def test_a_long_path_keeps_both_ends(info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]) -> None:
    lines = _panel(info(run_dir="/data/" + "deep/" * 40 + "20250612T081502Z-s7-3fa9c1"), snapshot(), size=(40, 24))
    assert lines[-1].startswith("/data/deep/") and lines[-1].endswith("20250612T081502Z-s7-3fa9c1")
    assert cell_len(lines[-1]) == 40


@given(st.text("ab/日", max_size=60), st.integers(0, 60))
def test_shortened_texts_fit_and_short_ones_are_untouched(text: str, width: int) -> None:
    for short in (shorten(text, width), shorten_middle(text, width)):
        assert cell_len(short) <= width
        assert (short == text) == (cell_len(text) <= width)


@given(st.floats(0, 1), st.integers(0, 100))
def test_the_bar_has_its_width_and_is_full_only_at_the_end(fraction: float, width: int) -> None:
    plain = bar(fraction, width, UNICODE, "").plain
    assert len(plain) == width
    assert (UNICODE.left not in plain) == (fraction == 1 or width == 0)


@given(st.lists(st.text("x", min_size=1, max_size=12), max_size=10), st.integers(12, 60))
def test_flowing_chunks_keep_their_order_and_the_width(chunks: list[str], width: int) -> None:
    lines = [line.plain for line in flow(map(Text, chunks), width)]
    assert " ".join(lines).split() == chunks
    assert max(map(len, lines), default=0) <= width


def test_both_alphabets_are_what_they_say() -> None:
    assert len(ASCII.blocks) == len(UNICODE.blocks)
    assert "".join([ASCII.blocks, *ASCII.corners, ASCII.star, ASCII.ellipsis, ASCII.arrow]).isascii()
    assert set("".join([UNICODE.blocks, *UNICODE.corners, UNICODE.star, UNICODE.dot])) <= set(UNICODE_SAMPLE)


def test_lines_wrapped_by_a_narrowed_terminal_are_counted() -> None:
    canvas = _Canvas(lambda width, height: [])
    canvas.drawn_at_width, canvas.drawn = 80, (80, 41, 40, 0)
    assert [canvas.extra_lines(width) for width in (100, 80, 79, 40, 20, 0)] == [0, 0, 1, 2, 6, 0]


def test_elapsed_runs_on_and_eta_counts_down_between_generations(
    clock: FakeClock, snapshot: Callable[..., Snapshot]
) -> None:
    tracker = Tracker(clock)
    tracker.update(snapshot(40))
    clock.now += 10
    frame = tracker.update(snapshot(50))
    assert frame.elapsed(clock.now + 3) == pytest.approx(8)
    assert frame.remaining(clock.now) == pytest.approx(150)
    assert frame.remaining(clock.now + 3) == pytest.approx(147)
    assert frame.remaining(clock.now + 151) is None


WORDS = ("y = 1 when", *(f"  OR (height <= {n} AND weight > {n})" for n in range(9)), "otherwise y = 0")


def test_the_pick_is_shown_in_words_below_the_table(
    info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    lines = _panel(info(), replace(snapshot(front=9), formula=WORDS), size=(80, 24))
    table, words = (next(i for i, line in enumerate(lines) if text in line) for text in ("sparsity %", "y = 1 when"))
    assert table + 4 <= words, "some of the table comes first"
    assert "more lines" in lines[-2], "and what does not fit is counted"
    whole = _panel(info(), replace(snapshot(front=9), formula=WORDS), size=(80, 50))
    assert sum("height <=" in line for line in whole) == 9
    assert not any("more line" in line for line in whole)


def test_on_a_wide_terminal_words_stand_beside_the_table(
    info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    lines = _panel(info(), replace(snapshot(front=9), formula=WORDS), size=(200, 50))
    assert any("sparsity %" in line and "y = 1 when" in line for line in lines)


def test_a_pick_of_another_size_in_words_does_not_move_the_panel(
    info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    long, short = (replace(snapshot(front=3), formula=words) for words in (WORDS, WORDS[:2]))
    assert len(_panel(info(), long, long, size=(80, 50))) == len(_panel(info(), long, short, size=(80, 50)))


def test_how_the_score_on_validation_rows_went_is_shown(
    info: Callable[..., RunInfo], snapshot: Callable[..., Snapshot]
) -> None:
    after = snapshot(2)
    after = replace(after, front=tuple(replace(row, valid_accuracy=0.96) for row in after.front))
    assert "pick, valid from 94.1 %, 94.1 % to 96.0 % ▁█" in "\n".join(_panel(info(), snapshot(1), after))

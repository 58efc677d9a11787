from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from evo.display.eta import Eta, SlidingRate
from evo.text.numbers import UNKNOWN_TIME, counted, duration, percent, rate
from genomes.text.printable import printable

if TYPE_CHECKING:
    from conftest import FakeClock


def test_nothing_is_known_before_two_moments(clock: FakeClock) -> None:
    eta = Eta(clock)
    assert eta.remaining() is None
    eta.update(0.1)
    assert eta.remaining() is None
    eta.update(0.2)
    assert eta.remaining() is None


def test_steady_progress_is_extrapolated(clock: FakeClock) -> None:
    eta = Eta(clock)
    for step in range(11):
        eta.update(step / 100)
        clock.now += 2
    clock.now -= 2
    assert eta.remaining() == pytest.approx(180)


def test_the_estimate_counts_down_between_updates_and_ends_unknown(clock: FakeClock) -> None:
    eta = Eta(clock)
    eta.update(0.0)
    clock.now += 10
    eta.update(0.5)
    clock.now += 4
    assert eta.remaining() == pytest.approx(6)
    clock.now += 7
    assert eta.remaining() is None


def test_the_first_slow_minute_is_forgotten(clock: FakeClock) -> None:
    eta = Eta(clock, window=30)
    eta.update(0.0)
    clock.now += 600
    for step in range(1, 101):
        eta.update(step / 1000)
        clock.now += 1
    clock.now -= 1
    assert eta.remaining() == pytest.approx(900)


def test_a_resumed_run_is_judged_by_its_own_speed(clock: FakeClock) -> None:
    eta = Eta(clock)
    eta.update(0.9)
    clock.now += 1
    eta.update(0.91)
    assert eta.remaining() == pytest.approx(9)


def test_a_renewed_patience_starts_anew(clock: FakeClock) -> None:
    eta = Eta(clock)
    eta.update(0.8)
    clock.now += 1
    eta.update(0.9)
    eta.update(0.0)
    assert eta.remaining() is None


def test_a_rule_that_waits_has_the_pace_it_has_once_it_begins(clock: FakeClock) -> None:
    eta = Eta(clock)
    for _ in range(25):
        eta.update(0.0)
        assert eta.remaining() is None
        clock.now += 1
    eta.update(0.05)
    assert eta.remaining() == pytest.approx(19)
    clock.now += 1
    eta.update(0.1)
    assert eta.remaining() == pytest.approx(18)


def test_a_stalled_fraction_has_no_arrival(clock: FakeClock) -> None:
    eta = Eta(clock)
    for _ in range(5):
        eta.update(0.5)
        clock.now += 1
    assert eta.remaining() is None


@pytest.mark.parametrize("fraction", [1.0, 1.7])
def test_done_is_done(clock: FakeClock, fraction: float) -> None:
    eta = Eta(clock)
    eta.update(fraction)
    assert eta.remaining() == 0


def test_slow_generations_still_have_a_rate(clock: FakeClock) -> None:
    speed = SlidingRate(clock, window=30)
    for count in range(20):
        speed.update(count * 100)
        clock.now += 300
    assert speed.per_second() == pytest.approx(1 / 3)


def test_fast_generations_cost_bounded_memory_and_keep_the_rate(clock: FakeClock) -> None:
    speed = SlidingRate(clock, window=30)
    for count in range(200_000):
        speed.update(count)
        clock.now += 0.001
    assert speed.per_second() == pytest.approx(1000)
    assert len(speed._samples) <= 80


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, UNKNOWN_TIME),
        (float("nan"), UNKNOWN_TIME),
        (float("inf"), UNKNOWN_TIME),
        (-1, UNKNOWN_TIME),
        (0, "0:00"),
        (12.9, "0:12"),
        (723, "12:03"),
        (3723, "1:02:03"),
        (2 * 86400 + 3723, "2d 01:02:03"),
    ],
)
def test_durations_read_as_a_clock(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


def test_figures_read_well() -> None:
    assert (rate(None), rate(12345.6), rate(3.24)) == ("--/s", "12,346/s", "3.2/s")
    assert (percent(0.956), percent(0.95604, 2), percent(None), percent(float("nan"))) == ("95.6", "95.60", "-", "-")
    assert (counted(1, "term"), counted(0, "term"), counted(1200, "literal")) == ("1 term", "0 terms", "1,200 literals")


def test_control_characters_are_shown_as_escapes() -> None:
    assert printable("a\x1b[31mb\x07\x9b\u202ec\udcff\U000e0001") == r"a\x1b[31mb\x07\x9b\u202ec\udcff\U000e0001"
    assert printable("a\tb\nc\u2028d") == "a b c d"
    assert printable("naïve 日本 [red]") == "naïve 日本 [red]"

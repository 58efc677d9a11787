"""The fuzzers' harness sees what it is there for."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from benchmarks.fuzz import harness
from benchmarks.fuzz.harness import Limits, attempt
from benchmarks.fuzz.sandbox import Sandbox

LIMITS = Limits(frozenset({0}), seconds=0.5, megabytes=100)


@pytest.fixture
def box(tmp_path: Path) -> Sandbox:
    return Sandbox.make(tmp_path / "box")


def hang() -> None:
    time.sleep(3600)


def burn() -> None:
    while True:
        pass


def hoard() -> None:
    sys.stdout.write(str(len(b"x" * (200 << 20))))


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def fail() -> None:
    raise RuntimeError("a bug")


def write_outside() -> None:
    Path("../outside/precious.txt").write_text("gone", encoding="utf-8")


def run_code() -> None:
    Path("../outside/canary").touch()


def colour() -> None:
    sys.stdout.write("\x1b[31m")


def chatter() -> None:
    sys.stderr.write("x" * 301)


def be_fine() -> None:
    sys.stdout.write("fine")


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        (hang, "waited without end"),
        (burn, "SIGXCPU"),
        (hoard, "MB, at most 100"),
        (crash, "SIGSEGV"),
        (fail, "a traceback"),
        (write_outside, "touched outside/precious.txt"),
        (run_code, "code from an input was run"),
        (colour, "U+001B"),
        (chatter, "a line of 301 characters"),
    ],
)
def test_every_kind_of_fault_is_seen(act, fault: str, box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.__main__.main", lambda _: act() or 0)
    monkeypatch.setattr(harness, "PATIENCE", 1.0 if act is hang else 60.0)
    assert fault in " ".join(attempt(["check"], box, LIMITS).faults)


def test_a_command_that_does_nothing_wrong_has_no_fault(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.__main__.main", lambda _: be_fine() or 0)
    outcome = attempt(["check"], box, LIMITS)
    assert (outcome.stdout, outcome.faults) == ("fine", ())


def test_an_exit_code_that_is_not_allowed_is_a_fault(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evo.__main__.main", lambda _: 3)
    assert attempt(["check"], box, LIMITS).faults == ("exit code 3, expected one of [0]",)

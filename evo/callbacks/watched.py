"""Code of the user's own that is called while a search goes on: `evo.run(config, callbacks=[...])`.

A callback is a function of one record, called after every generation, or an object that has `on_generation(record)` and
may have `on_start(info)` and `on_end()`. What they are given are plain values; what they return is not looked at. They
run in evo's own process between two generations, and what they raise ends the run, after a checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from evo.errors import UsageError
from evo.monitor import Display, Phase, RunInfo, Snapshot

#: What a callback may have beside `on_generation`.
EVENTS = ("on_start", "on_generation", "on_end")


def watched(display: Display, callbacks: Sequence[Any]) -> Display:
    """A display that tells callbacks, too; `display` itself where there are none.

    Raises:
        UsageError: one of them can be called in no way.
    """
    for place, callback in enumerate(callbacks):
        if not callable(callback) and not callable(getattr(callback, "on_generation", None)):
            text = f"expected a function, or an object with on_generation, got {type(callback).__name__}"
            raise UsageError(text, where=f"callbacks[{place}]")
    return _Watched(display, callbacks) if callbacks else display


def record_of(snapshot: Snapshot) -> dict[str, Any]:
    """What is known after a generation, as plain values.

    Keys: generation, evaluations, seconds, best_error (lowest on training rows), front (number of models), pick (id,
    error, sizes, sparsity, accuracies and scores of the model that would be chosen now) and formula (the pick in words,
    a list of lines, empty where nobody could read it).
    """
    pick = snapshot.pick
    assert pick is not None, "a front has members after a generation"
    return {
        "generation": snapshot.generation,
        "evaluations": snapshot.evaluations,
        "seconds": snapshot.seconds,
        "best_error": snapshot.best_error,
        "front": len(snapshot.front),
        "pick": pick.to_json(),
        "formula": list(snapshot.formula),
    }


def info_of(info: RunInfo) -> dict[str, Any]:
    """What is known before the first generation, as plain values: the fields of `evo.monitor.RunInfo`."""
    return asdict(info)


class CallbackError(Exception):
    """A callback raised its cause."""


class _Watched:
    """Hands everything on to `display`, and to the callbacks what concerns them."""

    def __init__(self, display: Display, callbacks: Sequence[Any]) -> None:
        self._display, self._callbacks, self._begun = display, callbacks, False

    def start(self, info: RunInfo) -> None:
        self._display.start(info)
        self._begun = True
        self._tell("on_start", info_of(info))

    def update(self, snapshot: Snapshot) -> None:
        self._display.update(snapshot)
        self._tell("on_generation", record_of(snapshot))

    def note(self, message: str) -> None:
        self._display.note(message)

    def phase(self, phase: Phase) -> None:
        self._display.phase(phase)

    def finish(self, lines: list[str]) -> None:
        self._display.finish(lines)

    def close(self) -> None:
        self._display.close()
        if self._begun:
            self._begun = False
            self._tell("on_end")

    def _tell(self, event: str, *values: Mapping[str, Any]) -> None:
        for callback in self._callbacks:
            method = _method(callback, event)
            if method is not None:
                try:
                    method(*values)
                except Exception as problem:
                    raise CallbackError from problem


def _method(callback: Any, event: str) -> Callable[..., object] | None:
    """What is called; a function stands for its `on_generation`."""
    method = getattr(callback, event, None)
    if method is None and event == "on_generation":
        return callback if callable(callback) else None
    return method if callable(method) else None

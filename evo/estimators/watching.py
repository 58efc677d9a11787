"""A fit that is watched: `verbose` prints the lines of evo's plain display, `callbacks` are those of `evo.run`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from evo.errors import UsageError
from evo.estimators.settings import whole
from evo.kinds.common.job import AnyJob
from evo.monitor import Display, Phase
from evo.running.reading import shown_on
from evo.text.formula import wrapped
from genomes.progress import telling
from genomes.text.quoting import quoted

#: Seconds between two lines of `verbose=1`; the first and the last generation always have theirs.
INTERVAL = 5.0
#: A formula of more lines is not printed at the end.
MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who watches a fit; name: the estimator's; display: None where nobody does."""

    name: str = ""
    display: Display | None = None

    def start(self, job: AnyJob, generation: int) -> None:
        """What is searched, and from which generation on."""
        if self.display is not None:
            self.display.start(replace(job.info("", generation), name=self.name))

    def note(self, message: str) -> None:
        """A line."""
        if self.display is not None:
            self.display.note(message)

    def phase(self, phase: Phase) -> None:
        """What is done beside the search."""
        if self.display is not None:
            self.display.phase(phase)

    def telling(self) -> AbstractContextManager[None]:
        """While entered, work tells how far it is."""
        return telling(None if self.display is None else shown_on(self.display))

    def end(self, lines: Sequence[str]) -> None:
        """The picked model, where somebody could read it."""
        if self.display is not None:
            self.display.finish(wrapped(lines) if len(lines) <= MOST_LINES else [f"a model of {len(lines)} lines"])


NOBODY = Watcher()


@contextlib.contextmanager
def watched_by(name: str, verbose: Any, callbacks: Any) -> Iterator[Watcher]:
    """What draws a fit and calls callbacks.

    name: of the estimator; verbose: 0 is silent, 1 prints a line every few seconds, 2 one per generation.

    Raises:
        ValueError: one of the parameters is none. What a callback raises is raised as it is.
    """
    level, given = whole("verbose", int(verbose) if isinstance(verbose, bool) else verbose, 0), _listed(callbacks)
    if not level and not given:
        yield NOBODY
        return
    from evo.callbacks.watched import CallbackError, watched  # noqa: PLC0415 - seldom asked for
    from evo.display import make_display  # noqa: PLC0415

    own = make_display("plain" if level else "quiet", INTERVAL if level == 1 else 0.0, sys.stderr)
    try:
        display = watched(own, given)
    except UsageError as problem:
        raise ValueError(str(problem)) from None
    try:
        with contextlib.closing(display):
            yield Watcher(name, display)
    except CallbackError as raised:
        assert raised.__cause__ is not None, "it is raised from what a callback raised"
        raise raised.__cause__ from None


def _listed(callbacks: Any) -> Sequence[Any]:
    if callbacks is None:
        return ()
    if isinstance(callbacks, list | tuple):
        return callbacks
    raise ValueError(f"callbacks must be a list of functions or objects with on_generation, got {quoted(callbacks)}")

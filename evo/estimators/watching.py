"""A fit that is watched: `verbose` prints the lines of evo's plain display, `callbacks` are those of `evo.run`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from evo.errors import UsageError
from evo.estimators.settings import whole
from evo.kinds.common.job import AnyJob
from evo.monitor import Display
from evo.text.formula import wrapped
from genomes.text.quoting import quoted

#: Seconds between two lines of `verbose=1`; the first and the last generation always have theirs.
INTERVAL = 5.0
#: A formula of more lines is not printed at the end.
MOST_LINES = 40


@contextlib.contextmanager
def shown(name: str, verbose: Any, callbacks: Any, job: AnyJob, generation: int) -> Iterator[Display | None]:
    """What draws a fit and calls callbacks, begun; None where nobody watches.

    name: of the estimator; verbose: 0 is silent, 1 prints a line every few seconds, 2 one per generation; generation:
    where the search begins.

    Raises:
        ValueError: one of the parameters is none. What a callback raises is raised as it is.
    """
    level, given = whole("verbose", int(verbose) if isinstance(verbose, bool) else verbose, 0), _listed(callbacks)
    if not level and not given:
        yield None
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
            display.start(replace(job.info("", generation), name=name))
            yield display
    except CallbackError as raised:
        assert raised.__cause__ is not None, "it is raised from what a callback raised"
        raise raised.__cause__ from None


def end(display: Display | None, lines: Sequence[str]) -> None:
    """The picked model, where somebody watches and could read it."""
    if display is not None:
        display.finish(wrapped(lines) if len(lines) <= MOST_LINES else [f"a model of {len(lines)} lines"])


def _listed(callbacks: Any) -> Sequence[Any]:
    if callbacks is None:
        return ()
    if isinstance(callbacks, list | tuple):
        return callbacks
    raise ValueError(f"callbacks must be a list of functions or objects with on_generation, got {quoted(callbacks)}")

"""Data read and a search built while people see how far that is, and a signal ends it."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator

from evo.config.schema import RunConfig
from evo.errors import EvoError
from evo.kinds.common.job import AnyJob
from evo.kinds.common.preparing import prepare
from evo.monitor import Display, Phase
from evo.running.signals import StopSignals
from genomes.progress import telling


class EndedEarlyError(EvoError):
    """A signal came before there was anything to keep."""

    def __init__(self, received: signal.Signals) -> None:
        self.exit_code = 130 if received == signal.SIGINT else 75
        super().__init__(f"{received.name} before the run began; nothing was written")


def prepared(config: RunConfig, display: Display, signals: StopSignals) -> AnyJob:
    """The job of a config.

    Raises:
        ConfigError, DataError: see `prepare`. EndedEarlyError: a signal came.
    """

    def told(text: str, fraction: float | None) -> None:
        check_signal(signals)
        display.phase(Phase(text, fraction))

    with telling(told):
        job = prepare(config)
    check_signal(signals)
    return job


def check_signal(signals: StopSignals) -> None:
    """Raise EndedEarlyError where one came."""
    if signals.received is not None:
        raise EndedEarlyError(signals.received)


@contextlib.contextmanager
def closed_on_error(display: Display) -> Iterator[None]:
    """Give the terminal back where what is inside raises: the error is what one wants to read then."""
    try:
        yield
    except BaseException:
        display.close()
        raise


def shown_on(display: Display) -> Callable[[str, float | None], None]:
    """What tells a display how far work is."""
    return lambda text, fraction: display.phase(Phase(text, fraction))

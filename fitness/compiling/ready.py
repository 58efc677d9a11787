"""Kernels are brought into the cache before they are imported, by one process for all."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence

from fitness.compiling import places, sources
from fitness.compiling.crew import CannotCompileError, compile_modules
from fitness.compiling.places import Place
from fitness.compiling.stopping import stoppable
from genomes import progress

#: Seconds between looks at whether another process has done the work.
TICK = 0.1
Tell = Callable[[str], None]


def ignore(line: str) -> None:
    """Drops a line, for callers that show none."""


def bring(names: Sequence[str], tell: Tell = ignore) -> None:
    """Have the kernels of these modules of `fitness.kernels`, and of all they need, compiled where they are not yet.

    Lines for the people who wait go to `tell`, how far the work is to whoever listens (`genomes.progress`). Where
    nothing can be kept, nothing is done: then each kernel is compiled by the process that imports it, for itself.

    Raises:
        Stopped: SIGINT or SIGTERM came; nothing half done is left. KeyboardInterrupt: the same by Python's own handler.
    """
    if not names:
        return  # without a look at the places, which would load numba
    with stoppable():
        wanted = sources.with_needs(names)
        place = places.place_of(wanted)
        if place is None:
            tell("warning: compiled kernels cannot be kept anywhere; compiling them for this process alone")
            return
        if not place.holds(wanted):
            _compile(place, wanted, tell)
        places.used(place)


def _compile(place: Place, wanted: Sequence[str], tell: Tell) -> None:
    kernels = _Progress(place, wanted)
    tell(f"compiling {kernels.total - kernels.done()} kernels, once per installation, into {place.root}")
    reason = places.passed_over(place)
    if reason is not None:
        tell(f"warning: compiled kernels are not kept in NUMBA_CACHE_DIR={os.environ['NUMBA_CACHE_DIR']}: {reason}")
    with _turn(place, wanted, kernels.look):
        missing = [name for name in wanted if not places.stamp(place.folder, name).exists()]
        if missing:
            places.sweep(place)
            try:
                compile_modules(missing, place.folder, kernels.look)
            except CannotCompileError as problem:
                tell(f"warning: compiled kernels cannot be kept ({problem}); compiling them for this process alone")
            finally:
                places.tidy(place)


@contextlib.contextmanager
def _turn(place: Place, wanted: Sequence[str], look: Callable[[], None]) -> Iterator[None]:
    """Wait until no other process compiles into the place, or until it has compiled all that is wanted."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(place.folder / "lock", flags, 0o600)
    try:
        while not _locked(descriptor) and not place.holds(wanted):
            look()
            time.sleep(TICK)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Whether this process may go on: it has the lock, or the file system knows none."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


class _Progress:
    """Tells how many kernels are there."""

    def __init__(self, place: Place, wanted: Sequence[str]) -> None:
        self._folder, self._wanted = place.folder, frozenset(wanted)
        self.total = sum(map(sources.count, wanted))

    def done(self) -> int:
        """How many."""
        kernels = (path.name.split("-")[0] for path in self._folder.glob("*.nbi"))
        return sum(name.rpartition(".")[0] in self._wanted for name in kernels)

    def look(self) -> None:
        """Now."""
        done = self.done()
        progress.tell(f"compiling kernels: {done} of {self.total}", done / max(1, self.total))

"""The decorator of kernels: numba's, with a cache of our own choice (see the package's text).

What numba stores and how it finds it again stays numba's: its file for each kernel, written to a temporary name and
renamed, read back only for the same signature, processor and bytecode. Ours are the folder, which numba would choose
without a look at who can write there, and what happens to a file that cannot be read (compiled again) or not be written
(done without).
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path
from typing import Any

from numba import njit
from numba.core import typeinfer
from numba.core.caching import CompileResultCacheImpl, FunctionCache

from fitness.compiling import places, sources
from fitness.compiling.ready import bring
from fitness.compiling.stopping import stoppable

#: The folder that this process compiles into; None where it only loads.
_target: ContextVar[Path | None] = ContextVar("target", default=None)


def kernel(signature: Any, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile for `signature`, to run without Python's global lock, or load what was compiled; options: numba's.

    Raises:
        Stopped, KeyboardInterrupt: a signal came while it was compiled, here or (see `bring`) by a worker.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        dispatcher: Any = njit(nogil=True, **options)(function)
        folder = _target.get() or _folder(sources.name_of(function.__module__))
        if folder is not None:
            dispatcher._cache = _KernelCache(function, folder, keeps=_target.get() is not None)
        alone = stoppable() if folder is None else contextlib.nullcontext()
        with typeinfer.register_dispatcher(dispatcher), alone:
            dispatcher.compile(signature)
        dispatcher.disable_compile()
        return dispatcher

    return decorate


def inlined(function: Callable[..., Any]) -> Any:
    """A part of kernels that is never compiled alone: its code goes into each of them."""
    return njit(inline="always")(function)


@contextlib.contextmanager
def compiled_into(folder: Path) -> Iterator[None]:
    """While entered, this process compiles kernels itself and keeps them in `folder`."""
    token = _target.set(folder)
    try:
        yield
    finally:
        _target.reset(token)


@cache
def _folder(name: str) -> Path | None:
    """Where a module's kernels lie, after they were compiled if need be; None where they cannot be kept."""
    place = places.place_of([name])
    if place is not None and not place.holds([name]):
        bring(sources.group_of(name))
        place = places.place_of([name])
    return place.folder if place is not None and place.holds([name]) else None


class _Locator:
    """Tells numba where one kernel's files are. All else that could make them stale is in the folder's name."""

    def __init__(self, folder: Path, line: int) -> None:
        self._folder, self._line = folder, line

    def ensure_cache_path(self) -> None:
        """It is there."""

    def get_cache_path(self) -> str:
        """The folder."""
        return str(self._folder)

    def get_source_stamp(self) -> str:
        """The digest of all sources."""
        return sources.digest()

    def get_disambiguator(self) -> str:
        """The line, which is part of the file's name."""
        return str(self._line)


class _KernelImpl(CompileResultCacheImpl):
    """What numba stores of a kernel, under numba's own names."""

    def __init__(self, function: Callable[..., Any], folder: Path) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._locator = _Locator(folder, self._lineno)
        name = f"{sources.name_of(function.__module__)}.{function.__qualname__}"
        self._filename_base = self.get_filename_base(name, getattr(sys, "abiflags", ""))


class _KernelCache(FunctionCache):
    """numba's cache of one kernel in a folder that was checked; keeps: whether what is compiled is written there."""

    def __init__(self, function: Callable[..., Any], folder: Path, *, keeps: bool) -> None:
        self._impl_class = partial(_KernelImpl, folder=folder)  # type: ignore[assignment]
        self._keeps, self._stamp = keeps, places.stamp(folder, sources.name_of(function.__module__))
        super().__init__(function)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """None where there is none; a module that lacks one, or has a damaged one, is complete no more."""
        loaded = None
        with contextlib.suppress(Exception):  # whatever a crash or a disk made of the file
            loaded = super().load_overload(sig, target_context)
        if loaded is None and not self._keeps:
            with contextlib.suppress(OSError):
                self._stamp.unlink(missing_ok=True)
        return loaded

    def save_overload(self, sig: Any, data: Any) -> None:
        """Write it, if this process is one that compiles for others.

        Raises:
            OSError: it cannot be written.
        """
        if self._keeps:
            super().save_overload(sig, data)

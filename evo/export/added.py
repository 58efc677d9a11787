"""Exporters that packages of users add: functions of a circuit, or of a model and its encoder, to text or bytes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from evo.export import CIRCUITS, EXPORTERS, Exported
from evo.export.circuit import Circuit
from evo.export.ports import wired
from fitness.machine.plugins import NotInstalledError, PluginError, failed, load, names
from genomes.errors import EvoError

#: Names that packages cannot have: those of evo's formats for any kind of models.
OWN = frozenset({*EXPORTERS, *CIRCUITS, "words", "npz", "text"})
Writer = TypeVar("Writer", bound=Callable[..., Exported])


def formats() -> tuple[str, ...]:
    """Formats that installed packages add, sorted.

    Raises:
        PluginError: see `fitness.machine.plugins.names`.
    """
    return names("evo.exporters", OWN)


def written_by(
    fmt: str, own: Mapping[str, Callable[..., Exported]], parts: tuple[Any, ...], circuit: Callable[[], Circuit]
) -> Exported:
    """A model in a format of evo's own, or of an installed package.

    Args:
        fmt: the format's name.
        own: evo's exporters, called with `parts`: the model first, its encoder last.
        parts: what these take.
        circuit: makes the gates of the model, for exporters that take a circuit.

    Raises:
        ExportError: the model cannot be written so, or is no circuit. PluginError: the package's function failed.
        NotInstalledError: neither evo nor a package has the format.
    """
    if fmt in own:
        return own[fmt](*parts)
    function, where = load("evo.exporters", fmt, OWN), f"exporter {fmt}"
    given = (wired(circuit()),) if _takes(function, where) == 1 else (parts[0], parts[-1])
    try:
        content = function(*given)
    except EvoError:
        raise
    except Exception as problem:
        raise failed("evo.exporters", fmt, problem) from problem
    if not isinstance(content, str | bytes):
        raise PluginError(f"expected text or bytes, got {type(content).__name__}", where=where)
    return content


def is_added(fmt: str) -> bool:
    """Whether an installed package has a format that evo has not.

    Raises:
        PluginError: it wants a name of evo's own, or cannot be imported.
    """
    if fmt in OWN:
        return False
    try:
        load("evo.exporters", fmt, OWN)
    except NotInstalledError:
        return False
    return True


def known_formats(own: Iterable[str]) -> list[str]:
    """evo's own formats, and those that packages add; without these where a package is at fault."""
    try:
        return [*own, *formats()]
    except PluginError:
        return list(own)


def _takes(function: Callable[..., Any], where: str) -> int:
    """How many arguments a function has to be given: 1 or 2."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    needed = sum(one.kind in kinds and one.default is one.empty for one in parameters)
    if needed not in (1, 2):
        raise PluginError(
            f"expected a function of a circuit, or of a model and its encoder, got one of {needed}", where=where
        )
    return needed

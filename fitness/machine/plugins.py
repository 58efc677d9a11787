"""What packages of users add by entry points: metrics, mutations and exporters; docs/extending.md shows one of each.

An installed package names its functions in its metadata (the specification of entry points, packaging.python.org), so
nothing of it is imported before a config or a command asks for a name that evo itself has not. Names that evo has are
evo's own: a package that wants one is refused, as are two packages that want the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from genomes.errors import EvoError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Group = Literal["evo.metrics", "evo.operators", "evo.exporters"]
#: What a group holds, in a word.
NOUNS: dict[Group, str] = {"evo.metrics": "metric", "evo.operators": "operator", "evo.exporters": "exporter"}
LONGEST_NAME = 64
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class PluginError(EvoError):
    """Something that a package adds is not there, or does not do what it has to."""

    exit_code = 2


class NotInstalledError(PluginError):
    """No installed package adds something of this name."""


@dataclass(frozen=True, slots=True)
class Installed:
    """Marks an annotation: the text is the name of something that an installed package adds."""

    group: Group

    @property
    def words(self) -> str:
        """``the name of an installed metric``."""
        return f"the name of an installed {NOUNS[self.group]}"


def names(group: Group, own: Collection[str]) -> tuple[str, ...]:
    """Names that installed packages add to a group, sorted; own: those of evo itself.

    Raises:
        PluginError: a package that wants a name of evo's, or one that is none; two packages that want the same.
    """
    found = sorted(_found(group))
    for name in found:
        _check(group, name, own)
    return tuple(found)


def load(group: Group, name: str, own: Collection[str]) -> Callable[..., Any]:
    """The function that an installed package adds under a name; own: the names of evo itself.

    Raises:
        NotInstalledError: there is none. PluginError: see `names`, or it cannot be imported, or is no function.
    """
    if name not in _found(group):
        raise NotInstalledError(
            f"no installed package adds this {NOUNS[group]}; install the package that adds it", where=name
        )
    point, where = _check(group, name, own), f"{NOUNS[group]} {name}"
    try:
        function = point.load()
    except Exception as problem:
        told = f"{type(problem).__name__}: {problem}"
        raise PluginError(f"{_package(point)} cannot be imported from {point.value}: {told}", where=where) from problem
    if not callable(function):
        need = f"{_package(point)} has to name a function, got {type(function).__name__} {point.value}"
        raise PluginError(need, where=where)
    return function  # type: ignore[no-any-return]


def failed(group: Group, name: str, problem: Exception) -> PluginError:
    """The error of a function of a package that raised."""
    return PluginError(f"failed with {type(problem).__name__}: {problem}", where=f"{NOUNS[group]} {name}")


def _check(group: Group, name: str, own: Collection[str]) -> EntryPoint:
    points, where = _found(group)[name], f"{NOUNS[group]} {name}"
    packages = " and ".join(sorted({_package(point) for point in points}))
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        need = f"a name has at most {LONGEST_NAME} letters, digits, dashes and underscores and begins with a letter"
        raise PluginError(f"{need}; {packages} has to give another", where=where)
    if name in own:
        raise PluginError(
            f"{packages} wants the name of one of evo's own; uninstall it, or rename it there", where=where
        )
    if len({point.value for point in points}) > 1:
        raise PluginError(f"{packages} both want this name; uninstall one of them", where=where)
    return points[0]


def _package(point: EntryPoint) -> str:
    return "a package" if point.dist is None else f"package {point.dist.name}"


@cache
def _found(group: Group) -> dict[str, tuple[EntryPoint, ...]]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to import, and most runs need nothing of it

    points: dict[str, tuple[EntryPoint, ...]] = {}
    for point in entry_points(group=group):
        points[point.name] = (*points.get(point.name, ()), point)
    return points

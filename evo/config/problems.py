"""A problem in a config, where it was written, and the one line a user reads about it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from evo.errors import ConfigError

#: Keys and list positions from the top of the config to a value.
KeyPath = tuple[Any, ...]
#: A sort key (line, or order of appearance) and the text in front of the message.
Place = tuple[int, str]

_LONGEST: Final = 60
_AFTER_THE_FILE: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the key, what was expected, what came."""

    path: KeyPath
    message: str
    line: int | None = None
    """1-based line, where it is not the one on which `path` was first written."""
    at: KeyPath | None = None
    """Path to take the place from, where it is not `path`."""


@dataclass(frozen=True, slots=True)
class Locations:
    """Where every key of a config was written.

    `name` is the file; `places` maps key paths to (sort key, text). A path that was never written (a missing key)
    is placed at the nearest one above it that was.
    """

    name: str
    places: Mapping[KeyPath, Place]

    @classmethod
    def of_lines(cls, name: str, lines: Mapping[KeyPath, int]) -> Locations:
        """Places in a file, from 1-based lines."""
        return cls(name, {path: (line, f"{name}:{line}") for path, line in lines.items()})

    @classmethod
    def of_value(cls, name: str, value: object) -> Locations:
        """Places in a value that has no file: all called `name`, in order of appearance."""
        return cls(name, {path: (order, name) for order, path in enumerate(_paths(value))})

    def overridden(self, path: KeyPath, number: int, text: str) -> Locations:
        """A copy in which `path` and all below it come from the given command line override."""
        kept = {other: place for other, place in self.places.items() if other[: len(path)] != path}
        above = [path[:depth] for depth in range(1, len(path)) if path[:depth] not in kept]
        here: Place = (_AFTER_THE_FILE + number, shortened(text, 2 * _LONGEST))
        return Locations(self.name, {**kept, **dict.fromkeys([*above, path], here)})

    def place(self, problem: Problem) -> Place:
        """Sort key and text for a problem."""
        if problem.line is not None:
            return problem.line, f"{self.name}:{problem.line}"
        path = problem.path if problem.at is None else problem.at
        for depth in range(len(path), -1, -1):
            found = self.places.get(path[:depth])
            if found is not None:
                return found
        return 0, self.name


def config_error(problems: Iterable[Problem], locations: Locations) -> ConfigError:
    """All problems as one error, in the order of the file, each line once."""
    placed = sorted(((locations.place(problem), problem) for problem in problems), key=lambda pair: pair[0][0])
    lines = (": ".join(filter(None, (place[1], dotted(problem.path), problem.message))) for place, problem in placed)
    return ConfigError(list(dict.fromkeys(lines)))


def dotted(path: Sequence[Any]) -> str:
    """A key path as users write it: `fitness.objectives[1]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{key_text(step)}"
    return text.removeprefix(".")


def key_text(key: object) -> str:
    """A key as it stands in a file; quoted and cut where it would break the line."""
    if isinstance(key, str):
        plain = key.isprintable() and key == key.strip() and key != ""
        return shortened(key if plain else repr(key))
    return shown(key)


def shown(value: object) -> str:
    """A value on one line of at most 60 characters, spelled as in YAML with text in quotes."""
    return shortened("".join(_spell(value)))


def shortened(text: str, longest: int = _LONGEST) -> str:
    """The text, its end replaced by dots where it is too long."""
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _spell(value: object) -> Iterator[str]:
    if value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, str):
        yield repr(str(value[: 2 * _LONGEST]))
    elif isinstance(value, int) and value.bit_length() > 512:
        yield f"an integer of about {round(value.bit_length() * math.log10(2))} digits"
    elif isinstance(value, float) and not math.isfinite(value):
        yield ".nan" if math.isnan(value) else f"{'-' if value < 0 else ''}.inf"
    elif isinstance(value, int | float):
        yield repr(value)
    elif isinstance(value, dict):
        yield from _spell_all("{}", ([key_text(key), ": ", *_spell(item)] for key, item in value.items()))
    elif isinstance(value, list):
        yield from _spell_all("[]", (list(_spell(item)) for item in value))
    else:
        yield f"a Python {type(value).__name__}"


def _spell_all(brackets: str, items: Iterable[Sequence[str]]) -> Iterator[str]:
    yield brackets[0]
    length = 0
    for number, item in enumerate(items):
        if length > _LONGEST:  # the rest would be cut anyway
            break
        text = "".join(item)
        length += len(text)
        yield f", {text}" if number else text
    yield brackets[1]


def _paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    yield path
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _paths(item, (*path, key))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _paths(item, (*path, number))

"""A problem in a config, where it was written, and the one line a user reads about it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from evo.errors import MOST_PROBLEMS, ConfigError
from genomes.text.printable import printable
from genomes.text.quoting import LONGEST_VALUE, quoted, shortened

#: Keys and list positions from the top of the config to a value.
KeyPath = tuple[Any, ...]
#: A sort key (line, or order of appearance) and the text in front of the message.
Place = tuple[int, str]

_LONGEST_KEY, _LONGEST_PATH, _LONGEST_PLACE = 40, 120, 120
_AFTER_THE_FILE: Final = 1_000_000_000
#: Problems that are put into words; of more than this only the number is told.
_WORDED: Final = 10 * MOST_PROBLEMS


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the key, what was expected, what came.

    A message that takes long to find, such as the key that was meant, is a function: few of 10,000 problems are told.
    """

    path: KeyPath
    message: str | Callable[[], str]
    line: int | None = None
    """1-based line, where it is not the one on which `path` was first written."""
    at: KeyPath | None = None
    """Path to take the place from, where it is not `path`."""


@dataclass(frozen=True, slots=True)
class Locations:
    """Where every key of a config was written.

    `name` is the file; `places` maps key paths to (sort key, text), `overrides` those set on the command line, which
    hide the places below. A path that was never written (a missing key) is placed at the nearest one above it that was.
    """

    name: str
    places: Mapping[KeyPath, Place]
    overrides: Mapping[KeyPath, Place] = field(default_factory=dict)

    @classmethod
    def of_lines(cls, name: str, lines: Mapping[KeyPath, int]) -> Locations:
        """Places in a file, from 1-based lines."""
        short = shortened(name, _LONGEST_PLACE)
        return cls(short, {path: (line, f"{short}:{line}") for path, line in lines.items()})

    @classmethod
    def of_value(cls, name: str, value: object) -> Locations:
        """Places in a value that has no file: all called `name`, in order of appearance."""
        return cls(name, {path: (order, name) for order, path in enumerate(_paths(value))})

    def overridden(self, path: KeyPath, number: int, text: str) -> Locations:
        """A copy in which `path` and all below it come from the given command line override."""
        kept = {other: place for other, place in self.overrides.items() if other[: len(path)] != path}
        above = [path[:depth] for depth in range(1, len(path)) if path[:depth] not in self.places | kept.keys()]
        here: Place = (_AFTER_THE_FILE + number, shortened(text, _LONGEST_PLACE))
        return replace(self, overrides={**kept, **dict.fromkeys([*above, path], here)})

    def place(self, problem: Problem) -> Place:
        """Sort key and text for a problem."""
        if problem.line is not None:
            return problem.line, f"{self.name}:{problem.line}"
        path = problem.path if problem.at is None else problem.at
        for places in (self.overrides, self.places):
            for depth in range(len(path), -1, -1):
                place = places.get(path[:depth])
                if place is not None:
                    return place
        return 0, self.name


def config_error(problems: Iterable[Problem], locations: Locations) -> ConfigError:
    """All problems as one error, in the order of the file, each line once."""
    placed = sorted(((locations.place(problem), problem) for problem in problems), key=lambda pair: pair[0][0])
    lines = dict.fromkeys(_line(place, problem) for place, problem in islice(placed, _WORDED))
    return ConfigError(list(lines), unlisted=max(0, len(placed) - _WORDED))


def _line(place: Place, problem: Problem) -> str:
    message = problem.message if isinstance(problem.message, str) else problem.message()
    return ": ".join(filter(None, (place[1], dotted(problem.path), message)))


def dotted(path: Sequence[Any]) -> str:
    """A key path as users write it: `fitness.objectives[1]`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{key_text(step)}" for step in path)
    return shortened(text.removeprefix("."), _LONGEST_PATH)


def key_text(key: object) -> str:
    """A key as it stands in a file; quoted and cut where it would break the line."""
    if isinstance(key, str):
        plain = key.isprintable() and key == key.strip() and key != ""
        return shortened(key, _LONGEST_KEY) if plain else quoted(key, _LONGEST_KEY)
    return shown(key)


def shown(value: object) -> str:
    """A value on one line of at most 60 characters, spelled as in YAML with text in quotes."""
    return shortened(printable("".join(_spell(value))))


def _spell(value: object) -> Iterator[str]:
    if value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, str):
        yield quoted(str(value))
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
        if length > LONGEST_VALUE:  # the rest would be cut anyway
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

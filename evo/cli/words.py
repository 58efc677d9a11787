"""The words that may come next on the command line, by what the help calls an argument."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from evo.cli.places import LAST, ROOT
from evo.kinds.registry import KINDS, kind_of
from evo.storage.runs_below import runs_below


def _runs() -> list[str]:
    return [LAST, *map(str, reversed(runs_below(ROOT)))]


def _formats() -> list[str]:
    from evo.export.added import known_formats  # noqa: PLC0415 - as below

    return sorted(known_formats({name for kind in map(kind_of, KINDS) for name in kind.formats()}))


def _keys() -> list[str]:
    from evo.config.choice import every_path  # noqa: PLC0415 - the whole schema
    from evo.config.problems import dotted  # noqa: PLC0415

    return [f"{dotted(path)}=" for path in every_path()]


def added_formats_line() -> str:
    """What the help of `evo export` says of the formats that installed packages add; empty where there are none."""
    from evo.export.added import formats  # noqa: PLC0415 - as above
    from fitness.machine.plugins import PluginError  # noqa: PLC0415

    try:
        names = formats()
    except PluginError as problem:
        return f"\n{problem}\n"
    return f"\nformats of installed packages: {', '.join(names)}\n" if names else ""


#: See the module text.
WORDS: Final[dict[str, Callable[[], Iterable[str]]]] = {"RUN_DIR": _runs, "FMT": _formats, "KEY=VALUE": _keys}

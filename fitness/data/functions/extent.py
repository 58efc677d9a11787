"""How much a generated function asks for, from its arguments alone, before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from fitness.data.spec import DataSpec

#: Values that may be generated: as many as the whole table of a multiplier of two times ten bits has. They take some
#: seconds and 500 MB; a search that needs more reads a file.
MOST_VALUES: Final = 40 * 2**20
#: Literals of a hidden formula that may be looked at, over all rows.
MOST_LOOKS: Final = 2**28
#: Rows of a whole table, at most (see `domain`).
_WHOLE: Final = 2**20


def columns(spec: DataSpec) -> int:
    """Inputs and outputs of the function, twice where they take twice as long; 0 while an argument is missing."""
    arguments = [getattr(spec, name) for name in _ARGUMENTS.get(spec.function or "", ())]
    if not arguments or None in arguments:
        return 0
    return _COLUMNS[spec.function or ""](*arguments)


def rows(spec: DataSpec) -> int:
    """Rows asked for; of a whole table no more than such a table may have."""
    return (spec.samples or _WHOLE) + (spec.test_samples or 0)


def looks(spec: DataSpec) -> int:
    """Literals of a hidden formula, over all rows; 0 for other functions."""
    return rows(spec) * (spec.terms or 0) * (spec.literals or 0) if spec.function == "random_dnf" else 0


def _slow(bits: int) -> int:
    """2 where operands are Python's integers, which takes longer."""
    return 1 + (bits > 31)


_ARGUMENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "multiplexer": ("address_bits",),
        "parity": ("bits",),
        "majority": ("bits",),
        "random_dnf": ("inputs",),
        "adder": ("bits",),
        "multiplier": ("bits",),
        "comparator": ("bits",),
        "modular_add": ("modulus",),
        "monk": ("problem",),
    }
)
_COLUMNS: Final[Mapping[str, Callable[[int], int]]] = MappingProxyType(
    {
        "multiplexer": lambda lines: lines + 2**lines + 1,
        "parity": lambda bits: bits + 1,
        "majority": lambda bits: bits + 1,
        "random_dnf": lambda inputs: inputs + 1,
        "adder": lambda bits: _slow(bits) * (3 * bits + 1),
        "multiplier": lambda bits: _slow(bits) * 4 * bits,
        "comparator": lambda bits: _slow(bits) * (2 * bits + 1),
        "modular_add": lambda modulus: 3 * (modulus - 1).bit_length(),
        "monk": lambda problem: 7,
    }
)

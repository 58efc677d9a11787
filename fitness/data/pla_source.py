"""Espresso PLA files as rows of a truth table.

What an output character means depends on .type (f: ON-set given; d: don't-care set given; r: OFF-set given):

    ============  ====  ====  ====  ====
    character     f     fd    fr    fdr
    ============  ====  ====  ====  ====
    1 or 4        ON    ON    ON    ON
    0 or 3        .     .     OFF   OFF
    - or 2        .     DC    .     DC
    ~             .     .     .     .        (. = says nothing)
    ============  ====  ====  ====  ====

f and fd describe a whole function, OFF being the rest, so the rows are all 2^inputs minterms. fr and fdr describe the
minterms that are mentioned: without ``-`` inputs the rows stand as they are, duplicates included (the file is a sample
of data), else they are expanded to distinct minterms. Where sets overlap, OFF beats DC and DC beats ON, which is the
freedom espresso takes; a minterm both ON and OFF is an error.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from fitness.containers.bound import require_bound
from fitness.data.pla_text import DASH, PlaText, parse
from fitness.data.schema import Schema, coerce
from fitness.data.spec import DataSpec
from fitness.data.table import Column, Table, Target
from fitness.errors import DataError

ON, OFF, DC = 1, 2, 4
MAX_TABLE_INPUTS = 20
MAX_MINTERMS = 2**22
#: Dashes of a cube from which on it is too large by itself, whatever their number.
MOST_FREE = 40
#: Entries of a truth table that all cubes together may write: some seconds.
MAX_WRITES = 2**31
_MEANING = {
    "f": {"14": ON},
    "fd": {"14": ON, "-2": DC},
    "fr": {"14": ON, "03": OFF},
    "fdr": {"14": ON, "03": OFF, "-2": DC},
}

Uint8 = NDArray[np.uint8]


def read(spec: DataSpec, seed: int) -> Table:
    """The training file of a pla config; `seed` is not used.

    Raises:
        DataError: see `pla_text.parse`; too many inputs or minterms; contradicting cubes; nothing but don't-cares.
    """
    return read_pla(spec.path or "", spec.unpack_limit)


def reread(path: str, schema: Schema, limit: int | None = None) -> Table:
    """A later file, reduced to what is wanted."""
    return coerce(read_pla(path, limit), schema)


def read_pla(path: str, limit: int | None = None) -> Table:
    """All bit columns of a file; one output without don't-cares becomes labels "0" and "1"."""
    text = parse(path, limit)
    flags = _flags(text)
    if text.type in ("f", "fd"):
        inputs, flags = _truth_table(text, flags, limit)
    elif (text.inputs == DASH).any():
        inputs, flags = _mentioned_minterms(text, flags, limit)
    else:
        inputs = text.inputs
    values = _values(flags, rest_is_off=text.type in ("f", "fd"))
    table = as_table(inputs, text.input_names, values, text.output_names, path)
    return replace(table, notes=text.notes)


def as_table(
    inputs: NDArray[np.uint8], names: tuple[str, ...], values: NDArray[np.int8], outputs: tuple[str, ...], origin: str
) -> Table:
    """Bit columns and Boolean outputs as a table.

    Args:
        inputs: uint8[rows, inputs] of 0 and 1.
        names: input names.
        values: int8[rows, outputs] of 0, 1 and -1. With one output the rows of -1 are dropped and it becomes labels.
        outputs: output names.
        origin: for messages.

    Raises:
        DataError: no row is left.
    """
    keep = values[:, 0] >= 0 if values.shape[1] == 1 else slice(None)
    inputs, values = inputs[keep], values[keep]
    if not len(inputs):
        raise DataError("no rows that say 0 or 1", where=origin)
    by_column = np.ascontiguousarray(inputs.T).view(np.bool_)
    columns = tuple(Column(name, "bit", bits) for name, bits in zip(names, by_column, strict=True))
    if values.shape[1] == 1:
        return Table(columns, Target(outputs, np.array(["0", "1"], dtype=object)[values[:, 0]]), origin)
    return Table(columns, Target(outputs, values), origin)


def _flags(text: PlaText) -> Uint8:
    """uint8[cubes, outputs] of ON, OFF, DC or 0."""
    meaning = np.zeros(256, dtype=np.uint8)
    for chars, flag in _MEANING[text.type].items():
        meaning[[ord(char) for char in chars]] = flag
    return meaning[text.outputs]


def _values(flags: Uint8, rest_is_off: bool) -> NDArray[np.int8]:
    """0, 1 or -1 by the sets a minterm is in (see the head of this file)."""
    by_flags = np.full(8, 0 if rest_is_off else -1, dtype=np.int8)
    for sets in range(1, 8):
        by_flags[sets] = 0 if sets & OFF else -1 if sets & DC else 1
    return by_flags[flags]


def _truth_table(text: PlaText, flags: Uint8, limit: int | None) -> tuple[Uint8, Uint8]:
    """All minterms, the first input the most significant: uint8[2^inputs, inputs] and their flags."""
    n = len(text.input_names)
    if n > MAX_TABLE_INPUTS:
        raise DataError(
            f"type {text.type} describes all 2^{n} rows, at most 2^{MAX_TABLE_INPUTS} are made; "
            "list the rows to learn from and use .type fr",
            where=text.path,
        )
    free = (text.inputs == DASH).sum(axis=1)
    writes = int((2**free * (flags != 0).sum(axis=1)).sum())  # free <= 20, and a file has no 2^40 rows
    if writes > MAX_WRITES:
        raise DataError(f"the rows cover {writes:,} minterms, at most {MAX_WRITES:,} together", where=text.path)
    require_bound(2**n * (2 * flags.shape[1] + 2 * n), limit, text.path)
    table = np.zeros((flags.shape[1], *(2,) * n), dtype=np.uint8)
    for cube, sets in zip(text.inputs, flags, strict=True):
        subcube = tuple(slice(None) if value == DASH else int(value) for value in cube)
        for output in np.flatnonzero(sets):
            table[(output, *subcube)] |= sets[output]
    minterms = np.indices((2,) * n, dtype=np.uint8).reshape(n, -1)
    return minterms.T, table.reshape(len(table), -1).T


def _mentioned_minterms(text: PlaText, flags: Uint8, limit: int | None) -> tuple[Uint8, Uint8]:
    """Distinct minterms of all cubes in ascending order, with the union of their flags."""
    free = (text.inputs == DASH).sum(axis=1)
    sizes = 2 ** np.minimum(free, MOST_FREE).astype(np.int64)
    if sizes.sum() > MAX_MINTERMS:
        count = sizes.sum() if free.max() <= MOST_FREE else f"2^{free.max()} or more"
        raise DataError(
            f"the rows expand to {count} minterms, at most {MAX_MINTERMS} are made; use fewer - in the inputs",
            where=text.path,
        )
    n_inputs, n_outputs = text.inputs.shape[1], flags.shape[1]
    require_bound(int(sizes.sum()) * (2 * n_inputs + 3 * n_outputs), limit, text.path)
    # Packed rows: the minterms of 128 inputs take 16 bytes each, not 128.
    packed, which = np.unique(np.concatenate([_expand(cube) for cube in text.inputs]), axis=0, return_inverse=True)
    cube_of = np.repeat(np.arange(len(sizes)), sizes)
    merged = np.zeros((len(packed), flags.shape[1]), dtype=np.uint8)
    for flag in (ON, OFF, DC):
        for output in range(flags.shape[1]):
            merged[which[(flags[cube_of, output] & flag) != 0], output] |= flag
    minterms = np.unpackbits(packed, axis=1, count=text.inputs.shape[1])
    clash = (merged & (ON | OFF)) == (ON | OFF)
    if clash.any():
        row, output = divmod(int(clash.argmax()), n_outputs)
        _contradiction(text, flags, minterms[row], output)
    return minterms, merged


def _expand(cube: Uint8) -> Uint8:
    """The minterms of a cube, packed: uint8[2^dashes, ceil(inputs / 8)]."""
    free = np.flatnonzero(cube == DASH)
    rows = np.repeat(cube[None, :], 2**free.size, axis=0)
    if free.size:
        rows[:, free] = np.indices((2,) * free.size, dtype=np.uint8).reshape(free.size, -1).T
    return np.packbits(rows, axis=1)


def _contradiction(text: PlaText, flags: Uint8, minterm: Uint8, output: int) -> NoReturn:
    holds = ((text.inputs == DASH) | (text.inputs == minterm)).all(axis=1)
    lines = sorted(text.lines[int(np.flatnonzero(holds & (flags[:, output] == flag))[0])] for flag in (ON, OFF))
    inputs = "".join(map(str, minterm))
    raise DataError(
        f"output {text.output_names[output]!r} is both 0 and 1 for inputs {inputs} (see line {lines[0]})",
        where=f"{text.path}:{lines[1]}",
    )

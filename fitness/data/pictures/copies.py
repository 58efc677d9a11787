"""Training rows with augmented copies, packed: copies are made, encoded and dropped block by block.

A block is one copy of every row. Of MNIST's pixels that is 47 MB at a time, whatever the number of copies.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.data.dataset import Split, frozen
from fitness.data.encoder import Encoder
from fitness.data.pictures.affine import MOST, Pixels, drawn, mapped
from fitness.data.pictures.grid import Grid
from fitness.data.pictures.spec import AugmentSpec
from fitness.data.table import Column, Table
from fitness.data.tables.raw import is_missing
from fitness.errors import DataError
from fitness.machine.memory import require_memory
from genomes.bits import WORD, Words, n_words
from genomes.streams import Role, stream

BYTE = 255


def with_copies(table: Table, split: Split, encoder: Encoder, grid: Grid, spec: AugmentSpec, seed: int) -> Split:
    """The rows of `split`, then `spec.copies` blocks of their copies, row for row; labels are those of the rows.

    Args:
        table: the training rows, of which `encoder` made `split`.
        grid: where the pixels are; other columns are copied as they are.
        seed: the run's; every block has a stream of its own.

    Raises:
        DataError: a pixel is missing, or is no number; no memory for so many rows.
    """
    n = split.n_rows
    whole = n * (1 + spec.copies)
    require_memory(
        8 * len(split.inputs) * n_words(whole), f"{len(split.inputs):,} bits of {whole:,} rows", table.origin
    )
    levels = _Levels.of(table, grid)
    inputs = np.zeros((len(split.inputs), n_words(whole)), dtype=np.uint64)
    joined(inputs, split.inputs, n, 0)
    for copy in range(spec.copies):
        maps = drawn(spec, n, stream(seed, Role.AUGMENT, slot=copy))
        pixels = np.empty((grid.height * grid.width, n), dtype=levels.pixels.dtype)
        start = 0
        for some in mapped(levels.pixels, maps, grid.height, grid.width):
            pixels[:, start : start + len(some)] = some.T
            start += len(some)
        joined(inputs, encoder.binarizer.transform(levels.table(table, grid, pixels)), n, n * (1 + copy))
    planes, care = (repeated(array, n, 1 + spec.copies) for array in (split.planes, split.care))
    return Split(whole, frozen(inputs), frozen(planes), frozen(care))


def repeated(words: Words, n: int, times: int) -> Words:
    """uint64[k, W'] of `times` blocks of the `n` rows of uint64[k, W]."""
    whole = np.zeros((len(words), n_words(n * times)), dtype=np.uint64)
    for block in range(times):
        joined(whole, words, n, n * block)
    return whole


def joined(whole: Words, words: Words, n: int, start: int) -> None:
    """Put `n` rows of uint64[k, W], padding zero, into a larger one that is zero there, from row `start` on."""
    first, shift = divmod(start, WORD)
    whole[:, first : first + words.shape[1]] |= words << np.uint64(shift)
    spilled = n_words(start + n) - first - 1
    if shift and spilled > 0:
        whole[:, first + 1 : first + 1 + spilled] |= words[:, :spilled] >> np.uint64(WORD - shift)


class _Levels:
    """Pixels as whole numbers, and back: value = lowest + level * step; levels of bytes are the values."""

    def __init__(self, pixels: Pixels, lowest: float, step: float) -> None:
        self.pixels, self._lowest, self._step = pixels, lowest, step

    @classmethod
    def of(cls, table: Table, grid: Grid) -> _Levels:
        """Those of the training rows: bytes where all are whole and from 0 to 255, else `MOST` steps of their range."""
        columns = [_numbers(table.columns[place], table.origin) for place in grid.columns]
        if all(map(_are_bytes, columns)):
            pixels = np.empty((table.n_rows, len(columns)), dtype=np.uint8)
            for place, column in enumerate(columns):
                pixels[:, place] = column
            return cls(pixels, 0.0, 1.0)
        low = min([0.0, *(float(column.min()) for column in columns)])
        high = max([0.0, *(float(column.max()) for column in columns)])
        step = (high - low) / MOST
        levels = np.empty((table.n_rows, len(columns)), dtype=np.uint16)
        for place, column in enumerate(columns):
            levels[:, place] = np.rint((column - low) / step)
        return cls(levels, low, step)

    def table(self, table: Table, grid: Grid, pixels: Pixels) -> Table:
        """The rows of `table` with other pixels [pixels, rows]."""
        columns = list(table.columns)
        for place, values in zip(grid.columns, pixels, strict=True):
            columns[place] = replace(columns[place], values=self._values(columns[place], values))
        return Table(tuple(columns), None, table.origin)

    def _values(self, column: Column, levels: NDArray[Any]) -> NDArray[Any]:
        if column.kind == "bit":
            return levels.astype(np.bool_)
        if self.pixels.dtype == np.uint8:
            return levels
        return self._lowest + levels * self._step


def _numbers(column: Column, where: str) -> NDArray[Any]:
    if column.kind not in ("number", "bit"):
        raise DataError(f"column {column.name!r} must hold numbers to be a pixel, not a {column.kind}", where=where)
    missing = np.flatnonzero(is_missing(column.values))
    if missing.size:
        need = f"a pixel must be known, got a missing value in column {column.name!r}, row {missing[0] + 1}"
        raise DataError(need, where=where)
    return column.values.astype(np.uint8) if column.kind == "bit" else column.values


def _are_bytes(values: NDArray[Any]) -> bool:
    if values.dtype == np.uint8:
        return True
    return bool(((values >= 0) & (values <= BYTE)).all() and (values == np.rint(values)).all())

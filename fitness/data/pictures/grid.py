"""Which columns of a table are the pixels of a picture, and which pixel each input bit tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fitness.data.dataset import Bit
from fitness.data.picture import Picture
from fitness.data.pictures.spec import ImageSpec
from fitness.data.table import Table
from fitness.errors import DataError

#: A column's name that says which pixel it is.
PIXEL = re.compile(r"pixel_(\d{1,5})_(\d{1,5})")


@dataclass(frozen=True, slots=True)
class Grid:
    """columns: for every pixel, row by row, its place among the columns of the table."""

    height: int
    width: int
    columns: tuple[int, ...]

    def picture(self, columns: Sequence[str], bits: Sequence[Bit], *, decides: bool) -> Picture:
        """Where `bits` lie, which were fitted on a table of these columns."""
        pixel_of = {columns[place]: pixel for pixel, place in enumerate(self.columns)}
        pixels = np.array([pixel_of.get(bit.feature, -1) for bit in bits], dtype=np.int32)
        pixels.flags.writeable = False
        return Picture(self.height, self.width, pixels, decides)


def grid_of(table: Table, spec: ImageSpec) -> Grid | None:
    """The grid that the config or the columns' names say; None where neither does.

    Raises:
        DataError: the config says one that the columns do not make up.
    """
    if spec.height is None or spec.width is None:
        return _named(table)
    n = len(table.columns)
    if n != spec.height * spec.width:
        pixels = f"{spec.height} x {spec.width} = {spec.height * spec.width:,} pixels"
        raise DataError(f"{pixels}, but there are {n:,} columns", where="data.image")
    return Grid(spec.height, spec.width, tuple(range(n)))


def _named(table: Table) -> Grid | None:
    """Columns called pixel_ROW_COLUMN, where there is one for each place of a grid."""
    found = [(PIXEL.fullmatch(column.name), place) for place, column in enumerate(table.columns)]
    places = {(int(match[1]), int(match[2])): place for match, place in found if match is not None}
    if not places:
        return None
    height, width = (1 + max(place[axis] for place in places) for axis in (0, 1))
    if len(places) != height * width:
        return None
    return Grid(height, width, tuple(places[row, column] for row in range(height) for column in range(width)))


def picture_by_name(columns: Sequence[str], inputs: Sequence[str]) -> Picture | None:
    """The picture that columns called pixel_ROW_COLUMN make up, for people to look at; None if they make up none.

    Columns that never changed in training may be missing, so a rim may be cut; half of the places have to be there.

    Args:
        columns: names of those that are left.
        inputs: of each input the name of its column.
    """
    places = {name: (int(match[1]), int(match[2])) for name in columns if (match := PIXEL.fullmatch(name))}
    if not places:
        return None
    height, width = (1 + max(place[axis] for place in places.values()) for axis in (0, 1))
    if 2 * len(set(places.values())) < height * width:
        return None
    pixel_of = {name: row * width + column for name, (row, column) in places.items()}
    return Picture(height, width, np.array([pixel_of.get(name, -1) for name in inputs], dtype=np.int32))

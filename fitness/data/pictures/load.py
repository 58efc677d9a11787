"""Rows that may be pictures to packed splits: as all rows, and then where bits lie, and copies of training rows."""

from __future__ import annotations

from dataclasses import replace

from fitness.data.load import Loaded, loaded, split_tables
from fitness.data.pictures.copies import with_copies
from fitness.data.pictures.grid import grid_of
from fitness.data.pictures.spec import ImageDataSpec, PictureDataSpec
from fitness.errors import DataError


def load_pictures(spec: PictureDataSpec, seed: int) -> Loaded:
    """Everything the search needs to know about its data; a pure function of the files, `spec` and `seed`.

    Args:
        spec: the section, its paths absolute (or relative to the current folder).
        seed: the run's seed: it draws generated rows, splits, noise and copies.

    Raises:
        DataError: whatever is wrong with the data, in one line; copies or patterns of what is no picture.
    """
    tables = split_tables(spec, seed)
    train, copies = tables["train"], spec.augment.copies
    grid = grid_of(train, spec.image)
    found = loaded(replace(spec, refine=False), tables)
    if grid is None:
        _require_none(spec, train.origin)
        return found
    decides = bool(copies or spec.patterns.bits)
    picture = grid.picture([column.name for column in train.columns], found.dataset.bits, decides=decides)
    dataset = replace(found.dataset, picture=picture)
    if copies:
        rows = with_copies(train, dataset.train, found.encoder, grid, spec.augment, seed)
        dataset = replace(dataset, train=rows, copies=copies)
    return replace(found, dataset=dataset, encoder=replace(found.encoder, picture=picture))


def load_shown(spec: ImageDataSpec, seed: int) -> Loaded:
    """The data of a search for which pixels are columns like others; people are shown the pictures that `spec` says.

    Raises:
        DataError: as `load`; the config says a picture that the columns do not make up.
    """
    tables = split_tables(spec, seed)
    columns = [column.name for column in tables["train"].columns]
    grid = None if spec.image.height is None else grid_of(tables["train"], spec.image)
    found = loaded(spec, tables)
    if grid is None:
        return found
    picture = grid.picture(columns, found.dataset.bits, decides=False)
    return replace(found, encoder=replace(found.encoder, picture=picture))


def _require_none(spec: PictureDataSpec, origin: str) -> None:
    for key, wanted in (("augment.copies", spec.augment.copies), ("patterns.bits", spec.patterns.bits)):
        if wanted:
            need = "needs pictures; say data.image.height and data.image.width, or call columns pixel_ROW_COLUMN"
            raise DataError(f"{origin}: {need}", where=f"data.{key}")

"""MNIST's idx format: an images file and, beside it, a labels file found by name.

A big-endian header (two zero bytes, the type 0x08 = unsigned byte, the number of dimensions, each dimension as a
32-bit integer) and then the bytes. Pixels stay uint8 from file to thresholds: 60,000 images are 47 MB, as floats
they would be 376.
"""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
from numpy.typing import NDArray

from fitness.data.checks import require_few_columns
from fitness.data.files import read_bytes
from fitness.data.schema import Schema, coerce
from fitness.data.spec import DataSpec
from fitness.data.table import Column, Table, Target
from fitness.errors import DataError

IMAGES = re.compile(r"images([-.])idx\d(?=[^/]*$)")
UNSIGNED_BYTE = 8
#: Images, channels, rows, columns, and room for more.
MOST_AXES = 8


def read(spec: DataSpec, seed: int) -> Table:
    """The training images of an idx config, with their labels; `seed` is not used.

    Raises:
        DataError: unreadable or damaged files, a labels file that is missing or of another length.
    """
    return read_images(spec.path or "", labels=True, limit=spec.unpack_limit)


def reread(path: str, schema: Schema, limit: int | None = None) -> Table:
    """A later images file; its labels file is needed only where labels are wanted."""
    return coerce(read_images(path, labels=bool(schema.target), limit=limit), schema)


def read_images(path: str, labels: bool, limit: int | None = None) -> Table:
    """uint8 columns ``pixel_r_c`` of an images file, labels as texts."""
    images = read_idx(path, limit)
    if images.ndim < 2 or 0 in images.shape:
        raise DataError(f"expected images [n, rows, columns], none zero; got shape {list(images.shape)}", where=path)
    require_few_columns(math.prod(images.shape[1:]), path)
    by_pixel = np.ascontiguousarray(images.reshape(len(images), -1).T)
    places = itertools.product(*map(range, images.shape[1:]))
    columns = tuple(
        Column("_".join(["pixel", *map(str, place)]), "number", values)
        for place, values in zip(places, by_pixel, strict=True)
    )
    return Table(columns, _labels(path, len(images), limit) if labels else None, path)


def read_idx(path: str, limit: int | None = None) -> NDArray[np.uint8]:
    """The array of an idx file of unsigned bytes.

    Raises:
        DataError: another magic number or type, too many dimensions, or fewer or more bytes than the header promises.
    """
    content = read_bytes(path, limit)
    start = 4 + 4 * content[3] if len(content) >= 4 else 4
    if content[:2] != b"\0\0" or len(content) < start or start == 4:
        raise DataError("not an idx file (it must start with bytes 0 0)", where=path)
    if content[2] != UNSIGNED_BYTE:
        raise DataError(f"expected an idx file of unsigned bytes (type 0x08), got type 0x{content[2]:02x}", where=path)
    if content[3] > MOST_AXES:
        raise DataError(f"expected at most {MOST_AXES} dimensions, got {content[3]}", where=path)
    shape = tuple(int(n) for n in np.frombuffer(content, dtype=">u4", count=content[3], offset=4))
    expected, got = math.prod(shape), len(content) - start
    if got != expected:
        raise DataError(f"expected {expected} bytes after the header for shape {list(shape)}, got {got}", where=path)
    if not expected:
        raise DataError(f"the file holds nothing: its shape is {list(shape)}", where=path)
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)


def _labels(images_path: str, n_images: int, limit: int | None) -> Target:
    path = IMAGES.sub(r"labels\1idx1", images_path)
    if path == images_path:
        raise DataError("the name must contain images-idx3, so that the labels file can be found", where=images_path)
    try:
        labels = read_idx(path, limit)
    except DataError as error:
        if error.message != "no such file":
            raise
        raise DataError("no such file; it must hold the labels of the images", where=path) from None
    if labels.shape != (n_images,):
        raise DataError(f"expected {n_images} labels as there are images, got shape {list(labels.shape)}", where=path)
    return Target(("label",), np.array([str(label) for label in labels.tolist()], dtype=object))

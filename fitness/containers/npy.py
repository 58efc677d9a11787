"""One array of an npz file. NumPy reads the header; what it promises is compared with what is there."""

from __future__ import annotations

import io
import math
import warnings
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from fitness.containers.contiguous import laid_out
from fitness.errors import ContainerError

#: Characters of a header, at most, and bytes before it. Arrays without named fields need some hundred.
LONGEST_HEADER, BEFORE_HEADER = 10_000, 12
PIECE = 2**20
#: Kinds of dtypes whose bytes are their values: booleans, numbers, times, texts.
KINDS = "biufcmMSU"
HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}

Array = NDArray[Any]


def read_npy(file: IO[bytes], n_bytes: int, *, name: str, where: str) -> Array:
    """The array in `file`, whose directory promises `n_bytes`, in C order and the machine's own byte order.

    Raises:
        ContainerError: no npy file, a dtype that needs code to be read or has no bytes, a shape that does not fit the
            bytes, values that their dtype does not have.
        EOFError, zipfile's and zlib's errors: the file is damaged.
    """
    head = file.read(BEFORE_HEADER + LONGEST_HEADER)
    shape, fortran, dtype, start = _header(head, name, where)
    expected, got = math.prod(shape) * dtype.itemsize, n_bytes - start
    if expected != got or not dtype.itemsize:
        promised = f"{name} promises {_shape(shape)} values of {dtype}"
        raise ContainerError(f"{promised}, {_number(expected)} bytes; the archive holds {got:,}", where=where)
    flat = _filled(file, head[start:], got, name, where).view(dtype)
    _check_values(flat, name, where)
    return _laid_out(flat, shape, fortran, name, where)


def _header(head: bytes, name: str, where: str) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """Shape, whether in Fortran order, dtype, and where the values begin."""
    file = io.BytesIO(head)
    try:
        with warnings.catch_warnings():  # of old headers, which are read all the same
            warnings.simplefilter("ignore")
            version = npy.read_magic(file)
            shape, fortran, dtype = HEADERS[version](file, max_header_size=LONGEST_HEADER)
    except Exception:  # the header is an expression: it may fail in any way that parsing and dtypes can
        need = f"{name} is no array of numbers or texts that NumPy could have written"
        raise ContainerError(f"{need}; write it with numpy.savez", where=where) from None
    if dtype.kind not in KINDS or dtype.hasobject:
        kind = "Python objects" if dtype.hasobject else "records" if dtype.names else f"values of dtype {dtype}"
        raise ContainerError(f"{name} holds {kind[:60]}; expected numbers or texts", where=where)
    if any(isinstance(n, bool) or n < 0 for n in shape):
        raise ContainerError(f"{name} has the shape {_shape(shape)}", where=where)
    return shape, fortran, dtype, file.tell()


def _shape(shape: tuple[int, ...]) -> str:
    return f"[{', '.join([*map(_number, shape[:4]), *['...'] * (len(shape) > 4)])}]"


def _number(n: int) -> str:
    """An integer of any size in a few characters."""
    return str(n) if abs(n) < 10**15 else f"{'-' * (n < 0)}10^{int(math.log10(abs(n)))}"


def _filled(file: IO[bytes], first: bytes, n_bytes: int, name: str, where: str) -> NDArray[np.uint8]:
    """`n_bytes` bytes: `first`, and what follows in the file."""
    try:
        content = np.empty(n_bytes, dtype=np.uint8)
    except (MemoryError, ValueError):
        raise ContainerError(f"{name} needs {n_bytes:,} bytes of memory, which are not there", where=where) from None
    piece, at = first, 0
    while piece:
        content[at : at + len(piece)] = np.frombuffer(piece, dtype=np.uint8)
        at, piece = at + len(piece), file.read(PIECE)
    if at < n_bytes:
        raise EOFError(f"{name} is truncated")
    return content


def _check_values(flat: Array, name: str, where: str) -> None:
    """Refuse bytes that no NumPy would write for this dtype: they break whoever reads them."""
    if flat.dtype.kind == "b" and flat.size and flat.view(np.uint8).max() > 1:
        raise ContainerError(f"{name} holds Booleans other than 0 and 1", where=where)
    if flat.dtype.kind == "U":
        codes = flat.view(np.dtype(np.uint32).newbyteorder(flat.dtype.byteorder))
        if ((codes > 0x10FFFF) | ((codes >= 0xD800) & (codes <= 0xDFFF))).any():
            raise ContainerError(f"{name} holds characters that do not exist", where=where)


def _laid_out(flat: Array, shape: tuple[int, ...], fortran: bool, name: str, where: str) -> Array:
    try:
        array = flat.reshape(shape, order="F" if fortran else "C")
    except ValueError:  # more axes than NumPy has, or a size beyond it beside a 0
        raise ContainerError(f"{name} has a shape that NumPy does not know: {_shape(shape)}", where=where) from None
    return laid_out(array, array.dtype)

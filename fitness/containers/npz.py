"""NumPy archives: the directory of the zip file is checked before a member is opened, a header before memory is taken.

Whatever order and byte order an array has in the file, it is laid out as kernels want it: C order, the machine's own
byte order, aligned, writable.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection
from typing import Any

from numpy.typing import NDArray

from fitness.containers.bound import require_bound
from fitness.containers.npy import read_npy
from fitness.errors import ContainerError

#: Entries of a directory, at most; each takes memory before anything is known of it.
MOST_MEMBERS = 10_000
ENTRY, ENDING = b"PK\x01\x02", ".npy"
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
OTHER_METHODS = {9: "deflate64", zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "lzma", 93: "zstd"}
#: What zipfile and zlib raise on damage.
DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, KeyError, OverflowError,
)  # fmt: skip


def read_npz(
    content: bytes,
    *,
    names: Collection[str] | None = None,
    limit: int | None = None,
    where: str = "",
    example: str = "...",
) -> dict[str, NDArray[Any]]:
    """The arrays of an npz file by name; nothing is unpickled.

    Args:
        content: the file.
        names: arrays to read, where they are there; None: every array.
        limit: bytes that these arrays may take together, see `bound`.
        where: location in messages.
        example: arguments that `numpy.savez` would take after the path, in the message for what is no archive.

    Raises:
        ContainerError: no zip file, members that are encrypted, oddly compressed, given twice, damaged, too large or
            no arrays of numbers or texts.
    """
    try:
        with _opened(content, where, f"not an npz archive; write it with numpy.savez(path, {example})") as archive:
            members = _members(archive, names, where)
            require_bound(sum(member.file_size for member in members.values()), limit, where)
            return {name: _array(archive, name, member, where) for name, member in members.items()}
    except DAMAGED as problem:
        reason = (str(problem) or type(problem).__name__).splitlines()[0][:100]
        raise ContainerError(f"damaged npz archive: {reason}", where=where) from None


def array_names(content: bytes, where: str = "") -> list[str]:
    """The names of all arrays of an npz file, in its order; see `read_npz`."""
    with _opened(content, where, "not an npz archive") as archive:
        return [info.filename.removesuffix(ENDING) for info in archive.infolist()]


def require_zip(content: bytes, *, limit: int | None = None, where: str = "") -> None:
    """Raise ContainerError unless this is a sound zip directory of members that unpack to `limit` bytes at most.

    For readers that open the file themselves.
    """
    try:
        with _opened(content, where, "not a zip archive") as archive:
            members = archive.infolist()
            for member in members:
                _check_member(member, member.filename, where)
    except DAMAGED:
        raise ContainerError("damaged zip archive", where=where) from None
    require_bound(sum(member.file_size for member in members), limit, where)


def _opened(content: bytes, where: str, otherwise: str) -> zipfile.ZipFile:
    if content.count(ENTRY) > MOST_MEMBERS:
        raise ContainerError(f"an archive of more than {MOST_MEMBERS:,} members", where=where)
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (*DAMAGED, NotImplementedError):
        raise ContainerError(otherwise, where=where) from None


def _members(archive: zipfile.ZipFile, names: Collection[str] | None, where: str) -> dict[str, zipfile.ZipInfo]:
    """The wanted members by the names of their arrays."""
    members = [(info.filename.removesuffix(ENDING), info) for info in archive.infolist()]
    wanted = [(name, info) for name, info in members if names is None or name in names]
    twice = [name for name, times in Counter(name for name, _ in wanted).items() if times > 1]
    if twice:
        raise ContainerError(f"the archive holds {shown(twice[0])} twice", where=where)
    for name, info in wanted:
        _check_member(info, name, where)
    return dict(wanted)


def _check_member(info: zipfile.ZipInfo, name: str, where: str) -> None:
    if info.flag_bits & ENCRYPTED:
        raise ContainerError(f"{shown(name)} is encrypted; write it without a password", where=where)
    if info.compress_type not in METHODS:
        method = OTHER_METHODS.get(info.compress_type, f"method {info.compress_type}")
        raise ContainerError(f"{shown(name)} is packed by {method}; only deflate can be read", where=where)


def _array(archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo, where: str) -> NDArray[Any]:
    with archive.open(info) as member:
        return read_npy(member, info.file_size, name=shown(name), where=where)


def shown(name: str) -> str:
    """A member's name in messages: it may be anything."""
    return repr(name if len(name) <= 40 else f"{name[:40]}...")

"""The SHA-256 of a journal's beginning, kept while the journal grows, so that nothing is hashed twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from evo.storage.folder import Folder, MissingError
from evo.storage.lines import BLOCK, LONGEST, open_line


class Digest:
    """How many bytes were added, and their SHA-256."""

    def __init__(self) -> None:
        self.n_bytes = 0
        self._sha = hashlib.sha256()

    def add(self, content: bytes) -> None:
        """Further bytes."""
        self.n_bytes += len(content)
        self._sha.update(content)

    def copy(self) -> Digest:
        """The same, to be added to on its own."""
        other = Digest()
        other.n_bytes, other._sha = self.n_bytes, self._sha.copy()
        return other

    @property
    def sha256(self) -> str:
        """In hexadecimal."""
        return self._sha.hexdigest()


def beginnings(folder: Folder, name: str, lengths: Iterable[int]) -> dict[int, Digest]:
    """The digests of a journal's beginnings, in one pass; without those that are longer than the file.

    A file with a line longer than any that evo writes is read no further: it may be a terabyte of zeros.

    Raises:
        CheckpointError: it is no regular file.
    """
    wanted, digest = sorted({*lengths, 0}), Digest()
    digests: dict[int, Digest] = {}
    try:
        with folder.opened(name) as file:
            since = 0
            for length in wanted:
                while digest.n_bytes < length:
                    block = file.read(min(BLOCK, length - digest.n_bytes))
                    since = open_line(since, block)
                    if not block or since > LONGEST:
                        return digests
                    digest.add(block)
                digests[length] = digest.copy()
    except MissingError:
        digests[0] = digest
    return digests

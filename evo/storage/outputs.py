"""Files that the user names: written where he says, through links if he says so, and never half."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from evo.errors import UsageError


def write_output(path: str | Path, content: bytes | str) -> None:
    """Write a file as a whole; what was there stays if that fails. A device or a pipe just gets the content.

    Raises:
        UsageError: it cannot be written there.
    """
    payload = content.encode() if isinstance(content, str) else content
    given = Path(path)
    try:
        mode = _mode(given)
        if (mode is None or stat.S_ISREG(mode)) and not given.is_relative_to("/dev"):
            _replace(given.resolve(), payload, mode)
        else:
            given.write_bytes(payload)
    except OSError as problem:
        raise UsageError(f"cannot be written ({problem.strerror})", where=str(path)) from None


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _replace(path: Path, payload: bytes, mode: int | None) -> None:
    """Write beside `path` and rename, with the permissions that it had."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), stat.S_IMODE(mode))
            file.write(payload)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise

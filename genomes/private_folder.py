"""A folder of this user in the system's temporary folder that nobody else can enter: for locks and caches."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path


def private_folder(name: str) -> Path:
    """`NAME-<uid>` in the temporary folder, with mode 0700; the same for all processes of this user.

    The temporary folder is everybody's, so that name may be taken: by a link, a file, a folder of someone else, or one
    that others may write to. Then it is left alone and the folder is a new one, for this call only.

    Raises:
        OSError: there is no temporary folder that can be written to.
    """
    folder = Path(tempfile.gettempdir()) / f"{name}-{os.geteuid()}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    return folder if is_private(folder) else Path(tempfile.mkdtemp(prefix=f"{name}-"))


def is_private(folder: Path) -> bool:
    """Whether it is a folder (not a link to one) that belongs to this user and lets nobody else in."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    others = stat.S_IRWXG | stat.S_IRWXO
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & others

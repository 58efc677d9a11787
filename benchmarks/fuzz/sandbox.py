"""A place for commands to be tried in, and the tree beside it that they must leave alone.

``box/work`` is the current folder of a command, ``box/tmp`` its TMPDIR, ``box/home`` its HOME, ``box/outside`` stands
for the rest of the user's files: hostile links and paths point there (from a run directory in ``box/work/run``,
``../../outside``). A hostile text that is run as code makes the file CANARY, ``../outside/canary`` from the current
folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

#: Name of the file, in box/outside, that code hidden in an input tries to make.
CANARY = "canary"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The folders of one sandbox; see the module."""

    root: Path

    @classmethod
    def make(cls, root: Path) -> Sandbox:
        """Make the folders and the files that stand for the user's own."""
        box = cls(root)
        for folder in (box.work, box.tmp, box.home, box.outside / "folder"):
            folder.mkdir(parents=True)
        (box.outside / "precious.txt").write_text("precious\n", encoding="utf-8")
        (box.outside / "folder" / "inner.json").write_text('{"precious": true}\n', encoding="utf-8")
        return box

    @property
    def work(self) -> Path:
        """Current folder of the commands."""
        return self.root / "work"

    @property
    def tmp(self) -> Path:
        """TMPDIR of the commands."""
        return self.root / "tmp"

    @property
    def home(self) -> Path:
        """HOME of the commands."""
        return self.root / "home"

    @property
    def outside(self) -> Path:
        """What no command may touch."""
        return self.root / "outside"

    @property
    def canary(self) -> Path:
        """The file that exists only where code from an input was run."""
        return self.outside / CANARY

    def seen(self) -> dict[str, str]:
        """Every path outside and in HOME with its kind, mode and digest."""
        return {
            str(path.relative_to(self.root)): _described(path)
            for top in (self.outside, self.home)
            for path in sorted(top.rglob("*"))
        }

    def clear(self) -> None:
        """Empty the current folder and TMPDIR."""
        for folder in (self.work, self.tmp):
            _make_removable(folder)
            shutil.rmtree(folder)
            folder.mkdir()


def _make_removable(folder: Path) -> None:
    """Undo modes that a change took away."""
    for path, _, _ in os.walk(folder):
        Path(path).chmod(0o700)


def _described(path: Path) -> str:
    facts = path.lstat()
    content = ""
    if stat.S_ISREG(facts.st_mode):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{stat.filemode(facts.st_mode)} {content}"  # another name in a run may go: that is the run's own entry

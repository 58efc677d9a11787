"""Changes of what the entries of a run directory are: links, pipes, sockets, devices, folders for files, sizes, modes.

Links lead to box/outside (from the folder ``../../outside``), which stands for the rest of the user's files.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import socket
import stat
from collections.abc import Callable
from pathlib import Path

OUTSIDE = Path("../../outside")
#: Bytes of a file that is all hole.
HUGE = (2**31, 2**33, 2**42)
#: Names of files that evo did not write; the last bytes are no text.
ODD = (
    "-rf",
    "a\nb",
    "\x1b[31mred",
    "..x.tmp",
    ".checkpoint.tmp",
    "x" * 255,
    "evil\u202egpj.json",
    os.fsdecode(b"\xff\xfe"),
)

#: What is no line of a journal.
BAD_LINES = (
    b"torn", b"\xff\xfe\n", b"[1, 2]\n", b"[" * 100_000 + b"\n", b"\0" * 70_000 + b"\n", b'{"generation": NaN}\n',
)  # fmt: skip


def entries(folder: Path) -> list[Path]:
    """Everything in a run directory, links not followed."""
    return sorted(path for path in folder.rglob("*") if path.lstat())


def any_entry(folder: Path, rng: random.Random) -> Path:
    """One of the run's files and folders, the top ones more often."""
    found = entries(folder)
    top = [path for path in found if path.parent == folder]
    return rng.choice(top if rng.random() < 0.7 else found)


def any_file(folder: Path, rng: random.Random) -> Path:
    """One of the run's regular files."""
    return rng.choice([path for path in entries(folder) if stat.S_ISREG(path.lstat().st_mode)])


def remove(path: Path) -> None:
    """Whatever is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def told(what: str, path: Path, folder: Path) -> str:
    return f"{path.relative_to(folder)!s:.60} {what}"


def target(path: Path, folder: Path) -> Path:
    """OUTSIDE, seen from the folder of `path`."""
    return Path(*[".."] * (len(path.relative_to(folder).parts) - 1)) / OUTSIDE


def link_to_file(folder: Path, rng: random.Random) -> str:
    path = any_entry(folder, rng)
    remove(path)
    path.symlink_to(target(path, folder) / "precious.txt")
    return told("is a link to a file outside", path, folder)


def link_to_folder(folder: Path, rng: random.Random) -> str:
    path = any_entry(folder, rng)
    remove(path)
    path.symlink_to(target(path, folder) / rng.choice(("folder", ".")))
    return told("is a link to a folder outside", path, folder)


def dangling_link(folder: Path, rng: random.Random) -> str:
    path = any_entry(folder, rng)
    remove(path)
    path.symlink_to(target(path, folder) / "new")
    return told("is a dangling link", path, folder)


def moved_outside(folder: Path, rng: random.Random) -> str:
    """The true content lies outside, and the link leads to it: only that it is a link is wrong."""
    path = any_entry(folder, rng)
    moved = folder.parent / "moved"
    path.rename(moved)
    path.symlink_to(moved.resolve())
    return told("is a link to what it was", path, folder)


def link_inside(folder: Path, rng: random.Random) -> str:
    path, other = any_entry(folder, rng), any_entry(folder, rng)
    name = os.path.relpath(other, path.parent)
    remove(path)
    path.symlink_to(name)
    return told(f"is a link to {name!s:.40}", path, folder)


def planted_link(folder: Path, rng: random.Random) -> str:
    """A link under a name that evo would make itself."""
    names = (
        ".lock",
        "stop",
        "log.txt",
        "report.md",
        "quarantine",
        ".run.json.tmp",
        ".metrics.jsonl.tmp",
        "checkpoints/LATEST",
    )
    path = folder / rng.choice(names)
    path.parent.mkdir(exist_ok=True)
    remove(path)
    path.symlink_to(target(path, folder) / rng.choice(("precious.txt", "folder", "new")))
    return told("is a link that was planted", path, folder)


def hard_link(folder: Path, rng: random.Random) -> str:
    """Another name outside: content that is changed in place changes there too."""
    path = any_file(folder, rng)
    other = (folder / OUTSIDE / "folder" / "other name").resolve()
    other.unlink(missing_ok=True)
    shutil.copy(path, other)
    path.unlink()
    path.hardlink_to(other)
    return told("has another name outside", path, folder)


def pipe(folder: Path, rng: random.Random) -> str:
    path = any_entry(folder, rng)
    remove(path)
    os.mkfifo(path)
    return told("is a named pipe", path, folder)


def planted_pipe(folder: Path, rng: random.Random) -> str:
    path = folder / rng.choice(
        (".lock", "stop", "log.txt", "report.md", "models/extra.json", "checkpoints/gen_999999.json")
    )
    path.parent.mkdir(exist_ok=True)
    remove(path)
    os.mkfifo(path)
    return told("is a named pipe", path, folder)


def unix_socket(folder: Path, rng: random.Random) -> str:
    path = any_entry(folder, rng)
    remove(path)
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(path.parent)  # the name of a socket is at most some 100 bytes long
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as made:
            made.bind(path.name)
    finally:
        os.fchdir(here)
        os.close(here)
    return told("is a socket", path, folder)


def device(folder: Path, rng: random.Random) -> str:
    """A device where this user may make one; else a link to one."""
    path = any_entry(folder, rng)
    remove(path)
    name, number = rng.choice((("zero", (1, 5)), ("null", (1, 3)), ("full", (1, 7))))
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(*number))
    except PermissionError:
        path.symlink_to(f"/dev/{name}")
    return told(f"is /dev/{name}", path, folder)


def folder_for_file(folder: Path, rng: random.Random) -> str:
    path = any_file(folder, rng)
    remove(path)
    path.mkdir()
    (path / "inner").write_text("inner", encoding="utf-8")
    return told("is a folder", path, folder)


def file_for_folder(folder: Path, rng: random.Random) -> str:
    path = folder / rng.choice(("checkpoints", "models", "quarantine"))
    remove(path)
    path.write_bytes(b"\0" * rng.choice((0, 10)))
    return told("is a file", path, folder)


def missing(folder: Path, rng: random.Random) -> str:
    path = any_entry(folder, rng)
    remove(path)
    return told("is missing", path, folder)


def huge(folder: Path, rng: random.Random) -> str:
    """All hole, or a hole after what was there."""
    path, size = any_file(folder, rng), rng.choice(HUGE)
    if rng.random() < 0.5:
        path.write_bytes(b"")
    os.truncate(path, size)
    return told(f"has {size:,} bytes", path, folder)


def empty(folder: Path, rng: random.Random) -> str:
    path = any_file(folder, rng)
    path.write_bytes(b"")
    return told("is empty", path, folder)


def no_rights(folder: Path, rng: random.Random) -> str:
    """Nothing to read where the user is not root."""
    path = any_entry(folder, rng)
    path.chmod(0)
    return told("has no rights", path, folder)


def odd_names(folder: Path, rng: random.Random) -> str:
    """Files, links and pipes with names that evo never uses."""
    for name in rng.sample(ODD, 3):
        path = folder / rng.choice(("", "models", "checkpoints", "quarantine")) / name
        path.parent.mkdir(exist_ok=True)
        rng.choice((Path.touch, os.mkfifo, lambda p: p.symlink_to("/etc/passwd")))(path)
    return "three files with odd names"


def many_checkpoints(folder: Path, rng: random.Random) -> str:
    """Descriptions of checkpoints that are not there."""
    (folder / "checkpoints").mkdir(exist_ok=True)
    for number in range(rng.choice((50, 2000))):
        (folder / "checkpoints" / f"gen_{900000 + number}.json").write_text("{}", encoding="utf-8")
    return "many checkpoints without content"


def torn_journals(folder: Path, rng: random.Random) -> str:
    """A bad line at the end, in the middle or for a whole journal."""
    path = folder / rng.choice(("metrics.jsonl", "timing.jsonl", "events.jsonl"))
    lines = path.read_bytes().splitlines(keepends=True)
    bad = rng.choice(BAD_LINES)
    lines.insert(rng.choice((0, len(lines) // 2, len(lines))), bad)
    path.write_bytes(b"".join(lines))
    return told(f"has the line {bad[:20]!r}", path, folder)


CHANGES: list[Callable[[Path, random.Random], str]] = [
    link_to_file, link_to_folder, dangling_link, moved_outside, link_inside, planted_link, hard_link, pipe,
    planted_pipe, unix_socket, device, folder_for_file, file_for_folder, missing, huge, empty, no_rights, odd_names,
    many_checkpoints, torn_journals,
]  # fmt: skip

"""Something else in the place of a file: folders, pipes, devices, sockets, links to them and to nowhere."""

from __future__ import annotations

import os
import random
import socket
from pathlib import Path


def folder(path: Path, rng: random.Random) -> str:
    path.unlink()
    path.mkdir()
    return "a folder"


def missing(path: Path, rng: random.Random) -> str:
    path.unlink()
    return "no file"


def empty(path: Path, rng: random.Random) -> str:
    path.write_bytes(b"")
    return "an empty file"


def pipe(path: Path, rng: random.Random) -> str:
    path.unlink()
    os.mkfifo(path)
    return "a pipe"


def listening(path: Path, rng: random.Random) -> str:
    path.unlink()
    here = Path.cwd()
    try:  # a socket's path is at most 107 bytes long
        os.chdir(path.parent)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)
    return "a socket"


def link(path: Path, rng: random.Random) -> str:
    path.unlink()
    targets = [
        "/dev/zero",
        "/dev/urandom",
        "/dev/full",
        "/dev/null",
        "/dev/tty",
        "nowhere",
        path.name,
        "/",
        "/proc/self/mem",
    ]
    target = rng.choice([*targets, "/proc/kcore", "/proc/kmsg", "/proc/self/environ", "/etc/hostname"])
    path.symlink_to(target)
    return f"a link to {target}"


def sparse(path: Path, rng: random.Random) -> str:
    size = rng.choice([10**8, 10**10, 10**12])
    with path.open("ab") as file:
        file.truncate(size)
    return f"a sparse file of {size:,} bytes"


CHANGES = [folder, missing, empty, pipe, listening, link, link, sparse]

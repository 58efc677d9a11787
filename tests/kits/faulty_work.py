"""Work that goes wrong once, or always, on real workers. `marker` is a file that the first fault makes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tests.kits.fake_fleet import Numbers


def squares(numbers: Numbers) -> list[int]:
    time.sleep(0.01)
    return [value * value for value in numbers.values]


def _first(marker: str) -> bool:
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def killed_once(marker: str, numbers: Numbers) -> list[int]:
    if 5 in numbers.values and _first(marker):
        os.kill(os.getpid(), signal.SIGKILL)
    return squares(numbers)


def exits_once(marker: str, numbers: Numbers) -> list[int]:
    if 5 in numbers.values and _first(marker):
        os._exit(0)
    return squares(numbers)


def segfaults_once(marker: str, numbers: Numbers) -> list[int]:
    if 5 in numbers.values and _first(marker):
        os.kill(os.getpid(), signal.SIGSEGV)
        time.sleep(60)
    return squares(numbers)


def hangs_once(marker: str, numbers: Numbers) -> list[int]:
    if 5 in numbers.values and _first(marker):
        time.sleep(3600)
    return squares(numbers)


def out_of_memory_once(marker: str, numbers: Numbers) -> list[int]:
    if 5 in numbers.values and _first(marker):
        raise MemoryError
    return squares(numbers)


def eats_memory_once(marker: str, numbers: Numbers) -> list[int]:
    if 5 in numbers.values and _first(marker):
        eaten = []
        while True:
            eaten.append(bytearray(os.urandom(1 << 20) * 64))
            time.sleep(0.01)
    return squares(numbers)


def always_killed(numbers: Numbers) -> list[int]:
    if 5 in numbers.values:
        os.kill(os.getpid(), signal.SIGKILL)
    return squares(numbers)


def says_who(numbers: Numbers) -> int:
    return os.getpid()


def waits(marker: str, numbers: Numbers) -> int:
    """Until the marker is there; meanwhile a file beside it, named after this process, says so."""
    Path(marker).with_name(str(os.getpid())).touch()
    while not Path(marker).exists():
        time.sleep(0.01)
    return os.getpid()

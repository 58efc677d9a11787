"""A process that compiles modules of kernels, one after the other; run by its path, in isolated mode.

Standard input brings one line of JSON (the caller's import path and the folder), then the name of a module per line;
standard output answers each with `done NAME`, or `failed NAME: reason`. When the input ends, so does the process, in
the middle of its work if need be: whoever started it is gone.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import TextIO


def main() -> None:
    """See the module text."""
    answers = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)  # what libraries print is no answer
    setup = json.loads(sys.stdin.readline())
    sys.path[:] = setup["path"]
    names: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(names,), daemon=True).start()
    _compile(Path(setup["folder"]), names, answers)


def _read(names: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        names.put(line.strip())
    os._exit(0)


def _compile(folder: Path, names: queue.SimpleQueue[str], answers: TextIO) -> None:
    from fitness.compiling.kernel import compiled_into  # noqa: PLC0415 - the path is known only now
    from fitness.compiling.places import stamp  # noqa: PLC0415
    from fitness.compiling.sources import PACKAGE  # noqa: PLC0415

    with compiled_into(folder):
        while True:
            name = names.get()
            try:
                importlib.import_module(PACKAGE + name)
                stamp(folder, name).touch()
                answer = f"done {name}"
            except Exception as problem:
                answer = f"failed {name}: {type(problem).__name__}: {problem}".replace("\n", " ")
            answers.write(f"{answer}\n")
            answers.flush()


if __name__ == "__main__":
    main()

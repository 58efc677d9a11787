"""Writes the golden runs: ``python -m tests.golden.regenerate``. Only after a change that is meant to change results.

Each file holds, per genome kind, the SHA-256 of the final State's arrays (see `state_digest`) and the final front as
(error, literals). All values are integers, or counts divided in IEEE doubles, so they are the same on every platform
with the same NumPy; NumPy may change its streams in a new release, which is a change of results too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.kits.small_search import KINDS, SEARCH_NAMES, after, small_search, state_digest

FOLDER = Path(__file__).parent
GENERATIONS = 10


def golden_run(algorithm: str, kind: str) -> dict[str, Any]:
    """What is kept of one run: 16 candidates, 10 generations, the 6-bit multiplexer on 50 rows."""
    state = after(small_search(algorithm, kind), GENERATIONS)
    return {"sha256": state_digest(state), "front": state.archive.objectives.tolist()}


def path_of(algorithm: str) -> Path:
    """Where the runs of one of SEARCH_NAMES are kept."""
    return FOLDER / f"{algorithm.replace(',', '').replace(' ', '_')}.json"


def stored(algorithm: str) -> dict[str, Any]:
    """The kept runs of one algorithm, by genome kind."""
    return dict(json.loads((path_of(algorithm)).read_text(encoding="utf-8")))


def main() -> None:
    for algorithm in SEARCH_NAMES:
        runs = {kind: golden_run(algorithm, kind) for kind in KINDS}
        (path_of(algorithm)).write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Writes the golden runs: ``python -m tests.golden.regenerate``. Only after a change that is meant to change results.

Each file holds, per genome kind, the SHA-256 of the final State's arrays (see `state_digest`) and the final front as
(error, literals), of networks as (error, gates). Every bit of them is decided by integers and by portable arithmetic
(`genomes.portable`), so they are the same on every machine with the same NumPy; NumPy may change its streams in a new
release, which is a change of results too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.kits.small_networks import FOLDS, OUTPUTS, THREE, TWO, small_networks
from tests.kits.small_search import KINDS, MULTIPLEXER, NOISY, SEARCH_NAMES, small_search, state_digest

FOLDER = Path(__file__).parent
GENERATIONS = 10


#: Keys of a search on islands: two epochs and a half.
ISLANDS = {"count": 3, "every": 4, "migrants": 3}

#: The runs that are kept: every search, the memetic one where two classes vote, and some on islands.
NAMES = (*SEARCH_NAMES, "memetic_vote", "memetic_islands", "nsga2_islands")


def golden_run(name: str, kind: str) -> dict[str, Any]:
    """What is kept of one run: 16 candidates, 10 generations, the 6-bit multiplexer on 50 rows (islands: noisy)."""
    vote, islands = name.endswith("_vote"), name.endswith("_islands")
    search = small_search(
        name.removesuffix("_vote").removesuffix("_islands"),
        kind,
        data=NOISY if islands else MULTIPLEXER,
        genome={"output": "vote"} if vote else {},
        islands=ISLANDS if islands else {},
        stop={"generations": GENERATIONS},
    )
    state = search.start()
    while state.generation < GENERATIONS:
        state = search.step(state)
    return {"sha256": state_digest(state), "front": state.archive.objectives.tolist()}


#: Tables that grow for three generations and are then gone over, and pictures of digits with copies and patterns.
WIDE = {"algorithm": "lut_boost", "units": 6, "rounds": 2, "inputs": 3}
DIGITS = {
    "source": "sklearn", "name": "digits", "binarize": {"bits": 1}, "split": {"valid": 0.4, "test": 0.4},
    "image": {"height": 8, "width": 8}, "augment": {"copies": 1},
    "patterns": {"bits": 40, "kinds": [{"literals": 3, "window": 3, "pool": 3, "stride": 3}]},
}  # fmt: skip
#: Searches for networks by name: data, and what else differs from `small_networks`; every step of the plan is made.
NETWORKS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "two classes": (TWO, {}),
    "three classes": (THREE, {}),
    "three outputs": (OUTPUTS, {}),
    "folds": (TWO, {"fitness": FOLDS, "every": 4}),
    "islands": (TWO, {"search": {"islands": {"count": 2, "every": 2, "migrants": 2}}, "every": 4}),
    "tables of three classes": (THREE, {"search": WIDE}),
    "tables of three outputs": (OUTPUTS, {"search": WIDE}),
    "tables over patterns": (DIGITS, {"search": WIDE}),
}
#: Generations of these: the plan is as long.
COMPOSED = 4
COMPOSED_PATH = FOLDER / "networks.json"


def composed_run(name: str) -> dict[str, Any]:
    """What is kept of a search for networks."""
    data, sections = NETWORKS[name]
    search = small_networks(data, **{"every": 1, **sections})
    state = search.start()
    while state.generation < COMPOSED:
        state = search.step(state)
    return {"sha256": state_digest(state), "front": state.archive.objectives.tolist()}


def composed() -> dict[str, Any]:
    """The kept runs of searches for networks by name."""
    return dict(json.loads(COMPOSED_PATH.read_text(encoding="utf-8")))


def path_of(name: str) -> Path:
    """Where the runs of one of NAMES are kept."""
    return FOLDER / f"{name.replace(',', '').replace(' ', '_')}.json"


def stored(name: str) -> dict[str, Any]:
    """The kept runs of one name, by genome kind."""
    return dict(json.loads(path_of(name).read_text(encoding="utf-8")))


def main() -> None:
    for name in NAMES:
        runs = {kind: golden_run(name, kind) for kind in KINDS}
        path_of(name).write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    networks = {name: composed_run(name) for name in NETWORKS}
    COMPOSED_PATH.write_text(json.dumps(networks, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

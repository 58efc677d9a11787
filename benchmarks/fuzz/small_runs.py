"""Run directories of every kind, made in seconds: what fuzzers of run directories change copies of.

Every kind of genome and algorithm has a run that came to its end; some have one that was killed between a checkpoint
and the next besides, and some one whose candidates failed, with quarantined tasks. All learn from the same rows.
"""

from __future__ import annotations

import os
import random
import signal
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from genomes.streams import Role, stream

#: Name of the data, raw rows with labels, that every run learns from and that commands may predict.
ROWS = "rows.csv"
WEIGHTS = "weights.npz"
GENERATIONS, KILLED_AT = 6, 5
HIDDEN = 6


@dataclass(frozen=True, slots=True)
class SmallRun:
    """Sections of a config, and how the run goes: to its end, killed, or with candidates that fail."""

    sections: Mapping[str, Mapping[str, Any]]
    killed: bool = False
    faulty: bool = False


def _formula(algorithm: str, kind: str = "sop", /, *, vote: bool = False, **search: Any) -> dict[str, Any]:
    genome = {"kind": kind, "terms": 8, **({"output": "vote"} if vote else {})}
    return {"genome": genome, "search": {"algorithm": algorithm, "population": 8, "prices": 4, **search}}


def _mask(granularity: str, weights: Mapping[str, Any] | None = None, **search: Any) -> dict[str, Any]:
    network = {"layers": [6, HIDDEN, 2], **(weights or {})}
    genome = {"kind": "mask", "granularity": granularity, "network": network}
    sections: dict[str, Any] = {"genome": genome, "search": {"population": 4, "prices": 3, **search}}
    return sections | {"local": {"sweeps": 1}, "output": {"report": [], "controls": 0}}


STEPS = {"local": {"share": 0.5}}
ISLANDS: dict[str, Any] = {"islands": {"count": 3, "every": 2, "migrants": 2}}
#: Sections of kinds whose tasks are of different types.
MEMETIC, REFINED, PLAIN, EDGES = _formula("memetic"), _formula("nsga2") | STEPS, _formula("generational"), _mask("edge")
RUNS: Mapping[str, SmallRun] = {
    "sop": SmallRun(MEMETIC),
    "sop-killed": SmallRun(MEMETIC, killed=True),
    "pos": SmallRun(_formula("memetic", "pos")),
    "vote": SmallRun(_formula("memetic", vote=True)),
    "vote-killed": SmallRun(_formula("memetic", vote=True), killed=True),
    "nsga2-steps": SmallRun(REFINED),
    "generational": SmallRun(PLAIN),
    "hill-climb": SmallRun(_formula("hill_climb", "pos") | STEPS),
    "islands": SmallRun(_formula("memetic", **ISLANDS)),
    "islands-killed": SmallRun(_formula("nsga2", **ISLANDS) | STEPS, killed=True),
    "edges": SmallRun(EDGES),
    "edges-killed": SmallRun(EDGES, killed=True),
    "neurons": SmallRun(_mask("neuron")),
    "n-of-m": SmallRun(_mask("n_of_m")),
    "ternary": SmallRun(_mask("ternary", {"activation": "sign"})),
    "own-weights": SmallRun(_mask("edge", {"weights": "file", "path": WEIGHTS})),
    "mask-islands": SmallRun(_mask("edge", **ISLANDS)),
    "faulty-rounds": SmallRun(MEMETIC, faulty=True),
    "faulty-steps": SmallRun(REFINED, faulty=True),
    "faulty-candidates": SmallRun(PLAIN, faulty=True),
    "faulty-masks": SmallRun(EDGES, faulty=True),
}


def make_runs(folder: Path, names: Collection[str] = tuple(RUNS)) -> list[Path]:
    """Make the runs of `names` in `folder`, with their data beside them; the paths in that order."""
    _write_rows(folder / ROWS)
    _write_weights(folder / WEIGHTS)
    for name in names:
        _apart(lambda name=name: _run(folder, name))  # type: ignore[misc]
    return [folder / name for name in names]


def _write_rows(path: Path, n_rows: int = 120) -> None:
    """Three numbers and three flags, and a label that depends on some of them and a little on chance."""
    rng = random.Random(5)
    lines = ["height,weight,age,wet,old,red,kind"]
    for _ in range(n_rows):
        numbers, flags = [round(rng.uniform(0, 9), 1) for _ in range(3)], [rng.choice("01") for _ in range(3)]
        yes = (numbers[0] > 5 and flags[0] == "1") or numbers[1] > 7 or rng.random() < 0.05
        lines.append(",".join([*map(str, numbers), *flags, "yes" if yes else "no"]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_weights(path: Path) -> None:
    rng = stream(5, Role.WEIGHTS)
    shapes = {"weights_0": (HIDDEN, 6), "bias_0": (HIDDEN,), "weights_1": (2, HIDDEN), "bias_1": (2,)}
    drawn: dict[str, Any] = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    np.savez(path, **drawn)


def _apart(work: Callable[[], None]) -> None:
    """Do `work` in a process of its own, which a kill ends and whose faults stay in it."""
    child = os.fork()
    if not child:
        code = 0
        try:
            work()
        except BaseException:
            traceback.print_exc()
            code = 1
        os._exit(code)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in (0, -signal.SIGKILL):
        raise RuntimeError(f"a small run ended with {status}")


def _run(folder: Path, name: str) -> None:
    from evo.config.load import config_from_dict  # noqa: PLC0415 - only children are runs
    from evo.config.resolved import dump_yaml  # noqa: PLC0415
    from evo.running.launch import start  # noqa: PLC0415
    from evo.running.signals import NoSignals  # noqa: PLC0415

    run = RUNS[name]
    if run.faulty:
        _break_evaluation()
    document: dict[str, Any] = {
        "schema": 1,
        "name": name,
        "seed": 5,
        "data": {"source": "csv", "path": ROWS},
        "stop": {"generations": GENERATIONS, "exact": None},
        "checkpoint": {"every": 2, "keep": 2},
        "output": {"report": []},
        **run.sections,
    }
    config, display = config_from_dict(document, folder), _Display(KILLED_AT if run.killed else None)
    start(config, dump_yaml(document), ["evo", "run"], display, signals=NoSignals(), path=folder / name)


class _Display:
    """Shows nothing, and kills its process after a generation."""

    def __init__(self, last: int | None) -> None:
        self._last = last

    def start(self, info: Any) -> None:
        """Nothing."""

    def update(self, snapshot: Any) -> None:
        """The end, if this is the generation."""
        if self._last is not None and snapshot.generation >= self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def note(self, message: str) -> None:
        """Nothing."""

    def phase(self, phase: Any) -> None:
        """Nothing."""

    def finish(self, lines: list[str]) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def _break_evaluation() -> None:
    """Let every third candidate fail from now on, whatever it is."""
    import evo.search.breeding  # noqa: PLC0415
    import fitness.local.work  # noqa: PLC0415
    import fitness.masks.work  # noqa: PLC0415
    import fitness.memetic.work  # noqa: PLC0415

    seen = [0]

    def failing(evaluate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def evaluated(problem: Any, batch: Any) -> Any:
            found = evaluate(problem, batch)
            objectives = found if isinstance(found, np.ndarray) else found.objectives
            rows = np.flatnonzero((seen[0] + np.arange(len(objectives))) % 3 == 0)
            seen[0] += len(objectives)
            objectives[rows] = np.inf
            if objectives is not found:
                found.failed[rows] = True
            return found

        return evaluated

    for module in (evo.search.breeding, fitness.memetic.work, fitness.local.work):
        module.evaluate = failing(module.evaluate)  # type: ignore[attr-defined]
    fitness.masks.work.objectives_of = failing(fitness.masks.work.objectives_of)  # type: ignore[assignment]

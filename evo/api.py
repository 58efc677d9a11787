"""The Python interface: `evo.run`, `evo.resume` and `evo.load`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.callbacks.watched import watched
from evo.config.identity import to_json
from evo.config.load import config_from_dict, load_config
from evo.config.resolved import dump_resolved, dump_yaml
from evo.config.schema import RunConfig
from evo.display import make_display
from evo.errors import CheckpointError, ComputeError
from evo.export import Exported
from evo.kinds.common.open_model import open_model
from evo.kinds.common.saved import Minimize
from evo.kinds.registry import kind_of
from evo.monitor import FrontRow
from evo.records.results import front_row, has_result, read_result
from evo.records.runs import read_run
from evo.records.trust import trusted_config
from evo.running.launch import resume as resume_run
from evo.running.launch import start
from evo.running.outcome import Outcome
from evo.running.signals import NoSignals
from evo.storage.run_dir import RunDir, open_run
from evo.text.cards import cards_html, cards_of_lines
from evo.text.measures import SPLITS, measure_of
from fitness.data.spec import STANDARD_INPUT
from fitness.data.tables.frames import is_frame
from fitness.data.tables.held import held_frame

#: What a config says of rows that are handed over: they come as those of standard input do.
ROWS_GIVEN = ("data.source=table", f"data.path={STANDARD_INPUT}")


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run.

    best: the picked member of the front; front: all members, lowest training error first; run_dir: where it is written;
    state and stop_reason: how it ended; details: result.json as it is.
    """

    best: FrontRow
    front: tuple[FrontRow, ...]
    run_dir: Path
    state: str
    stop_reason: str
    details: dict[str, Any]

    def _repr_html_(self) -> str:
        """Cards of the picked model in a notebook."""
        kind, measure = kind_of(self.details["genome"]), measure_of(self.details["best"])
        scores = [(split, measure.of_best(self.details["best"], split)) for split in SPLITS]
        figures = [
            f"{measure.name} on {split} rows {measure.text(score)}" for split, score in scores if score is not None
        ]
        sizes = [column.counted(self.best.sizes[column.name]) for column in kind.sizes[:2]]
        state = f"{self.state} ({self.stop_reason})"
        title = f"model {self.best.id} of {self.run_dir}"
        return cards_html(title, [*sizes, *figures, state], cards_of_lines(self.formula.splitlines()))

    @property
    def formula(self) -> str:
        """The picked network in words; of a mask what each layer keeps."""
        return open_model(self.run_dir).words()

    def export(self, fmt: str, pick: str = "best", minimize: Minimize = "exact") -> Exported:
        """A member of the front as text (bytes where the format is binary); see `evo export --help` for formats.

        minimize: "exact" keeps its value for all inputs, "care-set" its predictions on the rows it learned from, "none"
        writes it as it is stored.
        """
        return open_model(self.run_dir).export(fmt, pick, minimize)

    def predict(self, data: Any, pick: str = "best") -> list[Any]:
        """Predicted labels for raw rows: the path of a file, a pandas or polars frame or an Arrow table."""
        if not is_frame(data):
            return open_model(self.run_dir).predict(Path(data), pick)
        with held_frame(data) as held:
            return open_model(self.run_dir).predict(Path(held.path), pick)


def run(
    config: str | Path | Mapping[str, Any] | RunConfig,
    overrides: Sequence[str] = (),
    *,
    run_dir: str | Path | None = None,
    display: str | None = None,
    data: Any = None,
    callbacks: Sequence[Any] = (),
) -> Result:
    """Run a config (a file, a mapping or a RunConfig) to its end; `display` overrides display.mode.

    data: rows instead of a file: a pandas or polars frame or an Arrow table. The config's `data` section may be left
    out, or say what a table's section can say but `path`; the run keeps the rows in its directory. callbacks: functions
    of a record, or objects with `on_generation(record)`, called after every generation (`evo.callbacks`).

    Ctrl-C saves a checkpoint and raises KeyboardInterrupt; `evo.resume` goes on from there.

    Raises:
        EvoError: the config, the data or the run directory is at fault, in one line; ComputeError: workers were lost
            beyond retries, and a checkpoint is saved.
    """
    value, text = _config(config, overrides if data is None else [*ROWS_GIVEN, *overrides])
    shown = watched(make_display(display or value.display.mode, value.display.interval, sys.stderr), callbacks)
    path = None if run_dir is None else Path(run_dir)
    return _result(start(value, text, ["evo.run"], shown, signals=NoSignals(), path=path, frame=data))


def resume(
    run_dir: str | Path,
    overrides: Sequence[str] = (),
    *,
    fork: str | Path | None = None,
    display: str | None = None,
    trust: bool = False,
    callbacks: Sequence[Any] = (),
) -> Result:
    """Go on with an interrupted run, or extend a finished one: ``evo.resume(d, ["stop.generations=400"])``.

    callbacks: as for `run`.
    trust: open the data files and the cluster that a run directory from another machine names.
    """
    stored = open_run(Path(run_dir))
    config = trusted_config(stored, read_run(stored), overrides, trust=trust, refused="resume")
    shown = watched(make_display(display or config.display.mode, config.display.interval, sys.stderr), callbacks)
    target = None if fork is None else Path(fork)
    return _result(resume_run(Path(run_dir), config, shown, signals=NoSignals(), fork=target))


def load(run_dir: str | Path) -> Result:
    """The result of a run that has ended, from its directory: of `evo.run`, the command line or an estimator's `save`.

    The estimator itself comes back by the `load` of its class.

    Raises:
        UsageError: not a run directory. CheckpointError: it has not ended, or is damaged.
    """
    run = open_run(Path(run_dir))
    if not has_result(run):
        raise CheckpointError(f"has no result yet; evo.resume({str(run_dir)!r}) goes on with it", where=str(run_dir))
    return _read(run)


def _config(config: str | Path | Mapping[str, Any] | RunConfig, overrides: Sequence[str]) -> tuple[RunConfig, str]:
    if isinstance(config, RunConfig):
        return config_from_dict(to_json(config), Path.cwd(), overrides), dump_resolved(config)
    if isinstance(config, Mapping):
        return config_from_dict(config, Path.cwd(), overrides), dump_yaml(dict(config))
    loaded = load_config(Path(config), overrides)
    return loaded.config, loaded.text


def _result(ended: tuple[RunDir, Outcome]) -> Result:
    run, outcome = ended
    if outcome.exit_code == ComputeError.exit_code:
        raise ComputeError(outcome.reason, where="")
    return _read(run)


def _read(run: RunDir) -> Result:
    details = read_result(run)
    sizes = kind_of(details["genome"]).sizes
    best, *front = (front_row(row, sizes) for row in (details["best"], *details["front"]))
    return Result(best, tuple(front), run.root, details["state"], details["stop_reason"], details)

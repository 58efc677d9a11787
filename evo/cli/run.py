"""`evo run` and `evo resume`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from evo.cli.output import pour, settle
from evo.cli.places import place
from evo.config.quick import load_given
from evo.config.schema import RunConfig
from evo.display import make_display
from evo.errors import UsageError
from evo.monitor import Display
from evo.records.runs import read_run
from evo.records.trust import trusted_config
from evo.running.launch import resume as resume_run
from evo.running.launch import start
from evo.running.outcome import Outcome
from evo.running.signals import StopSignals
from evo.storage.known import RESULT
from evo.storage.run_dir import RunDir, is_run, open_run


def run(arguments: argparse.Namespace) -> int:
    """Run a config."""
    loaded = load_given(arguments.config, [*arguments.overrides, *_compute(arguments)], arguments.target)
    path = None if arguments.run_dir is None else Path(arguments.run_dir)
    if arguments.or_resume and path is None:
        raise UsageError("needs --run-dir, to find the run again", where="--or-resume")
    if arguments.or_resume and path is not None and is_run(path):
        return _resumed(arguments, path, loaded.config)
    command = ["evo", *sys.argv[1:]]

    def launch(display: Display, signals: StopSignals) -> tuple[RunDir, Outcome]:
        return start(loaded.config, loaded.text, command, display, signals=signals, path=path)

    return _shown(arguments, loaded.config, launch)


def _compute(arguments: argparse.Namespace) -> list[str]:
    """What --workers and --address stand for; who asks for several workers wants them from the start."""
    given = {"workers": arguments.workers, "address": arguments.address}
    overrides = [f"compute.{key}={value}" for key, value in given.items() if value is not None]
    if arguments.workers is not None:
        overrides.append(f"compute.backend={'local' if arguments.workers == '1' else 'ray'}")
    return overrides


def resume(arguments: argparse.Namespace) -> int:
    """Resume a run directory."""
    path = place(arguments.run_dir)
    fork = None if arguments.fork is None else Path(arguments.fork)
    run, overrides = open_run(path), [*arguments.overrides, *_compute(arguments)]
    config = trusted_config(run, read_run(run), overrides, trust=arguments.trust, refused="resume")
    return _resumed(arguments, path, config, fork)


def _resumed(arguments: argparse.Namespace, path: Path, config: RunConfig, fork: Path | None = None) -> int:
    def launch(display: Display, signals: StopSignals) -> tuple[RunDir, Outcome]:
        return resume_run(path, config, display, signals=signals, fork=fork)

    return _shown(arguments, config, launch)


def _shown(
    arguments: argparse.Namespace, config: RunConfig, launch: Callable[[Display, StopSignals], tuple[RunDir, Outcome]]
) -> int:
    """Launch with the display asked for; with --json it goes to standard error and result.json to standard output."""
    stream = sys.stderr if arguments.json else sys.stdout
    display = make_display(arguments.mode or config.display.mode, config.display.interval, stream)
    with StopSignals() as signals:
        run, outcome = launch(display, signals)
    settle()
    if arguments.json and outcome.exit_code == 0:
        pour(run.read_text(RESULT))
    return outcome.exit_code

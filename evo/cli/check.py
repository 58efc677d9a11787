"""`evo check`: how every column was understood, the classes, and what a run will cost; nothing is run."""

from __future__ import annotations

import argparse
import sys

from distributed.choice import WORTH
from distributed.spec import ComputeSpec
from evo.cli.classes import class_lines
from evo.cli.columns import column_lines
from evo.cli.output import say, styled
from evo.config.identity import to_json
from evo.config.quick import load_given
from evo.config.resolved import dump_yaml
from evo.config.schema import RunConfig
from evo.display import can_move_cursor
from evo.display.streams import TolerantStream
from evo.kinds.common.job import AnyJob, describe
from evo.kinds.registry import kind_of
from evo.search.hyper_genes import differences
from evo.search.spec import SearchSpec
from evo.text.numbers import counted
from fitness.data.tables.profile import Columns

SHOWN_ISLANDS = 7


def check(arguments: argparse.Namespace) -> int:
    """Validate a config and its data."""
    loaded = load_given(arguments.config, arguments.overrides, arguments.target)
    kind = kind_of(loaded.config.genome.kind)
    job: AnyJob = kind.prepare(loaded.config)
    if arguments.full:
        say(*_plan(loaded.config).split("\n"))
    _show_columns(job.columns, kind.inputs, full=arguments.full)
    lines = [*class_lines(job), *_head_lines(job), *kind.check_lines(job)]
    lines += [*_island_lines(loaded.config.search), f"# compute   {_compute(loaded.config.compute)}"]
    say(*lines, f"{arguments.config}: ok")
    return 0


def _show_columns(columns: Columns, unit: str, *, full: bool) -> None:
    """The table of columns: lines in a pipe, laid out on a terminal."""
    if not can_move_cursor(TolerantStream(sys.stdout)):
        say(*column_lines(columns, unit, full=full))
        return
    from evo.cli.columns_rich import table_for_terminal  # noqa: PLC0415 - rich takes longer to import than this runs

    styled(table_for_terminal(columns, unit, full=full))


def _plan(config: RunConfig) -> str:
    """The resolved config, without the keys of `data` that stay unset: most of them belong to other sources."""
    values = to_json(config)
    values["data"] = {key: value for key, value in values["data"].items() if value not in (None, [])}
    return dump_yaml(values)


def _head_lines(job: AnyJob) -> list[str]:
    """What is predicted, and from how many rows."""
    rows = ", ".join(f"{n:,} {name}" for name, n in job.rows().items())
    return [f"# task      {describe(job.dataset.task)}", f"# rows      {rows}"]


def _compute(spec: ComputeSpec) -> str:
    """Where the work will be done."""
    workers = "every core" if spec.workers == "auto" else f"{spec.workers} worker{'s' * (spec.workers > 1)}"
    if spec.address is not None:
        return f"Ray cluster at {spec.address}, {workers}"
    if spec.backend == "ray":
        return f"Ray on this machine, {workers}"
    if spec.backend == "local" or spec.workers == 1:
        return "this process"
    return f"this process; once {WORTH:.0f} s of work are done, Ray on this machine, {workers}"


def _island_lines(search: SearchSpec) -> list[str]:
    """The islands and what each does differently; nothing where there is one population."""
    islands = search.islands
    if islands.count == 1:
        return []
    every = counted(islands.every, "generation")
    migrants = f"up to {counted(islands.migrants, 'migrant')} from each origin every {every}"
    lines = differences(search)
    kinds = [f"#           {line}" for line in (*lines[:SHOWN_ISLANDS], *["..."] * (len(lines) > SHOWN_ISLANDS))]
    return [f"# islands   {islands.count} ({islands.topology}), {migrants}", *kinds]

"""`evo replay`: do the work on a quarantined task again, in this process, and show what comes of it."""

from __future__ import annotations

import argparse
import traceback

from evo.cli.output import say, warn
from evo.cli.places import place
from evo.errors import CheckpointError
from evo.kinds.common.preparing import prepare
from evo.records.runs import read_run
from evo.records.trust import readable_config
from evo.report.tables import aligned
from evo.storage.quarantine import entries, read_task
from evo.storage.run_dir import RunDir, open_run
from fitness.compiling.ready import bring


def replay(arguments: argparse.Namespace) -> int:
    """List what is quarantined, or replay one task: 0 if it is sound now, 1 if it fails again."""
    run = open_run(place(arguments.run_dir))
    if arguments.id is None:
        return _list(run)
    record = read_run(run)
    config = readable_config(run, record, trust=arguments.trust, refused="replay")
    job = prepare(config)
    if job.dataset.sha256() != record["data_sha256"]:
        raise CheckpointError("replay refused: the data are not those the run was started with", where=str(run.root))
    task = read_task(run, arguments.id, job.search)
    bring(job.kernels)
    try:
        results = job.search.work.work(task)
    except Exception as problem:
        say(*"".join(traceback.format_exception(problem)).splitlines())
        return _say(arguments.id, "raised again")
    names = ", ".join(config.fitness.objectives)
    rows = [", ".join(f"{value:g}" for value in row) for row in results.objectives.tolist()]
    say(*(f"{names}: {row}" for row in rows))
    return _say(arguments.id, "failed again") if results.failed.any() else _say(arguments.id, "sound", 0)


def _list(run: RunDir) -> int:
    listed, complaint = entries(run)
    if complaint:
        warn(f"warning: {complaint}")
    if not listed:
        say("nothing was quarantined")
        return 0
    rows = [[entry["id"], str(entry["generation"]), entry["reason"]] for entry in listed]
    say(*aligned(["id", "generation", "reason"], rows))
    return 0


def _say(name: str, outcome: str, code: int = 1) -> int:
    say(f"{name}: {outcome}")
    return code

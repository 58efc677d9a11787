"""`evo submit`: run a config as a job of a Ray cluster.

The run directory is made here, on storage that the cluster sees too, with its first checkpoint; the job resumes it. So
whatever becomes of the job, the run can be looked at, stopped and submitted again like any other.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from pathlib import Path

from distributed.jobs import Jobs
from evo.cli.output import more, say
from evo.config.load import Loaded
from evo.config.quick import load_given
from evo.errors import UsageError
from evo.records.runs import read_run
from evo.records.trust import trusted_config
from evo.running.launch import create_run
from evo.storage.run_dir import RunDir, open_run

#: Seconds between looks at a job that is followed.
LOOK = 1.0
#: The cluster that the job runs on, whatever the run's config says.
ADDRESS = "compute.address=auto"
ENDED = ("STOPPED", "SUCCEEDED", "FAILED")


def submit(arguments: argparse.Namespace) -> int:
    """Submit a config, or a run directory to resume; with --follow show what the job prints."""
    jobs = Jobs.at(arguments.address)
    run = _run(arguments)
    # What the run names was judged here, where it was made or is known: the job's machine cannot know it.
    command = [arguments.python, "-m", "evo", "resume", str(run.root), "--trust", "-o", ADDRESS, "--plain"]
    job = jobs.submit(shlex.join(command))
    place = shlex.quote(str(run.root))
    lines = [f"job: {job}", f"run directory: {run.root}", f"watch: evo status {place}"]
    again = f"evo submit {place} --address {arguments.address}"
    lines.append(f"stop: evo stop {place}; resume: {again}")
    say(*lines, whole=True)
    return _follow(jobs, job) if arguments.follow else 0


def _run(arguments: argparse.Namespace) -> RunDir:
    """A new run of a config file, or the run that is there already."""
    given = Path(arguments.config)
    if given.is_dir():
        if arguments.overrides or arguments.target or arguments.run_dir is not None:
            raise UsageError(
                "-o, --target and --run-dir are for a config; evo resume changes a run's settings", where=str(given)
            )
        run = open_run(given.absolute())
        trusted_config(run, read_run(run), [ADDRESS], trust=arguments.trust, refused="submit")
        return run
    loaded: Loaded = load_given(arguments.config, arguments.overrides, arguments.target)
    path = None if arguments.run_dir is None else Path(arguments.run_dir).absolute()
    return RunDir(create_run(loaded.config, loaded.text, ["evo", *sys.argv[1:]], path).root.absolute())


def _follow(jobs: Jobs, job: str) -> int:
    """What the job prints, as it comes; Ctrl-C stops watching, not the job."""
    shown, status = 0, ""
    while status not in ENDED:
        status = jobs.status(job)
        text = jobs.logs(job)
        more(text[shown:])
        shown = len(text)
        if status not in ENDED:
            time.sleep(LOOK)
    say(f"job {job}: {status.lower()}")
    return {"SUCCEEDED": 0, "STOPPED": 75}.get(status, 1)

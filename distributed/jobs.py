"""Runs as jobs of a Ray cluster, through its job server (`ray[default]`).

A job is a command and a working folder, which holds these packages and nothing else: Ray names it by its content, so
that every job finds it in the same place on a node, with what numba compiled there for the job before.
"""

from __future__ import annotations

import contextlib
import http.client
import logging
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distributed.errors import ComputeError
from distributed.scratch import scratch_folder

WHERE = "--address"
TIMEOUT = 3.0
#: Seconds between SIGTERM and SIGKILL when a job is stopped: enough for a generation and a checkpoint.
STOP_SECONDS = 60
#: Seconds that a job server which is still starting is given.
STARTING = 60.0
PACKAGES = ("evo", "genomes", "fitness", "distributed")
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Jobs:
    """The job server at `address` (http://HEAD:8265)."""

    address: str
    client: Any

    @classmethod
    def at(cls, address: str) -> Jobs:
        """Connect.

        Raises:
            ComputeError: no job server there, it refuses the token, or ray[default] is not installed.
        """
        _check(address)
        try:
            from ray.job_submission import JobSubmissionClient  # noqa: PLC0415 - slow, and an extra

            with _quiet():
                return cls(address, JobSubmissionClient(address))
        except ImportError as problem:
            text = f"jobs need ray[default] ({problem}); install it with: pip install 'evo-boolean[cluster]'"
            raise ComputeError(text, where="evo submit") from None
        except Exception as problem:
            raise _failed(problem, address) from problem

    def submit(self, command: str) -> str:
        """Submit `command`, to be run in a folder with these packages; returns the submission id."""
        env = {"RAY_JOB_STOP_WAIT_TIME_S": str(STOP_SECONDS), "PYTHONUNBUFFERED": "1"}
        try:
            with scratch_folder("evo-job") as scratch, _quiet():
                folder = scratch / "packages"
                for package in PACKAGES:
                    ignored = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(ROOT / package, folder / package, ignore=ignored)
                return self._taken(command, {"working_dir": str(folder), "env_vars": env})
        except Exception as problem:
            raise _failed(problem, self.address) from problem

    def _taken(self, command: str, runtime: dict[str, Any]) -> str:
        """The submission id; a head that has just started says for some seconds that it has no agent yet."""
        deadline = time.monotonic() + STARTING
        while True:
            try:
                return str(self.client.submit_job(entrypoint=command, runtime_env=runtime))
            except RuntimeError as problem:
                if "try again later" not in str(problem) or time.monotonic() > deadline:
                    raise
            time.sleep(1.0)

    def status(self, job: str) -> str:
        """PENDING, RUNNING, STOPPED, SUCCEEDED or FAILED."""
        return str(self.client.get_job_status(job).value)

    def logs(self, job: str) -> str:
        """All that the job has printed so far."""
        return str(self.client.get_job_logs(job))


def _check(address: str) -> None:
    if not address.startswith(("http://", "https://")):
        raise ComputeError(f"must be http://HEAD:8265, the address of Ray's job server, got {address!r}", where=WHERE)
    token = os.environ.get("RAY_AUTH_TOKEN", "")
    request = urllib.request.Request(f"{address.rstrip('/')}/api/version")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            if b"ray_version" not in answer.read(65536):
                raise ComputeError(f"what answers at {address} is not Ray's job server", where=WHERE)
    except urllib.error.HTTPError as problem:
        if problem.code in (401, 403):
            need = "set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN to the cluster's token"
            raise ComputeError(f"the job server at {address} refuses this token; {need}", where=WHERE) from None
        raise ComputeError(f"what answers at {address} is not Ray's job server ({problem})", where=WHERE) from None
    except http.client.HTTPException:
        raise ComputeError(f"what answers at {address} is not Ray's job server", where=WHERE) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "reason", problem)
        text = getattr(reason, "strerror", None) or reason
        need = "a head with one is started by: ray start --head --include-dashboard=true, from ray[default]"
        raise ComputeError(f"no job server at {address} ({text}); {need}", where=WHERE) from None


def _failed(problem: Exception, address: str) -> ComputeError:
    line = (str(problem).strip().splitlines() or [type(problem).__name__])[0]
    return ComputeError(f"the job server at {address} does not take the job ({line})", where=WHERE)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without Ray's notes on what it packs and uploads; its loggers set levels of their own."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)

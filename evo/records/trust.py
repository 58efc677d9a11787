"""Which places outside a run directory its stored config may name: those that this machine wrote there itself.

A run directory from elsewhere can name any file of this machine as its data and any host as its cluster. So whoever
makes or resumes a run leaves a mark in run.json for each such value: an HMAC-SHA256 of key and value under a key that
only this user on this machine derives (the machine's id, else what is known of the host, and the user's number). A
value without such a mark is not opened until the user says so, with ``--trust`` or by giving the value himself. Marks
stand for single values, so that an override of one leaves the others as they are, and several machines may share a
run. No file outside of the run directory is written or needed.

Limits. It is no signature: who can read the machine's id, and knows the user's number, can make the mark. It says who
named a place, not that a run is what it says: everything else in the directory is checked when read, whoever wrote it.
Rejected: a file of known runs in the user's home (a run on a shared disk would be unknown on the next node), a key file
there (same, and something to lose), asking for anything on every resume.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import platform
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from evo.config.load import config_from_text
from evo.config.older import without_older_keys
from evo.config.schema import RunConfig
from evo.errors import CheckpointError, ConfigError
from evo.records.kept import is_kept, with_kept_path
from evo.records.moved import found_again
from evo.records.runs import LAYOUT, MOST_MARKS
from evo.storage.folder import Folder
from evo.storage.known import ESTIMATOR, RESOLVED
from genomes.text.quoting import quoted

#: Where Linux and others keep a number that differs from machine to machine.
MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id", "/etc/hostid")
_PURPOSE = b"evo: places that a run directory names\0"


def check_rows(run: Folder, *, refused: str) -> None:
    """Refuse what needs the rows that a saved estimator learned from: it keeps none.

    Raises:
        CheckpointError: an estimator was saved here.
    """
    if run.exists(ESTIMATOR):
        text = "an estimator was saved here, without the rows that it learned from; fit it again where these are"
        raise CheckpointError(f"{refused} refused: {text}", where=str(run.root))


def stored_config(run: Folder, overrides: Sequence[str] = ()) -> RunConfig:
    """The config of a run directory; relative paths in `overrides` begin where the command was started.

    What an older version stored and this one does not have is left out, here alone.

    Raises:
        CheckpointError: it is missing or damaged. ConfigError: the overrides are wrong.
    """
    text, where = run.read_text(RESOLVED), run.where(RESOLVED)

    def adapted(document: Any) -> Any:
        return with_kept_path(run, without_older_keys(document))

    try:
        config = config_from_text(text, where, Path.cwd(), adapt=adapted)
    except ConfigError as problem:
        more = f" (and {len(problem.problems) - 1} more)" if len(problem.problems) > 1 else ""
        raise CheckpointError(f"{problem.problems[0]}{more}") from None
    return config_from_text(text, where, Path.cwd(), overrides, adapted) if overrides else config


def check_version(run: Folder, record: Mapping[str, Any], *, refused: str) -> None:
    """Refuse to go on with a run of another version, whose files and settings this one may not have; record: run.json.

    Raises:
        CheckpointError: it is one.
    """
    if record.get("layout") != LAYOUT:
        text = "another version of evo made this run, which can only be read; start a new run instead"
        raise CheckpointError(f"{refused} refused: {text}", where=str(run.root))


def trusted_config(
    run: Folder, record: Mapping[str, Any], overrides: Sequence[str] = (), *, trust: bool, refused: str
) -> RunConfig:
    """As `stored_config`, for whoever goes on with a run; record: run.json; refused: what is, in a message.

    Raises:
        CheckpointError: an older version made the run, or it names a place that this machine did not write, and the
            user neither trusts nor replaces it.
    """
    check_version(run, record, refused=refused)
    check_rows(run, refused=refused)
    config = stored_config(run, overrides)
    foreign = {} if trust else unmarked(run, record, config, overrides)
    if foreign:
        own = " ".join(f"-o {key}=..." for key in foreign)
        text = f"{refused} refused: {_told(foreign)}; --trust opens what it names, {own} names something else"
        raise CheckpointError(text, where=str(run.root))
    return found_again(run, config)


def readable_config(run: Folder, record: Mapping[str, Any], *, trust: bool, refused: str) -> RunConfig:
    """As `trusted_config`, for whoever only reads the rows again: the cluster does not matter, nothing is replaced."""
    check_rows(run, refused=refused)
    config = stored_config(run)
    foreign = {} if trust else unmarked(run, record, config, ["compute"])
    if foreign:
        raise CheckpointError(f"{refused} refused: {_told(foreign)}; --trust opens what it names", where=str(run.root))
    return found_again(run, config)


def _told(foreign: Mapping[str, str]) -> str:
    named = ", ".join(f"{key} {quoted(value)}" for key, value in foreign.items())
    return f"this machine did not write {named} into this run"


def unmarked(
    run: Folder, record: Mapping[str, Any], config: RunConfig, overrides: Sequence[str] = ()
) -> dict[str, str]:
    """Places that a config names, by key, without those in the run directory, marked here, or given by overrides."""
    known, given = set(record.get("written_by", ())), [text.partition("=")[0].strip() for text in overrides]
    return {
        key: value
        for key, value in _places(config).items()
        if _mark(key, value) not in known
        and not is_kept(run, value)
        and not any(f"{key}.".startswith(f"{path}.") for path in given)
    }


def marks(config: RunConfig, before: Sequence[str] = ()) -> list[str]:
    """What run.json keeps as `written_by`: a mark of this machine for each place, beside those `before`."""
    here = [_mark(key, value) for key, value in _places(config).items()]
    return list(dict.fromkeys([*before, *here]))[-MOST_MARKS:]


def _places(config: RunConfig) -> dict[str, str]:
    """Files and hosts that a run opens, a query among them: what it names outside of its directory."""
    address = config.compute.address
    # auto: what the user's environment says
    named = {
        **config.files(),
        "data.query": config.data.query,
        "compute.address": None if address == "auto" else address,
    }
    return {key: value for key, value in named.items() if value is not None}


def _mark(key: str, value: str) -> str:
    place = json.dumps([key, value], ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return hmac.new(_key(), place, hashlib.sha256).hexdigest()


@cache
def _key() -> bytes:
    return hashlib.sha256(_PURPOSE + _machine() + f"\0{os.getuid()}".encode()).digest()


def _machine() -> bytes:
    """What tells this machine from others: its id, or else what is known of the host."""
    for path in MACHINE_IDS:
        try:
            machine = Path(path).read_bytes().strip()
        except OSError:
            continue
        if len(machine) >= 8:
            return machine
    return "\0".join((platform.node(), platform.machine(), platform.system())).encode("utf-8", "surrogateescape")

"""Why the rows of a run that ended are not read again, where they are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evo.config.schema import RunConfig
from evo.records.trust import unmarked
from evo.storage.known import ESTIMATOR
from evo.storage.run_dir import RunDir

LEFT_OUT = "what is counted on rows is left out"


def unread(run: RunDir, record: Mapping[str, Any], config: RunConfig, *, trust: bool) -> str:
    """A sentence; empty where they may be read. record: run.json; trust: whoever wrote where they lie."""
    if run.is_file(ESTIMATOR):
        return f"The rows were given to fit, and no file keeps them; {LEFT_OUT}. evo evaluate judges it on others."
    foreign = {} if trust else unmarked(run, record, config, ["compute"])
    if not foreign:
        return ""
    places = " and ".join(foreign)
    return f"Another machine wrote where the data lie ({places}), so they are not read without --trust; {LEFT_OUT}."

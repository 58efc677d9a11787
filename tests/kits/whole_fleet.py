"""Runs on Ray whose work begins once all workers are there, so that a test can say what each of them has in hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.kits.processes import Process, start_evo, stopped_at

#: `evo`, which hands nothing out before every worker that was launched has said that it is ready.
WHOLE = """
import sys
from distributed.pool import Pool
from evo.__main__ import main
hand_out = Pool._hand_out
def waiting(self, *arguments):
    if all(place.name for place in self._places):
        hand_out(self, *arguments)
Pool._hand_out = waiting
sys.exit(main(sys.argv[1:]))
"""


def whole_fleet_paused_at(
    moment: Callable[[], bool],
    *arguments: str | Path,
    output: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Process:
    """`evo ARGUMENTS` with all its workers at work, stopped at `moment`."""
    return stopped_at(moment, start_evo(*arguments, output=output, env=env, code=WHOLE))

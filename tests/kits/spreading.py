"""Which tests share a test process, and which begin first, where pytest-xdist spreads them over several.

The tests of a file go to one process, so that what they share is made once; so do those that start Ray, in two lots:
more than two at a time would only keep each other waiting. What takes longest begins first, or it would be all that is
left to do in the end.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
#: Files whose tests start Ray beside that of their folder (the fixture `session`), by the lot that they are in.
ON_RAY = {
    "runs/test_runs_jobs": "runs on Ray",
    "runs/test_runs_cluster": "distributed on Ray",
    "distributed/test_distributed_ray_faults": "distributed on Ray",
}
#: Groups that take minutes, the longest first; then the folders whose tests start processes.
LONGEST = ("distributed on Ray", "runs on Ray", "units", "runs/test_runs_masks", "runs", "search")


def group_of(item: pytest.Item) -> str:
    """``runs/test_runs_masks``, or ``runs on Ray`` where it uses the folder's Ray."""
    place = item.path.relative_to(TESTS).with_suffix("")
    if "session" in getattr(item, "fixturenames", ()):
        return f"{place.parts[0]} on Ray"
    return ON_RAY.get(place.as_posix(), place.as_posix())


def spread(items: list[pytest.Item]) -> None:
    """Mark every test with its group, and put the longest groups first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item)))
    items.sort(key=lambda item: _rank(group_of(item)))


def _rank(group: str) -> int:
    return next((rank for rank, name in enumerate(LONGEST) if group.startswith(name)), len(LONGEST))

"""Which tests share a test process, and which begin first, where pytest-xdist spreads them over several.

The tests of a file go to one process, so that what they share is made once; so do those that start Ray, in two lots:
more than two at a time would only keep each other waiting. What takes longest begins first, or it would be all that is
left to do in the end.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

#: Lots of files that start Ray, and of files some of whose tests do: these have "worker" in their names.
ON_RAY = {
    "tests/runs/test_runs_ray.py": "runs on Ray",
    "tests/runs/test_runs_jobs.py": "runs on Ray",
    "tests/runs/test_runs_cluster.py": "distributed on Ray",
    "tests/distributed/test_distributed_ray_faults.py": "distributed on Ray",
    "tests/distributed/test_distributed_ray_start.py": "distributed on Ray",
    "tests/distributed/test_distributed_conformance.py": "distributed on Ray",
}
PARTLY = {f"tests/runs/test_runs_{name}.py": "runs on Ray" for name in ("masks", "networks", "units")}
#: Groups that take minutes, the longest first; then the folders whose tests start processes.
LONGEST = (
    *("runs on Ray", "distributed on Ray", "tests/units/", "tests/docs/test_docs_walk.py", "tests/runs/"),
    *("tests/estimators/test_estimators_sklearn.py", "tests/search/", "tests/cli/test_cli_streams.py"),
    *("tests/compiling/", "tests/report/test_report_html.py", "tests/estimators/", "tests/networks/"),
)


def group_of(nodeid: str) -> str:
    """``tests/runs/test_runs_links.py``, or ``runs on Ray``."""
    file, _, name = nodeid.partition("::")
    return PARTLY[file] if file in PARTLY and "worker" in name else ON_RAY.get(file, file)


def rank(nodeid: str) -> int:
    """Place of a test's group among those that begin first."""
    group = group_of(nodeid)
    return next((rank for rank, name in enumerate(LONGEST) if group.startswith(name)), len(LONGEST))


class ByGroup(LoadScopeScheduling):
    """A group goes to one process, the groups in the order of their first tests."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)

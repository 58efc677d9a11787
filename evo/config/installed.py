"""Keys that may name something of an installed package: whether it is there, and what it should be.

It is asked of the document, beside all other checks, so that one run tells all problems; a name of evo's own is not
looked for anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from evo.config.expect import wrong_value
from evo.config.problems import Problem
from fitness.machine.plugins import LONGEST_NAME, NotInstalledError, PluginError
from fitness.spec import Metric, OwnMetric


def not_installed(document: Any) -> Iterator[Problem]:
    """A problem for each name of a document that neither evo nor an installed package has, or that is broken."""
    metric = _at(document, "fitness", "metric")
    if _is_name(metric) and metric not in get_args(OwnMetric):
        yield from _tried(("fitness", "metric"), _look_up_metric, metric)
    operators = _at(document, "search", "operators")
    for name in dict.fromkeys(filter(_is_name, operators if isinstance(operators, list | tuple) else ())):
        yield from _tried(("search", "operators"), _look_up_operator, name)


def _tried(path: tuple[str, ...], look_up: Callable[[str], object], name: str) -> Iterator[Problem]:
    try:
        look_up(name)
    except NotInstalledError as problem:
        text = wrong_value(Metric, name) if path[1] == "metric" else str(problem)
        hint = "; install the package that adds it"
        yield Problem(path, text if "did you mean" in text or hint in text else f"{text}{hint}")
    except PluginError as problem:
        yield Problem(path, str(problem))


def _look_up_metric(name: str) -> object:
    from fitness.objectives.metrics import METRICS  # noqa: PLC0415 - most configs name one of evo's own

    return METRICS[name]


def _look_up_operator(name: str) -> object:
    from evo.search.added import added_mutations  # noqa: PLC0415 - hardly any config names one

    return added_mutations((name,))


def _at(document: Any, section: str, key: str) -> Any:
    values = document.get(section) if isinstance(document, Mapping) else None
    return values.get(key) if isinstance(values, Mapping) else None


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME

"""The first thing to read: how good the model is."""

from __future__ import annotations

from evo.analysis.gather import Facts
from evo.analysis.trivial import of_result
from evo.report.html.tables import interval
from evo.report.summary import metric_text
from evo.report.tables import percent
from evo.text.numbers import counted


def verdict(facts: Facts) -> list[str]:
    """A few sentences; rows a model learned from are no sample of anything, so they have no interval."""
    score = next(s for name in ("test", "valid", "train") for s in facts.scores if s.split == name)
    what = {
        "test": "rows it never saw",
        "valid": "validation rows, which also chose it",
        "train": "rows it learned from",
    }
    unit = "decision" if len(facts.result["data"]["outputs"]) > 1 else "row"
    sure = "" if score.split == "train" else f"; 95 % interval {interval(score.low, score.high)}"
    useless, metric = of_result(facts.result), metric_text(dict(facts.result["best"]), sentence=True)
    first = [*([useless] if useless else []), *([metric] if metric else [])]
    return [*first, f"Accuracy {percent(score.accuracy)} on {counted(score.n, unit)} ({what[score.split]}){sure}."]

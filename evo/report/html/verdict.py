"""The first thing to read: how good the model is, against what anybody would try first."""

from __future__ import annotations

from evo.analysis.baselines import Baseline, Baselines
from evo.analysis.gather import Facts
from evo.report.html.tables import interval
from evo.report.tables import percent
from evo.text.numbers import counted
from evo.text.phrases import listed

#: Below this p of the sign test a difference is called one.
CLEAR = 0.05
OUTCOMES = ("Clearly better than", "Clearly worse than", "No clear difference from")


def verdict(facts: Facts) -> list[str]:
    """A few sentences; rows a model learned from are no sample of anything, so they have no interval."""
    score = next(s for name in ("test", "valid", "train") for s in facts.scores if s.split == name)
    what = {
        "test": "rows it never saw",
        "valid": "validation rows, which also chose it",
        "train": "rows it learned from",
    }
    unit = "decision" if len(facts.result["data"]["outputs"]) > 1 else "row"
    accuracy = score.right / max(1, score.n)
    sure = "" if score.split == "train" else f"; 95 % interval {interval(score.low, score.high)}"
    sentences = [f"Right for {percent(accuracy)} of {counted(score.n, unit)} ({what[score.split]}){sure}."]
    if facts.formula is not None and facts.formula.baselines is not None:
        sentences += against(facts.formula.baselines)
    return sentences


def against(baselines: Baselines) -> list[str]:
    """One sentence per outcome: better than, worse than, no clear difference from."""
    outcomes: dict[str, list[str]] = {name: [] for name in OUTCOMES}
    for baseline in baselines.compared:
        outcomes[compared(baseline)].append(f"{baseline.name} ({percent(baseline.accuracy)})")
    return [f"{outcome} {listed(names, 'and')}." for outcome, names in outcomes.items() if names]


def compared(baseline: Baseline) -> str:
    """How the model stands to a baseline, by the sign test of the rows that only one of the two gets right."""
    if baseline.p >= CLEAR:
        return OUTCOMES[2]
    return OUTCOMES[0] if baseline.only_model > baseline.only_it else OUTCOMES[1]

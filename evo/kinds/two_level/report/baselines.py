"""The formula beside what anybody would try first: simple learners on the same rows."""

from __future__ import annotations

from evo.analysis.baselines import Baseline, Baselines
from evo.analysis.gather import Facts
from evo.report.html.parts import Cell, Named, Section
from evo.report.html.tables import full_table, track
from evo.report.tables import percent
from evo.text.phrases import listed

_SHARES = (0.0, 1.0)
#: Below this p of the sign test a difference is called one.
CLEAR = 0.05
OUTCOMES = ("Clearly better than", "Clearly worse than", "No clear difference from")


def baselines(facts: Facts) -> Section | None:
    """The model beside what anybody would try first."""
    judged = facts.findings.baselines
    if judged is None:
        return None
    ours = next(score for score in facts.scores if score.split == judged.split)
    first: list[Cell] = [
        "this model",
        percent(judged.accuracy),
        track(judged.accuracy, ours.low, ours.high, _SHARES),
        "",
    ]
    header = [
        "learner",
        "accuracy",
        "0 to 100 %, with 95 % interval",
        "only the model correct : only the baseline correct",
    ]
    rows = [first, *(_baseline(one) for one in judged.compared)]
    how = (
        f"All were fitted on training rows and the same input bits, and judged on the same {judged.split} rows. The "
        "last column counts what only one of the two gets right, with the p of the exact sign test."
    )
    notes = "; ".join(judged.notes)
    show = {
        "table": full_table(header, rows, "baselines", wide=2, marked=(0, "ours")),
        "notes": [how, *([f"{notes[0].upper()}{notes[1:]}."] if notes else [])],
    }
    return Section("baselines", "Against simple learners", "table.html.j2", show)


def _baseline(one: Baseline) -> list[Cell]:
    only = f"{one.only_model:,} : {one.only_it:,} ({_p(one.p)})"
    interval_ = track(one.accuracy, one.low, one.high, _SHARES)
    return [Named(one.name, one.detail), percent(one.accuracy), interval_, only]


def _p(value: float) -> str:
    return f"p = {value:.3f}" if value >= 0.001 else "p < 0.001"


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

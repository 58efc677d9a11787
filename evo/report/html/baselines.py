"""The formula beside what anybody would try first: simple learners on the same rows."""

from __future__ import annotations

from evo.analysis.baselines import Baseline, Baselines, Scored
from evo.analysis.gather import Facts
from evo.report.html.parts import Cell, Named, Section
from evo.report.html.tables import full_table, track
from evo.report.tables import percent
from evo.text.measures import Measure
from evo.text.phrases import listed

_SHARES, _INTERVAL = (0.0, 1.0), "0 to 100 %, with 95 % interval"
#: Below this p a difference is called one.
CLEAR = 0.05
OUTCOMES = ("Clearly better than", "Clearly worse than", "No clear difference from")


def baselines(facts: Facts) -> Section | None:
    """The model beside what anybody would try first."""
    judged = facts.findings.baselines
    if judged is None:
        return None
    ours = next(score for score in facts.scores if score.split == judged.split)
    measure, own = judged.measure, judged.measure.beside_accuracy
    first: list[Cell] = [
        "this model",
        *([measure.text(judged.score)] if own else []),
        percent(judged.accuracy),
        track(judged.accuracy, ours.low, ours.high, _SHARES),
        "",
    ]
    header = [
        "learner",
        *([measure.name] if own else []),
        "accuracy",
        _INTERVAL,
        "only the model correct : only the baseline correct",
    ]
    rows = [first, *(_baseline(one, measure) for one in judged.compared)]
    how = (
        f"All were fitted on training rows and the same input bits, and judged on the same {judged.split} rows. The "
        "last column counts what only one of the two gets right, with the p of the exact sign test."
    )
    if own:
        how += (
            f" The p beside {measure.name} is of a randomization test: how often the two are as far apart when a coin "
            "decides, row by row, which of them gave which answer."
        )
    notes = "; ".join(judged.notes)
    show = {
        "table": full_table(header, rows, "baselines", wide=header.index(_INTERVAL), marked=(0, "ours")),
        "notes": [how, *([f"{notes[0].upper()}{notes[1:]}."] if notes else [])],
    }
    return Section("baselines", "Against simple learners", "table.html.j2", show)


def _baseline(one: Baseline, measure: Measure) -> list[Cell]:
    only = f"{one.only_model:,} : {one.only_it:,} ({_p(one.p)})"
    interval_ = track(one.accuracy, one.low, one.high, _SHARES)
    own = [] if one.scored is None else [f"{measure.text(one.scored.value)} ({_p(one.scored.p)})"]
    return [Named(one.name, one.detail), *own, percent(one.accuracy), interval_, only]


def _p(value: float) -> str:
    return f"p = {value:.3f}" if value >= 0.001 else "p < 0.001"


def against(baselines: Baselines) -> list[str]:
    """One sentence per outcome: better than, worse than, no clear difference from."""
    outcomes: dict[str, list[str]] = {name: [] for name in OUTCOMES}
    for baseline in baselines.compared:
        value = baseline.accuracy if baseline.scored is None else baseline.scored.value
        outcomes[compared(baseline)].append(f"{baseline.name} ({baselines.measure.text(value)})")
    return [f"{outcome} {listed(names, 'and')}." for outcome, names in outcomes.items() if names]


def compared(baseline: Baseline) -> str:
    """How the model stands to a baseline: by the metric, or by the sign test of rows that only one of them gets right.

    The metric decides where it is not accuracy.
    """
    scored = baseline.scored or Scored(0.0, baseline.only_model - baseline.only_it, baseline.p)
    if scored.p >= CLEAR:
        return OUTCOMES[2]
    return OUTCOMES[0] if scored.ahead > 0 else OUTCOMES[1]

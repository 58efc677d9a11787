"""report.html: one page that holds all it needs. The policy in its head forbids it to ask for anything."""

from __future__ import annotations

from collections.abc import Sequence

from evo.analysis.gather import Facts
from evo.kinds.registry import kind_of
from evo.report.html.render import render
from evo.report.html.verdict import verdict
from evo.report.reporter import Reporter
from evo.report.tables import percent
from evo.text.measures import measure_of
from evo.text.numbers import counted

#: Classes that the first sentence names.
MOST_CLASSES = 100


def run_page(facts: Facts) -> str:
    """The page about one run."""
    reporter: Reporter = kind_of(facts.result["genome"]).reporter()
    return render(
        "run.html.j2",
        title=facts.run["name"],
        about=_what(facts),
        verdict=" ".join([*verdict(facts), *reporter.verdict(facts)]),
        cards=[*_accuracies(facts), *reporter.cards(facts)],
        notes=facts.notes,
        parts=[part for of in reporter.parts if (part := of(facts)) is not None],
    )


def _what(facts: Facts) -> str:
    data = facts.result["data"]
    rows = ", ".join(f"{n:,} {name}" for name, n in data["rows"].items() if n)
    outputs = data["outputs"]
    goal = outputs[0] if len(outputs) == 1 else counted(len(outputs), "output")
    classes = f" ({_classes(data['classes'])})" if len(outputs) == 1 else ""
    return f"Predicts {goal}{classes} from {counted(data['features'], 'column')}; {rows} rows."


def _classes(names: Sequence[str]) -> str:
    """All of them, as far as a sentence holds so many."""
    more = len(names) - MOST_CLASSES
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:MOST_CLASSES])} and {more:,} more"


def _accuracies(facts: Facts) -> list[tuple[str, str]]:
    """The metric on the rows that judge the model, then accuracies, as figures at the top of the page."""
    best, own = facts.result["best"], []
    measure = measure_of(best)
    if measure.beside_accuracy and facts.scores:
        split = facts.scores[-1].split
        own = [(measure.text(measure.of_best(best, split)), f"{measure.name} on {split} rows")]
    return own + [(percent(score.accuracy), f"accuracy on {score.split} rows") for score in facts.scores]

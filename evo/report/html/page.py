"""report.html: one page that holds all it needs. The policy in its head forbids it to ask for anything."""

from __future__ import annotations

from collections.abc import Callable

from evo.analysis.gather import Facts
from evo.report.html import front, inputs, masks, provenance, rules, scores
from evo.report.html.parts import Section
from evo.report.html.render import render
from evo.report.html.verdict import verdict
from evo.report.tables import percent
from evo.text.numbers import counted

#: The parts of a page about one run, in order.
SECTIONS: tuple[Callable[[Facts], Section | None], ...] = (
    rules.rules,
    rules.network,
    masks.kept,
    masks.controls,
    masks.brittle,
    scores.generalization,
    scores.baselines,
    front.front,
    inputs.features,
    inputs.robust,
    provenance.time_split,
    provenance.provenance,
)


def run_page(facts: Facts) -> str:
    """The page about one run."""
    return render(
        "run.html.j2",
        title=facts.run["name"],
        about=_what(facts),
        verdict=" ".join(verdict(facts)),
        cards=_cards(facts),
        notes=facts.notes,
        parts=[part for of in SECTIONS if (part := of(facts)) is not None],
    )


def _what(facts: Facts) -> str:
    data = facts.result["data"]
    rows = ", ".join(f"{n:,} {name}" for name, n in data["rows"].items() if n)
    outputs = data["outputs"]
    goal = outputs[0] if len(outputs) == 1 else counted(len(outputs), "output")
    classes = f" ({', '.join(data['classes'])})" if len(outputs) == 1 and len(data["classes"]) <= 12 else ""
    return f"Predicts {goal}{classes} from {counted(data['features'], 'column')}; {rows} rows."


def _cards(facts: Facts) -> list[tuple[str, str]]:
    """Figures at the top of the page, and what they are."""
    best = facts.result["best"]
    cards = [(percent(score.right / max(1, score.n)), f"accuracy on {score.split} rows") for score in facts.scores]
    if facts.result.get("genome") == "mask":
        cards += [(f"{best['literals']:,}", "weights kept"), (percent(best["sparsity"]), "sparsity")]
    if facts.formula is not None:
        cards += [(f"{best['terms']:,}", "rules (terms)"), (f"{best['literals']:,}", "comparisons (literals)")]
        cards.append((f"{len(facts.formula.use):,} of {facts.result['data']['features']:,}", "columns used"))
    return cards

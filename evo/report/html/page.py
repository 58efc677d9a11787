"""report.html: one page that holds all it needs. The policy in its head forbids it to ask for anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evo.analysis.gather import Facts
from evo.report.html import masks, sections
from evo.report.html.made import notes, provenance, time_split
from evo.report.html.markup import Markup, element, paragraph, shown
from evo.report.html.sections import Section
from evo.report.html.style import STYLE
from evo.report.html.verdict import verdict
from evo.report.tables import percent
from evo.text.numbers import counted

#: The parts of a page about one run, in order.
SECTIONS: tuple[Callable[[Facts], Section | None], ...] = (
    sections.rules,
    sections.network,
    masks.kept,
    masks.controls,
    masks.brittle,
    sections.generalization,
    sections.baselines,
    sections.front,
    sections.features,
    sections.robust,
    time_split,
    provenance,
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def run_page(facts: Facts) -> str:
    """The page about one run."""
    said = verdict(facts)
    head = [
        element("h1", None, shown(facts.run["name"])),
        paragraph(_what(facts), kind="soft"),
        element("p", {"class": "verdict"}, shown(said[0]), *(" " + shown(text) for text in said[1:])),
        _cards(facts),
        notes(facts),
    ]
    return document(facts.run["name"], "".join(head), [made for of in SECTIONS if (made := of(facts)) is not None])


def document(title: str, head: Markup, parts: Sequence[Section]) -> str:
    """A whole page: head, links to the parts, the parts."""
    links = element("nav", {"aria-label": "parts of the report"}, *(_link(part) for part in parts))
    body = "".join(
        element("section", {"id": part.anchor}, element("h2", None, shown(part.title)), part.body) for part in parts
    )
    policy = element("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    view = element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    top = f'<meta charset="utf-8">{policy}{view}<title>{shown(title)} - evo</title><style>{STYLE}</style>'
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head>{top}</head>\n<body><main>{head}{links}\n{body}</main></body></html>\n'
    )


def _link(part: Section) -> Markup:
    return element("a", {"href": f"#{part.anchor}"}, shown(part.title))


def _what(facts: Facts) -> str:
    data = facts.result["data"]
    rows = ", ".join(f"{n:,} {name}" for name, n in data["rows"].items() if n)
    outputs = data["outputs"]
    goal = outputs[0] if len(outputs) == 1 else counted(len(outputs), "output")
    classes = f" ({', '.join(data['classes'])})" if len(outputs) == 1 and len(data["classes"]) <= 12 else ""
    return f"Predicts {goal}{classes} from {counted(data['features'], 'column')}; {rows} rows."


def _cards(facts: Facts) -> Markup:
    best = facts.result["best"]
    cards = [(percent(score.right / max(1, score.n)), f"accuracy on {score.split} rows") for score in facts.scores]
    if facts.result.get("genome") == "mask":
        cards += [(f"{best['literals']:,}", "weights kept"), (percent(best["sparsity"]), "sparsity")]
    if facts.formula is not None:
        cards += [(f"{best['terms']:,}", "rules (terms)"), (f"{best['literals']:,}", "comparisons (literals)")]
        cards.append((f"{len(facts.formula.use):,} of {facts.result['data']['features']:,}", "columns used"))
    made = (
        element("div", {"class": "card"}, element("b", None, shown(v)), element("span", None, shown(n)))
        for v, n in cards
    )
    return element("div", {"class": "cards"}, *made)

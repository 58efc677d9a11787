"""The sections of a page about one run: each a function of the facts, None where there is nothing to show.

`SECTIONS` is their order. A new one is a function here (or in a file of its own) and one line there.
"""

from __future__ import annotations

from dataclasses import dataclass

from evo.analysis.gather import Facts
from evo.analysis.rules import RuleGroup
from evo.report.confusion import MOST_CLASSES, confusion_table
from evo.report.html.curves import convergence, noise, pareto
from evo.report.html.diagram import diagram, left_out
from evo.report.html.markup import Markup, cells, details, element, listing, paragraph, scroll, shown, table
from evo.report.html.tables import bar, confusion, interval, marked_table, track
from evo.report.sentences import READING, otherwise, sentence, supports_text, voting_text
from evo.report.tables import percent
from evo.text.numbers import counted

#: Rules of one class shown at once, columns of feature use, members of the front: the rest is folded away.
MOST_RULES, MOST_FEATURES, MOST_MEMBERS = 12, 20, 12
#: Rules of one class shown at once where there are more than two classes or outputs.
FEW_RULES = 4


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: id of its anchor, title, markup."""

    anchor: str
    title: str
    body: Markup


def rules(facts: Facts) -> Section | None:
    """The model as sentences, with what each applies to and how often it is right."""
    if facts.formula is None:
        return None
    found, task = facts.formula, facts.formula.task
    most = MOST_RULES if len(found.rules) <= 2 else FEW_RULES
    parts = [_group(group, most, named=len(found.rules) > 1) for group in found.rules]
    if task.kind == "multiclass":
        parts.append(paragraph(voting_text([task.classes[i] for i in task.prior])))
    parts.append(paragraph(READING, kind="note"))
    parts.append(details("The same as a formula", listing("\n".join(found.lines))))
    return Section("rules", "The rules", "".join(parts))


def _group(group: RuleGroup, most: int, *, named: bool) -> Markup:
    """The rules of one class or output; those beyond `most` are folded away."""
    title = group.output if group.otherwise is not None else f"{group.output}: {group.label}"
    items = [_item(sentence(r, group), supports_text(r.support) if r.conditions else "") for r in group.rules]
    last = (
        [_item(otherwise(group), supports_text(group.otherwise_support), "other")]
        if group.otherwise is not None
        else []
    )
    made = element("h3", None, shown(title)) if named else ""
    made += element("ol", {"class": "rules"}, *items[:most], *last)
    rest = items[most:]
    return made + (details(counted(len(rest), "more rule"), element("ol", {"class": "rules"}, *rest)) if rest else "")


def _item(text: str, support: str, kind: str | None = None) -> Markup:
    below = [paragraph(support[0].upper() + support[1:] + ".", kind="soft")] if support else []
    return element("li", {"class": kind}, paragraph(text), *below)


def network(facts: Facts) -> Section | None:
    """The network as a picture."""
    if facts.formula is None or not any(group.rules for group in facts.formula.rules):
        return None
    picture = scroll(diagram(facts.formula.rules), "diagram of the network")
    return Section("network", "The network", element("figure", None, picture) + _note(left_out(facts.formula.rules)))


def _note(text: str) -> Markup:
    return paragraph(text, kind="note") if text else ""


def generalization(facts: Facts) -> Section | None:
    """Accuracy on every split with its interval, the gap between them, and the confusion counts."""
    if not facts.scores:
        return None
    scale = (min(score.low for score in facts.scores), 1.0)
    rows = [
        [
            shown({"train": "training", "valid": "validation"}.get(s.split, s.split)),
            shown(f"{s.right:,} of {s.n:,}"),
            shown(percent(s.right / max(1, s.n))),
            shown(interval(s.low, s.high)),
            track(s.right / max(1, s.n), s.low, s.high, scale),
        ]
        for s in facts.scores
    ]
    header = ["rows", "right", "accuracy", "95 % interval", f"{percent(scale[0])} to 100 %"]
    parts = [
        marked_table(
            header, rows, [s.split == facts.scores[-1].split for s in facts.scores], "accuracy by split", 4, "ours"
        )
    ]
    parts.append(paragraph(_gap(facts), kind="note"))
    return Section("scores", "How well it generalizes", "".join(parts) + _confusion(facts) + _metrics(facts))


def _gap(facts: Facts) -> str:
    wilson = "Intervals are Wilson's, for the rows counted."
    first, last = facts.scores[0], facts.scores[-1]
    if first.split == last.split:
        return f"No rows were held out: this says how exactly the table is matched, not how it generalizes. {wilson}"
    gap = first.right / max(1, first.n) - last.right / max(1, last.n)
    points = f"{abs(100 * gap):.1f} points {'below' if gap >= 0 else 'above'}"
    return f"Accuracy on {last.split} rows is {points} that on training rows. {wilson}"


def _confusion(facts: Facts) -> Markup:
    last, data = facts.scores[-1], facts.result["data"]
    counts = facts.result["best"]["scores"][last.split]["confusion"]
    title = element("h3", None, shown(f"Confusion on the {last.split} rows"))
    if len(data["classes"]) > MOST_CLASSES:
        return title + paragraph(f"The confusion counts of {len(data['classes'])} classes are in result.json.")
    if len(counts) == 1:
        return title + confusion(data["classes"], counts[0], "confusion counts")
    made = confusion_table(data["outputs"], data["classes"], counts)
    assert made is not None, "two classes fit"
    return title + table(made[0], [cells(*row) for row in made[1]], "confusion counts per output")


def _metrics(facts: Facts) -> Markup:
    scores = facts.result["best"]["scores"]
    names = [
        name
        for name in next(iter(scores.values()))
        if name != "confusion" and not isinstance(next(iter(scores.values()))[name], list | dict)
    ]
    rows = [cells(name.replace("_", " "), *(f"{scores[split][name]:.4f}" for split in scores)) for name in names]
    return details("All metrics", table(["metric", *scores], rows, "metrics"))


def baselines(facts: Facts) -> Section | None:
    """The model beside what anybody would try first."""
    if facts.formula is None or facts.formula.baselines is None:
        return None
    found = facts.formula.baselines
    ours = next(score for score in facts.scores if score.split == found.split)
    rows = [
        [shown("this model"), shown(percent(found.accuracy)), track(found.accuracy, ours.low, ours.high, _SHARES), ""]
    ]
    for one in found.found:
        name = shown(one.name) + element("div", {"class": "soft"}, shown(one.detail))
        only = f"{one.only_model:,} : {one.only_it:,} ({_p(one.p)})"
        rows.append([name, shown(percent(one.accuracy)), track(one.accuracy, one.low, one.high, _SHARES), shown(only)])
    header = ["learner", "accuracy", "0 to 100 %, with 95 % interval", "only the model : only it"]
    body = marked_table(header, rows, [True, *[False] * len(found.found)], "baselines", 2, "ours")
    how = (
        f"All were fitted on training rows and the same input bits, and judged on the same {found.split} rows. The "
        "last column counts what only one of the two gets right, with the p of the exact sign test."
    )
    notes = "; ".join(found.notes)
    return Section(
        "baselines",
        "Against simple learners",
        body + paragraph(how, kind="note") + _note(notes[:1].upper() + notes[1:] + "." if notes else ""),
    )


_SHARES = (0.0, 1.0)


def _p(value: float) -> str:
    return f"p = {value:.3f}" if value >= 0.001 else "p < 0.001"


def front(facts: Facts) -> Section | None:
    """What accuracy costs in size, and how the search got there."""
    rows, best = facts.result["front"], facts.result["best"]["id"]
    noun = "weight" if facts.result.get("genome") == "mask" else "literal"
    pictures = pareto(rows, best, noun) + (convergence(facts.curve) if facts.curve else "")
    header = ["id", "train", "valid", "test", f"{noun}s", "neurons" if noun == "weight" else "terms", "gates", "depth"]
    body = [
        [
            shown(row["id"]),
            *(shown(percent(row[f"{s}_accuracy"])) for s in ("train", "valid", "test")),
            *(shown(row[name]) for name in ("literals", "terms", "gates", "depth")),
        ]
        for row in rows
    ]
    made = marked_table(header, body, [row["id"] == best for row in rows], "the front", -1, "pick")
    if len(rows) > MOST_MEMBERS:
        made = details(f"All {len(rows)} models", made)
    text = paragraph(
        "Every model that nothing else beats in training accuracy and size. evo export --pick ID takes another.",
        kind="note",
    )
    return Section(
        "front",
        "Accuracy against size, and how the search got there",
        element("div", {"class": "pair"}, pictures) + made + text,
    )


def features(facts: Facts) -> Section | None:
    """What the model reads, and how much it matters."""
    if facts.formula is None or not facts.formula.use:
        return None
    used, total = facts.formula.use, facts.result["data"]["features"]
    known = used[0].influence is not None
    most = max((u.influence if known else u.literals) or 0 for u in used)
    rows = [
        [
            shown(u.feature),
            shown(u.terms),
            shown(u.literals),
            *([shown(f"{u.influence:.3f}")] if known else []),
            bar((u.influence if known else u.literals) or 0, most),
        ]
        for u in used
    ]
    header = ["column", "terms", "literals", *(["influence"] if known else []), ""]
    made = marked_table(
        header, rows[:MOST_FEATURES], [False] * len(rows[:MOST_FEATURES]), "feature use", len(header) - 1, "ours"
    )
    rest = rows[MOST_FEATURES:]
    if rest:
        made += details(
            f"{len(rest)} more columns",
            marked_table(header, rest, [False] * len(rest), "more columns", len(header) - 1, "ours"),
        )
    said = f"The model reads {len(used):,} of {counted(total, 'column')}."
    how = " Influence: the share of rows whose prediction changes when a bit of it is flipped, summed over its bits."
    return Section("features", "What it looks at", paragraph(said + (how if known else "")) + made)


def robust(facts: Facts) -> Section | None:
    """Accuracy under wrong input bits, and the average sensitivity."""
    if facts.formula is None or facts.formula.robustness is None:
        return None
    found = facts.formula.robustness
    seen = (
        f"{found.rows:,} {found.split} rows"
        if found.rows == found.of
        else f"{found.rows:,} of {found.of:,} {found.split} rows"
    )
    text = (
        f"Average sensitivity {found.sensitivity:.2f}: of the {len(found.influences):,} input bits that are read, so "
        f"many change the prediction of a row when flipped alone, on average. Measured on {seen}."
    )
    how = "A bit is one comparison: for a number, whether it is at most some threshold. Bits are flipped independently."
    return Section(
        "robustness",
        "Robustness",
        element(
            "div", {"class": "pair"}, noise(found), element("div", None, paragraph(text), paragraph(how, kind="note"))
        ),
    )

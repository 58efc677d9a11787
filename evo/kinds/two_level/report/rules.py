"""The model itself: its rules as sentences, and the network as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from evo.analysis.gather import Facts
from evo.analysis.rules import RuleGroup, Support
from evo.kinds.two_level.report.diagram import diagram, left_out
from evo.kinds.two_level.report.findings import Formula
from evo.kinds.two_level.report.sentences import READING, otherwise, sentence, supports_text, voting_text
from evo.report.html.parts import Section
from evo.text.numbers import counted

#: Rules of one class shown at once: the rest is folded away.
MOST_RULES = 12
#: The same where there are more than two classes or outputs.
FEW_RULES = 4


@dataclass(frozen=True, slots=True)
class Item:
    """A rule as a sentence, and what it applies to (may be empty).

    kind: a class of the style sheet; mark: which one it is in the row to try.
    """

    text: str
    support: str
    kind: str | None = None
    mark: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The rules of one class or output, some of them folded away; title: empty where it is the only group."""

    title: str
    shown: list[Item]
    folded: list[Item]
    more: str


def rules(facts: Facts) -> Section | None:
    """The model as sentences, with what each applies to and how often it is right."""
    formula: Formula = facts.findings
    groups, task = formula.rules, formula.task
    most = MOST_RULES if len(groups) <= 2 else FEW_RULES
    starts = accumulate((len(group.rules) for group in groups[:-1]), initial=0)
    pairs = zip(groups, starts, strict=True)
    show = {
        "groups": [_group(group, most, start, named=len(groups) > 1) for group, start in pairs],
        "voting": voting_text([task.classes[i] for i in task.prior]) if task.kind == "multiclass" else "",
        "reading": READING,
        "lines": formula.lines,
    }
    return Section("rules", "The rules", "rules.html.j2", show)


def _group(group: RuleGroup, most: int, first: int, *, named: bool) -> Group:
    """The rules of one class or output, marked from `first` on; those beyond `most` are folded away."""
    title = group.output if group.otherwise is not None else f"{group.output}: {group.label}"
    items = [
        Item(sentence(r, group), _support(r.support, len(r.term)) if r.conditions else "", mark=mark)
        for mark, r in enumerate(group.rules, start=first)
    ]
    shown, folded = items[:most], items[most:]
    if group.otherwise is not None:
        shown.append(Item(otherwise(group), _support(group.otherwise_support, 0), "other"))
    return Group(title if named else "", shown, folded, counted(len(folded), "more rule"))


def _support(support: Mapping[str, Support], comparisons: int) -> str:
    text = supports_text(support, comparisons)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def network(facts: Facts) -> Section | None:
    """The network as a picture."""
    groups = facts.findings.rules
    if not any(group.rules for group in groups):
        return None
    show = {"picture": diagram(groups), "note": left_out(groups)}
    return Section("network", "The network", "network.html.j2", show)

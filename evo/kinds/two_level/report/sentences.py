"""Rules as sentences, the same ones in report.md and report.html."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evo.analysis.rules import Rule, RuleGroup, Support
from evo.report.tables import percent
from evo.text.numbers import counted
from evo.text.phrases import listed
from genomes.text.printable import printable

#: How to read the words, said once under the rules.
READING = (
    "Between a and b means above a, up to and including b. A missing value, or one that training never saw, passes no "
    'test of the forms "at most", "between" and "is"; the opposite ("above", "is not") then holds.'
)
_SPLITS = {"train": "training", "valid": "validation", "test": "test"}


def sentence(rule: Rule, group: RuleGroup) -> str:
    """``If mean radius is at most 14.2 and worst texture is above 20, then diagnosis is benign.``"""
    then = conclusion(rule, group)
    return printable(f"If {listed(rule.conditions, 'and')}, {then}." if rule.conditions else f"Always {then}.")


def conclusion(rule: Rule, group: RuleGroup) -> str:
    """``then diagnosis is benign``, ``then 3 votes for benign``, ``then 1 vote less for setosa``."""
    if rule.votes is None:
        return f"then {group.output} is {group.label}" if rule.conditions else f"{group.output} is {group.label}"
    if rule.votes < 0:
        return f"{'then ' if rule.conditions else ''}{counted(-rule.votes, 'vote')} less for {group.label}"
    return f"{'then ' if rule.conditions else ''}{counted(rule.votes, 'vote')} for {group.label}"


def otherwise(group: RuleGroup) -> str:
    """``Otherwise diagnosis is malignant.``"""
    return printable(f"{'Otherwise' if group.rules else 'Always'} {group.output} is {group.otherwise}.")


def support_text(support: Support, where: str) -> str:
    """``applies to 231 training rows (40.6 %), correct for 98.3 % of them``."""
    if not support.rows:
        return f"applies to no {where} row"
    share = percent(support.rows / max(1, support.of))
    rows = counted(support.rows, f"{where} row")
    if support.rows == 1:
        return f"applies to {rows} ({share}), {'correct' if support.right else 'wrong'} for it"
    return f"applies to {rows} ({share}), correct for {percent(support.right / support.rows)} of them"


def supports_text(support: Mapping[str, Support]) -> str:
    """The support on the rows it was learned from and on those held out."""
    texts = [support_text(support[name], _SPLITS[name]) for name in ("train", "test") if name in support]
    if "test" not in support and "valid" in support:
        texts.append(support_text(support["valid"], _SPLITS["valid"]))
    return "; ".join(texts)


def voting_text(prior: Sequence[str]) -> str:
    """How votes decide."""
    return printable(f"The class with the most votes wins; ties go to the first of {', '.join(prior)}.")


def rule_lines(groups: Sequence[RuleGroup], prior: Sequence[str] = ()) -> list[str]:
    """All rules as plain lines: each sentence with what it applies to; prior: classes in the order that breaks ties."""
    lines = []
    for group in groups:
        lines += [_line(sentence(rule, group), rule.support if rule.conditions else {}) for rule in group.rules]
        if group.otherwise is not None:
            lines.append(_line(otherwise(group), group.otherwise_support))
    return [*lines, voting_text(prior)] if any(group.otherwise is None for group in groups) else lines


def _line(text: str, support: Mapping[str, Support]) -> str:
    return f"{text} ({supports_text(support)})" if support else text

"""Rules as sentences, the same ones in report.md and report.html."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evo.analysis.precision import expected
from evo.analysis.rules import Rule, RuleGroup, Support
from evo.analysis.wilson import wilson
from evo.report.tables import percent
from evo.text.numbers import counted
from evo.text.phrases import listed
from genomes.text.printable import printable

#: How to read the words, said once under the rules.
READING = (
    "Between a and b means above a, up to and including b. Where training rows miss values, a missing "
    'value passes "is not", "is none of" and what says so, and no other comparison. '
    "Columns of few values are described by those of the training rows: a category that these never had counts as none "
    "of them where the model excludes categories."
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
    """``applies to 231 of 569 test rows (40.6 %), right for 227 of them (98.3 %, 95 % interval 95.6 to 99.3 %)``.

    Of rows that chose nothing; the interval is Wilson's.
    """
    text = _applies(support, where)
    if not support.rows:
        return text
    low, high = wilson(support.right, support.rows)
    share = f"{percent(support.right / support.rows)}, 95 % interval {_between(low, high)}"
    return f"{text}, right for {support.right:,} of them ({share})"


def learned_text(support: Support, comparisons: int) -> str:
    """The same of training rows, which chose the rule: what they let expect (`evo.analysis.precision`)."""
    text = _applies(support, _SPLITS["train"])
    if not support.rows:
        return text
    share, low, high = expected(support.right, support.rows, support.right_of / max(1, support.of), comparisons)
    new = f"of new rows expect {percent(share)}, in samples a quarter as large {_between(low, high)}"
    return f"{text}, right for {support.right:,} of them; {new}"


def _applies(support: Support, where: str) -> str:
    if not support.rows:
        return f"applies to no {where} row"
    share = percent(support.rows / max(1, support.of))
    return f"applies to {support.rows:,} of {counted(support.of, f'{where} row')} ({share})"


def _between(low: float, high: float) -> str:
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"


def supports_text(support: Mapping[str, Support], comparisons: int) -> str:
    """How often a rule is right: on test rows, else validation rows; training rows alone speak where there are none."""
    held_out = next((name for name in ("test", "valid") if name in support), None)
    if held_out is not None:
        texts = [support_text(support[held_out], _SPLITS[held_out])]
        texts += [_applies(support["train"], _SPLITS["train"])] if "train" in support else []
        return "; ".join(texts)
    return learned_text(support["train"], comparisons) if "train" in support else ""


def voting_text(prior: Sequence[str]) -> str:
    """How votes decide."""
    return printable(f"The class with the most votes wins; ties go to the first of {', '.join(prior)}.")


def rule_lines(groups: Sequence[RuleGroup], prior: Sequence[str] = ()) -> list[str]:
    """All rules as plain lines: each sentence with what it applies to; prior: classes in the order that breaks ties."""
    lines = []
    for group in groups:
        for rule in group.rules:
            lines.append(_line(sentence(rule, group), rule.support if rule.conditions else {}, len(rule.term)))
        if group.otherwise is not None:
            lines.append(_line(otherwise(group), group.otherwise_support, 0))
    return [*lines, voting_text(prior)] if any(group.otherwise is None for group in groups) else lines


def _line(text: str, support: Mapping[str, Support], comparisons: int) -> str:
    return f"{text} ({supports_text(support, comparisons)})" if support else text

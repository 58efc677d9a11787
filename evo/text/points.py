"""Soft scorecards in a person's words: how many points each term has, and what totals mean."""

from __future__ import annotations

from collections.abc import Sequence

from evo.models.scorecard import DOUBLE, Scorecard, probability
from evo.text.conditions import term_text
from fitness.data.dataset import Bit, Task
from genomes.text.printable import printable

#: Totals that the table shows, from the one at which both classes are as probable.
STEPS = range(-4 * DOUBLE, 4 * DOUBLE + 1, DOUBLE)


def point_lines(card: Scorecard, task: Task, bits: Sequence[Bit]) -> list[str]:
    """The whole scorecard, lines of printable text."""
    lines = _of_two(card, task, bits) if len(card.base) == 1 else _of_more(card, task, bits)
    return [printable(line) for line in lines]


def needed(card: Scorecard) -> int:
    """Points of terms from which on the second of two classes is predicted."""
    return -card.base[0] + (card.prior[0] != 1)


def _of_two(card: Scorecard, task: Task, bits: Sequence[Bit]) -> list[str]:
    name, (negative, positive) = task.outputs[0], task.classes
    lines = [f"{name} = {positive} when the points reach {needed(card)}, otherwise {negative}"]
    lines += _terms(card, bits, 0) or ["  (no points)"]
    totals = [step - card.base[0] for step in STEPS]
    shares = [f"{100 * probability(step):.0f} %" for step in STEPS]
    width = max(len(text) for text in (*map(str, totals), *shares))
    label = f"probability of {positive}"
    lines.append(f"  {'points'.ljust(len(label))}  {'  '.join(str(total).rjust(width) for total in totals)}")
    lines.append(f"  {label}  {'  '.join(share.rjust(width) for share in shares)}")
    return [*lines, f"{DOUBLE} points more double the odds"]


def _of_more(card: Scorecard, task: Task, bits: Sequence[Bit]) -> list[str]:
    lines = []
    for place, label in enumerate(task.classes):
        lines.append(f"{task.outputs[0]} = {label} begins with {card.base[place]} points")
        lines += _terms(card, bits, place)
    ranked = ", ".join(task.classes[index] for index in card.prior)
    lines.append(f"most points win; ties go to the first of {ranked}")
    return [*lines, f"{DOUBLE} points more than another class are odds of 2 to 1 against it, {2 * DOUBLE} of 4 to 1"]


def _terms(card: Scorecard, bits: Sequence[Bit], head: int) -> list[str]:
    """Terms with points for one score, those of the most points first, points in a column."""
    rows = [(points[head], term) for term, points in zip(card.terms, card.points, strict=True) if points[head]]
    rows.sort(key=lambda row: -abs(row[0]))
    width = max((len(f"{points:+d}") for points, _ in rows), default=0)
    return [f"  {points:+{width}d}  {term_text(term, bits, conjunction=True)}" for points, term in rows]

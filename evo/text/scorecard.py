"""Votes in a person's words: a scorecard for two classes, weights per class for more.

Of two classes the first to win the most votes is the same as a sum that reaches a threshold. With w votes for each
term t, and where equal votes go to the positive class,
  sum over its terms of w t  >=  sum over the other's of w t
says the same as
  sum over its terms of w t  +  sum over the other's of w NOT t  >=  all votes of the other,
so that a vote against is shown as a vote for the opposite, every weight is positive, and constants (terms without
literals) and the tie rule (one vote more where equal votes go the other way) end up in one number. Products of sums
lose a vote for each clause that fails, which shifts the number to the votes of the positive class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evo.models.two_level import Model
from evo.text.conditions import term_text
from evo.text.numbers import counted
from fitness.data.dataset import Bit, Task

Weighted = list[tuple[tuple[int, ...], int]]


def weighted(terms: Sequence[Sequence[int]]) -> Weighted:
    """Distinct terms with how often each occurs, the heaviest first, else in their order."""
    return sorted(Counter(map(tuple, terms)).items(), key=lambda item: -item[1])


def vote_lines(terms: Sequence[Sequence[int]], bits: Sequence[Bit], *, conjunction: bool) -> list[str]:
    """The terms of one class of several, one line each; a weight that is not 1 stands before its term."""
    lines = []
    for term, votes in weighted(terms):
        text = term_text(term, bits, conjunction=conjunction)
        lines.append(text if votes == 1 else f"{votes} votes: {text}")
    return lines


def scorecard_lines(model: Model, task: Task, bits: Sequence[Bit]) -> list[str]:
    """A network that votes between two classes: what adds how many votes, and how many are needed."""
    conjunction = model.kind == "sop"
    against, votes_for = (weighted(terms) for terms in model.terms)
    needed = (0 if task.prior[0] == 1 else 1) + sum(votes for _, votes in (against if conjunction else votes_for))
    constant = votes_for if conjunction else against
    needed -= sum(votes for term, votes in constant if not term)
    votes_of = [(votes, term_text(term, bits, conjunction=conjunction)) for term, votes in votes_for if term]
    votes_of += [(votes, _opposite(term, bits, conjunction=conjunction)) for term, votes in against if term]
    votes_of.sort(key=lambda line: -line[0])
    name, (negative, positive) = task.outputs[0], task.classes
    lines = [f"  {counted(votes, 'vote'):<8} {text}" for votes, text in votes_of] or ["  (no votes)"]
    return [f"{name} = {positive} when the votes reach {needed}", *lines, f"otherwise {name} = {negative}"]


def _opposite(term: tuple[int, ...], bits: Sequence[Bit], *, conjunction: bool) -> str:
    if len(term) == 1:
        return term_text((-term[0],), bits, conjunction=conjunction)
    return f"NOT ({term_text(term, bits, conjunction=conjunction)})"

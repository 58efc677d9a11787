"""Votes in a person's words: a scorecard for two classes, weights per class for more.

Of two classes the first to win the most votes is the same as a sum that reaches a threshold. With w votes for each
term t, and where equal votes go to the positive class,
  sum over its terms of w t  >=  sum over the other's of w t
says the same as
  sum over its terms of w t  +  sum over the other's of w NOT t  >=  all votes of the other,
so that a vote against is shown as a vote for the opposite, every weight is positive, and constants (terms without
literals) and the tie rule (one vote more where equal votes go the other way) end up in one number. Products of sums
lose a vote for each clause that fails, which shifts the number to the votes of the positive class.

Terms that read alike share a line with the sum of their votes. Of a term and its opposite one always holds: the votes
of the lighter one are given to every row, which lowers the number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from evo.models.two_level import Model
from evo.text.conditions import conditions, signed_bits, term_text
from evo.text.numbers import counted
from fitness.data.dataset import Bit, Task

Weighted = list[tuple[str, int]]
#: A term (or clause), and whether it gives its votes where it holds.
Line = tuple[tuple[int, ...], bool]


def vote_lines(terms: Sequence[Sequence[int]], bits: Sequence[Bit], *, conjunction: bool) -> list[str]:
    """The terms of one class of several, one line each; a weight that is not 1 stands before its term."""
    texts = _heaviest((term_text(term, bits, conjunction=conjunction), 1) for term in terms if term)
    return [text if votes == 1 else f"{votes} votes: {text}" for text, votes in texts]


def scorecard_lines(model: Model, task: Task, bits: Sequence[Bit]) -> list[str]:
    """A network that votes between two classes: what adds how many votes, and how many are needed."""
    conjunction = model.kind == "sop"
    against, votes_for = (Counter(map(tuple, terms)) for terms in model.terms)
    needed = (0 if task.prior[0] == 1 else 1) + (against if conjunction else votes_for).total()
    needed -= (votes_for if conjunction else against)[()]
    votes_of = Counter({_line(term, holds=True): votes for term, votes in votes_for.items() if term})
    votes_of.update({_line(term, holds=False): votes for term, votes in against.items() if term})
    for term, holds in list(votes_of):  # w t + v NOT t: the lighter of both is given to every row
        line, opposite = (term, holds), _line(term, holds=not holds)
        needed -= (both := min(votes_of[line], votes_of[opposite]))
        votes_of.subtract({line: both, opposite: both})
    texts = [(_text(line, bits, conjunction=conjunction), votes) for line, votes in (+votes_of).items()]
    name, (negative, positive) = task.outputs[0], task.classes
    lines = [f"  {counted(votes, 'vote'):<8} {text}" for text, votes in _heaviest(texts)] or ["  (no votes)"]
    return [f"{name} = {positive} when the votes reach {needed}", *lines, f"otherwise {name} = {negative}"]


def _heaviest(votes_of: Iterable[tuple[str, int]]) -> Weighted:
    """Equal texts once with all their votes, the heaviest first, else in their order."""
    total = Counter[str]()
    for text, votes in votes_of:
        total[text] += votes
    return sorted(total.items(), key=lambda item: -item[1])


def _line(term: tuple[int, ...], *, holds: bool) -> Line:
    """Where a term holds, or where it does not: of one literal its opposite."""
    return ((-term[0],), True) if len(term) == 1 and not holds else (term, holds)


def _text(line: Line, bits: Sequence[Bit], *, conjunction: bool) -> str:
    """A term (or clause), or what holds where it does not: one comparison where there is one."""
    term, holds = line
    if holds:
        return term_text(term, bits, conjunction=conjunction)
    said = conditions(signed_bits([-literal for literal in term], bits), conjunction=not conjunction)
    return said[0] if len(said) == 1 else f"NOT ({term_text(term, bits, conjunction=conjunction)})"

"""One literal after the other to its best cut, until no single one can be moved or dropped with a gain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from fitness.local.refinement.columns import Columns
from fitness.local.refinement.literals import Literal, Term
from fitness.local.refinement.scan import Deciding, Move, best_move

#: Times that each literal is looked at, at most: sums of weights are rounded, so that two cuts may each seem better.
MOST_LOOKS = 50


class Terms(Protocol):
    """Terms that change."""

    terms: list[Term]

    def deciding(self, term: int, literal: int) -> Deciding:
        """The rows on which a literal decides."""

    def replace(self, term: int, literals: Term) -> None:
        """Another term in its place."""

    def remove(self, term: int) -> None:
        """A term goes."""


def descend(terms: Terms, columns: Columns, over: Callable[[], bool], least: Callable[[Literal], float]) -> None:
    """Move the literals of `terms` in place until all were looked at since the last move.

    over: whether to leave off, asked before every literal; least: error that another cut of a literal must save.

    The training error never rises, and neither does any size.
    """
    quiet = term = place = 0
    looks = MOST_LOOKS * _places(terms)
    while quiet < _places(terms) and looks and not over():
        looks -= 1
        if place >= max(1, len(terms.terms[term])):
            term, place = (term + 1) % len(terms.terms), 0
        move = _move(terms, term, place, columns, least)
        quiet = quiet + 1 if move is None else 0
        if move is not None:
            _make(terms, term, place, move, columns)
        if move is not None and move.kind == "term":
            term, place = (term % len(terms.terms) if terms.terms else 0), 0
        elif move is None or move.kind == "cut":
            place += 1


def _places(terms: Terms) -> int:
    """Literals to look at; a term without any, which holds everywhere, is looked at itself."""
    return sum(max(1, len(term)) for term in terms.terms)


def _move(terms: Terms, term: int, place: int, columns: Columns, least: Callable[[Literal], float]) -> Move | None:
    deciding = terms.deciding(term, place)
    if not terms.terms[term]:
        move = best_move(deciding, None, 0.0, positive=True)
        return move if move is not None and move.kind == "term" else None
    literal = terms.terms[term][place]
    cut, feature = literal.cut, literal.bit.feature
    if cut is None or feature not in columns:
        return best_move(deciding, None, 0.0, positive=literal.positive)
    return best_move(deciding, columns[feature], cut, positive=literal.positive, least=least(literal))


def _make(terms: Terms, term: int, place: int, move: Move, columns: Columns) -> None:
    literals = terms.terms[term]
    if move.kind == "term":
        terms.remove(term)
    elif move.kind == "literal":
        terms.replace(term, literals[:place] + literals[place + 1 :])
    else:
        moved = literals[place].moved(move.cut, columns)
        terms.replace(term, [*literals[:place], moved, *literals[place + 1 :]])

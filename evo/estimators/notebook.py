"""A fitted estimator as a notebook shows it: what it is worth, and a card per rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evo.estimators.words import Rule
from evo.kinds.kind import Kind
from evo.monitor import FrontRow
from evo.text.cards import Card, cards_html, cards_of_lines
from evo.text.measures import Measure
from evo.text.numbers import counted, percent

#: How lines begin that say what holds where no rule does.
LAST = ("otherwise ", "most votes win")


def fitted_html(name: str, rules: Sequence[Any], lines: Sequence[str], row: FrontRow, kind: Kind, metric: str) -> str:
    """The cards of a model.

    name: of the estimator; rules: `Rule` of formulas, else lines; lines: the model in words; row: of the front; kind:
    of its genome; metric: that was optimised.
    """
    sizes = [column.counted(row.sizes[column.name]) for column in kind.sizes[:2]]
    figures = [*sizes, f"{percent(row.train_accuracy)} % of the training rows right"]
    if row.valid_accuracy is not None:
        figures.append(f"{percent(row.valid_accuracy)} % of held-out rows")
    measure = Measure(metric)
    if measure.beside_accuracy:
        figures.insert(len(sizes), f"{measure.name} {1.0 - row.error:.3f} on training rows")
    own = [rule for rule in rules if isinstance(rule, Rule)]
    rest = [Card(line, other=True) for line in lines[-1:] if line.startswith(LAST)]
    return cards_html(name, figures, [*map(_card, own), *rest] if own else cards_of_lines(lines))


def _card(rule: Rule) -> Card:
    votes = "" if abs(rule.votes) == 1 else f"{counted(abs(rule.votes), 'vote')}, "
    return Card(rule.claim, votes + rule.promise)

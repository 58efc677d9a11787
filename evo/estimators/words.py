"""Models in words for scikit-learn users: rules and what training says of them, and reasons for rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evo.analysis.precision import expected
from evo.estimators.evidence import Evidence, cubes_of
from evo.estimators.tables import cell_text
from evo.models.two_level import Model
from evo.text.conditions import conditions, signed_bits, term_text
from evo.text.numbers import counted
from fitness.data.blanks import fill_text
from fitness.data.dataset import Bit
from fitness.data.schema import Field
from fitness.data.table import Table
from fitness.data.tables.raw import is_missing
from genomes import portable
from genomes.bits import Bools
from genomes.text.printable import printable


@dataclass(frozen=True, slots=True)
class Rule:
    """One term, or one way in which a clause fails.

    when: the comparisons that all hold where it fires; label: the class it speaks for (against, where votes is
    negative); votes: how many votes it has, 1 for a formula; rows, right: training rows it fires on and those of them
    that it is right on, by weight. These chose it, so what to expect of new rows is less: precision is the share of
    them that it is right on, which for a sample a quarter as large lies from low to high in 95 % of cases
    (`evo.analysis.precision`).
    """

    when: str
    label: Any
    votes: int
    rows: float
    right: float
    precision: float
    low: float
    high: float

    def __str__(self) -> str:
        votes = f"{counted(abs(self.votes), 'vote')}, " if abs(self.votes) > 1 else ""
        return f"{self.claim} ({votes}{self.promise})"

    @property
    def claim(self) -> str:
        """``IF age > 40 THEN yes``."""
        return f"IF {self.when} THEN {'' if self.votes > 0 else 'not '}{self.label}"

    @property
    def promise(self) -> str:
        """What training rows say of it, and what to expect."""
        expect = f"expect {100 * self.precision:.0f} % of new rows, {100 * self.low:.0f} to {100 * self.high:.0f} %"
        return f"right on {self.right:g} of {self.rows:g} training rows: {expect}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a row is predicted what it is: the rules that fired, and the sentence `str` gives."""

    label: Any
    probability: float
    fired: tuple[Rule, ...]
    text: str

    def __str__(self) -> str:
        return self.text


def rules_of(
    model: Model, bits: Sequence[Bit], evidence: Evidence, labels: Sequence[Any]
) -> tuple[tuple[tuple[int, int], Rule], ...]:
    """Every distinct cube that tells something, with the (output, cube) where it stands first."""
    sign, rules, row = (1 if model.kind == "sop" else -1), [], 0
    for output, of_output in enumerate(cubes_of(model)):
        for place, cube in enumerate(of_output):
            if of_output.index(cube) == place and evidence.tells[row]:
                speaks = output if evidence.spoken is None else evidence.spoken
                votes = sign * of_output.count(cube) if evidence.spoken is None else 1
                when = printable(term_text(cube, bits, conjunction=True)) if cube else "always"
                counts = _right_of(evidence, row, speaks, against=votes < 0, comparisons=len(cube))
                rules.append(((output, place), Rule(when, labels[speaks], votes, *counts)))
            row += 1
    return tuple(rules)


def _right_of(evidence: Evidence, row: int, speaks: int, *, against: bool, comparisons: int) -> tuple[float, ...]:
    """Of one cube: rows, right, precision, low, high, see `Rule`."""
    counts, of_all = evidence.counts[row], evidence.rows
    rows, everything = float(portable.summed(counts)), float(portable.summed(of_all))
    right, base = float(counts[speaks]), float(of_all[speaks]) / everything
    if against:
        right, base = rows - right, 1.0 - base
    return round(rows, 6), round(right, 6), *expected(right, rows, base, comparisons)


@dataclass(frozen=True, slots=True)
class Explainer:
    """Reasons for rows of `table`, of which `holds` bool[bits, rows] are the bits; fields: the columns of training."""

    model: Model
    bits: Sequence[Bit]
    rules: Sequence[tuple[tuple[int, int], Rule]]
    table: Table
    fields: Sequence[Field]
    holds: Bools

    def explain(self, row: int, label: Any, probability: float, fired: Sequence[Bools]) -> Explanation:
        """One row; fired: see `evidence.fires`."""
        mine = [(at, rule) for at, rule in self.rules if fired[at[0]][at[1], row]]
        lines = [f"predicted {label} (probability {probability:.2f})"]
        if mine:
            lines += [f"  because {rule}; {self._values(at, row)}" for at, rule in mine]
        else:
            lines.append("  because no rule fires:")
            lines += [f"  not {rule.when}: {self._failing(at, row)}" for at, rule in self.rules]
        text = "\n".join(printable(line) for line in lines)
        return Explanation(label, probability, tuple(rule for _, rule in mine), text)

    def _values(self, at: tuple[int, int], row: int) -> str:
        """The row's values of the columns that a rule looks at."""
        literals = signed_bits(cubes_of(self.model)[at[0]][at[1]], self.bits)
        name_of = {bit.feature: bit.name for bit, _ in literals}
        return (
            ", ".join(f"{name} is {self._value(feature, row)}" for feature, name in name_of.items()) or "it always does"
        )

    def _failing(self, at: tuple[int, int], row: int) -> str:
        """The comparisons of a rule that do not hold at the row, with the values there."""
        cube = cubes_of(self.model)[at[0]][at[1]]
        failing = [literal for literal in cube if bool(self.holds[abs(literal) - 1, row]) != (literal > 0)]
        literals = signed_bits(failing, self.bits)
        texts = []
        for feature in dict.fromkeys(bit.feature for bit, _ in literals):
            group = [literal for literal in literals if literal[0].feature == feature]
            wrong = " AND ".join(conditions(group, conjunction=True))
            texts.append(f"{wrong} does not hold, {group[0][0].name} is {self._value(feature, row)}")
        return "; ".join(texts)

    def _value(self, feature: str, row: int) -> str:
        """The cell, or that it is missing and what it is read as."""
        field = next(field for field in self.fields if field.name == feature)
        column = next(column for column in self.table.columns if column.name == feature)
        if field.fill is not None and is_missing(column.values[row : row + 1])[0]:
            return f"missing, read as {fill_text(field)}"
        return cell_text(column, row)

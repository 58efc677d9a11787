"""Terms as refinement sees them: literals that name a bit itself, not its number, and the rows on which bits hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fitness.data.dataset import Bit, Split
from fitness.data.encoders import cut_like
from fitness.local.refinement.columns import Columns
from genomes.bits import Words, valid_words
from genomes.two_level.cover import Cover, CoverSpace
from genomes.two_level.literals import cube_from_literals, literals_of, stack


@dataclass(frozen=True, slots=True)
class Literal:
    """A bit, or its opposite."""

    bit: Bit
    positive: bool

    @property
    def cut(self) -> float | None:
        """Where it cuts a column of numbers; None where it does not."""
        return float(self.bit.operand) if self.bit.op == "<=" else None  # type: ignore[arg-type]

    def moved(self, cut: float, columns: Columns) -> Literal:
        """The same comparison with another number."""
        return replace(self, bit=cut_like(self.bit, cut, missing=columns[self.bit.feature].missing))


#: A cube: where all of it holds.
Term = list[Literal]


def terms_of(cover: Cover, bits: Sequence[Bit]) -> list[list[Term]]:
    """Per output the cubes of a cover."""
    return [[[Literal(bits[abs(n) - 1], n > 0) for n in literals_of(cube)] for cube in cubes] for cubes in cover.cubes]


def cover_of(terms: Sequence[Sequence[Term]], rows: dict[Bit, int], space: CoverSpace, *, inverted: bool) -> Cover:
    """The inverse of `terms_of` in another space, in which `rows` are the numbers of the bits."""
    stacks = []
    for of_output in terms:
        signed = [[(rows[lit.bit] + 1) * (1 if lit.positive else -1) for lit in term] for term in of_output]
        stacks.append(stack([cube_from_literals(cube, space.n_inputs) for cube in signed], space.n_inputs))
    return Cover(tuple(stacks), inverted)


@dataclass(frozen=True, slots=True)
class Rows:
    """Training rows: where bits hold, those that are packed and cuts of the columns.

    split: the packed rows of `bits`; columns: their numbers.
    """

    split: Split
    bits: tuple[Bit, ...]
    columns: Columns
    _row: dict[Bit, int] = field(init=False, repr=False, compare=False)
    _cuts: dict[Bit, Words] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_row", {bit: row for row, bit in enumerate(self.bits)})

    def __contains__(self, bit: Bit) -> bool:
        """Whether a bit is packed: one that the search knew."""
        return bit in self._row

    def holds(self, terms: Sequence[Literal]) -> Words:
        """uint64[words]: where all literals hold."""
        held = valid_words(self.split.n_rows)
        for literal in terms:
            plane = self._plane(literal.bit)
            held = held & (plane if literal.positive else ~plane)
        return held

    def _plane(self, bit: Bit) -> Words:
        if bit in self._row:
            plane: Words = self.split.inputs[self._row[bit]]
            return plane
        if bit not in self._cuts:
            self._cuts[bit] = self.columns[bit.feature].holds(float(bit.operand))  # type: ignore[arg-type]
        return self._cuts[bit]

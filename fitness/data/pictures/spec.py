"""What the `data` section says of rows that are pictures; for networks also copies of rows, and patterns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Le, Len

from fitness.data.spec import DataSpec
from genomes.strict import STRICT

#: Pixels of a side at most, copies of a row, and pattern bits.
LONGEST_SIDE, MOST_COPIES, MOST_PATTERNS = 4096, 100, 1_000_000
Side = Annotated[int, Ge(1), Le(LONGEST_SIDE)]
Amount = Annotated[float, Ge(0), Le(0.5)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSpec:
    """The pictures that rows are; null: columns called pixel_ROW_COLUMN, as of idx files, are one, others are none."""

    __pydantic_config__ = STRICT

    height: Side | None = None
    """Rows of pixels; with `width`, all columns are the pixels, row by row."""
    width: Side | None = None
    """Pixels in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentSpec:
    """Copies of every training row, each turned, moved, stretched and sheared a little; only the rows judge."""

    __pydantic_config__ = STRICT

    copies: Annotated[int, Ge(0), Le(MOST_COPIES)] = 0
    """Copies of each training row; 0 for none."""
    shift: Annotated[float, Ge(0), Le(64)] = 1.0
    """Pixels that a copy is moved up or down, and left or right, at most."""
    rotate: Annotated[float, Ge(0), Le(45)] = 8.0
    """Degrees that it is turned, at most."""
    scale: Amount = 0.1
    """Share by which it is larger or smaller, each way on its own, at most."""
    shear: Amount = 0.1
    """Share of its height by which its top and bottom are moved apart, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternShape:
    """One shape of patterns: where its pixels are taken from, and over which places it is looked for."""

    __pydantic_config__ = STRICT

    literals: Annotated[int, Ge(1), Le(64)]
    """Pixels that must be as in the pattern."""
    window: Annotated[int, Ge(1), Le(64)]
    """Height and width of the square that they lie in."""
    pool: Annotated[int, Ge(1), Le(64)]
    """Height and width of the square of places, at any of which the pattern may be."""
    stride: Annotated[int, Ge(1), Le(64)]
    """Pixels from one such square of places to the next."""


KINDS = (
    PatternShape(literals=4, window=5, pool=5, stride=3),
    PatternShape(literals=7, window=9, pool=2, stride=2),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternsSpec:
    """Patterns of pixels copied from training rows, a bit for each region of places where one may be found."""

    __pydantic_config__ = STRICT

    bits: Annotated[int, Ge(0), Le(MOST_PATTERNS)] = 0
    """Pattern bits at most; 0 for none."""
    kinds: Annotated[tuple[PatternShape, ...], Len(1, 16)] = KINDS
    """The shapes of patterns, each with an equal share of the bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageDataSpec(DataSpec):
    """Where the rows come from."""

    image: ImageSpec = field(default_factory=ImageSpec)
    """The pictures that rows are."""

    def without_state(self) -> tuple[str, ...]:
        """As of all data; pictures are only shown."""
        return *DataSpec.without_state(self), "image"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureDataSpec(ImageDataSpec):
    """Where the rows come from."""

    augment: AugmentSpec = field(default_factory=AugmentSpec)
    """Copies of every training row."""
    patterns: PatternsSpec = field(default_factory=PatternsSpec)
    """Patterns of pixels, for algorithm: lut_boost."""

    def without_state(self) -> tuple[str, ...]:
        """As of all data: copies and patterns depend on what the pictures are."""
        return DataSpec.without_state(self)

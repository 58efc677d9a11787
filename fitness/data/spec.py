"""The `data` section of a config as a value: what to read, how to split it, how to make bits of it.

Constraints are annotations (checked at the config boundary); the texts under the fields are the config reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen, MinLen

from genomes.bounds import Name, Names, Path
from genomes.strict import STRICT

#: Rows of a generated function, as of the largest whole table.
MOST_ROWS = 2**20
#: The path of a table that is read from standard input.
STANDARD_INPUT = "-"
#: What a column may be taken for, beside a format of dates and the values of an ordered category.
WISHES = ("number", "category", "boolean", "date", "ignore")
Fraction = Annotated[float, Ge(0), Le(0.9)]
Source = Literal["table", "csv", "npz", "pla", "idx", "sklearn", "function"]
FunctionName = Literal[
    "multiplexer", "parity", "majority", "random_dnf", "adder", "multiplier", "comparator", "modular_add", "monk"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSpec:
    """How the rows of `path` are divided."""

    __pydantic_config__ = STRICT

    valid: Fraction = 0.15
    """Fraction of rows held out for choosing the model; 0 for none."""
    test: Fraction = 0.15
    """Fraction of rows scored once, at the end; 0 for none."""
    stratify: bool = True
    """Keep the class proportions in every split."""
    column: Name | None = None
    """Take the split from this column instead (values train, valid, test)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BinarizeSpec:
    """How columns become bits."""

    __pydantic_config__ = STRICT

    method: Literal["thermometer", "onehot", "none"] = "thermometer"
    """Numbers: a bit per quantile threshold, a bit per quantile interval, or none (0/1 already; masks: any, scaled)."""
    bits: Annotated[int, Ge(1), Le(255)] = 9
    """Thresholds per numeric column, at most."""
    thresholds: Annotated[tuple[Annotated[float, Ge(-1e300), Le(1e300)], ...], MaxLen(255)] = ()
    """Cut every numeric column at these values instead, as far as they lie between its values; pixels want this."""
    levels: Annotated[int, Ge(1), Le(10_000)] = 50
    """Categories of a column with a bit of their own, at most; rarer ones share a bit, "(other)"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSpec:
    """Where the rows come from."""

    __pydantic_config__ = STRICT

    source: Source
    """Kind of data."""
    path: Path | None = None
    """The file, relative to the config file; table: CSV, TSV, Parquet or JSON (.gz, .zst), or "-", standard input."""
    name: Literal["breast_cancer", "digits", "wine", "iris"] | None = None
    """sklearn: which bundled set."""
    target: Name | None = None
    """table: the column to predict; default the last one."""
    target_above: Annotated[float, Ge(-1e300), Le(1e300)] | None = None
    """table: predict whether the target, a number, is above this."""
    valid_path: Path | None = None
    """Own file for the validation rows."""
    test_path: Path | None = None
    """Own file for the test rows."""
    categorical: Names = ()
    """table, npz: columns to treat as categories although they hold numbers."""
    ignore: Names = ()
    """table: columns to leave out, e.g. row ids."""
    columns: Annotated[dict[Name, Name | Annotated[Names, MinLen(2)]], MaxLen(10_000)] | None = None
    """table: kinds that evo mistakes: number, category, boolean, date (or its format), ignore; or ordered values."""
    query: Annotated[str, MaxLen(100_000)] | None = None
    """table: instead of a file, a SELECT (DuckDB's SQL) over local files: SELECT * FROM 'a.parquet' JOIN ..."""
    folder: Path | None = None
    """table: where relative names in `query` begin; default the config file's folder."""
    encoding: Literal["utf-8", "utf-16", "latin-1"] | None = None
    """table: encoding of CSV; default UTF-8, or UTF-16 where the file says so."""
    header: bool | None = None
    """table: whether the first line of CSV names the columns; default: find out, and stop where it looks like data."""
    unpack_limit: Annotated[int, Ge(1)] | None = None
    """Bytes that a data or weights file may unpack to; null: a quarter of this machine's memory."""
    split: SplitSpec = field(default_factory=SplitSpec)
    """How the rows are divided."""
    binarize: BinarizeSpec = field(default_factory=BinarizeSpec)
    """How columns become bits."""
    refine: bool = True
    """Formulas of thermometer bits: move each threshold of the front to its best place at the end of the search."""
    function: FunctionName | None = None
    """function: the generator."""
    samples: Annotated[int, Ge(1), Le(MOST_ROWS)] | None = None
    """function: rows to draw; default the whole table. Times inputs and outputs: at most 40 * 2^20."""
    test_samples: Annotated[int, Ge(1), Le(MOST_ROWS)] | None = None
    """function: further rows for the test split, none of them among the first where the domain allows."""
    noise: Annotated[float, Ge(0), Le(0.5)] = 0.0
    """function: share of training and validation labels that are flipped; test labels stay clean."""
    address_bits: Annotated[int, Ge(1), Le(8)] | None = None
    """multiplexer: address lines (inputs = address_bits + 2 ** address_bits)."""
    bits: Annotated[int, Ge(1), Le(512)] | None = None
    """parity, majority: inputs; adder, multiplier, comparator: bits of each operand."""
    inputs: Annotated[int, Ge(1), Le(4096)] | None = None
    """random_dnf: inputs."""
    terms: Annotated[int, Ge(1), Le(10_000)] | None = None
    """random_dnf: terms of the hidden formula; with thousands it is nearly always true."""
    literals: Annotated[int, Ge(1), Le(4096)] | None = None
    """random_dnf: literals per term."""
    modulus: Annotated[int, Ge(2), Le(4096)] | None = None
    """modular_add: the modulus."""
    problem: Literal[1, 2, 3] | None = None
    """monk: which of the three problems."""

    def without_state(self) -> tuple[str, ...]:
        """Keys that change no state of a search: what is read is the same, and what is refined comes after it."""
        return "unpack_limit", "refine"

"""The target of a table: labels as texts, each class written in one way, and what cannot be a class named."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fitness.data.checks import first_alike, number_text, quoted, without_case
from fitness.data.table import Target
from fitness.data.tables.cells import PLAIN_NUMBER
from fitness.data.tables.profile import Profile
from fitness.data.tables.raw import Nested, RawColumn, Texts
from fitness.data.tables.understood import as_texts
from fitness.errors import DataError

#: A target with more numbers than this is a quantity.
MOST_NUMBERS = 50
DONT_CARE = {"0": 0, "1": 1, "-": -1}


def labels_of(
    name: str, raw: RawColumn, place: Callable[[int], str], origin: str, above: float | None
) -> tuple[Target, Profile]:
    """The labels of a column, object[rows] of str, and what there is to say of them.

    Args:
        name: of the target column.
        raw: its cells.
        place: where a row is, for messages.
        origin: the table, for messages.
        above: makes two classes of numbers: above it, and at most it.

    Raises:
        DataError: a missing label; a target that is a quantity.
    """
    texts = _complete(name, raw, place)
    if above is not None:
        return _split(name, texts, above, place)
    levels, notes = one_spelling(texts.levels)
    if looks_continuous(levels):
        raise DataError(continuous(name, levels), where=origin)
    values = np.array(levels, dtype=object)[texts.codes]
    distinct = len(set(levels))
    return Target((name,), values), Profile(name, "target", "", distinct, 0, levels[0], (*notes, *_alike(levels)))


def later_labels(name: str, raw: RawColumn, place: Callable[[int], str], above: float | None) -> Target:
    """The labels of rows that come after training, as they are written: training fixed what classes there are."""
    texts = _complete(name, raw, place)
    if above is not None:
        return _split(name, texts, above, place)[0]
    return Target((name,), np.array(texts.levels, dtype=object)[texts.codes])


def _complete(name: str, raw: RawColumn, place: Callable[[int], str]) -> Texts:
    """The cells of a target as texts, none of them missing."""
    texts = _readable(name, raw)
    missing = np.flatnonzero(texts.codes < 0)
    if missing.size:
        more = f" ({missing.size:,} rows have none)" if missing.size > 1 else ""
        need = f"missing label in column {name!r}{more}; fill it in or remove the row"
        raise DataError(need, where=place(int(missing[0])))
    return texts


def _readable(name: str, raw: RawColumn) -> Texts:
    if isinstance(raw, Nested):
        raise DataError(f"the target {name!r} holds {raw.type} values, not labels")
    return as_texts(raw)


def one_spelling(levels: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The levels with one text per number: 1, 1.0 and 1e0 are one class where all labels are numbers."""
    if not all(map(PLAIN_NUMBER.fullmatch, levels)):
        return list(levels), ()
    numbers = [as_number(level) for level in levels]
    if len(set(numbers)) == len(levels):
        return list(levels), ()
    shown = [number_text(number) for number in numbers]
    merged = sorted({text for text, level in zip(shown, levels, strict=True) if text != level})
    return shown, (f"labels that are equal numbers are one class: {quoted(merged)}",)


def as_number(label: str) -> float:
    """The number that a label is, NaN where it is none."""
    return float(label) if PLAIN_NUMBER.fullmatch(label) else float("nan")


def looks_continuous(levels: Sequence[str]) -> bool:
    """Whether labels are a quantity: more than fifty numbers, or three and more with fractions."""
    if not all(map(PLAIN_NUMBER.fullmatch, levels)):
        return False
    numbers = {as_number(level) for level in levels}
    return len(numbers) > MOST_NUMBERS or (len(numbers) > 2 and any(number != round(number) for number in numbers))


def continuous(name: str, levels: Sequence[str]) -> str:
    """What to say of a target that is a quantity."""
    middle = sorted(map(as_number, levels))[len(levels) // 2]
    values = f"the target {name!r} looks continuous: {len(set(levels)):,} different values, e.g. {levels[0]}"
    cut = f"cut it in two with data.target_above: {number_text(middle)}"
    return f"{values}; evo learns classes, not regression: {cut}, or name another data.target"


def _alike(levels: Sequence[str]) -> tuple[str, ...]:
    pair = first_alike(levels, without_case)
    if pair is None:
        return ()
    return (f"labels that differ in case or blanks only are different classes: {pair[0]!r} and {pair[1]!r}",)


def above_texts(above: float) -> tuple[str, str]:
    """The names of the two classes that a bound makes of numbers."""
    return f"at most {number_text(above)}", f"above {number_text(above)}"


def _split(name: str, texts: Texts, above: float, place: Callable[[int], str]) -> tuple[Target, Profile]:
    values = np.array([as_number(level) for level in texts.levels])
    low, high = above_texts(above)
    classes = {low, high}
    strange = [
        level for level, value in zip(texts.levels, values, strict=True) if np.isnan(value) and level not in classes
    ]
    if strange:
        row = int(np.flatnonzero(texts.codes == texts.levels.index(strange[0]))[0])
        raise DataError(f"data.target_above needs numbers in column {name!r}, got {strange[0]!r}", where=place(row))
    named = [
        level if np.isnan(value) else high if value > above else low
        for level, value in zip(texts.levels, values, strict=True)
    ]
    cells = np.array(named, dtype=object)[texts.codes]
    return Target((name,), cells), Profile(
        name, "target", f"numbers above {number_text(above)} or not", len(set(named)), 0, named[0]
    )


def several_outputs(names: Sequence[str], raws: Sequence[RawColumn], place: Callable[[int], str]) -> Target:
    """int8[rows, outputs] of 0, 1 and -1 where a cell is missing or a dash.

    Raises:
        DataError: another cell.
    """
    columns = [_output(name, _readable(name, raw), place) for name, raw in zip(names, raws, strict=True)]
    return Target(tuple(names), np.stack(columns, axis=1))


def _output(name: str, texts: Texts, place: Callable[[int], str]) -> NDArray[np.int8]:
    value_of = {**DONT_CARE, "1.0": 1, "0.0": 0, "true": 1, "false": 0}
    strange = [code for code, level in enumerate(texts.levels) if level not in value_of]
    if strange:
        row = int(np.flatnonzero(np.isin(texts.codes, strange))[0])
        got = texts.levels[texts.codes[row]]
        raise DataError(f"output {name!r} must be 0, 1 or - (don't care), got {got!r}", where=place(row))
    return np.array([*(value_of[level] for level in texts.levels), -1], dtype=np.int8)[texts.codes]

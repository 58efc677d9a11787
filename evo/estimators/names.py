"""Columns under other names: bits with their texts, and the columns that bits need."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from fitness.data.binarize import Binarizer
from fitness.data.checks import quoted, shown
from fitness.data.dataset import Bit
from fitness.data.encoders import labels_of
from fitness.data.schema import Field


def with_names(binarizer: Binarizer, old: Sequence[str], new: Any) -> Binarizer:
    """The columns `old` called `new`, one for one; parts of dates (``month of when``) follow their date.

    Raises:
        ValueError: another number of names, or names that do not differ.
    """
    names = [str(name) for name in np.asarray(new, dtype=object).ravel()]
    if len(names) != len(old) or len(set(names)) < len(names):
        raise ValueError(f"feature_names must be {len(old)} different names, got {len(names)}")
    fields = [_renamed_field(field, dict(zip(old, names, strict=True))) for field in binarizer.fields]
    name_of = {before.name: field.name for before, field in zip(binarizer.fields, fields, strict=True)}
    parts = [field.name for field in fields if field.part is not None]
    if twice := set(names) & set(parts):
        raise ValueError(f"feature_names: {quoted(sorted(twice))} is also the part of a date")
    labels = labels_of([*names, *parts])
    bits = tuple(renamed(bit, name_of[bit.feature], labels[name_of[bit.feature]]) for bit in binarizer.bits)
    return Binarizer(tuple(fields), bits)


def _renamed_field(field: Field, name_of: Mapping[str, str]) -> Field:
    if field.part is None:
        return replace(field, name=name_of[field.name])
    date, part = field.part
    return replace(field, name=f"{part} of {name_of[date]}", part=(name_of[date], part))


def renamed(bit: Bit, name: str, label: str) -> Bit:
    """The bit of a column that is called `name` now, and `label` in texts."""
    own = "" if label == shown(name) else label
    when_true, when_false = (_relabelled(text, bit, label) for text in (bit.when_true, bit.when_false))
    return replace(bit, feature=name, when_true=when_true, when_false=when_false, label=own)


def _relabelled(text: str, bit: Bit, new: str) -> str:
    """A text of the bit, which names its column only where a comparison begins, or between the ends of an interval."""
    old = bit.name
    if bit.op == "is":
        return f"NOT {new}" if text.startswith("NOT ") and text != old else new
    if text.startswith(f"({old} ") and text.endswith(")"):  # alternatives: x > 3 or x is missing
        inner, missing = text[1:-1], f" or {old} is missing"
        end = f" or {new} is missing" if inner.endswith(missing) else ""
        inner = inner.removesuffix(missing)
        first, *rest = inner.split(f" or {old} ") if bit.op in ("<=", "in") else [inner]
        return f"({' or '.join([new + first[len(old) :], *(f'{new} {part}' for part in rest)])}{end})"
    if bit.op == "in" and text == bit.when_true and all(map(math.isfinite, bit.ends)):
        low = f"{bit.number(bit.ends[0])} < "
        return low + new + text[len(low) + len(old) :]
    return new + text[len(old) :]

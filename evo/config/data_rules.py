"""Rules of the `data` section: which keys each source and each generator needs, and which it has no use for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from difflib import get_close_matches
from typing import Any, Final

from evo.config.expect import expectation
from evo.config.problems import Problem, shown
from evo.config.schema import RunConfig
from evo.config.shape import annotation_at
from fitness.data.spec import WISHES, DataSpec

FILES: Final = ("table", "csv", "npz", "pla", "idx")
TABLES: Final = ("table", "csv")
_PATHS: Final = ("path", "valid_path", "test_path")
_MOST_HELD_OUT: Final = 0.9

#: Arguments of each generator; it needs all of them.
ARGUMENTS_OF: Final = {
    "multiplexer": ("address_bits",),
    "parity": ("bits",),
    "majority": ("bits",),
    "random_dnf": ("inputs", "terms", "literals"),
    "adder": ("bits",),
    "multiplier": ("bits",),
    "comparator": ("bits",),
    "modular_add": ("modulus",),
    "monk": ("problem",),
}
_ARGUMENTS: Final = tuple(dict.fromkeys(key for keys in ARGUMENTS_OF.values() for key in keys))

#: Which sources use a key of `data`; the keys that are not here are for all.
SOURCES_OF: Final = {
    **dict.fromkeys(_PATHS, FILES),
    "name": ("sklearn",),
    **dict.fromkeys(("target", "target_above", "ignore", "columns", "query", "folder", "encoding", "header"), TABLES),
    "categorical": (*TABLES, "npz"),
    **dict.fromkeys(("function", "samples", "test_samples", "noise", *_ARGUMENTS), ("function",)),
}
_NEEDED_BY_SOURCE: Final = {**dict.fromkeys(FILES, "path"), "sklearn": "name", "function": "function"}


def is_set(section: Any, key: str) -> bool:
    """Whether a key of a section differs from its default."""
    declared = next(field for field in fields(section) if field.name == key)
    default = declared.default if declared.default_factory is MISSING else declared.default_factory()
    return bool(getattr(section, key) != default)


def needed(config: RunConfig, path: tuple[str, ...], by: str) -> Problem:
    """The problem of a key that another key's value makes necessary."""
    expected = expectation(annotation_at(type(config), path)).removesuffix(" or null")
    return Problem(path, f"is required by {by}; must be {expected}")


def source_has_its_key(config: RunConfig) -> Iterator[Problem]:
    """Every source names its data: a path, a bundled set or a generator."""
    key = _NEEDED_BY_SOURCE[config.data.source]
    if config.data.source in TABLES and is_set(config.data, "query"):
        if is_set(config.data, "path"):
            yield Problem(("data", "query"), "cannot be combined with data.path: the query names its files")
    elif not is_set(config.data, key):
        yield needed(config, ("data", key), f"source: {config.data.source}")


def keys_fit_source(config: RunConfig) -> Iterator[Problem]:
    """A key that the source does not read is a misunderstanding, never ignored."""
    for key, sources in SOURCES_OF.items():
        if config.data.source not in sources and is_set(config.data, key):
            yield Problem(("data", key), f"only used by source: {', '.join(sources)}")


def paths_are_not_empty(config: RunConfig) -> Iterator[Problem]:
    """An empty path would mean the config's own folder."""
    for key in _PATHS:
        if getattr(config.data, key) == "":
            yield Problem(("data", key), "must not be empty")


def arguments_fit_function(config: RunConfig) -> Iterator[Problem]:
    """A generator gets all of its arguments and none of another's."""
    data = config.data
    if data.source != "function" or data.function is None:
        return
    own = ARGUMENTS_OF[data.function]
    for key in own:
        if not is_set(data, key):
            yield needed(config, ("data", key), f"function: {data.function}")
    for key in _ARGUMENTS:
        if key not in own and is_set(data, key):
            users = [name for name, keys in ARGUMENTS_OF.items() if key in keys]
            yield Problem(("data", key), f"only used by function: {', '.join(users)}")


def terms_fit_inputs(config: RunConfig) -> Iterator[Problem]:
    """A term of the hidden formula names each input at most once."""
    data = config.data
    if data.function == "random_dnf" and data.inputs and data.literals and data.literals > data.inputs:
        yield Problem(("data", "literals"), f"must be at most inputs ({data.inputs}), got {data.literals}")


def split_column_stands_alone(config: RunConfig) -> Iterator[Problem]:
    """A split read from a column leaves nothing for fractions or own files to say."""
    data = config.data
    if data.split.column is None:
        return
    if data.source not in TABLES:
        yield Problem(("data", "split", "column"), f"only used by source: {', '.join(TABLES)}")
    for key in ("valid", "test", "stratify"):
        if is_set(data.split, key):
            yield Problem(("data", "split", key), "cannot be combined with data.split.column")
    for key in ("valid_path", "test_path"):
        if is_set(data, key):
            yield Problem(("data", key), "cannot be combined with data.split.column")


def split_leaves_training_rows(config: RunConfig) -> Iterator[Problem]:
    """At least a tenth of the rows is trained on; a split with its own file takes none of them."""
    held_out = _held_out(config.data)
    if held_out > _MOST_HELD_OUT + 1e-9:  # 0.7 + 0.2 is a little less than 0.9, other such sums a little more
        yield Problem(("data", "split"), f"valid and test must sum to at most {_MOST_HELD_OUT}, got {held_out:g}")


def _held_out(data: DataSpec) -> float:
    valid = 0.0 if data.valid_path else data.split.valid
    test = 0.0 if data.test_path else data.split.test
    return valid + test


def columns_are_kinds(config: RunConfig) -> Iterator[Problem]:
    """What a column can be taken for."""
    for name, wish in (config.data.columns or {}).items():
        if isinstance(wish, str) and wish not in WISHES and "%" not in wish:
            near = get_close_matches(wish, WISHES, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            need = f"must be one of {', '.join(WISHES)}, a date format such as '%d.%m.%Y', or a list of values"
            yield Problem(("data", "columns", name), f"{need}, got {shown(wish)}{hint}")
        elif not isinstance(wish, str) and len(set(wish)) < max(2, len(wish)):
            yield Problem(("data", "columns", name), "must list at least two different values, lowest first")


DATA_RULES: Final = (
    columns_are_kinds,
    source_has_its_key,
    keys_fit_source,
    paths_are_not_empty,
    arguments_fit_function,
    terms_fit_inputs,
    split_column_stands_alone,
    split_leaves_training_rows,
)

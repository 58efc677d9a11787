"""Whole configs: what is loaded, resolved, written and identified."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.config.choice import every_path
from evo.config.identity import changed_identity, identity, identity_hash
from evo.config.load import config_from_dict, load_config, resolve_paths
from evo.config.resolved import dump_resolved
from evo.config.schema import IDENTITY, RunConfig
from evo.errors import ConfigError

BASE: dict[str, Any] = {"schema": 1, "data": {"source": "csv", "path": "sub/a.csv"}}
MINIMAL = "schema: 1\r\ndata: {source: csv, path: a.csv, test_path: ../b.csv, valid_path: /c.csv}\r\n"


def config(**keys: Any) -> RunConfig:
    return config_from_dict({**BASE, **keys}, Path("/base"))


def test_a_loaded_file_keeps_its_text_and_path(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_bytes(("\ufeff" + MINIMAL).encode())
    loaded = load_config(path)
    assert loaded.text.encode() == path.read_bytes()
    assert loaded.path == path


def test_data_paths_are_relative_to_the_config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "run.yaml").write_text(MINIMAL)
    monkeypatch.chdir(tmp_path)
    data = load_config(Path("sub/run.yaml")).config.data
    paths = (data.path, data.valid_path, data.test_path)
    assert paths == (str(tmp_path / "sub/a.csv"), "/c.csv", str(tmp_path / "sub/../b.csv"))


def test_home_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert config(data={"source": "csv", "path": "~/a.csv"}).data.path == "/home/somebody/a.csv"


def test_resolving_twice_changes_nothing() -> None:
    assert resolve_paths(config(), Path("/elsewhere")) == config()


def test_a_dict_may_hold_numpy_numbers_tuples_and_paths() -> None:
    given = config_from_dict(
        {
            "schema": np.int64(1),
            "seed": np.uint8(7),
            "data": {"source": "csv", "path": Path("a.csv"), "noise": np.float32(0)},
            "fitness": {"objectives": ("error", np.str_("terms"))},
        },
        Path("/base"),
    )
    assert given == config(seed=7, data={"source": "csv", "path": "a.csv"}, fitness={"objectives": ["error", "terms"]})


def test_a_dict_that_contains_itself_is_a_config_error() -> None:
    loop: dict[str, Any] = {**BASE}
    loop["search"] = loop
    with pytest.raises(ConfigError):
        config_from_dict(loop, Path())


# Anything a YAML file or a dict can hold, most of it near the schema.
KEYS = st.sampled_from(sorted({path[-1] for path in every_path()})) | st.text(max_size=3)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["csv", "error", "sop", "function", "parity", "weighted", 10**400, "\ud800", b"x", 1.0, object()])
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.integers(), inner, max_size=4)
)
SECTIONS = st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=4) | VALUES, max_size=5)


@settings(max_examples=100, deadline=None)
@given(SECTIONS)
def test_any_mapping_is_a_config_or_a_config_error(document: dict[str, Any]) -> None:
    try:
        config_from_dict({**BASE, **document}, Path("/base"))
    except ConfigError as error:
        assert error.problems
        assert not any("\n" in line or not line.startswith("config: ") for line in error.problems)


@settings(max_examples=100, deadline=None)
@given(SECTIONS)
def test_any_yaml_is_a_config_or_a_config_error(tmp_path_factory: pytest.TempPathFactory, document: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    try:
        path.write_text(yaml.dump({**BASE, **document}, allow_unicode=True), encoding="utf-8", errors="replace")
    except (TypeError, yaml.YAMLError):
        return
    try:
        load_config(path)
    except ConfigError as error:
        assert not any("\n" in line or not line.startswith(str(path)) for line in error.problems)


AWKWARD = st.text(min_size=1, max_size=12) | st.sampled_from(
    ["1e-3", "on", "yes", "012", "0o17", "null", "~", "<<", "=", ".inf", "1:30", "2001-01-01", "a: b", "- a", "#", "'"]
)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(AWKWARD, st.floats(0, 1e9), min_size=1, max_size=3),
    AWKWARD,
    st.lists(AWKWARD, max_size=3),
    st.floats(0, 1),
)
def test_resolved_yaml_reads_back_as_the_same_config(
    tmp_path_factory: pytest.TempPathFactory, weights: dict[str, float], target: str, ignore: list[str], share: float
) -> None:
    original = config(
        data={**BASE["data"], "target": target, "ignore": ignore},
        fitness={"metric": "weighted", "class_weight": weights},
        search={"crossover": share},
    )
    path = tmp_path_factory.getbasetemp() / "resolved.yaml"
    path.write_text(dump_resolved(original), encoding="utf-8")
    assert load_config(path).config == original


@pytest.mark.parametrize("word", ["on", "1e-3", "012", "1:30", "2001-01-01", "0o17", "null", "1_000"])
def test_resolved_yaml_quotes_what_any_version_of_yaml_would_not_read_as_text(word: str) -> None:
    assert yaml.safe_load(dump_resolved(config(data={**BASE["data"], "target": word})))["data"]["target"] == word


def test_resolved_yaml_has_every_key_in_order_in_block_style() -> None:
    text = dump_resolved(config())
    keys = [line.partition(":")[0] for line in text.splitlines() if not line.startswith((" ", "-"))]
    assert keys == [field.name for field in dataclasses.fields(RunConfig)]
    assert "fitness:\n  metric: accuracy\n  objectives:\n  - error\n  - literals\n  class_weight: null\n" in text


def test_resolved_yaml_keeps_a_split_column(tmp_path: Path) -> None:
    original = config(data={**BASE["data"], "split": {"column": "fold"}})
    (tmp_path / "resolved.yaml").write_text(dump_resolved(original))
    assert load_config(tmp_path / "resolved.yaml").config == original


def test_identity_has_the_identity_sections_only() -> None:
    assert list(identity(config())) == list(IDENTITY)


def test_identity_does_not_depend_on_folders() -> None:
    moved = config_from_dict({**BASE, "data": {"source": "csv", "path": "/other/a.csv"}}, Path("/y"))
    assert identity_hash(moved) == identity_hash(config())


@pytest.mark.parametrize(
    ("keys", "same"),
    [
        ({"name": "other"}, True),
        ({"stop": {"generations": 7}}, True),
        ({"display": {"mode": "quiet"}}, True),
        ({"search": {"population": 200}}, True),
        ({"data": {**BASE["data"], "noise": 0}}, True),
        ({"seed": 1}, False),
        ({"search": {"population": 201}}, False),
        ({"data": {"source": "csv", "path": "sub/b.csv"}}, False),
        ({"fitness": {"objectives": ["literals", "error"]}}, False),
    ],
)
def test_identity_changes_with_what_is_searched_only(keys: dict[str, Any], same: bool) -> None:
    assert (identity_hash(config(**keys)) == identity_hash(config())) is same


def test_the_hash_is_the_same_in_every_process() -> None:
    code = (
        "from pathlib import Path; from evo.config.identity import identity_hash; "
        "from evo.config.load import config_from_dict; "
        f"print(identity_hash(config_from_dict({BASE!r}, Path('/base'))))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_root())
    assert printed.stdout.strip() == identity_hash(config())
    assert len(identity_hash(config())) == 64


def test_changed_identity_names_the_keys() -> None:
    old = identity(config())
    new = identity(
        config(
            seed=2,
            search={"population": 5},
            data={**BASE["data"], "split": {"test": 0.3}},
            fitness={"metric": "weighted", "class_weight": {"a": 1.0}},
        )
    )
    assert changed_identity(old, new) == [
        "seed",
        "data.split.test",
        "fitness.metric",
        "fitness.class_weight",
        "search.population",
    ]
    assert changed_identity(old, old) == []


def test_changed_identity_names_keys_that_only_one_side_has() -> None:
    assert changed_identity({"a": {"b": 1, "c": None}}, {"a": {"b": 1}, "d": 2}) == ["a.c", "d"]


def test_the_schema_can_be_imported_without_pydantic_and_yaml() -> None:
    code = "import sys, evo.config.schema; print(sorted({'pydantic', 'yaml', 'numpy'} & set(sys.modules)))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=_root())
    assert printed.stdout.strip() == "[]"


def _root() -> Path:
    return Path(__file__).parents[2]

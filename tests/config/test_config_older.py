"""Configs that older versions stored: what they have too much is left out, and going on with their runs is refused."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from evo.config.load import config_from_dict
from evo.config.older import without_older_keys
from evo.config.resolved import dump_yaml
from evo.errors import CheckpointError, ConfigError
from evo.records.runs import LAYOUT
from evo.records.trust import check_version, stored_config, trusted_config
from evo.storage.folder import Folder

FORMULAS: dict[str, Any] = {
    "schema": 1,
    "data": {"source": "sklearn", "name": "iris"},
    "genome": {"kind": "pos", "terms": 9},
    "local": {"kind": "none", "share": None},
    "search": {"islands": {"count": 2}},
}
MASKS: dict[str, Any] = {
    "schema": 1,
    "data": {"source": "sklearn", "name": "iris"},
    "genome": {"kind": "mask", "network": {"layers": [4, 3]}},
    "local": {"kind": "auto", "sweeps": 2},
    "output": {"controls": 1},
}
#: Of either kind: what an older version stored beside it.
OLDER = {
    "pos": {
        "genome": {"granularity": "edge", "n": 2, "m": 4, "network": {"layers": [], "path": None}},
        "fitness": {"logit_scale": None},
        "local": {"inheritance": "baldwinian", "sweeps": None, "seeds": None, "price": 0.0},
        "search": {"islands": {"topology": "torus"}},
        "output": {"controls": 3, "control_seconds": None},
    },
    "mask": {
        "genome": {"side": "auto", "terms": 64, "output": "or", "term_literals": None},
        "fitness": {"price": 2.0, "standard_errors": 1.0},
        "local": {"inheritance": "lamarckian", "share": None},
        "search": {"selection": "auto"},
    },
}


def merged(document: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    result = copy.deepcopy(document)
    for key, value in more.items():
        result[key] = merged(result.get(key, {}), value) if isinstance(value, dict) else value
    return result


def older(document: dict[str, Any]) -> dict[str, Any]:
    return merged(document, OLDER[document["genome"]["kind"]])


@pytest.mark.parametrize("document", [FORMULAS, MASKS])
def test_what_only_another_kind_has_and_what_is_gone_is_left_out(document: dict[str, Any]) -> None:
    kept = without_older_keys(older(document))
    assert config_from_dict(kept, Path()) == config_from_dict(document, Path())
    with pytest.raises(ConfigError):
        config_from_dict(older(document), Path())


@pytest.mark.parametrize("document", [FORMULAS, MASKS])
def test_what_this_version_stores_stays_as_it_is(document: dict[str, Any]) -> None:
    assert without_older_keys(document) == document


@pytest.mark.parametrize("value", [None, 5, [], {"genome": 5, "data": None}, {"genome": {"kind": "x"}}])
def test_what_is_no_config_is_left_to_be_found(value: Any) -> None:
    assert without_older_keys(value) == value


def test_keys_that_no_version_had_are_left_to_be_found(tmp_path: Path) -> None:
    (tmp_path / "resolved.yaml").write_text(dump_yaml(merged(older(FORMULAS), {"genome": {"colour": 1}})))
    with pytest.raises(CheckpointError, match=r"resolved\.yaml:\d+: genome\.colour: unknown key"):
        stored_config(Folder(tmp_path))


@pytest.mark.parametrize("document", [FORMULAS, MASKS])
def test_a_stored_config_of_an_older_version_is_read(document: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "resolved.yaml").write_text(dump_yaml(older(document)))
    assert stored_config(Folder(tmp_path)) == config_from_dict(document, tmp_path)


@pytest.mark.parametrize("document", [FORMULAS, MASKS])
def test_going_on_with_a_run_of_an_older_version_is_refused(document: dict[str, Any], tmp_path: Path) -> None:
    run, record = Folder(tmp_path), {"identity": older(document)}
    (tmp_path / "resolved.yaml").write_text(dump_yaml(older(document)))
    with pytest.raises(CheckpointError, match=r"resume refused: another version of evo made this run"):
        trusted_config(run, record, trust=True, refused="resume")
    check_version(run, {"layout": LAYOUT}, refused="resume")


def test_islands_of_wide_networks_that_once_named_a_topology_still_open() -> None:
    islands = {"count": 2, "topology": "full", "migrants": 3, "every": 4}
    wide = {"genome": {"kind": "network"}, "search": {"algorithm": "lut_boost", "islands": islands}}
    kept = {"genome": {"kind": "network"}, "search": {"algorithm": "lut_boost", "islands": {"count": 2, "every": 4}}}
    assert without_older_keys(wide) == kept
    other = {"genome": {"kind": "network"}, "search": {"algorithm": "compose", "islands": islands}}
    assert without_older_keys(other) == other

"""evo.run and evo.resume from Python: what comes back, and that it is what was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import evo
from evo.api import Result
from evo.config.load import config_from_dict
from evo.errors import ConfigError
from evo.export import EXPORTERS
from tests.kits.readers import read_python
from tests.kits.small_runs import csv_rows, small_run


def test_a_mapping_runs_to_its_end_and_gives_the_pick_and_the_front(finished: Result) -> None:
    assert (finished.state, finished.stop_reason) == ("finished", "generations")
    assert finished.best in finished.front
    assert finished.best.valid_accuracy == max(row.valid_accuracy or 0 for row in finished.front)
    assert [row.to_json() for row in finished.front] == finished.details["front"]


def test_the_formula_is_the_dnf_export_as_it_is_stored(finished: Result) -> None:
    assert finished.formula == finished.export("dnf", minimize="none")
    assert finished.formula.startswith("kind = aster has no votes: chosen when no other class has more\n")


@pytest.mark.parametrize("fmt", EXPORTERS)
def test_every_member_of_the_front_can_be_exported(finished: Result, fmt: str) -> None:
    texts = [finished.export(fmt, row.id) for row in finished.front]
    assert all(text[-1:] in ("\n", b"\n") for text in texts)
    assert finished.export(fmt, "best") in texts


def test_predictions_are_those_of_the_exported_module(finished: Result) -> None:
    data = finished.run_dir.parents[2] / "flowers.csv"
    predict = read_python(finished.export("python", "knee"))
    assert finished.predict(data, "knee") == [predict(row) for row in csv_rows(data)]


def test_resume_goes_on_from_where_a_run_ended(tmp_path: Path) -> None:
    data = {"source": "function", "function": "majority", "bits": 5}
    short = small_run(tmp_path, data, stop={"generations": 2})
    longer = evo.resume(short.run_dir, ["stop.generations=4"], display="quiet")
    assert (longer.run_dir, longer.details["generations"]) == (short.run_dir, 4)
    assert longer.details["evaluations"] > short.details["evaluations"]


@pytest.mark.parametrize("kind", ["mapping", "object", "file"])
def test_overrides_apply_to_whatever_the_config_is(tmp_path: Path, kind: str) -> None:
    document = {"schema": 1, "data": {"source": "sklearn", "name": "iris"}, "output": {"root": str(tmp_path)}}
    (tmp_path / "c.yaml").write_text(json.dumps(document))
    config = {"mapping": document, "object": config_from_dict(document, tmp_path), "file": tmp_path / "c.yaml"}[kind]
    result = evo.run(config, ["stop.generations=1", "search.prices=8"], display="quiet")  # type: ignore[arg-type]
    assert (result.details["generations"], result.details["evaluations"]) == (1, 16)


def test_a_config_at_fault_is_one_error_with_every_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        evo.run({"schema": 1, "data": {"source": "csv"}, "genome": {"kind": "tree"}})
    assert len(caught.value.problems) == 2


def test_run_takes_a_config_object(tmp_path: Path) -> None:
    document = {
        "schema": 1,
        "data": {"source": "sklearn", "name": "iris"},
        "search": {"population": 8},
        "stop": {"generations": 1},
    }
    config = config_from_dict(document, tmp_path)
    assert isinstance(config, evo.RunConfig)
    result = evo.run(config, run_dir=tmp_path / "here", display="quiet")
    assert result.run_dir == tmp_path / "here"


def test_the_package_has_its_version_and_its_names() -> None:
    assert evo.__version__ == "0.1.0"
    assert all(hasattr(evo, name) for name in evo.__all__)
    with pytest.raises(AttributeError, match="module 'evo' has no attribute 'ran'"):
        evo.ran  # noqa: B018

"""Masks depend on vector units: runs say which they had, and mix none unless told to; formulas do not mind."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import evo as api
from distributed.ray_session import Guest, Session
from evo.config.load import load_config
from evo.errors import CheckpointError, ComputeError
from evo.running.launch import create_run
from fitness.machine.vector_units import differing, vector_units
from tests.kits.other_units import other_units
from tests.kits.processes import evo, products, python, tree

MASKS = """\
schema: 1
name: units
seed: 4
data: {source: sklearn, name: iris, split: {valid: 0.2, test: 0.2}}
genome: {kind: mask, network: {layers: [4, 8, 3]}}
search: {population: 4, prices: 2}
local: {sweeps: 1}
stop: {generations: 3, exact: null}
output: {controls: 0}
"""
RAY = ["compute.backend=ray", "compute.workers=1"]
SAYS = "from fitness.machine.vector_units import vector_units; print(vector_units())"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("units") / "c.yaml"
    path.write_text(MASKS)
    return path


@pytest.fixture(scope="module")
def straight(config: Path) -> Path:
    """A finished run of this process; only to be read."""
    return api.run(config, run_dir=config.parent / "straight", display="quiet").run_dir


@pytest.fixture
def finished_masks(straight: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(straight, tmp_path / "run"))


@pytest.fixture(scope="module")
def there() -> str:
    """The units of a process under `other_units`."""
    name = python("-c", SAYS, env=other_units()).stdout.strip()
    assert name != vector_units()
    return name


def units(run: Path) -> list[str]:
    return list(json.loads((run / "run.json").read_text())["vector_units"])


def test_a_mask_run_says_which_units_it_had_in_run_json_and_its_report(straight: Path) -> None:
    assert units(straight) == [vector_units()]
    assert f"- vector units: `{vector_units()}`\n" in (straight / "report.md").read_text()
    assert vector_units() in (straight / "report.html").read_text()


def test_a_run_that_was_only_made_is_bound_to_no_units(config: Path, tmp_path: Path, there: str) -> None:
    loaded = load_config(config)
    run = create_run(loaded.config, loaded.text, ["evo"], tmp_path / "run").root
    assert evo("resume", run, "--quiet", env=other_units()).returncode == 0
    assert units(run) == [there]


def test_a_resume_on_other_units_is_refused_in_one_line_and_changes_nothing(finished_masks: Path, there: str) -> None:
    before, (then, now) = tree(finished_masks), differing(vector_units(), there)
    refused = evo("resume", finished_masks, "-o", "stop.generations=5", env=other_units())
    assert (refused.returncode, refused.stdout) == (4, "")
    assert refused.stderr == (
        f"{finished_masks}: resume refused: vector units were {then}, here they are {now}, "
        "and masks depend on them; -o compute.vector_units=any accepts other masks\n"
    )
    assert tree(finished_masks) == before


def test_a_resume_on_other_units_goes_on_where_they_are_declared_free_and_says_so(
    finished_masks: Path, there: str
) -> None:
    more = ("-o", "stop.generations=5", "-o", "compute.vector_units=any")
    resumed = evo("resume", finished_masks, "--plain", *more, env=other_units())
    assert resumed.returncode == 0
    (warning,) = [line for line in resumed.stdout.splitlines() if "vector units" in line]
    assert warning.endswith("masks may differ from those of one machine")
    assert units(finished_masks) == [vector_units(), there]
    assert evo("resume", finished_masks, "--quiet").returncode == 0


@pytest.mark.parametrize("value", ["x", [1], {"a": 1}, None])
def test_units_that_are_no_names_are_one_line(value: object, finished_masks: Path) -> None:
    record = json.loads((finished_masks / "run.json").read_text())
    (finished_masks / "run.json").write_text(json.dumps(record | {"vector_units": value}))
    with pytest.raises(CheckpointError, match="vector_units"):
        api.resume(finished_masks, ["stop.generations=5"], display="quiet")


def test_formulas_are_resumed_on_any_units_to_the_same_bytes(
    interrupted: Path, there: str, expected: dict[str, bytes]
) -> None:
    assert evo("resume", interrupted, "--quiet", env=other_units()).returncode == 0
    assert products(interrupted) == expected
    assert "vector_units" not in json.loads((interrupted / "run.json").read_text())


@pytest.fixture
def other_workers(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers have other units than this process."""
    guest = Guest(session.head, session.cpus, {"runtime_env": {"env_vars": other_units()}})
    monkeypatch.setattr("distributed.ray_session.connect", lambda address, workers: guest)


@pytest.mark.usefixtures("other_workers")
def test_workers_of_other_units_end_a_mask_run_with_their_node_named_and_nothing_lost(
    config: Path, straight: Path, tmp_path: Path, there: str
) -> None:
    run, (other, own) = tmp_path / "run", differing(there, vector_units())
    with pytest.raises(ComputeError) as refused:
        api.run(config, RAY, run_dir=run, display="quiet")
    assert refused.value.exit_code == 5
    said = str(refused.value)
    assert re.match("compute: process [0-9]+ on ", said)
    assert f" has the vector units {other}, this process {own}, and masks depend on them; " in said
    api.resume(run, ["compute.backend=local"], display="quiet")
    assert products(run) == products(straight)


@pytest.mark.usefixtures("other_workers")
def test_workers_of_other_units_are_taken_where_they_are_declared_free(config: Path, tmp_path: Path) -> None:
    result = api.run(config, [*RAY, "compute.vector_units=any"], run_dir=tmp_path / "run", display="quiet")
    assert result.details["backend"]["kind"] == "ray"


@pytest.mark.usefixtures("other_workers")
def test_workers_of_other_units_change_no_byte_of_formulas(
    mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run = api.run(mux, [*RAY, "compute.workers=2"], run_dir=tmp_path / "run", display="quiet")
    assert products(run.run_dir) == expected
    assert run.details["backend"]["workers"] == 2

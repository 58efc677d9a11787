"""A run directory from elsewhere names files and hosts; nothing is opened there unless the user says so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import evo
from evo.cli.main import run_command
from evo.errors import CheckpointError
from evo.records import trust
from evo.records.runs import read_run
from evo.storage.folder import Folder
from tests.kits.small_runs import flowers, small_run

Said = tuple[int, str, str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    data = {"source": "csv", "path": str(flowers(folder)), "split": {"valid": 0.2, "test": 0.2}}
    return small_run(folder, data).run_dir


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "run"))


@pytest.fixture
def foreign(own: Path) -> Path:
    """The same run as another machine would have made it."""
    record = Folder(own).read_text("run.json")
    for mark in read_run(Folder(own))["written_by"]:
        record = record.replace(mark, "0" * 64)
    Folder(own).replace("run.json", record)
    return own


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def command(*arguments: object) -> Said:
        code = run_command([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return command


def longer(run: Path, *more: str) -> tuple[object, ...]:
    return ("resume", run, "-o", "stop.generations=8", "--quiet", *more)


def generations(run: Path) -> int:
    return (run / "metrics.jsonl").read_bytes().count(b"\n")


def test_a_run_of_this_machine_is_resumed_wherever_its_folder_lies(own: Path, said: Callable[..., Said]) -> None:
    assert said(*longer(own)) == (0, "", "")
    assert generations(own) == 8


def test_a_run_of_another_machine_is_refused_before_its_data_are_opened(
    foreign: Path, said: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evo.running.launch.prepare", lambda config: pytest.fail("the data were opened"))
    code, out, err = said(*longer(foreign))
    assert (code, out) == (4, "")
    assert err.startswith(f"{foreign}: resume refused: this machine did not write data.path '")
    assert "--trust opens what it names, -o data.path=... names something else" in err
    assert generations(foreign) == 6
    with pytest.raises(CheckpointError, match="this machine did not write"):
        evo.resume(foreign)


def test_trust_resumes_it_and_from_then_on_it_is_known(foreign: Path, said: Callable[..., Said]) -> None:
    assert said(*longer(foreign, "--trust"))[0] == 0
    assert said("resume", foreign, "-o", "stop.generations=9", "--quiet")[0] == 0
    assert generations(foreign) == 9
    assert "0" * 64 in read_run(Folder(foreign))["written_by"]  # where it comes from it is still known, too


def test_an_override_of_what_it_names_is_enough(foreign: Path, tmp_path: Path, said: Callable[..., Said]) -> None:
    path = flowers(tmp_path)
    assert said(*longer(foreign, "-o", f"data.path={path}"))[0] == 0
    assert f"path: {path}" in (foreign / "resolved.yaml").read_text()


def test_a_changed_place_is_not_known_though_the_machine_wrote_another(own: Path, said: Callable[..., Said]) -> None:
    text = (own / "resolved.yaml").read_text()
    lines = [f"  path: /etc/{Path(line).name}" if line.startswith("  path: /") else line for line in text.splitlines()]
    (own / "resolved.yaml").write_text("\n".join(lines) + "\n")
    code, _, err = said(*longer(own))
    assert code == 4
    assert "this machine did not write data.path '/etc/flowers.csv'" in err


def test_a_cluster_that_another_machine_named_is_not_called(own: Path, said: Callable[..., Said]) -> None:
    text = (own / "resolved.yaml").read_text()
    (own / "resolved.yaml").write_text(text.replace("address: null", "address: 192.0.2.1:6379"))
    code, _, err = said(*longer(own))
    assert (code, "this machine did not write compute.address '192.0.2.1:6379'" in err) == (4, True)
    assert said(*longer(own, "--address", "null"))[0] == 0


def test_the_config_in_ones_own_hands_needs_no_trust(foreign: Path, tmp_path: Path, said: Callable[..., Said]) -> None:
    config = tmp_path / "own.yaml"
    config.write_text((foreign / "resolved.yaml").read_text().replace("generations: 6", "generations: 7"))
    assert said("run", config, "--run-dir", foreign, "--or-resume", "--quiet")[0] == 0
    assert generations(foreign) == 7


def test_a_report_of_a_foreign_run_goes_without_its_rows(
    foreign: Path, tmp_path: Path, said: Callable[..., Said]
) -> None:
    page = tmp_path / "page.html"
    assert said("report", foreign, "--html", page)[0] == 0
    assert "Another machine wrote where the data lie (data.path)" in page.read_text()
    assert said("report", foreign, "--html", page, "--trust")[0] == 0
    assert "Another machine" not in page.read_text()


def test_care_sets_and_replays_of_a_foreign_run_are_refused(foreign: Path, said: Callable[..., Said]) -> None:
    export = ("export", foreign, "--format", "dnf", "--care-set-only")
    code, _, err = said(*export)
    assert (code, "--care-set-only refused: this machine did not write data.path" in err) == (4, True)
    assert said(*export, "--trust")[0] == 0
    code, _, err = said("replay", foreign, "g1-t0")
    assert (code, "replay refused: this machine did not write data.path" in err) == (4, True)


def test_a_fork_of_a_foreign_run_is_refused_like_the_run(
    foreign: Path, tmp_path: Path, said: Callable[..., Said]
) -> None:
    assert said(*longer(foreign, "--fork", str(tmp_path / "fork")))[0] == 4
    assert not (tmp_path / "fork").exists()
    assert said(*longer(foreign, "--fork", str(tmp_path / "fork"), "--trust"))[0] == 0


def test_marks_differ_between_machines_users_keys_and_values(monkeypatch: pytest.MonkeyPatch, made: Path) -> None:
    config = trust.stored_config(Folder(made))
    found = set(trust.marks(config))
    for name, value in (("_machine", lambda: b"another machine"), ("os.getuid", lambda: 4242)):
        trust._key.cache_clear()
        with monkeypatch.context() as patch:
            patch.setattr(f"evo.records.trust.{name}", value)
            found |= set(trust.marks(config))
        trust._key.cache_clear()
    assert len(found) == 3
    assert trust._mark("data.path", "/a") != trust._mark("data.valid_path", "/a")


def test_a_run_without_places_needs_no_marks(tmp_path: Path, said: Callable[..., Said]) -> None:
    run = small_run(tmp_path, {"source": "function", "function": "parity", "bits": 8, "samples": 60}).run_dir
    record = read_run(Folder(run))
    assert record.pop("written_by") == []
    Folder(run).replace("run.json", json.dumps(record))
    assert said(*longer(run))[0] == 0

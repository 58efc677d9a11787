"""`evo.run` and `evo.resume`: the same runs as the command line's, and Ctrl-C as KeyboardInterrupt."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

import evo as api
from evo.display.quiet_display import QuietDisplay
from evo.search.loop import Search
from evo.storage.jsonl import Informal, Journal
from tests.kits.processes import DEADLINE, MUX, generations, products, reached, start, wait_until

SCRIPT = """
import signal, sys
import evo
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits it ignored
try:
    evo.run(sys.argv[1], run_dir=sys.argv[2])
except KeyboardInterrupt:
    sys.exit("interrupted")
"""


def raising_at(call: int, error: BaseException, original: Any) -> Any:
    """`original`, which raises at its nth call."""
    calls = 0

    def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise error
        return original(*arguments, **named)

    return wrapped


def test_a_mapping_runs_like_the_file_it_stands_for(tmp_path: Path, expected: dict[str, bytes]) -> None:
    result = api.run(yaml.safe_load(MUX), run_dir=tmp_path / "run", display="quiet")
    assert products(result.run_dir) == expected


def test_a_result_tells_what_result_json_tells(mux: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    result = api.run(str(mux), run_dir=str(tmp_path / "run"), display="quiet")
    assert products(tmp_path / "run") == expected
    details = json.loads((tmp_path / "run" / "result.json").read_text())
    assert (result.run_dir, result.state, result.stop_reason) == (tmp_path / "run", "finished", "generations")
    assert result.details == details
    assert [row.id for row in result.front] == [row["id"] for row in details["front"]]
    assert result.best in result.front
    assert result.best.test_accuracy == details["best"]["test_accuracy"]
    assert result.formula.startswith("y = ")


def test_resume_extends_a_run_like_one_that_was_longer_from_the_start(
    mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    short = api.run(mux, ["stop.generations=10"], run_dir=tmp_path / "run", display="quiet")
    longer = api.resume(short.run_dir, ["stop.generations=36"], display="quiet")
    assert (longer.run_dir, longer.details["generations"]) == (short.run_dir, 36)
    assert products(longer.run_dir) == expected


@pytest.mark.parametrize(("owner", "name"), [(Search, "step"), (Search, "tell"), (QuietDisplay, "update")])
@pytest.mark.parametrize("call", [1, 11])
def test_a_keyboard_interrupt_saves_the_generations_made_and_resume_reaches_the_same_bytes(
    call: int, owner: type, name: str, mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run = tmp_path / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, raising_at(call, KeyboardInterrupt(), getattr(owner, name)))
        with pytest.raises(KeyboardInterrupt):
            api.run(mux, run_dir=run, display="quiet")
    made = generations(run)
    assert made == (call if name == "update" else call - 1)
    assert (run / "checkpoints" / "LATEST").read_text() == f"gen_{made:06d}\n"
    record = json.loads((run / "run.json").read_text())
    assert (record["state"], record["stop_reason"]) == ("interrupted", "KeyboardInterrupt")
    assert products(api.resume(run, display="quiet").run_dir) == expected


@pytest.mark.parametrize("journal", ["metrics", "timing"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_keyboard_interrupt_around_a_journal_line_changes_no_byte(
    when: str, journal: str, mux: Path, tmp_path: Path, expected: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = {"metrics": Journal, "timing": Informal}[journal]
    append = kind.append

    def interrupted(self: Any, record: Any) -> None:
        hit = self.path.name == f"{journal}.jsonl" and record["generation"] == 8
        if hit and when == "before":
            raise KeyboardInterrupt
        append(self, record)
        if hit:
            raise KeyboardInterrupt

    monkeypatch.setattr(kind, "append", interrupted)
    with pytest.raises(KeyboardInterrupt):
        api.run(mux, run_dir=tmp_path / "run", display="quiet")
    monkeypatch.setattr(kind, "append", append)
    assert products(api.resume(tmp_path / "run", display="quiet").run_dir) == expected


def test_ctrl_c_arrives_in_a_script_as_a_keyboard_interrupt_after_a_checkpoint(
    mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run, said = tmp_path / "run", tmp_path / "said"
    process = start("-c", SCRIPT, mux, run, output=said)
    wait_until(reached(run, 5), process)
    time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.wait(DEADLINE) == 1
    assert said.read_text().splitlines()[-1] == "interrupted"
    assert products(api.resume(run, display="quiet").run_dir) == expected


def test_a_bug_is_one_line_with_its_traceback_in_the_log_and_the_run_can_be_resumed(
    mux: Path, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    run = tmp_path / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Search, "tell", raising_at(8, ZeroDivisionError("by nought"), Search.tell))
        with pytest.raises(Exception, match="by nought") as caught:
            api.run(mux, run_dir=run, display="quiet")
    assert str(caught.value) == f"internal error: ZeroDivisionError: by nought; see {run / 'log.txt'}"
    assert "Traceback" in (run / "log.txt").read_text()
    assert json.loads((run / "run.json").read_text())["state"] == "failed"
    assert products(api.resume(run, display="quiet").run_dir) == expected

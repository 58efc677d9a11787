"""Candidates that fail: counted, kept with their genome and place, and replayed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kits.processes import altered_evo, evo

#: `evo`, whose metric is broken for every cover of three terms: it raises, or gives no number.
BROKEN = """
import sys
import numpy as np
from fitness.evaluation import problem
from evo.__main__ import main
whole = problem.evaluate
def broken(task_problem, chunk):
    bad = chunk.terms_per_output().sum(axis=1) == 3
    if how == "raises" and bad.any():
        raise ZeroDivisionError("three terms")
    results = whole(task_problem, chunk)
    results.objectives[bad] = np.inf
    results.failed[bad] = True
    return results
how = sys.argv[1]
problem.evaluate = broken
import evo.search.breeding
evo.search.breeding.evaluate = broken
sys.exit(main(sys.argv[2:]))
"""
GA = ("-o", "search.algorithm=nsga2", "-o", "local.kind=none", "-o", "stop.generations=4")


def quarantined(run: Path) -> list[dict[str, Any]]:
    lines = map(json.loads, (run / "events.jsonl").read_text().splitlines())
    return [line for line in lines if line["event"] == "quarantine"]


@pytest.mark.parametrize(
    ("how", "reason"), [("raises", "ZeroDivisionError: three terms"), ("nan", "an objective is not a finite number")]
)
def test_a_candidate_that_fails_is_kept_with_genome_and_stream_and_can_be_replayed(
    how: str, reason: str, mux: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    ended = altered_evo(BROKEN, how, "run", mux, "--run-dir", run, "--quiet", *GA)
    assert (ended.returncode, ended.stderr) == (0, "")
    found = quarantined(run)
    last = json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])
    assert len(found) == last["failed"] > 0
    for line in found:
        assert line["reason"] == reason
        assert sum(map(len, line["genome"]["terms"])) == 3
        slot = int(line["id"].partition("-t")[2])
        role = "initial" if line["generation"] == 0 else "variation"
        place = {"seed": 7, "role": role, "generation": line["generation"], "island": 0, "slot": slot}
        assert line["stream"] == place
    listed = evo("replay", run)
    assert listed.returncode == 0
    assert [row.split()[0] for row in listed.stdout.splitlines()[1:]] == [line["id"] for line in found]
    again = altered_evo(BROKEN, how, "replay", run, found[0]["id"])
    assert again.returncode == 1
    assert (
        again.stdout.splitlines()[-1] == f"{found[0]['id']}: " + ("raised" if how == "raises" else "failed") + " again"
    )
    sound = evo("replay", run, found[0]["id"])
    assert sound.returncode == 0
    assert sound.stdout.splitlines()[-1] == f"{found[0]['id']}: sound"


def test_a_candidate_that_fails_on_an_island_is_kept_with_its_island(mux: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    islands = ("-o", "search.islands={count: 3, every: 2}")
    assert altered_evo(BROKEN, "raises", "run", mux, "--run-dir", run, "--quiet", *GA, *islands).returncode == 0
    found = quarantined(run)
    last = json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])
    assert len(found) == last["failed"]
    assert {line["stream"]["island"] for line in found} == {0, 1, 2}
    elsewhere = next(line["id"] for line in found if line["stream"]["island"] == 2)
    assert elsewhere.endswith("-i2")
    sound = evo("replay", run, elsewhere)
    assert (sound.returncode, sound.stdout.splitlines()[-1]) == (0, f"{elsewhere}: sound")


def test_failures_are_the_same_whatever_the_chunks(mux: Path, tmp_path: Path) -> None:
    runs = [tmp_path / "one", tmp_path / "other"]
    for run, chunk in zip(runs, ("1", "1000"), strict=True):
        altered_evo(BROKEN, "raises", "run", mux, "--run-dir", run, "--quiet", *GA, "-o", f"compute.chunk={chunk}")
    assert (runs[0] / "metrics.jsonl").read_bytes() == (runs[1] / "metrics.jsonl").read_bytes()
    strip = [[(line["id"], line["genome"], line["stream"]) for line in quarantined(run)] for run in runs]
    assert strip[0] == strip[1]


def test_a_round_of_the_memetic_algorithm_is_replayed_whole(mux: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    code = BROKEN.replace("evo.search.breeding", "fitness.memetic.work").replace("== 3", "== 8")
    assert (
        altered_evo(code, "raises", "run", mux, "--run-dir", run, "--quiet", "-o", "stop.generations=6").returncode == 0
    )
    found = quarantined(run)
    assert found
    assert {line["stream"]["role"] for line in found} == {"refinement"}
    replayed = evo("replay", run, found[-1]["id"])
    assert replayed.returncode == 0
    assert len(replayed.stdout.splitlines()) == 3


@pytest.mark.parametrize("what", ["no such id", "damaged", "nothing"])
def test_what_cannot_be_replayed_is_one_line(what: str, mux: Path, tmp_path: Path, finished: Path) -> None:
    if what == "nothing":
        asked = evo("replay", finished, "g1-t1")
        assert (asked.returncode, asked.stderr) == (2, f"{finished} g1-t1: no such id; nothing was quarantined\n")
        assert evo("replay", finished).stdout == "nothing was quarantined\n"
        return
    run = tmp_path / "broken"
    altered_evo(BROKEN, "nan", "run", mux, "--run-dir", run, "--quiet", *GA)
    first = quarantined(run)[0]["id"]
    if what == "damaged":
        path = run / "quarantine" / f"{first}.npz"
        path.write_bytes(path.read_bytes()[:200])
        asked = evo("replay", run, first)
        assert (asked.returncode, asked.stderr.count("\n")) == (4, 1)
        assert asked.stderr.startswith(f"{path}: cannot be read")
    else:
        asked = evo("replay", run, "g99-t1")
        assert asked.returncode == 2
        assert asked.stderr.startswith(f"{run} g99-t1: no such id; the ids are {first}")

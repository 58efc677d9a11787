"""With another metric than accuracy that metric is what is shown first, wherever scores are."""

from __future__ import annotations

import csv
import itertools
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score

from evo import api
from evo.analysis.judging import Judge
from evo.analysis.rows import Labels
from evo.api import Result
from evo.cli.main import run_command as main
from evo.report.html.baselines import compared
from evo.report.summary import closing_lines
from evo.report.write import facts_again, page_again
from evo.storage.run_dir import open_run
from evo.text.measures import Measure
from genomes.streams import Role, stream


def write(path: Path, rows: int, seed: int) -> Path:
    """Numbers with a rare class that two comparisons tell, and some wrong labels."""
    rng = stream(seed, Role.SPLIT)
    x = rng.normal(size=(rows, 3)).round(2)
    rare = ((x[:, 0] > 0.9) & (x[:, 1] > -0.3)) ^ (rng.random(rows) < 0.05)
    lines = [[*row, "yes" if is_rare else "no"] for row, is_rare in zip(x.tolist(), rare, strict=True)]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["a", "b", "c", "y"], *lines])
    return path


@pytest.fixture(scope="module")
def test_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("rows") / "test.csv", 200, 2)


@pytest.fixture(scope="module")
def balanced(test_rows: Path) -> Result:
    train = write(test_rows.with_name("train.csv"), 400, 1)
    data = {"source": "table", "path": str(train), "test_path": str(test_rows), "split": {"valid": 0.2}}
    config = {
        "schema": 1, "seed": 1, "data": data, "fitness": {"metric": "balanced_accuracy", "selection": "holdout"},
        "stop": {"generations": 3}, "output": {"report": ["md"]},
    }  # fmt: skip
    return api.run(config, run_dir=test_rows.with_name("run"), display="quiet")


def page_text(page: str) -> str:
    return re.sub(r"(\|\s*)+", "|", unescape(re.sub(r"<[^>]+>", "|", page))).replace("\N{NO-BREAK SPACE}", " ")


def test_every_member_of_the_front_has_the_metric_of_the_rows_it_is_shown_for(
    balanced: Result, test_rows: Path
) -> None:
    true = [row["y"] for row in csv.DictReader(test_rows.open())]
    for row in {row.id: row for row in (balanced.best, balanced.front[0], balanced.front[-1])}.values():
        assert row.test_score == pytest.approx(balanced_accuracy_score(true, balanced.predict(test_rows, row.id)))
        assert row.train_score == pytest.approx(1 - row.error)
    scores = {row.id: row.valid_score for row in balanced.front}
    assert scores[balanced.best.id] == max(score for score in scores.values() if score is not None)
    header, first, *_ = csv.reader((balanced.run_dir / "front.csv").open())
    assert header[-3:] == ["train_score", "valid_score", "formula"]
    assert (float(first[-2]), first[-1]) == (balanced.front[0].valid_score, balanced.front[0].formula)


def test_page_text_and_closing_lines_show_the_metric_before_accuracy(balanced: Result) -> None:
    page = page_text(page_again([open_run(balanced.run_dir)], [balanced.details], trust=True))
    markdown = (balanced.run_dir / "report.md").read_text()
    assert "|rows|balanced accuracy|right|accuracy|" in page and "|learner|balanced accuracy|accuracy|" in page
    assert "Balanced accuracy against size, and how the search got there" in page
    assert page.count("|balanced accuracy|") >= 5  # two tables, and the axes of three charts
    front = "id{0}balanced accuracy train{0}balanced accuracy valid{0}balanced accuracy test{0}accuracy train{0}"
    assert f"|{front.format('|')}" in page and front.format(" | ") in markdown
    assert markdown.index("| balanced_accuracy |") < markdown.index("| accuracy |")
    best = balanced.best
    assert f"{best.id}: {best.literals} literals, test {best.test_score:.3f}" in page
    line = next(line for line in closing_lines(balanced.details, [], "r", []) if line.startswith("front:"))
    assert "(train balanced accuracy 0.500)" in line


def test_the_metric_decides_how_a_model_stands_to_a_baseline(balanced: Result, test_rows: Path) -> None:
    found = facts_again(open_run(balanced.run_dir), balanced.details, trust=True).findings.baselines
    constant = found.compared[0]
    assert found.score == pytest.approx(balanced.best.test_score)
    assert (constant.scored.value, constant.scored.ahead) == pytest.approx((0.5, found.score - 0.5))
    assert compared(constant) == "Clearly better than" and compared(replace(constant, p=1.0)) == "Clearly better than"


def test_a_comparison_shows_the_metric_before_accuracy_and_names_it_where_runs_have_several(
    balanced: Result, capsys: pytest.CaptureFixture[str]
) -> None:
    run, best = str(balanced.run_dir), balanced.best
    assert main(["report", run, run]) == 0
    assert "| run | seed | balanced accuracy train | " in capsys.readouterr().out
    other = balanced.details | {"best": balanced.details["best"] | {"metric": "accuracy"}}
    runs = [open_run(balanced.run_dir)] * 2
    page = page_text(page_again(runs, [balanced.details, other], trust=True))
    assert f"|balanced accuracy|{best.train_score:.3f}|" in page
    assert f"|accuracy|{100 * best.train_accuracy:.1f} %|" in page
    assert f"|200 test|balanced accuracy {best.test_score:.3f}|" in page
    assert main(["status", run]) == 0
    assert f"balanced accuracy {best.valid_score:.3f}" in capsys.readouterr().out
    assert main(["evaluate", run, str(balanced.run_dir.with_name("test.csv"))]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[0] == "balanced_accuracy"


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "f1"])
def test_the_p_of_a_difference_is_the_share_of_all_exchanges_that_set_scores_as_far_apart(metric: str) -> None:
    rng = np.random.default_rng(5)
    true = rng.integers(0, 2, 40)
    ours, theirs = true.copy(), true.copy()
    ours[[3, 8]] ^= 1
    theirs[[1, 9, 14, 20, 33]] ^= 1
    scores = {
        "accuracy": lambda said: float((said == true).mean()),
        "balanced_accuracy": lambda said: float(balanced_accuracy_score(true, said)),
        "f1": lambda said: float(f1_score(true, said)),
    }  # fmt: skip
    score, differ = scores[metric], np.flatnonzero(ours != theirs)
    apart, as_far = abs(score(ours) - score(theirs)), []
    for coins in itertools.product([False, True], repeat=len(differ)):
        first, second = ours.copy(), theirs.copy()
        swapped = differ[np.array(coins)]
        first[swapped], second[swapped] = theirs[swapped], ours[swapped]
        as_far.append(abs(score(first) - score(second)) >= apart - 1e-12)
    judge, truth = Judge(Measure(metric), np.ones(2)), Labels(true[None], np.ones((1, 40), dtype=bool))
    p = judge.p_of_difference(ours[None], theirs[None], truth, stream(1, Role.REPORT))
    assert p == pytest.approx(np.mean(as_far), abs=0.05)
    assert judge.p_of_difference(ours[None], ours[None], truth, stream(1, Role.REPORT)) == 1.0

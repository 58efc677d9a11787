"""report.md: true to result.json, whole whatever the names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evo.api import Result
from evo.report.markdown import code, escape, fenced, run_report, table
from evo.report.tables import percent
from tests.kits.export_cases import HOSTILE
from tests.kits.exporters import write_csv_rows
from tests.kits.small_runs import small_run


def report_of(result: Result) -> str:
    return (result.run_dir / "report.md").read_text(encoding="utf-8")


def section(report: str, title: str) -> str:
    return report.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def cells(text: str) -> list[list[str]]:
    """Rows of the tables in a text, split at bars that are not escaped."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in rows]


def changed(result: Result, **run: Any) -> str:
    record = json.loads((result.run_dir / "run.json").read_text()) | run
    return run_report(result.details, record, [fenced(["y = 1 when", "  x"])])


def test_it_holds_the_rules_of_the_pick(finished: Result) -> None:
    rules = section(report_of(finished), "The rules")
    printed = rules.split("```text\n")[1].split("\n```")[0]
    assert printed.split() == finished.formula.split()


def test_its_scores_are_those_of_result_json(finished: Result) -> None:
    header, _, *rows = cells(section(report_of(finished), "Scores").split("On the")[0])
    assert header == ["metric", "train", "valid", "test"]
    assert [row[0] for row in rows] == ["accuracy", "balanced_accuracy", "f1", "mcc"]
    scores = finished.details["best"]["scores"]
    for name, *values in rows:
        assert values == [f"{scores[split][name]:.4f}" for split in ("train", "valid", "test")]


def test_its_confusion_counts_are_those_of_the_test_rows(finished: Result) -> None:
    header, _, *rows = cells(section(report_of(finished), "Scores").split("On the test rows:")[1])
    assert header == ["kind", "predicted aster", "predicted rose", "predicted tulip"]
    counts = [[int(cell) for cell in row[1:]] for row in rows]
    assert counts == finished.details["best"]["scores"]["test"]["confusion"][0]


def test_the_front_lists_every_member_and_stars_the_pick(finished: Result) -> None:
    header, _, *rows = cells(section(report_of(finished), "Accuracy against size"))
    shown = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["id"] for row in shown] == [row.id for row in finished.front]
    assert [row["id"] for row in shown if row[""] == "*"] == [finished.best.id]
    assert [row["test"] for row in shown] == [percent(row.test_accuracy) for row in finished.front]


def test_it_says_what_the_data_are_and_how_the_run_was_made(finished: Result) -> None:
    report, details = report_of(finished), finished.details
    data = section(report, "Data")
    rows = details["data"]["rows"]
    assert f"{rows['train']:,} train, {rows['valid']:,} valid, {rows['test']:,} test" in data
    assert details["data"]["sha256"] in data
    made = section(report, "How it was made")
    assert "finished (generations) after 6 generations" in made
    assert "- command: `evo.run`" in made
    assert "seed: 3" in made


def test_the_command_stands_as_it_would_be_typed_again(finished: Result) -> None:
    command = ["evo", "run", "my config.yaml", "-o", "name=`x`"]
    assert "- command: `` evo run 'my config.yaml' -o 'name=`x`' ``\n" in changed(finished, command=command)


def test_without_validation_rows_it_says_that_training_picked(finished: Result) -> None:
    best = finished.details["best"]
    without = {"train": best["scores"]["train"]}
    details = finished.details | {"best": best | {"scores": without, "valid_accuracy": None, "test_accuracy": None}}
    details |= {"selection": {"rule": "holdout"}}
    record = json.loads((finished.run_dir / "run.json").read_text())
    text = run_report(details, record, [])
    assert "picked by its training score (accuracy)." in text
    assert "On the train rows:" in text


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("hostile")
    names = HOSTILE[:20]
    rows = [{name: HOSTILE[(i + j) % 20] for j, name in enumerate(names)} for i in range(60)]
    path = write_csv_rows(folder / "h.csv", rows)
    return small_run(folder, {"source": "csv", "path": str(path), "header": True, "split": {"valid": 0.34, "test": 0}})


def test_hostile_names_leave_every_table_row_on_one_line_with_all_its_cells(hostile: Result) -> None:
    report = report_of(hostile)
    assert all(line.isprintable() for line in report.splitlines())
    for title in ("Scores", "Accuracy against size"):
        for part in section(report, title).split("\n\n"):
            rows = cells(part)
            assert len({len(row) for row in rows}) <= 1
            assert len(rows) in (0, len(part.strip().splitlines()))


def test_hostile_names_cannot_close_the_rules(hostile: Result) -> None:
    assert len(re.findall(r"^`{3,}", report_of(hostile), re.MULTILINE)) == 2
    assert fenced(["a ```` b", "\x1b[0m"]) == "`````text\na ```` b\n\\x1b[0m\n`````"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("balanced_accuracy", "balanced_accuracy"),
        ("_x_", r"\_x\_"),
        ("*", "*"),
        ("*x*", r"\*x\*"),
        ("a|b", r"a\|b"),
        ("<b>&amp;", r"\<b>\&amp;"),
        (">50K", r"\>50K"),
        ("a\nb\x1b", r"a b\\x1b"),
        ("[x](y) `c` ~~z~~ $m$", r"\[x\](y) \`c\` \~\~z\~\~ \$m\$"),
    ],
)
def test_text_keeps_its_look_in_markdown(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_header_cells_are_escaped_too() -> None:
    assert table(["a|b"], [["c\nd"]]) == "| a\\|b |\n| --- |\n| c d |"


def test_inline_code_may_hold_backticks() -> None:
    assert code("a b") == "`a b`"
    assert code("a `` b`") == "``` a `` b` ```"


def test_many_outputs_share_one_table(tmp_path: Path) -> None:
    data = {"source": "function", "function": "adder", "bits": 3}
    result = small_run(tmp_path, data, stop={"generations": 2})
    header, _, *rows = cells(section(report_of(result), "Scores").split("On the")[1])
    assert header == [
        "output",
        "accuracy",
        "is 0, predicted 0",
        "is 0, predicted 1",
        "is 1, predicted 0",
        "is 1, predicted 1",
    ]
    assert [row[0] for row in rows] == result.details["data"]["outputs"]


@pytest.mark.parametrize(("n_classes", "shown"), [(10, True), (30, False)])
def test_a_confusion_table_is_shown_while_it_fits_a_page(tmp_path: Path, n_classes: int, shown: bool) -> None:
    rng = np.random.default_rng(0)
    y = np.arange(300) % n_classes
    np.savez(tmp_path / "d.npz", X=rng.normal(size=(300, 3)) + y[:, None], y=y)
    data = {"source": "npz", "path": str(tmp_path / "d.npz")}
    report = report_of(small_run(tmp_path, data, stop={"generations": 2}))
    scores = section(report, "Scores")
    assert ("| is 9 |" in scores) is shown
    assert ("The confusion counts of 30 classes are in result.json." in scores) is not shown
    assert max(map(len, section(report, "The rules").split("```")[1].splitlines())) <= 120


def test_words_of_run_json_are_words_in_the_report(finished: Result) -> None:
    text = changed(finished, versions={"python": "<b>3</b>\n# no\x1b[0m"})
    assert r"versions: python \<b>3\</b> \# no\\x1b\[0m" in text

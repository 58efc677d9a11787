"""evo check says of every column how it was understood, oddities first, and how many rows each class has."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from evo.cli.columns_rich import table_for_terminal
from evo.config.load import load_config
from evo.kinds.common.preparing import prepare
from tests.kits.commands import Evo
from tests.kits.exporters import write_csv_rows


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Loans with an id, a note, gaps in numbers, a date, a constant, and a split column with a rare class."""
    rng, rows = random.Random(0), []
    for i in range(300):
        age, day = rng.randint(18, 80), f"20{rng.randint(20, 23)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        income = {3: "-", 7: "-", 9: "unknown"}.get(i, f"{rng.uniform(500, 9000):.2f}")
        loan = "late" if i in (0, 1, 2, 60) else "yes" if age > 40 else "no"
        part = "train" if i < 50 or i >= 100 else "valid" if i < 80 else "test"
        row = {"id": f"u{i * 7919 % 100_003}", "age": str(age), "income": income, "when": day}
        row |= {"job": rng.choice(["cook", "smith"]), "note": f"some words number {i} of many", "same": "1"}
        rows.append(row | {"branch": str(i % 7), "part": part, "loan": loan})
    write_csv_rows(tmp_path / "loans.csv", rows)
    path = tmp_path / "loans.yaml"
    data = "{source: table, path: loans.csv, target: loan, ignore: [branch], split: {column: part}}"
    path.write_text(f"schema: 1\nname: loans\ndata: {data}\nstop: {{generations: 2}}\n")
    return path


def cells(out: str) -> dict[str, list[str]]:
    """The cells of every column's line, by its name."""
    lines = re.findall(r"^#   (\w.*)$", out, re.MULTILINE)
    return {line.split()[0]: re.split(r" {2,}", line) for line in lines}


def test_every_column_has_a_line_that_says_what_it_became(evo_: Evo, config: Path) -> None:
    shown, job = cells(evo_("check", config).out), prepare(load_config(config).config)
    kinds = {name: shown[name][1] for name in ("id", "note", "age", "income", "when", "job", "same", "branch", "loan")}
    assert kinds == {
        "id": "id", "note": "text", "age": "number", "income": "number", "when": "date", "job": "category",
        "same": "constant", "branch": "ignored", "loan": "target",
    }  # fmt: skip
    bits = {name: int(line[2]) for name, line in shown.items() if name in kinds and name != "loan"}
    assert sum(bits.values()) == job.dataset.n_bits
    assert bits["age"] == sum(bit.feature == "age" for bit in job.dataset.bits)
    assert bits["when"] == sum(bit.feature.endswith("when") for bit in job.dataset.bits)
    assert [name for name, n in bits.items() if not n] == ["id", "note", "same", "branch"]
    assert shown["income"][3] == "3"


def test_columns_with_oddities_come_first_with_what_is_odd_below_them(evo_: Evo, config: Path) -> None:
    out = evo_("check", config).out
    names = [name for name in cells(out) if name not in ("column", "class")]
    assert names[:4] == ["id", "income", "note", "same"]
    below = dict(re.findall(r"^#   (\w+) .*\n#       (\S.*)$", out, re.MULTILINE))
    assert below["id"] == "looks like an id: 300 values in 300 rows: left out"
    assert below["note"].startswith("looks like free text: ")
    assert below["income"] == "3 cells are not numbers, and read as missing: '-', 'unknown'"
    assert below["same"] == "the same in every row: tells nothing"


def test_classes_have_their_rows_by_split_and_too_few_are_warned_of(evo_: Evo, config: Path) -> None:
    out = evo_("check", config).out
    with (config.parent / "loans.csv").open(newline="", encoding="utf-8") as file:
        counts = Counter((row["loan"], row["part"]) for row in csv.DictReader(file))
    lines = re.findall(r"^#   (yes|no|late) +(\d+) +(\d+) +(\d+) ", out, re.MULTILINE)
    expected = [
        [name, *(str(counts[name, part]) for part in ("train", "valid", "test"))] for name in ("late", "no", "yes")
    ]
    assert [list(line) for line in lines] == expected
    warnings = re.findall(r"^# warning   (.*)$", out, re.MULTILINE)
    assert warnings == [
        "the train split has only 3 rows of class 'late'",
        "the valid split has only 1 row of class 'late'",
        "the test split has no row of class 'late'",
    ]


def test_the_config_is_shown_where_it_is_asked_for(evo_: Evo, config: Path) -> None:
    assert "\nsearch:\n" not in evo_("check", config).out
    assert "\nsearch:\n" in evo_("check", config, "--full").out


def test_long_tables_are_summarised_unless_asked_for(evo_: Evo, tmp_path: Path) -> None:
    rng = random.Random(0)
    rows = [{f"c{i}": str(rng.randint(0, 9)) for i in range(60)} | {"y": str(k % 2)} for k in range(40)]
    write_csv_rows(tmp_path / "wide.csv", rows)
    (tmp_path / "wide.yaml").write_text("schema: 1\ndata: {source: table, path: wide.csv}\n")
    out, full = (evo_("check", tmp_path / "wide.yaml", *more).out for more in ((), ("--full",)))
    assert [name for name in cells(out) if name.startswith("c") and name[1:].isdigit()] == [f"c{i}" for i in range(5)]
    assert "#   and 55 number columns like these (--full shows all)\n" in out
    assert {f"c{i}" for i in range(60)} <= cells(full).keys()


@pytest.mark.parametrize("width", [20, 71, 80, 160])
def test_the_table_fits_every_terminal(config: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    columns = prepare(load_config(config).config).columns
    lines = table_for_terminal(columns, "bits", full=False).splitlines()
    assert max(map(len, lines)) <= width
    joined = " ".join(lines)
    assert all(profile.name in joined for profile in columns.profiles)
    assert "300 values in" in re.sub(r"\s+", " ", joined)


def test_a_run_and_its_reports_say_what_was_left_out(evo_: Evo, config: Path, tmp_path: Path) -> None:
    out = evo_("run", config, "--run-dir", tmp_path / "r", "--plain").out
    assert "\ncolumn 'id' left out: looks like an id: 300 values in 300 rows\n" in out
    report, page = ((tmp_path / "r" / name).read_text() for name in ("report.md", "report.html"))
    assert "- column 'id' left out: looks like an id: 300 values in 300 rows\n" in report
    assert "- column 'income': 3 cells are not numbers, and read as missing: '-', 'unknown'" in report
    assert "How the columns were read" in page
    assert "looks like an id: 300 values in 300 rows" in page

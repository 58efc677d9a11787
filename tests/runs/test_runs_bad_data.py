"""Data that cannot be learned from: exit code 3, one line that says where and why, nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kits.processes import evo

HEAD = "schema: 1\nname: bad\nsearch: {population: 8}\nstop: {generations: 2}\n"
ROWS = "".join(f"{row % 7},{row % 5},{'yes' if row % 7 > row % 5 else 'no'}\n" for row in range(40))
GOOD = f"a,b,label\n{ROWS}"
PLA = ".i 2\n.o 1\n{}00 0\n01 1\n10 1\n11 0\n.e\n"
CSV = "{source: csv, path: t.csv}"
NO_SPLIT = "{source: csv, path: t.csv, split: {valid: 0, test: 0}}"
PLA_SOURCE = "{source: pla, path: t.pla}"

#: case -> (the data section, the file, the line expected, {file} standing for the file's path)
CASES: dict[str, tuple[str, str | bytes | None, str]] = {
    "missing file": (CSV, None, "{file}: no such file"),
    "empty file": (CSV, "", "{file}: the file is empty"),
    "header only": (CSV, "a,b,label\n", "{file}: a header but no rows"),
    "unknown column": (
        "{source: csv, path: t.csv, target: lable}", GOOD, "{file}:1: no column 'lable'; did you mean 'label'?",
    ),
    "unknown column to ignore": (
        "{source: csv, path: t.csv, ignore: [id]}", GOOD, "{file}:1: no column 'id'; columns: 'a', 'b', 'label'",
    ),
    "one class": (
        NO_SPLIT, "a,label\n1,yes\n2,yes\n", "{file}: the training rows have one class only, 'yes'; nothing to learn",
    ),
    "ragged row": (CSV, f"{GOOD}1,2\n", "{file}:42: expected 3 cells as in the header, got 2"),
    "missing label": (
        CSV, f"{GOOD}1,2,\n", "{file}:42: missing label in column 'label'; fill it in or remove the row",
    ),
    "not UTF-8": (
        CSV,
        b"a,b,label\n1,2,y\xe9s\n",
        "{file}:2: not UTF-8 text; save the file as UTF-8, or say what it is, e.g. data.encoding: latin-1",
    ),
    "no column left": (
        CSV, "label\nyes\nno\n", "{file}:1: no column left beside the target 'label'; is it comma-separated?",
    ),
    "a split without rows": (
        CSV, "a,label\n1,yes\n2,no\n",
        "{file}: data.split.valid = 0.15 of 2 rows gives no row; raise it or set it to 0",
    ),
    "PLA promising more rows": (PLA_SOURCE, PLA.format(".p 5\n"), "{file}: .p promises 5 rows, got 4"),
    "PLA with wider rows": (
        PLA_SOURCE,
        PLA.format("").replace("01 1", "011 1"),
        "{file}:4: a row must have 2 inputs and 1 outputs, 3 characters in all; got 4",
    ),
    "PLA without header": (PLA_SOURCE, "00 0\n01 1\n", "{file}:1: .i and .o must come before the rows"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_data_are_one_line_and_leave_nothing(case: str, tmp_path: Path) -> None:
    section, content, line = CASES[case]
    file = tmp_path / ("t.pla" if section == PLA_SOURCE else "t.csv")
    (tmp_path / "c.yaml").write_text(f"{HEAD}data: {section}\n")
    if content is not None:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    before = sorted(tmp_path.rglob("*"))
    ended = evo("run", "c.yaml", cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "", line.format(file=file) + "\n")
    assert sorted(tmp_path.rglob("*")) == before

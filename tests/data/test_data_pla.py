from __future__ import annotations

import gzip
import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fitness.data import pla_source
from fitness.data.pla_source import read_pla
from fitness.data.schema import Field, Schema
from fitness.errors import DataError

SETS = {"f": "1", "fd": "1-", "fr": "10", "fdr": "10-"}
SYNONYMS = {"1": "14", "0": "03", "-": "-2", "~": "~"}


def rows_of(table):
    """[(inputs as text, outputs as tuple)] in file order."""
    inputs = np.stack([c.values for c in table.columns], axis=1).astype(int)
    values = table.target.values if table.target.several else table.target.values.astype(int)[:, None]
    return [("".join(map(str, i)), tuple(map(int, v))) for i, v in zip(inputs, values, strict=True)]


def inside(minterm, cube):
    return all(c in ("-", "2", m) for m, c in zip(minterm, cube, strict=True))


def meaning(minterm, output, cubes, kind):
    """0, 1, None (don't care or nothing said), by the definition; "clash" if both ON and OFF."""
    said = {cube[1][output] for cube in cubes if inside(minterm, cube[0])}
    on, off, dc = (bool(said & set(SYNONYMS[c])) and c in SETS[kind] for c in "10-")
    if on and off:
        return "clash"
    if off or (kind in ("f", "fd") and not on and not dc):
        return 0
    return 1 if on and not dc else None


@st.composite
def pla_files(draw):
    kind = draw(st.sampled_from(sorted(SETS)))
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    cube = st.tuples(st.text("01-2", min_size=n, max_size=n), st.text("01-~234", min_size=m, max_size=m))
    return kind, n, m, draw(st.lists(cube, min_size=1, max_size=8))


@given(pla_files())
@example(("fdr", 2, 2, [("-0", "1-"), ("0-", "-0"), ("--", "~~")]))
def test_rows_agree_with_the_definition_of_every_type(tmp_path_factory, file):
    kind, n, m, cubes = file
    path = tmp_path_factory.mktemp("pla") / "a.pla"
    path.write_text(f".i {n}\n.o {m}\n.type {kind}\n" + "".join(f"{i} {o}\n" for i, o in cubes) + ".e\n")
    minterms = ["".join(bits) for bits in itertools.product("01", repeat=n)]
    expanded = kind in ("f", "fd") or any(set(i) & set("-2") for i, _ in cubes)
    if not expanded:
        expected = [(i, tuple(meaning(i, o, [(i, out)], kind) for o in range(m))) for i, out in cubes]
    else:
        mentioned = [t for t in minterms if kind in ("f", "fd") or any(inside(t, i) for i, _ in cubes)]
        expected = [(t, tuple(meaning(t, o, cubes, kind) for o in range(m))) for t in mentioned]
    expected = [(t, tuple(-1 if v is None else v for v in values)) for t, values in expected]
    if m == 1:
        expected = [row for row in expected if row[1] != (-1,)]
    if not expected or any("clash" in values for _, values in expected):
        with pytest.raises(DataError):
            read_pla(str(path))
    else:
        assert rows_of(read_pla(str(path))) == expected


@pytest.mark.parametrize(
    ("head", "inputs", "outputs"),
    [
        (".i 2\n.o 3\n.ilb a b\n.ob y\n", ["a", "b"], ("y", "f1", "f2")),
        (".i 2\n.o 3\n.ilb a\n.ob f1 y\n", ["a", "x1"], ("f1", "y", "f2")),
        (".i 2\n.o 3\n.ob f2 y\n", ["x0", "x1"], ("f2", "y", "f2_")),
        (".i 2\n.o 3\n.ilb a\n.ilb b\n.ob p \\\nq r\n", ["a", "b"], ("p", "q", "r")),
        (".ilb a\nb\n.ob p q\nr\n.i 2\n.o 3\n", ["a", "b"], ("p", "q", "r")),
    ],
)
def test_names_may_go_on_in_further_lines_and_those_that_are_wanting_are_numbered(write, head, inputs, outputs):
    table = read_pla(write("a.pla", head + "11 100\n0- 011\n.e\n"))
    assert [column.name for column in table.columns] == inputs
    assert table.target.names == outputs
    assert table.target.values.tolist() == [[0, 1, 1], [0, 1, 1], [0, 0, 0], [1, 0, 0]]


def test_names_that_are_wanting_are_told(write):
    path = write("a.pla", ".i 2\n.o 3\n.ilb a b\n.ob y\n11 100\n")
    assert read_pla(path).notes == (".ob (line 4) names 1 of 3 outputs; the others are called by their numbers",)
    assert read_pla(write("b.pla", ".i 1\n.o 1\n.ilb a\n.ob y\n1 1\n")).notes == ()


def test_names_come_from_the_file_or_are_numbered(write):
    named = read_pla(write("a.pla", ".i 2\n.o 2\n.ilb p q\n.ob r s\n1- 10\n.e\n"))
    assert [c.name for c in named.columns] == ["p", "q"]
    assert named.target.names == ("r", "s")
    plain = read_pla(write("b.pla", ".i 2\n.o 1\n1- 1\n"))
    assert [(c.name, c.kind) for c in plain.columns] == [("x0", "bit"), ("x1", "bit")]
    assert plain.target.names == ("f0",)


def test_one_output_gives_labels(write):
    table = read_pla(write("a.pla", ".i 2\n.o 1\n1- 1\n.e\n"))
    assert table.target.values.tolist() == ["0", "0", "1", "1"]


def test_planes_may_be_parted_by_bars_blanks_or_nothing_and_rows_may_wrap(write):
    text = "title\n.i 3\n.o 2\n.p 4\n.type fr\n000|10 # note\n0 0 1 \t 01\n01010\n1\n1 1 0\n1\n.end\nrubbish"
    table = read_pla(write("a.pla.gz", text))
    assert rows_of(table) == [("000", (1, 0)), ("001", (0, 1)), ("010", (1, 0)), ("111", (0, 1))]


def test_duplicate_sample_rows_are_kept(write):
    assert read_pla(write("a.pla", ".i 1\n.o 1\n.type fr\n1 1\n1 1\n1 0\n")).target.values.tolist() == ["1", "1", "0"]


def test_many_inputs_are_no_problem_for_samples(write):
    table = read_pla(write("a.pla", f".i 300\n.o 1\n.type fr\n{'01' * 150} 1\n{'1' * 300} 0\n"))
    assert len(table.columns) == 300


def test_expansion_works_beyond_64_inputs(write):
    table = read_pla(write("a.pla", f".i 70\n.o 1\n.type fr\n{'0' * 69}- 1\n-{'1' * 69} 0\n"))
    assert [i for i, _ in rows_of(table)] == ["0" * 70, "0" * 69 + "1", "0" + "1" * 69, "1" * 70]


HEAD = ".i 2\n.o 1\n"


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("00 1\n", ":1", ".i and .o must come before the rows"),
        (".i 2\n00 1\n", ":2", ".o must come before the rows"),
        (".i 2\n", "", ".o is missing; is it a PLA file?"),
        ("hello\n", "", ".i is missing; is it a PLA file?"),
        (".i two\n", ":1", ".i must be followed by one number from 1 to 1,000,000, got 'two'"),
        (".i 0\n", ":1", ".i must be followed by one number from 1 to 1,000,000, got '0'"),
        (".i 2\n.i 2\n", ":2", ".i is given twice"),
        (HEAD + ".p 2\n00 1\n", "", ".p promises 2 rows, got 1"),
        (HEAD + "00 1\n001 1\n", ":4", "a row must have 2 inputs and 1 outputs, 3 characters in all; got 4"),
        (HEAD + "00\n01 1\n", ":3", "a row must have 2 inputs and 1 outputs, 3 characters in all; got 2"),
        (HEAD + "00 1\n01\n", ":4", "a row must have 2 inputs and 1 outputs, 3 characters in all; got 2"),
        (HEAD + "0x 1\n", ":3", "an input must be one of 0 1 - 2, got 'x'"),
        (HEAD + "00 1\n00 é\n", ":4", "an output must be one of 0 1 - 2 ~ 3 4, got 'é'"),
        (HEAD + ".type frd\n", ":3", ".type must be one of f, fd, fr, fdr, got 'frd'"),
        (HEAD + ".ilb a b c\n00 1\n", ":3", ".ilb must give 2 names, got 3"),
        (HEAD + ".ilb a\n.ilb b c\n00 1\n", ":3", ".ilb must give 2 names, got 3"),
        (HEAD + ".ilb a b\n.ilb a b\n00 1\n", ":4", ".ilb is given twice"),
        (HEAD + ".ilb a b\nc d\n00 1\n", ":4", "a row must have 2 inputs and 1 outputs, 3 characters in all; got 2"),
        (HEAD + ".ob a b\n00 1\n", ":3", ".ob must give 1 names, got 2"),
        (HEAD + ".ilb a a\n00 1\n", ":3", ".ilb must give different names, got 'a' more than once"),
        (HEAD + ".phase 1\n", ":3", "keyword .phase is not supported; supported: .i .o .p .ilb .ob .type .e .end"),
        (".mv 3 1 2\n", ":1", "keyword .mv is not supported; supported: .i .o .p .ilb .ob .type .e .end"),
        (HEAD + "00 1\n.i 3\n", ":4", ".i is given twice"),
        (HEAD + ".type fr\n", "", "no rows that say 0 or 1"),
        (HEAD + ".type fr\n00 -\n", "", "no rows that say 0 or 1"),
        (HEAD + ".type fr\n0- 1\n00 0\n", ":5", "output 'f0' is both 0 and 1 for inputs 00 (see line 4)"),
    ],
)
def test_damaged_files(write, fails, text, where, message):
    path = write("a.pla", text)
    assert fails(read_pla, path) == f"{path}{where}: {message}"


def test_a_whole_function_of_too_many_inputs(write, fails):
    path = write("a.pla", f".i 21\n.o 1\n{'-' * 21} 1\n")
    advice = "list the rows to learn from and use .type fr"
    assert fails(read_pla, path) == f"{path}: type fd describes all 2^21 rows, at most 2^20 are made; {advice}"


def test_too_many_minterms(write, fails):
    path = write("a.pla", f".i 23\n.o 1\n.type fr\n{'-' * 23} 1\n")
    advice = "use fewer - in the inputs"
    assert fails(read_pla, path) == f"{path}: the rows expand to 8388608 minterms, at most 4194304 are made; {advice}"


def test_a_later_file_matches_columns_and_outputs_by_name(write, fails):
    path = write("a.pla", ".i 2\n.o 2\n.ilb p q\n.ob r s\n.type fr\n01 10\n")
    schema = Schema((Field("q", "bit"), Field("p", "number")), ("s", "r"), several=True)
    table = pla_source.reread(path, schema)
    assert [c.values.tolist() for c in table.columns] == [[True], [0]]
    assert table.target.values.tolist() == [[0, 1]]
    other = Schema(schema.fields, ("s", "t"), several=True)
    assert fails(pla_source.reread, path, other) == f"{path}: no column 't'; columns: 'r', 's'"


def _benchmarks(shared):
    return sorted((shared / "pla").rglob("*.pla"))


def test_the_benchmark_files_read_or_are_too_large(shared):
    read = 0
    for path in _benchmarks(shared):
        try:
            read_pla(str(path))
            read += 1
        except DataError as error:
            assert "describes all 2^" in error.message, str(error)
    assert read >= 113


def test_sample_files_agree_with_their_text(shared):
    path = shared / "iwls2020" / "ex07.train.pla.gz"
    lines = [line for line in gzip.decompress(path.read_bytes()).decode().splitlines() if not line.startswith(".")]
    table = read_pla(str(path))
    assert [f"{i} {v[0]}" for i, v in rows_of(table)] == lines

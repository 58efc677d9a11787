"""Every circuit format of networks of signs against the evaluator's classes, by outside tools."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from evo.export import CIRCUITS, Exported
from evo.kinds.mask.c_floats import to_c_floats
from evo.kinds.mask.lower import lowered
from evo.kinds.mask.python_floats import to_python_floats
from tests.kits.circuit_checks import CIRCUITS as CHECKS
from tests.kits.circuit_checks import TOOLS
from tests.kits.outside import needs, run
from tests.kits.readers import read_python
from tests.kits.table_checks import TABLE_TOOLS, TABLES
from tests.masks.export_kit import (
    HOSTILE,
    LABELS,
    TARGETS,
    N,
    SignCase,
    bits_encoder,
    loop,
    program,
    pruned_case,
    sign_case,
)

CASES = {
    "plain": sign_case(),
    "two classes": sign_case(labels=("a", "b")),
    "hostile names": sign_case(HOSTILE),
    **{f"hostile classes of {target!a}": sign_case(HOSTILE, target, LABELS) for target in TARGETS},
}
TO_RUN = {**{fmt: TOOLS.get(fmt, ("berkeley-abc",)) for fmt in CHECKS}, **TABLE_TOOLS}
FORMATS = [pytest.param(fmt, marks=needs(*tools)) for fmt, tools in TO_RUN.items()]


def check(fmt: str, content: Exported, case: SignCase, folder: Path) -> None:
    """Raises AssertionError where the content is not the evaluator."""
    if fmt in CHECKS:
        CHECKS[fmt](content, case.truth(), folder)
    else:
        assert TABLES[fmt](content, case, folder) == case.labels()


def fault(content: Exported, fmt: str) -> Exported:
    """The circuit with one operation changed."""
    if isinstance(content, bytes):  # the sign of the last output's literal
        lines = content.split(b"\n")
        last = int(lines[0].split()[4])
        lines[last] = str(int(lines[last]) ^ 1).encode()
        return b"\n".join(lines)
    if fmt == "aiger":
        lines = content.split("\n")
        first = 1 + N
        lines[first] = str(int(lines[first]) ^ 1)
        return "\n".join(lines)
    old, new = {
        "verilog": (r"(assign \w+ = )", r"\1~"),
        "blif": (r"\n1- 1\n|\n11 1\n", "\n00 1\n"),
        "pla": (r"(\n[01-]+ )100\n", r"\g<1>010\n"),
        "c": (r" \* ", " * !"),
        "c-bitsliced": (r" & ", " | "),
        "sql": (r"votes_1 >= ", "votes_1 < "),
        "smt2": (r"\(> ", "(< "),
    }[fmt]
    return re.sub(old, new, content, count=1)


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_outside_tools_find_each_circuit_equal_to_the_evaluator(case: SignCase, fmt: str, tmp_path: Path) -> None:
    check(fmt, CIRCUITS[fmt](case.circuit), case, tmp_path)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_planted_fault_in_a_circuit_is_caught(fmt: str, tmp_path: Path) -> None:
    case = CASES["plain"]
    content = CIRCUITS[fmt](case.circuit)
    broken = fault(content, fmt)
    assert broken != content
    with pytest.raises(AssertionError, match=r"NOT EQUIVALENT|At index|==|!="):
        check(fmt, broken, case, tmp_path)


@needs("gcc")
@pytest.mark.parametrize("target", TARGETS)
def test_c_keeps_hostile_class_names_byte_for_byte(target: str, tmp_path: Path) -> None:
    case = sign_case(HOSTILE, target, LABELS)
    head = "#include <string.h>\nstatic int at(int c, int k) { return (unsigned char)evo_classes[c][k]; }\n"
    named = [[*label.encode(), 0] for label in LABELS]
    spelt = [byte for name in named for byte in name]
    place = [f"{{{c}, {k}}}" for c, name in enumerate(named) for k in range(len(name))]
    letters = loop(f"int p[][2] = {{{', '.join(place)}}}", len(spelt), "at(p[r][0], p[r][1])")
    for text in (CIRCUITS["c"](case.circuit), to_c_floats(case.model, case.network, case.space, case.encoder)):
        assert program(str(text), head + letters, tmp_path) == spelt


@needs("gcc")
@pytest.mark.parametrize("target", TARGETS)
def test_sums_of_signs_in_c_and_python_are_the_evaluators_classes(target: str, tmp_path: Path) -> None:
    case = sign_case(HOSTILE, target, LABELS)
    sums = (case.model, case.network, case.space, case.encoder)
    assert TABLES["c"](to_c_floats(*sums), case, tmp_path) == case.labels()
    predict = read_python(to_python_floats(*sums))
    assert [predict({name.strip(): cell for name, cell in row.items()}) for row in case.rows] == case.labels()


@pytest.mark.parametrize("target", TARGETS)
def test_sql_names_its_column_after_the_target(target: str) -> None:
    case = sign_case(HOSTILE, target, LABELS)
    with sqlite3.connect(":memory:") as base:
        columns = ", ".join('"' + column.replace('"', '""') + '" REAL' for column in case.columns)
        base.execute(f"CREATE TABLE t ({columns})")
        said = base.execute(f"SELECT\n{CIRCUITS['sql'](case.circuit)!s}\nFROM t")
        assert said.description[0][0].rstrip() == f"predicted_{target}"


@needs("berkeley-abc")
def test_a_deep_network_is_the_same_in_two_formats(tmp_path: Path) -> None:
    network, model, space = pruned_case(5, (16, 12, 10, 8, 4))
    circuit = lowered(model, network, space, bits_encoder(16, 4))
    (tmp_path / "m.blif").write_text(str(CIRCUITS["blif"](circuit)))
    content = CIRCUITS["aig"](circuit)
    assert isinstance(content, bytes)
    (tmp_path / "m.aig").write_bytes(content)
    assert "Networks are equivalent" in run(["berkeley-abc", "-c", "cec -n m.blif m.aig"], tmp_path)

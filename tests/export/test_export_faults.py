"""Every check notices one literal that is flipped in the exported text."""

from __future__ import annotations

from pathlib import Path

import pytest

from evo.export import EXPORTERS, Exported
from tests.export.test_export_proofs import difference
from tests.kits.circuit_checks import CIRCUITS, TOOLS, Truth
from tests.kits.dnf_reader import read_dnf
from tests.kits.exporters import READERS
from tests.kits.logic_cases import chosen_case
from tests.kits.outside import needs
from tests.kits.table_checks import TABLE_TOOLS, TABLES

#: What says "not x1" in each format, and what says "x1".
FLIPS: dict[str, tuple[str | bytes, str | bytes]] = {
    "json": ('"negated": true', '"negated": false'),
    "dnf": ("NOT x1", "x1"),
    "python": ("not _bit(row, 'x1')", "_bit(row, 'x1')"),
    "c": ("!(row->x1 == 1)", "(row->x1 == 1)"),
    "c-bitsliced": ("~x2", "x2"),
    "sql": ('("x1" IS NULL OR "x1" <> 1)', '"x1" = 1'),
    "smt2": ("(not b2)", "b2"),
    "verilog": ("~x1", "x1"),
    "blif": ("\n10 1\n", "\n11 1\n"),
    "aiger": ("\n8 5 2\n", "\n8 4 2\n"),
    "aig": (bytes([8 - 5, 5 - 2]), bytes([8 - 4, 4 - 2])),
    "pla": ("\n10- 1\n", "\n11- 1\n"),
}


def flipped(fmt: str, content: Exported) -> Exported:
    old, new = FLIPS[fmt]
    assert content.count(old) == 1, content  # type: ignore[arg-type]
    return content.replace(old, new)  # type: ignore[arg-type]


def notices(fmt: str, content: Exported, folder: Path) -> bool:
    """Whether the format's check finds the content wrong."""
    case = chosen_case()
    if fmt in CIRCUITS:
        try:
            CIRCUITS[fmt](content, Truth.of(case.model, case.encoder.task), folder)
        except AssertionError:
            return True
        return False
    if fmt in TABLES:
        said = TABLES[fmt](content, case, folder)
    else:
        read = READERS[fmt] if fmt in READERS else lambda text: read_dnf(text, strict=False)
        predict = read(str(content))
        said = [predict(row) for row in case.rows]
    return said != case.expected(folder)


def test_every_format_has_its_fault() -> None:
    assert set(FLIPS) == set(EXPORTERS)


@pytest.mark.parametrize(
    "fmt",
    [
        pytest.param(fmt, marks=needs(*(TABLE_TOOLS | TOOLS).get(fmt, ("berkeley-abc",) if fmt in CIRCUITS else ())))
        for fmt in FLIPS
    ],
)
def test_a_flipped_literal_is_noticed(fmt: str, tmp_path: Path) -> None:
    case = chosen_case()
    content = EXPORTERS[fmt](case.model, case.encoder)
    assert not notices(fmt, content, tmp_path)
    assert notices(fmt, flipped(fmt, content), tmp_path)


@needs("z3")
@pytest.mark.parametrize("fault", ["smt2", "python"])
def test_the_proof_notices_a_flipped_literal_on_either_side(fault: str) -> None:
    import z3  # noqa: PLC0415

    case = chosen_case()
    texts = {fmt: str(EXPORTERS[fmt](case.model, case.encoder)) for fmt in ("smt2", "python")}
    assert difference(texts["smt2"], texts["python"], case) == z3.unsat
    texts[fault] = str(flipped(fault, texts[fault]))
    assert difference(texts["smt2"], texts["python"], case) == z3.sat

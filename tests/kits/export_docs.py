"""The worked example of docs/exports.md: its texts are made here, and its programs are found here.

``python -m tests.kits.export_docs`` writes the texts into the document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from evo.export import EXPORTERS
from evo.models.two_level import Model
from fitness.data.encoder import Encoder
from fitness.data.load import load
from fitness.data.spec import DataSpec, SplitSpec

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "exports.md"
FILES = {
    "python": "decision.py", "c": "decision.c", "c-bitsliced": "decision_words.c", "sql": "decision.sql",
    "smt2": "decision.smt2", "verilog": "decision.v", "blif": "decision.blif", "pla": "decision.pla",
    "aig": "decision.aig",
}  # fmt: skip
TOOLS = {
    "c": "gcc",
    "c-bitsliced": "gcc",
    "smt2": "z3",
    "verilog": "iverilog",
    "blif": "berkeley-abc",
    "aig": "berkeley-abc",
}

_EXPORT = re.compile(r"(<!-- export (\S+) -->\n```\w+\n)(.*?)(```\n)", re.DOTALL)
_USE = re.compile(r"<!-- use (\S+): (\S+): (.+?) -->\n```\w+\n(.*?)```\n\nIt prints `(.*?)`\.\n", re.DOTALL)


@dataclass(frozen=True)
class Use:
    """A program of the document: the format it uses, its file, the command that runs it, what is printed."""

    fmt: str
    file: str
    command: str
    text: str
    prints: str


def example() -> tuple[Model, Encoder]:
    """A model that examples/table.yaml finds, with the encoder of that run."""
    spec = DataSpec(
        source="csv", path=str(ROOT / "examples" / "table.csv"), target="decision", ignore=("customer_id",),
        split=SplitSpec(valid=0.15, test=0.15),
    )  # fmt: skip
    encoder = load(spec, seed=7).encoder
    bits = encoder.binarizer.bits
    number = {(bit.feature, bit.op, bit.operand): place for place, bit in enumerate(bits, start=1)}
    income, debts = number["monthly income", "<=", 2130.0], number["open debts", "<=", 2.0]
    retired, owner = number["occupation", "=", "retired"], number["home owner", "=", "yes"]
    return Model("g1-s31", "sop", len(bits), [[[-income, debts], [retired, owner]]], inverted=True), encoder


def filled(document: str) -> str:
    """The document with the texts of its exports."""
    model, encoder = example()
    return _EXPORT.sub(lambda found: f"{found[1]}{EXPORTERS[found[2]](model, encoder)!s}{found[4]}", document)


def uses(document: str) -> list[Use]:
    """The programs of the document."""
    return [Use(fmt, file, command, text, prints) for fmt, file, command, text, prints in _USE.findall(document)]


def shown(document: str) -> list[str]:
    """Formats whose text the document has."""
    return [found[1] for found in _EXPORT.findall(document)]


if __name__ == "__main__":
    DOCUMENT.write_text(filled(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")

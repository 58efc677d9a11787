"""docs/exports.md shows what the exporters write, and its programs do what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from evo.export import EXPORTERS
from tests.kits.export_docs import DOCUMENT, FILES, TOOLS, Use, example, filled, shown, uses
from tests.kits.outside import needs

TEXT = DOCUMENT.read_text(encoding="utf-8")
USES = uses(TEXT)


def test_the_texts_are_those_of_the_exporters() -> None:
    assert filled(TEXT) == TEXT, "run python -m tests.kits.export_docs"


def test_every_format_is_worked_out() -> None:
    assert {*shown(TEXT), "aig"} == set(EXPORTERS)
    assert {use.fmt for use in USES} == set(EXPORTERS) - {"dnf", "json", "aiger"}


@pytest.mark.parametrize(
    "use", [pytest.param(use, marks=needs(TOOLS[use.fmt]) if use.fmt in TOOLS else (), id=use.fmt) for use in USES]
)
def test_a_program_prints_what_the_document_says(use: Use, tmp_path: Path) -> None:
    model, encoder = example()
    for fmt, name in FILES.items():
        content = EXPORTERS[fmt](model, encoder)
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / use.file).write_text(use.text)
    command = use.command.replace("python ", f"{sys.executable} ")
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, use.prints), done.stderr

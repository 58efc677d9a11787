"""The README's example runs as it stands, in ten lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("document", ["README.md", "docs/estimators.md"])
def test_the_examples_run(
    document: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / document).read_text(encoding="utf-8")
    examples = re.findall(r"<!-- sklearn -->\n```python\n(.*?)```", text, re.DOTALL)
    assert examples
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, document, "exec"), names)
    shown = capsys.readouterr().out
    assert re.search(r"class = \w+ when\n", shown) and "because" in shown


def test_the_readmes_example_has_ten_lines() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"<!-- sklearn -->\n```python\n(.*?)```", text, re.DOTALL)
    assert sum(bool(line.strip()) for line in example.splitlines()) == 10

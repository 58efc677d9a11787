"""The package of docs/extending.md as if it were installed, and others like it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tests.kits.environment import ROOT

_FILE = re.compile(r"^<!-- file (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shown_files() -> dict[str, str]:
    """The files of the package, as the page shows them."""
    return dict(_FILE.findall((ROOT / "docs" / "extending.md").read_text(encoding="utf-8")))


def installed(folder: Path) -> Path:
    """A folder for PYTHONPATH in which the package of the page is installed."""
    files = shown_files()
    project = tomllib.loads(files["pyproject.toml"])["project"]
    return installed_as(folder, project["name"], project["entry-points"], files)


def installed_as(
    folder: Path, name: str, points: Mapping[str, Mapping[str, str]], files: Mapping[str, str] | None = None
) -> Path:
    """A package of this name with its files and its entry points, by group and name."""
    for file, text in (files or {}).items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    about = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    lines = [
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in of.items()) for group, of in points.items()
    ]
    (about / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder

"""Every page's links lead somewhere, every page is in the index, and every key that a page names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from evo.config.choice import every_path
from evo.config.load import config_from_dict

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        *ROOT.glob("docs/*.md"),
        ROOT / "README.md",
        ROOT / "examples/README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "SECURITY.md",
    ]
)
IDS = [page.relative_to(ROOT).as_posix() for page in PAGES]


def anchors(page: Path) -> set[str]:
    """Of a page's headings, as repository sites make them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    for page in ROOT.glob("docs/*.md"):
        assert page.name == "README.md" or f"({page.name})" in index


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_keys_that_pages_name_exist(page: Path) -> None:
    sections = {path[0] for path in every_path() if len(path) > 1}
    known = {".".join(path) for path in every_path()}
    for name in re.findall(r"`((?:[a-z_]+\.)+[a-z_]+)`", page.read_text(encoding="utf-8")):
        if name.split(".")[0] in sections - {"fitness", "search"}:  # also a package and a module
            assert name in known or name.endswith((".md", ".json", ".npz", ".py", ".csv", ".parquet", ".yaml")), name


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_whole_configs_in_pages_are_valid(page: Path) -> None:
    for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        document = yaml.safe_load(block)
        if isinstance(document, dict) and "schema" in document:
            config_from_dict(document, ROOT)

"""Templates of pages: installed, escaping, strict, all of them used, and loaded only when a page is written."""

from __future__ import annotations

import html
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from jinja2 import UndefinedError, meta, nodes

from evo.report.html.parts import Figure, Section
from evo.report.html.render import environment, render
from evo.report.html.svg import drawing, element, readable, shown
from evo.report.html.tables import confusion, full_table
from tests.kits.export_cases import HOSTILE

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "evo" / "report" / "html" / "templates"
NAMES = sorted(path.name for path in TEMPLATES.iterdir())
ARITHMETIC = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)
LATE = """
import sys, evo, evo.report.html.compare_page, evo.report.html.page, evo.report.write
from evo.cli.main import run_command
for command in (["--help"], ["check", sys.argv[1]]):
    try:
        assert run_command(command) == 0
    except SystemExit as end:
        assert not end.code
print(sorted({"jinja2", "markupsafe"} & set(sys.modules)))
"""


def page(*parts: Section, title: str = "a title", about: str = "a text") -> str:
    return render("page.html.j2", title=title, about=about, parts=parts)


def test_every_file_that_is_no_code_is_installed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    data = {
        path
        for package, patterns in settings["package-data"].items()
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    assert set(settings["package-data"]) <= set(settings["packages"])
    kept = (path for path in (ROOT / "evo").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert {path for path in kept if path.suffix != ".py"} <= data
    assert len(NAMES) > 10


def test_starting_up_loads_no_templates(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text("schema: 1\nname: late\ndata: {source: function, function: parity, bits: 4}\n", encoding="utf-8")
    command = [sys.executable, "-c", LATE, str(config)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", NAMES)
def test_templates_leave_no_text_unescaped_and_calculate_nothing(name: str) -> None:
    tree = environment().parse((TEMPLATES / name).read_text(encoding="utf-8"))
    environment().get_template(name)
    assert "safe" not in {of.name for of in tree.find_all(nodes.Filter)}
    assert not list(tree.find_all((nodes.ScopedEvalContextModifier, *ARITHMETIC)))


def test_every_template_is_used() -> None:
    evo = TEMPLATES.parents[2]
    paths = [*TEMPLATES.parent.glob("*.py"), *evo.glob("kinds/*/report/*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in paths)
    sources = [environment().parse((TEMPLATES / name).read_text(encoding="utf-8")) for name in NAMES]
    named = {name for tree in sources for name in meta.find_referenced_templates(tree) if name is not None}
    assert {name for name in NAMES if name not in named and f'"{name}"' not in code} == set()


def everywhere(name: str) -> str:
    """A page with a text as title, in cells, below a picture, beside a colour and in the picture itself."""
    table = full_table([name], [[name, name]], name)
    figure = Figure(drawing({"aria-label": name}, element("text", {}, shown(name))), [("c1", name)], name)
    return page(
        Section("table", name, "table.html.j2", {"table": table, "notes": [name]}),
        Section("brittle", name, "brittle.html.j2", {"figure": figure, "table": table, "note": name}),
        title=name,
        about=name,
    )


@pytest.mark.parametrize("name", [*HOSTILE, "<script>", '"><b>', "a\u2028b", "5 %"])
def test_any_text_is_shown_and_nothing_else(name: str) -> None:
    text, letters = everywhere(name), everywhere("QQ")
    assert html.unescape(text).count(readable(name)) >= letters.count("QQ") > 14
    assert text.count("<") == letters.count("<")
    assert all(line.isprintable() for line in text.replace("\N{NO-BREAK SPACE}", " ").splitlines())


def test_lines_of_a_listing_stay_lines() -> None:
    text = page(Section("a", "b", "listing.html.j2", {"lines": ["one\n<b>", "two", ""]}))
    assert '<pre tabindex="0">one &lt;b&gt;\ntwo\n\n</pre>' in text


def test_what_nobody_gave_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="notes"):
        page(Section("a", "b", "table.html.j2", {"table": full_table([], [], "")}))


def test_shades_are_shares_of_the_row() -> None:
    rows = confusion(["a", "b"], [[3, 1], [0, 0]])
    assert [(name, [cell.depth for cell in cells], right) for name, cells, right in rows] == [
        ("a", ["0.38", "0.12"], "75.0 %"),
        ("b", ["0.00", "0.00"], "-"),
    ]
    assert [cell.diagonal for cell in rows[1][1]] == [False, True]

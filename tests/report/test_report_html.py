"""report.html: self-contained, escaped, well-formed, the same for the same run, right in a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evo.analysis.rules import Rule, RuleGroup, Support, rule_groups
from evo.api import Result
from evo.cli.main import run_command
from evo.kinds.two_level.report.diagram import CONDITIONS, TERMS, left_out, strongest
from evo.kinds.two_level.report.sentences import sentence, support_text, supports_text
from evo.kinds.two_level.saved import SavedFormulas
from evo.report.html.chart import ticks
from evo.report.html.svg import element, shown
from tests.kits.chromium import browser, visit
from tests.kits.export_cases import HOSTILE
from tests.kits.exporters import write_csv_rows
from tests.kits.small_runs import flowers, small_run

BOTH = {"report": ["md", "html"]}
EMPTY = {"meta", "br", "hr"}


class Reader(HTMLParser):
    """What a page holds: its tags with attributes, its text; and whether every element is closed in its place."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data.replace("\N{NO-BREAK SPACE}", " "))

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def page_of(result: Result) -> str:
    return (result.run_dir / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def runs(folder: Path) -> dict[str, Result]:
    """One run of each kind of task, with hostile names among them."""
    output = BOTH | {"root": str(folder / "runs")}
    rng = np.random.default_rng(0)
    names = [*HOSTILE[:20], "<script>alert(1)</script>", "SELECT * FROM t; --", '" onload="x', "</style><b>"]
    cells = [[HOSTILE[int(i)] for i in rng.integers(0, 4, len(names))] for _ in range(90)]
    hostile = [dict(zip(names, row, strict=True)) | {"</title> &": HOSTILE[HOSTILE.index(row[0]) % 2]} for row in cells]
    table = write_csv_rows(folder / "hostile.csv", hostile)
    data: dict[str, Any] = {
        "flowers": {"source": "csv", "path": str(flowers(folder))},
        "adder": {"source": "function", "function": "adder", "bits": 2, "split": {"valid": 0, "test": 0}},
        "multiplexer": {"source": "function", "function": "multiplexer", "address_bits": 2},
        "hostile": {"source": "csv", "path": str(table), "target": "</title> &"},
    }
    made = {name: small_run(folder, of, name=name, output=output) for name, of in data.items()}
    vote = {"genome": {"terms": 6, "output": "vote"}, "search": {}, "stop": {"generations": 2}}
    made["vote"] = small_run(folder, data["multiplexer"], name="vote", output=output, **vote)
    return made


#: Texts of pictures that lie on others.
LABELS = """[...document.querySelectorAll("svg")].flatMap((svg) => {
  const texts = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
  return texts.flatMap(([name, a], i) => texts.slice(i + 1).filter(([, b]) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2
  ).map(([other]) => [name, other]));
})"""
KINDS = ["flowers", "adder", "multiplexer", "hostile", "vote"]


@pytest.mark.parametrize("name", KINDS)
def test_a_page_is_well_formed_and_asks_for_nothing(runs: dict[str, Result], name: str) -> None:
    text = page_of(runs[name])
    page = Reader(text)
    assert page.open == []
    assert {"link", "img", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.tags} == set()
    model = {"type": "application/json", "class": "model"}
    assert [of for tag, of in page.tags if tag == "script"] == [model, {}]
    for _, attributes in page.tags:
        assert not [key for key in attributes if key.startswith("on")]
        for key in ("href", "src", "xlink:href", "action"):
            value = attributes.get(key)
            assert value is None or re.fullmatch(r"#[a-z]+", value)
        assert "url(" not in (attributes.get("style") or "")
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert "@import" not in style
    assert "url(" not in style
    digest = hashlib.sha256(text.rpartition("<script>")[2].partition("</script>")[0].encode()).digest()
    allowed = f"style-src 'unsafe-inline'; script-src 'sha256-{base64.b64encode(digest).decode()}'"
    policy = {"http-equiv": "Content-Security-Policy", "content": f"default-src 'none'; {allowed}"}
    assert ("meta", policy) in page.tags


@pytest.mark.parametrize("name", KINDS)
def test_every_link_leads_to_a_part_of_the_page(runs: dict[str, Result], name: str) -> None:
    tags = Reader(page_of(runs[name])).tags
    anchors = {attributes["id"] for _, attributes in tags if "id" in attributes}
    assert {str(attributes["href"])[1:] for tag, attributes in tags if tag == "a"} == anchors


@pytest.mark.parametrize("name", KINDS)
def test_every_picture_says_in_words_what_it_shows(runs: dict[str, Result], name: str) -> None:
    pictures = [attributes for tag, attributes in Reader(page_of(runs[name])).tags if tag == "svg"]
    assert len(pictures) >= 4
    assert all(picture.get("aria-label") or picture.get("aria-hidden") == "true" for picture in pictures)


def test_hostile_names_are_shown_as_they_are(runs: dict[str, Result]) -> None:
    text = page_of(runs["hostile"]).replace("\N{NO-BREAK SPACE}", " ")
    assert all(line.isprintable() for line in text.splitlines())
    shown_text = Reader(text).text
    stored = SavedFormulas.open(runs["hostile"].run_dir)
    used = {stored.encoder.binarizer.bits[abs(lit) - 1] for t in stored.model().terms for term in t for lit in term}
    assert used
    for bit in used:
        assert shown(bit.feature) in text
    assert "</title> &" in shown_text


@pytest.mark.parametrize("name", [*HOSTILE, "<script>", '"><b>', "DROP TABLE", "a\u2028b"])
def test_any_text_survives_as_an_element_and_as_an_attribute(name: str) -> None:
    page = Reader(element("p", {"title": name}, shown(name)))
    assert [tag for tag, _ in page.tags] == ["p"]
    assert page.text == page.tags[0][1]["title"].replace("\N{NO-BREAK SPACE}", " ")  # type: ignore[union-attr]
    assert page.text.isprintable()


@pytest.mark.parametrize("name", ["flowers", "multiplexer", "vote"])
def test_the_page_has_the_confusion_counts_and_accuracies_of_result_json(runs: dict[str, Result], name: str) -> None:
    text, details = Reader(page_of(runs[name])).text, runs[name].details
    scores = details["best"]["scores"]
    for split in scores:
        counts = np.array(scores[split]["confusion"][0])
        assert f"{int(np.trace(counts)):,} of {int(counts.sum()):,}" in text
    last = scores["test"]["confusion"][0]
    section = text.partition("Confusion on the test rows")[2].partition("All metrics")[0].split("\n")
    numbers = [int(cell) for cell in section if re.fullmatch(r"\d+", cell) and cell not in details["data"]["classes"]]
    classes = [int(c) for c in details["data"]["classes"] if re.fullmatch(r"\d+", c)]
    if not classes:
        assert numbers == [n for row in last for n in row]


def test_the_sentences_of_the_page_are_those_of_the_markdown(runs: dict[str, Result]) -> None:
    text = Reader(page_of(runs["multiplexer"])).text
    markdown = (runs["multiplexer"].run_dir / "report.md").read_text(encoding="utf-8")
    said = [
        line.partition(" (applies")[0][2:] for line in markdown.splitlines() if line.startswith(("- If", "- Otherwise"))
    ]
    assert len(said) > 1
    assert all(line in text for line in said)


def test_identical_runs_have_the_same_page_but_for_times_and_provenance(folder: Path, runs: dict[str, Result]) -> None:
    data = {"source": "csv", "path": str(flowers(folder))}
    again = small_run(folder, data, name="flowers", output=BOTH | {"root": str(folder / "again")})
    first, second = (page_of(run).partition('<section id="time">')[0] for run in (runs["flowers"], again))
    assert first == second
    assert len(first) > 5000


def test_a_page_asked_for_later_is_the_one_of_the_end(runs: dict[str, Result], folder: Path, capsys: Any) -> None:
    target = folder / "later.html"
    assert run_command(["report", str(runs["flowers"].run_dir), "--html", str(target)]) == 0
    assert capsys.readouterr().out == f"report written to {target}\n"
    assert target.read_text(encoding="utf-8") == page_of(runs["flowers"])


def test_every_class_is_named_and_has_its_rules_or_none(runs: dict[str, Result]) -> None:
    text = Reader(page_of(runs["flowers"])).text
    assert "(aster, rose, tulip)" in text
    silent = text.count("No rule votes for or against it.")
    groups = rule_groups_of(runs["flowers"])
    assert silent == sum(not group.rules for group in groups)
    assert all(f"kind: {group.label}" in text for group in groups)


def rule_groups_of(run: Result) -> tuple[RuleGroup, ...]:
    saved = SavedFormulas.open(run.run_dir)
    return rule_groups(saved.model(), saved.task, saved.encoder.binarizer.bits, {})


@pytest.mark.parametrize("name", ["flowers", "adder", "multiplexer"])
def test_what_is_said_of_the_front_is_true_of_the_columns_shown(runs: dict[str, Result], name: str) -> None:
    text = Reader(page_of(runs[name])).text
    front = [(row["error"], row["literals"]) for row in runs[name].details["front"]]
    beaten = [(a, b) for a in front for b in front if a is not b and a[0] <= b[0] and a[1] <= b[1]]
    assert ("in both training accuracy and literals" in text) == (not beaten)
    assert ("in everything that the search minimises" in text) == bool(beaten)


def test_without_its_rows_a_page_says_so_and_keeps_the_rules(tmp_path: Path, capsys: Any) -> None:
    data = {"source": "csv", "path": str(flowers(tmp_path))}
    run = small_run(tmp_path, data)
    (tmp_path / "flowers.csv").unlink()
    assert run_command(["report", str(run.run_dir), "--html", str(tmp_path / "p.html")]) == 0
    text = Reader((tmp_path / "p.html").read_text(encoding="utf-8")).text
    assert "The data cannot be read any more" in text
    assert "The rules" in text
    assert "Against simple learners" not in text


def test_a_page_that_cannot_be_written_is_one_line(runs: dict[str, Result], capsys: Any) -> None:
    assert run_command(["report", str(runs["adder"].run_dir), "--html", "/nowhere/p.html"]) == 2
    assert capsys.readouterr().err == "/nowhere/p.html: cannot be written (No such file or directory)\n"


def test_output_report_chooses_the_files(tmp_path: Path) -> None:
    data = {"source": "function", "function": "parity", "bits": 5}
    for kinds in (["md"], ["html"], []):
        output = {"root": str(tmp_path / "-".join(["r", *kinds])), "report": kinds}
        run = small_run(tmp_path, data, output=output, stop={"generations": 1}).run_dir
        assert [kind for kind in ("md", "html") if (run / f"report.{kind}").exists()] == kinds


@pytest.fixture(scope="module")
def compared(folder: Path) -> Path:
    data = {"source": "csv", "path": str(flowers(folder))}
    made = [
        small_run(folder, data, name="seeds", seed=seed, output={"root": str(folder / "seeds")}) for seed in (1, 2, 3)
    ]
    target = folder / "compared.html"
    assert run_command(["report", *(str(run.run_dir) for run in made), "--html", str(target)]) == 0
    return target


def test_several_runs_are_compared_on_one_page(compared: Path) -> None:
    page = Reader(compared.read_text(encoding="utf-8"))
    assert page.open == []
    for part in ("Side by side", "Median (lowest to highest) over seeds", "Do they find the same rules?"):
        assert part in page.text
    assert "Compared on 150 rows of the first run." in page.text


def test_a_run_and_itself_find_the_same_rules(runs: dict[str, Result], folder: Path) -> None:
    run, target = str(runs["flowers"].run_dir), folder / "twice.html"
    assert run_command(["report", run, run, "--html", str(target)]) == 0
    text = Reader(target.read_text(encoding="utf-8")).text
    assert "100.0 % of a run's rules are found again" in text
    assert "100.0 % of the predictions are equal" in text


def test_runs_on_other_columns_are_not_compared_by_rows(runs: dict[str, Result], folder: Path) -> None:
    target = folder / "other.html"
    two = [str(runs[name].run_dir) for name in ("flowers", "hostile")]
    assert run_command(["report", *two, "--html", str(target)]) == 0
    assert "cannot be compared on common rows" in Reader(target.read_text(encoding="utf-8")).text


def rule(n: int, support: int, votes: int | None = None) -> Rule:
    return Rule((n,), (f"x{n} is 1",), votes, {"train": Support(support, support, 100, 50)})


def test_the_picture_takes_the_strongest_terms_of_every_class_in_turn() -> None:
    groups = [RuleGroup("y", str(g), tuple(rule(100 * g + i, i, 1) for i in range(20)), None, {}) for g in range(3)]
    drawn = strongest(groups)
    assert len(drawn) == TERMS
    assert sorted(r.term[0] for r, g in drawn if g is groups[1]) == [116, 117, 118, 119]
    assert left_out(groups) == f"The {TERMS} strongest terms are drawn; 48 more are not shown."
    assert left_out([RuleGroup("y", "1", (rule(1, 1),), "0", {})]) == ""


def test_the_picture_never_has_more_comparisons_than_fit() -> None:
    wide = tuple(Rule((i,), tuple(f"x{i}_{j}" for j in range(15)), None, {}) for i in range(9))
    drawn = strongest([RuleGroup("y", "1", wide, "0", {})])
    assert len({text for r, _ in drawn for text in r.conditions}) <= CONDITIONS


@pytest.mark.parametrize(
    ("support", "text"),
    [
        (
            Support(231, 227, 569, 357),
            "applies to 231 of 569 test rows (40.6 %), right for 227 of them (98.3 %, 95 % interval 95.6 to 99.3 %)",
        ),
        (Support(0, 0, 569, 9), "applies to no test row"),
        (
            Support(1, 0, 4, 2),
            "applies to 1 of 4 test rows (25.0 %), right for 0 of them (0.0 %, 95 % interval 0.0 to 79.3 %)",
        ),
    ],
)
def test_support_in_words(support: Support, text: str) -> None:
    assert support_text(support, "test") == text


def test_training_rows_speak_of_a_rule_only_where_none_are_held_out_and_then_of_less() -> None:
    train, test = Support(45, 36, 200, 60), Support(11, 4, 50, 15)
    both = supports_text({"train": train, "test": test}, 3)
    assert both.startswith("applies to 11 of 50 test rows (22.0 %), right for 4 of them (36.4 %, ")
    assert both.endswith("; applies to 45 of 200 training rows (22.5 %)")
    alone = supports_text({"train": train}, 3)
    assert alone.startswith("applies to 45 of 200 training rows (22.5 %), right for 36 of them; of new rows expect 7")


def test_sentences_say_who_decides() -> None:
    alone = RuleGroup("tumour", "benign", (), "malignant", {})
    voting = RuleGroup("kind", "rose", (), None, {})
    two = Rule((1, 2), ("mean radius is at most 14.2", "worst texture is above 20"), None, {})
    assert (
        sentence(two, alone) == "If mean radius is at most 14.2 and worst texture is above 20, then tumour is benign."
    )
    assert sentence(rule(1, 3, 2), voting) == "If x1 is 1, then 2 votes for rose."
    assert sentence(rule(1, 3, -1), voting) == "If x1 is 1, then 1 vote less for rose."
    assert sentence(Rule((), (), None, {}), alone) == "Always tumour is benign."


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.913, 0.957), (3, 3), (1, 240), (0, 1e-3)])
def test_ticks_are_few_and_within_their_range(low: float, high: float) -> None:
    found = ticks(low, high)
    assert 1 <= len(found) <= 6
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in found)


@pytest.fixture(scope="module")
def opened() -> Iterator[Any]:
    with browser() as found:
        yield found


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", [*KINDS, "compared"])
def test_in_chromium_a_page_fits_and_is_silent(
    opened: Any, runs: dict[str, Result], compared: Path, name: str, width: int
) -> None:
    path = compared if name == "compared" else runs[name].run_dir / "report.html"
    page, heard = visit(opened, path, width)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("document.querySelectorAll('h2').length") >= 4
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate(LABELS) == []
    assert heard == []
    page.close()


def test_in_chromium_a_page_follows_the_reader_s_choice_of_dark(opened: Any, runs: dict[str, Result]) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        page, heard = visit(
            opened, runs["flowers"].run_dir / "report.html", 800, color_scheme=scheme, java_script_enabled=False
        )
        seen[scheme] = page.screenshot()
        assert heard == []
        page.close()
    assert seen["light"] != seen["dark"]


def test_a_page_is_written_by_default(tmp_path: Path) -> None:
    data = {"source": "function", "function": "parity", "bits": 5}
    run = small_run(tmp_path, data, output={"root": str(tmp_path)}, stop={"generations": 1}).run_dir
    assert (run / "report.html").exists()
    assert json.loads((run / "result.json").read_text())["state"] == "finished"

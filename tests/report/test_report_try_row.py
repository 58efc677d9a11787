"""A page's script in Chromium: a row to try is predicted as `evo predict` does; tables sort, rules filter and copy."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evo.analysis.rules import covered, rule_groups
from evo.api import Result
from evo.kinds.common.open_model import open_model
from evo.kinds.two_level.report.sentences import sentence
from evo.kinds.two_level.saved import SavedFormulas
from evo.report.html.embedded import embedded, script
from evo.report.html.svg import readable
from fitness.data.tables.cells import MISSING, read_number
from tests.kits.chromium import browser, visit
from tests.kits.exporters import write_csv_rows
from tests.kits.small_runs import csv_rows, flowers, small_run

#: Fills in every row as a reader would, and gives what the page then says.
FILL = """(rows) => {
  const labels = [...document.querySelectorAll("form.row label")];
  return rows.map((row) => {
    for (const label of labels) {
      const input = label.querySelector("input, select"), cell = row[label.firstChild.textContent];
      input.value = input.tagName === "INPUT" ? cell : cell.trim();
      if (input.selectedIndex === -1) input.value = row.missing.includes(cell.trim()) ? "" : "\\u0000";
    }
    document.querySelector("form.row").dispatchEvent(new Event("input"));
    return {
      answers: [...document.querySelectorAll(".said .answer b")].map((b) => b.textContent),
      held: [...document.querySelectorAll("li.holds p:first-of-type")].map((p) => p.textContent),
      units: document.querySelectorAll("tr.holds").length,
    };
  });
}"""
REPORT = {"report": ["html"]}
NETWORK = {"genome": {"kind": "network", "gate_limit": 100}, "search": {"population": 8}, "stop": {"generations": 1}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tried")


def tumours(folder: Path) -> Path:
    return bundled(folder / "tumours.csv", "load_breast_cancer", "state")


def wines(folder: Path) -> Path:
    return bundled(folder / "wines.csv", "load_wine", "wine")


def bundled(path: Path, load: str, target: str) -> Path:
    """A set of scikit-learn's as a csv file."""
    from sklearn import datasets  # noqa: PLC0415

    data = getattr(datasets, load)()
    rows = [
        dict(zip(data.feature_names, map(repr, map(float, cells)), strict=True)) | {target: data.target_names[label]}
        for cells, label in zip(data.data, data.target, strict=True)
    ]
    return write_csv_rows(path, rows)


def orders(folder: Path) -> Path:
    """Every kind of column that there is, in the ways that people write them."""
    rng = random.Random(4)
    rows = []
    for _ in range(240):
        when = f"20{rng.randint(18, 22)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d} {rng.randint(0, 23):02d}:30"
        paid, number, member = rng.randint(1, 9000), 2**60 + rng.randint(0, 3), rng.choice(["true", "false"])
        shop = rng.choice(["north", "south", "Ost & <West>", 'a "b"', "rare" + str(rng.randint(0, 99))])
        late = (paid > 4000) + (when[5:7] > "06") + (member == "true") + (number % 4 > 1) + (shop < "b") > 2
        rows.append(
            {
                "when": when if rng.random() < 0.9 else "",
                "paid": rng.choice([f"${paid:,}", f"{paid}", f"{paid} EUR", f"({paid})", "n/a"]),
                "number": str(number),
                "member": member if rng.random() < 0.9 else "?",
                "shop": shop,
                "late": "yes" if late else "no",
            }
        )
    return write_csv_rows(folder / "orders.csv", rows)


def additions(folder: Path) -> Path:
    rows = []
    for a, b in itertools.product(range(4), repeat=2):
        rows.append({f"{n}{i}": str(v >> i & 1) for n, v in (("a", a), ("b", b)) for i in range(2)})
    return write_csv_rows(folder / "additions.csv", rows)


MAKERS = {"flowers": flowers, "tumours": tumours, "wines": wines, "orders": orders, "adder": additions}
VOTE = {"genome": {"kind": "pos", "terms": 8}}
RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "flowers": ("flowers", {}),
    "tumours": ("tumours", {}),
    "wines": ("wines", {}),
    "clauses": ("wines", VOTE),
    "orders": ("orders", {}),
    "adder": ("adder", {}),
    "network": ("orders", NETWORK),
    "network_votes": ("flowers", NETWORK),
}


@pytest.fixture(scope="module")
def tables(folder: Path) -> dict[str, Path]:
    return {name: make(folder) for name, make in MAKERS.items()}


@pytest.fixture(scope="module")
def runs(folder: Path, tables: dict[str, Path]) -> dict[str, Result]:
    output = REPORT | {"root": str(folder / "runs")}
    made = {}
    for name, (table, more) in RUNS.items():
        data = {"source": "function", "function": "adder", "bits": 2, "split": {"valid": 0, "test": 0}}
        data = data if table == "adder" else {"source": "csv", "path": str(tables[table])}
        made[name] = small_run(folder, data, name=name, output=output, **more)
    return made


@pytest.fixture(scope="module")
def opened() -> Iterator[Any]:
    with browser() as found:
        yield found


@pytest.mark.parametrize("name", list(RUNS))
def test_a_row_tried_is_predicted_as_evo_predict_does(
    opened: Any, runs: dict[str, Result], tables: dict[str, Path], name: str
) -> None:
    path, saved = tables[RUNS[name][0]], open_model(runs[name].run_dir)
    page, heard = visit(opened, runs[name].run_dir / "report.html", 1280)
    said = page.evaluate(FILL, [row | {"missing": sorted(MISSING)} for row in csv_rows(path)])
    wanted = [label if isinstance(label, tuple) else (label,) for label in saved.predict(path)]
    assert len({*wanted}) > 1
    assert [one["answers"] for one in said] == [[readable(label) for label in labels] for labels in wanted]
    assert heard == []
    page.close()
    if isinstance(saved, SavedFormulas):
        model, bits = saved.model(), saved.encoder.binarizer.bits
        split = saved.rows(path, labels=False).split
        groups = rule_groups(model, saved.task, bits, {})
        holds = [(readable(sentence(r, group)), covered(r.term, split)) for group in groups for r in group.rules]
        for i, one in enumerate(said):
            assert sorted(one["held"]) == sorted(text for text, rows in holds if rows[i])
    else:
        assert len({one["units"] for one in said}) > 1


@pytest.mark.parametrize("comma", [False, True])
def test_numbers_read_as_in_training(opened: Any, runs: dict[str, Result], comma: bool) -> None:
    texts = [
        *("1,234.5", "1.234,5", "1'234", "1 234 567", "-3", "\u22123", "(12.50)", "<0.01", "18+", "7:30", "23:59:59"),
        *(
            "$5",
            "-$5",
            "5 \u20ac",
            "EUR 1.000",
            "12 %",
            "3kg",
            "40 km/h",
            "\u00bd",
            "\uff11\uff12",
            "1e3",
            "1e999",
        ),
        *(".5", "5.", "12,34,56", "abc", "1.2.3", "--3", "1 2", "", "5 kgs", "\u2265 4", "37 \u00b0C"),
    ]
    page, _ = visit(opened, runs["tumours"].run_dir / "report.html", 1280)
    source = page.evaluate("document.querySelector('body > script').textContent")
    reader = "const readNumber" + source.partition("const readNumber")[2].partition("const readDate")[0]
    run = f"([texts, comma]) => {{ {reader}; return texts.map((text) => readNumber(text, comma) ?? null); }}"
    assert page.evaluate(run, [texts, comma]) == [read_number(text, comma) for text in texts]
    page.close()


def test_a_cell_that_cannot_be_read_is_said(opened: Any, runs: dict[str, Result]) -> None:
    page, heard = visit(opened, runs["tumours"].run_dir / "report.html", 390)
    box = page.locator("form.row input").first
    box.fill("wide")
    assert box.get_attribute("aria-invalid") == "true"
    assert "expected a number" in page.locator("form.row .fault").first.inner_text()
    assert page.locator(".said").inner_text().strip() == "Some cell cannot be read."
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert heard == []
    page.close()


def test_without_scripts_the_page_says_what_does_the_same(opened: Any, runs: dict[str, Result]) -> None:
    page, heard = visit(opened, runs["wines"].run_dir / "report.html", 800, java_script_enabled=False)
    text = page.locator("#try").inner_text()
    assert "evo predict says the same" in text
    assert page.locator("button").count() == 0
    assert heard == []
    page.close()


def test_tables_sort_by_their_heads(opened: Any, runs: dict[str, Result]) -> None:
    page, heard = visit(opened, runs["wines"].run_dir / "report.html", 1280)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    heads = page.locator("#front thead button.sort")
    names = heads.all_inner_texts()
    place = names.index("literals")

    def column() -> list[float]:
        cells = page.locator(f"#front tbody tr > :nth-child({place + 1})").all_inner_texts()
        return [float(cell.replace(",", "")) for cell in cells]

    given = column()
    head = page.locator("#front thead th").nth(place)
    heads.nth(place).press("Enter")
    assert column() == sorted(given)
    assert head.get_attribute("aria-sort") == "ascending"
    heads.nth(place).click()
    assert column() == sorted(given, reverse=True)
    heads.nth(place).click()
    assert column() == given
    assert head.get_attribute("aria-sort") is None
    assert len(set(given)) > 2
    assert heard == []
    page.close()


def test_rules_filter_and_copy(opened: Any, runs: dict[str, Result]) -> None:
    page, heard = visit(opened, runs["clauses"].run_dir / "report.html", 1280)
    texts = page.locator("#rules ol.rules li p:first-of-type").all_inner_texts()
    assert len(texts) >= 4
    word = texts[1].split()[1]
    page.locator("#rules input[type=search]").fill(word.upper())
    wanted = [text for text in texts if word in text]
    assert page.locator("#rules li:visible p:first-of-type").all_inner_texts() == wanted
    page.locator("#rules input[type=search]").fill("")
    page.evaluate("() => { window.kept = []; navigator.clipboard.writeText = async (text) => window.kept.push(text); }")
    page.locator("#rules li button.copy").first.click()
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.locator("#rules details > button.copy").last.click()
    rule, formula = page.evaluate("window.kept")
    assert rule == texts[0]
    assert formula == page.evaluate("[...document.querySelectorAll('#rules pre')].at(-1).textContent")
    assert "button" not in formula
    assert heard == []
    page.close()


def test_data_in_a_page_end_no_script() -> None:
    value = {"</script>": ["<!--", "&lt;", "\u2028", "\U0001f600", '"']}
    text = embedded(value)
    assert json.loads(text) == value
    assert not set("<>&") & set(text)
    assert text.isascii()
    for source in ("a</script>", "<!-- b"):
        with pytest.raises(ValueError, match="no end of a tag"):
            script(source)

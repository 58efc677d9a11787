"""Rules over pictures as maps of pixels: which are read, where they want ink, what speaks for a class."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import numpy as np

import evo
from evo.analysis.rule_pixels import rules_reading, speaking, wanted
from evo.analysis.rules import Rule, RuleGroup
from fitness.data.dataset import Bit
from fitness.data.pictures.grid import picture_by_name

#: Two tests of each pixel of a picture of 2 x 2, one where more ink makes it hold and one where less does.
NAMES = [f"pixel_{row}_{column}" for row, column in product(range(2), range(2))]
BITS = [Bit(name, op, 1.0, f"{name} {op} 1", f"not {name} {op} 1") for name in NAMES for op in ("=", "<=")]
TERMS = [(1, 4), (-2, -3, 8), (1, -2), (5, 6), (-7,)]


def holds(term: tuple[int, ...], values: tuple[int, ...]) -> bool:
    """On pixels of 1 and of 2: 2 is ink."""
    tests = [value == 2 if number % 2 == 0 else value == 1 for value in values for number in (0, 1)]
    return all(tests[abs(literal) - 1] == (literal > 0) for literal in term)


def test_a_term_wants_ink_where_more_of_it_makes_it_hold() -> None:
    picture = picture_by_name(NAMES, [bit.feature for bit in BITS])
    assert picture is not None
    rows = list(product((1, 2), repeat=4))
    for term in TERMS:
        for pixel, shown in enumerate(wanted(term, BITS, picture).ravel().tolist()):
            with_ink = sum(holds(term, row) for row in rows if row[pixel] == 2)
            without = sum(holds(term, row) for row in rows if row[pixel] == 1)
            assert shown == np.sign(with_ink - without)


def test_maps_add_up_what_rules_read_and_their_votes() -> None:
    picture = picture_by_name(NAMES, [bit.feature for bit in BITS])
    assert picture is not None
    assert rules_reading(TERMS, picture).tolist() == [[3, 2], [1, 2]]
    votes = (1, 2, -3, 1, 1)
    group = RuleGroup("y", "a", tuple(Rule(t, (), v, {}) for t, v in zip(TERMS, votes, strict=True)), None, {})
    total = sum(v * wanted(t, BITS, picture) for t, v in zip(TERMS, votes, strict=True))
    assert (speaking(group, BITS, picture) == total).all()


def test_columns_make_up_a_picture_where_most_of_its_places_are_there() -> None:
    found = picture_by_name(
        ["pixel_0_1", "age", "pixel_1_2", "pixel_1_0"], ["age", "pixel_1_0", "pixel_1_0", "pixel_0_1"]
    )
    assert found is not None
    assert (found.height, found.width, found.pixels.tolist()) == (2, 3, [-1, 3, 3, 1])
    assert picture_by_name(["pixel_0_0", "pixel_1_2"], []) is None
    assert picture_by_name(["age", "size"], ["age"]) is None


def pixels_of_report(folder: Path, names: list[str], data: dict[str, object]) -> str:
    """The pixels of a report on votes over rows of 3 x 3 pixels, 0 to 9 each."""
    folder.mkdir()
    cells = np.random.default_rng(3).integers(0, 10, (150, 9))
    rows = [[*map(str, row), "ab"[int(row[4] > row[0])]] for row in cells.tolist()]
    path = folder / "pixels.csv"
    path.write_text("\n".join(",".join(row) for row in [[*names, "y"], *rows]) + "\n")
    config = {
        "schema": 1,
        "data": {"source": "table", "path": str(path), "split": {"valid": 0.2, "test": 0}, **data},
        "genome": {"kind": "sop", "output": "vote", "terms": 8},
        "stop": {"generations": 1},
        "output": {"report": ["html"]},
    }
    run = evo.run(config, run_dir=folder / "run", display="quiet")
    found = re.search(r'<section id="pixels">.*?</section>', (run.run_dir / "report.html").read_text(), re.DOTALL)
    return "" if found is None else found[0]


def test_an_image_that_the_config_says_is_shown_as_one_that_names_say(tmp_path: Path) -> None:
    named = [f"pixel_{row}_{column}" for row, column in product(range(3), range(3))]
    by_name = pixels_of_report(tmp_path / "named", named, {})
    image = {"image": {"height": 3, "width": 3}}
    assert pixels_of_report(tmp_path / "said", [f"c{i}" for i in range(9)], image) == by_name
    assert "Which pixels it reads" in by_name

"""What reports say of networks is what their units compute: points, flips, shuffles, pictures, rows that judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evo as api
from evo.analysis.importance import importances
from evo.analysis.judging import Judge
from evo.analysis.robustness import ROWS, robustness
from evo.analysis.rows import cut_down, predicted
from evo.kinds.network.report.diagram import MOST_UNITS, diagram, drawn_of, left_out
from evo.kinds.network.report.findings import NetworkFacts
from evo.kinds.network.report.points import points_of
from evo.kinds.network.report.reading import column_use
from evo.models.networks import NetworkModel
from evo.text.measures import ACCURACY
from evo.text.networks import head_lines, unit_texts
from fitness.data.dataset import Bit, Split, Task
from fitness.networks.evaluator import space_of
from genomes.bits import pack, valid_words
from genomes.networks.assembler import Assembler
from genomes.networks.network import Head, Network
from genomes.networks.units import AND, THRESHOLD, XOR
from genomes.networks.variation.samples import random_network
from tests.kits.network_cases import decision
from tests.kits.small_networks import FOLDS, TWO, network_document

BINARY = Task("binary", ("y",), ("no", "yes"), (0, 1))
TASKS = {
    "binary": BINARY,
    "two outputs": Task("multioutput", ("s", "c"), ("0", "1"), ()),
    "votes": Task("multiclass", ("y",), ("a", "b", "c"), (1, 0, 2)),
}


def rows_of(flags: Any, task: Task, labels: Any | None = None) -> Split:
    """A split of inputs bool[n, rows]; labels: bool[rows] of one output, else none is set."""
    n_rows = flags.shape[1]
    planes = np.zeros((task.n_covers, n_rows), dtype=np.bool_) if labels is None else np.array([labels])
    return Split(n_rows, pack(flags), pack(planes), valid_words(n_rows))


def facts_of(model: NetworkModel, task: Task, bits: tuple[Bit, ...]) -> NetworkFacts:
    return NetworkFacts(
        model, task, bits, tuple(unit_texts(model, bits)), tuple(head_lines(model, task, bits)), column_use(model, bits)
    )


def bits_of(n: int) -> tuple[Bit, ...]:
    return tuple(Bit(f"x{i}", "is", None, f"x{i}", f"NOT x{i}") for i in range(n))


@pytest.mark.parametrize("name", TASKS)
def test_a_network_cut_down_to_its_inputs_says_what_its_units_say(name: str) -> None:
    task, rng = TASKS[name], np.random.default_rng(1)
    space = space_of(task, 70)
    flags = rng.random((70, 90)) < 0.5
    split = rows_of(flags, task)
    for _ in range(20):
        model = NetworkModel("m", random_network(rng, space), 70)
        small, seen, used = cut_down(model, split)
        assert used == model.used and small.n_inputs == len(used) == len(seen.inputs)
        expected = np.array([decision(model.network, space, row) for row in flags.T.tolist()]).T
        assert np.array_equal(predicted(model, task, split), expected)
        assert np.array_equal(predicted(small, task, seen), expected)


@pytest.mark.parametrize("name", TASKS)
def test_an_influence_is_the_share_of_rows_whose_decision_a_flip_changes(name: str) -> None:
    task, rng = TASKS[name], np.random.default_rng(2)
    space, flags = space_of(task, 8), np.random.default_rng(3).random((8, 60)) < 0.5
    found = 0
    for _ in range(8):
        model = NetworkModel("m", random_network(rng, space), 8)
        result = robustness(model, task, rows_of(flags, task), "test", 1)
        rows = flags.T.tolist()
        for number, influence in ({} if result is None else result.influences).items():
            turned = [[bit != (i == number - 1) for i, bit in enumerate(row)] for row in rows]
            pairs = zip(rows, turned, strict=True)
            changed = [decision(model.network, space, a) != decision(model.network, space, b) for a, b in pairs]
            assert influence == pytest.approx(sum(changed) / len(rows))
            found += any(changed)
    assert found > 10


def test_a_shuffled_column_keeps_the_values_that_it_has() -> None:
    value = np.arange(ROWS) % 3
    flags = np.array([value <= 0, value <= 1, np.arange(ROWS) % 2 == 0])
    bits = (*(Bit("v", "<=", float(k), f"v <= {k}", f"v > {k}") for k in (0, 1)), *bits_of(1))
    build = Assembler(3)
    model = NetworkModel("m", build.network([Head.of(build.add(AND, [3, 4]))]), 3)
    split = rows_of(flags, BINARY, value == 1)
    drops = importances(model, BINARY, bits, split, 5, Judge(ACCURACY, np.ones(2)))
    assert set(drops) == {"v"}
    assert drops["v"] == pytest.approx(2 * (1 / 3) * (2 / 3), abs=0.015)  # bits shuffled apart would lose 0.48
    assert drops == importances(model, BINARY, bits, split, 5, Judge(ACCURACY, np.ones(2)))


def test_points_decide_as_the_weighted_sum_whatever_the_signs() -> None:
    rng, cards = np.random.default_rng(4), 0
    space = space_of(BINARY, 6)
    for _ in range(40):
        build = Assembler(6)
        weights = [int(weight) for weight in rng.integers(-4, 5, size=6)]
        literals = [2 * (i + 1) + int(rng.integers(2)) for i in range(6)]
        unit = build.add(THRESHOLD, literals, (*weights, int(rng.integers(-3, 4))))
        model = NetworkModel("m", build.network([Head.of(unit ^ int(rng.integers(2)))]), 6)
        card = points_of(model)
        if card is None:
            continue
        cards += 1
        assert all(weight > 0 for _, weight in card.points)
        for row in range(64):
            values = [bool(row >> i & 1) for i in range(6)]
            total = sum(weight for literal, weight in card.points if values[(literal >> 1) - 1] != literal & 1)
            assert (total >= card.needed) == decision(model.network, space, values)[0]
    assert cards > 20


def test_a_network_that_is_no_single_sum_has_no_points() -> None:
    build = Assembler(3)
    assert points_of(NetworkModel("m", build.network([Head.of(build.add(XOR, [2, 4, 6]))]), 3)) is None
    assert points_of(NetworkModel("m", Network.constant(1), 3)) is None


def test_every_literal_of_a_small_network_is_a_line_dashed_where_it_is_a_not() -> None:
    build = Assembler(3)
    left, right = build.add(AND, [2, 4]), build.add(AND, [5, 7])  # the second is shown as x1 OR x2
    model = NetworkModel("m", build.network([Head.of(build.add(XOR, [left, right]))]), 3)
    picture = str(diagram(facts_of(model, BINARY, bits_of(3))))
    assert left_out(facts_of(model, BINARY, bits_of(3))) == ""
    assert [picture.count(f">{text}</text>") for text in ("x0", "x1", "x2", "u1 AND", "u2 OR", "u3 parity")] == [1] * 6
    # y = parity(u1, NOT (x1 OR x2)), whose sign the head takes
    assert (picture.count("<path"), picture.count('class="wire not"')) == (7, 1)
    build = Assembler(2)
    model = NetworkModel("m", build.network([Head.of(build.add(AND, [2, 5]))]), 2)
    picture = str(diagram(facts_of(model, BINARY, bits_of(2))))
    assert "NOT x1" in picture and "wire not" not in picture


def test_what_is_nearest_to_the_answer_is_drawn() -> None:
    build = Assembler(2 * MOST_UNITS)
    last = 2
    for i in range(2, 2 * MOST_UNITS + 1):
        last = build.add(XOR if i % 2 else AND, [last, 2 * i])
    model = NetworkModel("m", build.network([Head.of(last)]), 2 * MOST_UNITS)
    facts = facts_of(model, BINARY, bits_of(2 * MOST_UNITS))
    drawn = drawn_of(facts)
    units = [node for column in drawn.columns for node in column]
    assert units == list(range(model.first + len(model.network) - MOST_UNITS, model.first + len(model.network)))
    assert f"{len(model.network) - MOST_UNITS} more units" in left_out(facts)


def test_columns_are_counted_by_their_comparisons_and_by_what_reads_them() -> None:
    build = Assembler(3)
    bits = (*(Bit("v", "<=", float(k), f"v <= {k}", f"v > {k}") for k in (0, 1)), *bits_of(1))
    unit = build.add(AND, [3, 4])
    model = NetworkModel("m", build.network([Head.of(unit), Head.of(build.add(XOR, [2, 6])), Head.of(7)]), 3)
    assert {one.feature: (one.literals, one.terms) for one in column_use(model, bits)} == {"v": (2, 2), "x0": (1, 2)}


@pytest.mark.parametrize(("fitness", "split", "picked", "grown"), [
    (FOLDS, {"valid": 0, "test": 0.2}, "5 folds of the 144 training rows", "all 144 training rows, judged by 5 folds"),
    ({}, {"valid": 0, "test": 0.2}, "of the 144 training rows, on which nothing had grown", "grew on 1"),
    ({}, {"valid": 0.2, "test": 0.2}, "its validation score", "grew on "),
], ids=["folds", "rows", "validation"])  # fmt: skip
def test_a_report_says_what_judged_and_what_it_looks_at(
    fitness: dict[str, Any], split: dict[str, float], picked: str, grown: str, tmp_path: Path
) -> None:
    stop, output = {"generations": 1, "settled": None, "exact": None}, {"report": ["md", "html"]}
    data, genome = TWO | {"split": split}, {"refit": "none"}
    document = network_document(data, fitness=fitness, genome=genome, stop=stop, output=output)
    result = api.run(document, run_dir=tmp_path / "run", display="quiet")
    for name in ("report.md", "report.html"):
        text = (tmp_path / "run" / name).read_text()
        assert picked in text and grown in text and "What it looks at" in text, name
    page = (tmp_path / "run" / "report.html").read_text()
    assert all(f'id="{part}"' in page for part in ("network", "units", "features", "baselines", "robustness"))
    known = result.details["network"]
    assert known["grown_on"] == [] and bool(known["folds"]) == bool(fitness) and bool(known["judged"]) != bool(fitness)

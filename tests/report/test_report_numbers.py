"""What a report counts, against brute force on plain lists, scipy and scikit-learn."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.analysis.baselines import baselines, best_split
from evo.analysis.journals import clock, curve
from evo.analysis.overlap import Behaviour, best_matches, overlap
from evo.analysis.precision import expected as promised
from evo.analysis.robustness import robustness
from evo.analysis.rows import cut_down, labels, predicted, sampled
from evo.analysis.rules import Support, rule_groups
from evo.analysis.use import feature_use
from evo.analysis.wilson import sign_test, wilson
from evo.config.load import config_from_dict
from evo.kinds.common.preparing import prepare
from evo.models.two_level import Model
from evo.storage.folder import Folder
from evo.storage.lines import Lines
from fitness.data.dataset import Dataset, Split, Task
from genomes.bits import unpack
from tests.kits.small_runs import flowers


def dataset_of(data: dict[str, Any], **sections: Any) -> Dataset:
    found: Dataset = prepare(config_from_dict({"schema": 1, "seed": 4, "data": data} | sections, Path.cwd())).dataset
    return found


@pytest.fixture(scope="module")
def multiplexer() -> Dataset:
    return dataset_of({"source": "function", "function": "multiplexer", "address_bits": 2, "samples": 40, "noise": 0.1})


@pytest.fixture(scope="module")
def adder() -> Dataset:
    return dataset_of({"source": "function", "function": "adder", "bits": 2})


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return dataset_of({"source": "csv", "path": str(flowers(tmp_path_factory.mktemp("numbers")))})


def holds(row: list[bool], literal: int) -> bool:
    return row[abs(literal) - 1] == (literal > 0)


def rows_of(split: Split) -> list[list[bool]]:
    return [list(map(bool, row)) for row in unpack(split.inputs, split.n_rows).T.tolist()]


def said_by(model: Model, task: Task, row: list[bool]) -> list[int]:
    """Predicted classes of one row, from the meaning of the models alone."""
    sop = model.kind == "sop"
    if task.kind == "multiclass":
        votes = [
            sum(all(holds(row, lit) for lit in t) for t in terms)
            if sop
            else -sum(not any(holds(row, lit) for lit in t) for t in terms)
            for terms in model.terms
        ]
        return [max(task.prior, key=lambda c: (votes[c], -task.prior.index(c)))]
    values = [
        any(all(holds(row, lit) for lit in t) for t in terms)
        if sop
        else all(any(holds(row, lit) for lit in t) for t in terms)
        for terms in model.terms
    ]
    return [int(value != model.inverted) for value in values]


TERMS = [[[1, -3], [2, 4], [-5]], [[3], [-1, -2]], [[5, 1]]]
CASES = [("sop", False), ("sop", True), ("pos", False), ("pos", True)]


def model_for(dataset: Dataset, kind: Any, inverted: bool) -> Model:
    n = dataset.task.n_covers
    inverted = inverted and dataset.task.kind == "binary"
    last = min(5, dataset.n_bits)
    terms = [[[max(-last, min(last, lit)) for lit in term] for term in TERMS[i % 3]] for i in range(n)]
    return Model("m", kind, dataset.n_bits, terms, inverted)


@pytest.mark.parametrize(("kind", "inverted"), CASES)
@pytest.mark.parametrize("name", ["multiplexer", "adder", "kinds"])
def test_support_of_every_rule_is_that_of_counting_rows(
    name: str, kind: str, inverted: bool, request: pytest.FixtureRequest
) -> None:
    data: Dataset = request.getfixturevalue(name)
    model, split, task = model_for(data, kind, inverted), data.train, data.task
    rows, truth = rows_of(split), labels(task, split).codes.tolist()
    for cover, group in enumerate(rule_groups(model, task, data.bits, {"train": split})):
        true = truth[cover if task.kind == "multioutput" else 0]
        number = task.classes.index(group.label)
        taken = task.kind == "multiclass" and kind == "pos"
        rest = list(range(len(rows)))
        for rule in group.rules:
            on = [i for i, row in enumerate(rows) if all(holds(row, lit) for lit in rule.term)]
            rest = [i for i in rest if i not in on]
            right = sum((true[i] == number) != taken for i in on)
            base = sum((one == number) != taken for one in true)
            assert rule.support["train"] == Support(len(on), right, len(rows), base)
        if group.otherwise is not None:
            found = group.otherwise_support["train"]
            assert (found.rows, found.right) == (len(rest), sum(true[i] != number for i in rest))


@pytest.mark.parametrize(("kind", "inverted"), CASES)
@pytest.mark.parametrize("name", ["multiplexer", "adder", "kinds"])
def test_the_rules_together_say_what_the_model_predicts(
    name: str, kind: str, inverted: bool, request: pytest.FixtureRequest
) -> None:
    data: Dataset = request.getfixturevalue(name)
    model, task = model_for(data, kind, inverted), data.task
    groups = rule_groups(model, task, data.bits, {})
    votes = np.zeros(len(groups))
    for row, expected in zip(rows_of(data.train), predicted(model, task, data.train).T.tolist(), strict=True):
        on = [[rule for rule in group.rules if all(holds(row, lit) for lit in rule.term)] for group in groups]
        if task.kind == "multiclass":
            votes = np.array([sum(rule.votes or 0 for rule in rules) for rules in on])
            said = [next(c for c in task.prior if votes[c] == votes.max())]
        else:
            labels_said = [g.label if rules else g.otherwise for g, rules in zip(groups, on, strict=True)]
            said = [task.classes.index(str(label)) for label in labels_said]
        assert said == expected == said_by(model, task, row)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons(counts: tuple[int, int]) -> None:
    stats = pytest.importorskip("scipy.stats")
    expected = stats.binomtest(*counts).proportion_ci(0.95, method="wilson")
    assert wilson(*counts) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_interval_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 4000), st.floats(0, 1), st.floats(0, 1), st.integers(0, 9))
def test_what_a_rule_promises_is_a_quantile_of_samples_of_a_beta_binomial(
    rows: int, part: float, base: float, comparisons: int
) -> None:
    right, extra, sample = round(part * rows), 1 + comparisons, max(1, int(rows / 4 + 0.5))
    stats = pytest.importorskip("scipy.stats")
    found = promised(right, rows, base, comparisons)
    assert found.low <= found.share <= found.high
    assert found.share == pytest.approx((right + extra * base) / (rows + extra))
    up = stats.betabinom(sample, right + 0.5, rows - right + 0.5)
    if found.high > found.share:
        wrong = round((1 - found.high) * sample)
        assert up.sf(sample - wrong) < 0.025 + 1e-7 and up.sf(sample - wrong - 1) > 0.025 - 1e-7
    down = (right + extra * base, rows - right + extra * (1 - base))
    if min(down) > 0 and found.low < found.share:
        low = round(found.low * sample)
        held = stats.betabinom(sample, *down)
        assert held.cdf(low) > 0.025 - 1e-7 and held.cdf(low - 1) < 0.025 + 1e-7


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_sign_test_is_the_exact_binomial_one(first: int, second: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    n = first + second
    assert sign_test(first, second) == pytest.approx(stats.binomtest(first, n).pvalue if n else 1.0)


def test_the_sign_test_of_many_rows_is_close_to_the_exact_one() -> None:
    stats = pytest.importorskip("scipy.stats")
    assert sign_test(1050, 1150) == pytest.approx(stats.binomtest(1050, 2200).pvalue, abs=2e-3)


@given(st.data())
def test_the_best_single_comparison_has_the_fewest_errors(data: st.DataObject) -> None:
    bits = np.array(data.draw(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=5)))
    codes = np.array(data.draw(st.lists(st.integers(0, 2), min_size=6, max_size=6)))
    bit, when_true, when_false = best_split(bits, codes, 3)
    errors = {
        (b, t, f): sum(int((t if bits[b, r] else f) != codes[r]) for r in range(6))
        for b, t, f in itertools.product(range(len(bits)), range(3), range(3))
    }
    assert errors[bit, when_true, when_false] == min(errors.values())


@pytest.mark.parametrize("name", ["multiplexer", "kinds"])
def test_baselines_are_judged_on_the_rows_the_model_is_judged_on(name: str, request: pytest.FixtureRequest) -> None:
    data: Dataset = request.getfixturevalue(name)
    model = model_for(data, "sop", False)
    found = baselines(model, data, seed=1)
    where = data.test if data.test is not None else data.valid
    assert where is not None
    true, ours = labels(data.task, where).codes[0], predicted(model, data.task, where)[0]
    assert found.accuracy == pytest.approx(float((true == ours).mean()))
    assert [one.name for one in found.compared][2:] == ["a pruned tree", "gradient boosting"]
    most = np.bincount(labels(data.task, data.train).codes[0]).argmax()
    majority = found.compared[0]
    assert majority.accuracy == pytest.approx(float((true == most).mean()))
    assert majority.only_model == int(((ours == true) & (most != true)).sum())
    assert majority.only_it == int(((ours != true) & (most == true)).sum())


def test_without_held_out_rows_no_tree_repeats_the_table() -> None:
    data = dataset_of({"source": "function", "function": "adder", "bits": 2, "split": {"valid": 0, "test": 0}})
    found = baselines(model_for(data, "sop", False), data, seed=1)
    assert [one.name for one in found.compared] == ["the most frequent class", "the best single comparison"]
    assert "no tree" in found.notes[0]


@pytest.mark.parametrize(("kind", "inverted"), CASES)
@pytest.mark.parametrize("name", ["multiplexer", "adder", "kinds"])
def test_an_influence_is_the_share_of_rows_that_a_flip_changes(
    name: str, kind: str, inverted: bool, request: pytest.FixtureRequest
) -> None:
    data: Dataset = request.getfixturevalue(name)
    model, task = model_for(data, kind, inverted), data.task
    found = robustness(model, task, data.train, "train", seed=1)
    assert found is not None
    rows = rows_of(data.train)
    assert sorted(found.influences) == sorted({abs(lit) for terms in model.terms for t in terms for lit in t})
    for number, value in found.influences.items():
        flipped = [[bit != (i == number - 1) for i, bit in enumerate(row)] for row in rows]
        changed = sum(said_by(model, task, a) != said_by(model, task, b) for a, b in zip(rows, flipped, strict=True))
        assert value == pytest.approx(changed / len(rows))
    assert found.sensitivity == pytest.approx(sum(found.influences.values()))
    assert found.scores[0][1] == pytest.approx(
        float((predicted(model, task, data.train) == labels(task, data.train).codes).mean())
    )


def test_the_share_of_flipped_bits_is_the_rate() -> None:
    data = dataset_of({"source": "function", "function": "parity", "bits": 9, "split": {"valid": 0, "test": 0}})
    found = robustness(Model("m", "sop", 9, [[[1]]]), data.task, data.train, "train", seed=1)
    assert found is not None
    clean, *noisy = [mean for _, mean, *_ in found.scores]
    flips_of_it = [abs(mean - clean) for mean in noisy]  # parity: x1 says nothing of it, flipped or not
    assert max(flips_of_it) < 0.05
    copy = robustness(Model("m", "sop", 9, [[[1]]]), data.task, labelled_by_first(data.train), "train", seed=1)
    assert copy is not None
    for rate, mean, *_ in copy.scores:
        assert mean == pytest.approx(1 - rate, abs=0.03)


def labelled_by_first(split: Split) -> Split:
    return Split(split.n_rows, split.inputs, split.inputs[:1], split.care)


def test_a_constant_model_has_no_robustness(multiplexer: Dataset) -> None:
    assert robustness(Model("m", "sop", 6, [[]]), multiplexer.task, multiplexer.train, "train", 1) is None


def test_a_model_cut_down_to_its_inputs_predicts_the_same(kinds: Dataset) -> None:
    model = model_for(kinds, "pos", False)
    small, split, used = cut_down(model, kinds.train)
    assert used == [1, 2, 3, 4, 5]
    assert (predicted(small, kinds.task, split) == predicted(model, kinds.task, kinds.train)).all()


def test_a_sample_is_the_same_for_the_same_seed_and_no_larger_than_asked(kinds: Dataset) -> None:
    first, again = sampled(kinds.train, 3, 0, 20), sampled(kinds.train, 3, 0, 20)
    assert first.n_rows == 20
    assert (first.inputs == again.inputs).all()
    assert sampled(kinds.train, 3, 0, 1000) is kinds.train


def test_feature_use_counts_literals_and_terms_of_distinct_terms(multiplexer: Dataset) -> None:
    model = Model("m", "sop", 6, [[[1, -2], [1, 3], [1, 3]]])
    use = {
        u.feature: (u.literals, u.terms, u.influence) for u in feature_use(model, multiplexer.bits, {1: 0.5, 2: 0.25})
    }
    names = [bit.feature for bit in multiplexer.bits]
    assert use == {names[0]: (2, 2, 0.5), names[1]: (1, 1, 0.25), names[2]: (1, 1, 0.0)}


def behaviour_of(flags: list[list[int]], sides: list[tuple[int, int]], said: list[int]) -> Behaviour:
    return Behaviour(np.array(flags, dtype=bool).reshape(len(sides), -1), tuple(sides), np.array([said]))


def test_overlap_is_the_mean_best_jaccard_index_of_rules_for_the_same_class() -> None:
    first = behaviour_of([[1, 1, 0, 0], [0, 0, 1, 1]], [(0, 1), (0, 1)], [1, 1, 1, 1])
    second = behaviour_of([[1, 1, 1, 0], [0, 0, 1, 1]], [(0, 1), (0, 0)], [1, 1, 1, 0])
    assert best_matches(first, second).tolist() == pytest.approx([2 / 3, 1 / 4])
    found = overlap([first, second])
    assert found.rules[0, 1] == pytest.approx((2 / 3 + 1 / 4) / 2)
    assert found.rules[1, 0] == pytest.approx((2 / 3 + 0) / 2)
    assert found.same[0, 0] == found.rules[1, 1] == 1.0
    assert found.agreement.tolist() == [[1.0, 0.75], [0.75, 1.0]]
    assert found.rows == 4


def journal(folder: Path, *records: Any) -> Lines:
    (folder / "journal.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    return Lines(Folder(folder), "journal.jsonl")


def generation(number: int) -> dict[str, Any]:
    return {
        "generation": number, "best_error": 1 / number, "pick": {"train_accuracy": 0.5},
    }  # fmt: skip


@pytest.mark.parametrize("n", [1, 399, 400, 401, 799, 800, 801, 1001, 5000])
def test_a_curve_keeps_the_first_and_last_generation(n: int, tmp_path: Path) -> None:
    points = curve(journal(tmp_path, *map(generation, range(1, n + 1))), "accuracy")
    assert min(n, 200) <= len(points) <= 401
    assert (points[0].generation, points[-1].generation) == (1, n)
    assert [point.generation for point in points] == sorted({point.generation for point in points})


@pytest.mark.parametrize("bad", [{}, {"pick": []}, {"best_error": "x"}, {"generation": None}, 7, "line"])
def test_lines_that_are_none_of_a_journals_are_left_out_and_told(bad: Any, tmp_path: Path) -> None:
    changed = generation(2) | bad if isinstance(bad, dict) and bad else bad
    lines = journal(tmp_path, generation(1), changed, generation(3))
    assert [point.generation for point in curve(lines, "accuracy")] == [1, 3]
    assert lines.complaint == "journal.jsonl: line 2 is no record of evo's and is left out"


def test_the_clock_splits_the_time_at_the_first_and_last_generation(tmp_path: Path) -> None:
    lines = [{"generation": g, "seconds": s} for g, s in ((1, 2.0), (2, 2.5), (3, 4.5))]
    found = clock(journal(tmp_path, *lines), {"seconds": 5.0, "cpu_seconds": 4.0})
    assert found is not None
    assert (found.first, found.search, found.closing, found.slowest) == (2.0, 2.5, 0.5, (3, 2.0))
    assert clock(journal(tmp_path), {}) is None

from __future__ import annotations

import numpy as np
import pytest

from fitness.data.dataset import Task
from fitness.data.table import Target
from fitness.data.task import in_order, make_task, no_labels, pack_target
from genomes.bits import unpack


def labels(*values):
    return Target(("y",), np.array(values, dtype=object))


def test_texts_sort_as_numbers_only_where_all_are_numbers():
    assert in_order(["10", "9", "-1", "2.5"]) == ("-1", "2.5", "9", "10")
    assert in_order(["10", "9", "x"]) == ("10", "9", "x")
    assert in_order(["10", "9", "NAN"]) == ("10", "9", "NAN")


def test_two_classes_are_a_binary_task_whose_second_class_is_positive():
    assert make_task(labels("yes", "no", "yes")) == Task("binary", ("y",), ("no", "yes"), (1, 0))


def test_more_classes_are_ranked_by_frequency_with_ties_to_the_lower_index():
    task = make_task(labels("10", "2", "9", "9", "10", "2", "10"))
    assert task == Task("multiclass", ("y",), ("2", "9", "10"), (2, 0, 1))


def test_several_outputs():
    assert make_task(Target(("p", "q"), np.zeros((3, 2), np.int8))) == Task("multioutput", ("p", "q"), ("0", "1"), ())


def test_one_class_is_an_error(fails):
    message = "a.csv: the training rows have one class only, 'a'; nothing to learn"
    assert fails(make_task, labels("a", "a"), "a.csv") == message


def test_a_quantity_is_no_class(fails):
    message = (
        "a.csv: target 'y' has 1025 different values, at most 1024 classes; choose another target or group its values"
    )
    assert fails(make_task, labels(*map(str, range(1025))), "a.csv") == message


@pytest.mark.parametrize(
    ("target", "planes", "care"),
    [
        (labels("a", "b", "b"), [[0, 1, 1]], [[1, 1, 1]]),
        (labels("a", "b", "c"), [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[1, 1, 1]]),
        (Target(("p", "q"), np.array([[0, 1], [1, -1], [1, 0]])), [[0, 1, 1], [1, 0, 0]], [[1, 1, 1], [1, 0, 1]]),
    ],
)
def test_planes_and_care(target, planes, care):
    packed = pack_target(make_task(target), target, "")
    assert [unpack(words, 3).astype(int).tolist() for words in packed] == [planes, care]
    assert all(int(words.max()) < 8 for words in packed), "padding is zero"


def test_unseen_labels_are_named(fails):
    task = make_task(labels("a", "b"))
    message = "t.csv: labels 'c', 'd' are not among the training rows' 'a', 'b'"
    assert fails(pack_target, task, labels("a", "d", "c", "c"), "t.csv") == message


@pytest.mark.parametrize("target", [labels("a", "b"), labels("a", "b", "c"), Target(("p", "q"), np.zeros((3, 2)))])
def test_rows_without_labels_have_zero_planes_of_the_same_shape_and_full_care(target):
    task = make_task(target)
    with_labels = pack_target(task, target, "")
    planes, care = no_labels(task, len(target.values))
    assert (planes.shape, care.shape) == (with_labels[0].shape, with_labels[1].shape)
    assert not planes.any()
    assert unpack(care, len(target.values)).all()

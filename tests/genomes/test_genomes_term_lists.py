from __future__ import annotations

import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from genomes.two_level.term_lists import LONGEST, TermList


def terms_of(rows: list[list[int]]) -> TermList:
    literals = np.full((len(rows), LONGEST), -1, dtype=np.int32)
    for index, row in enumerate(rows):
        literals[index, : len(row)] = sorted(row)
    return TermList(literals, np.array([len(row) for row in rows], dtype=np.int64))


ROWS = st.lists(st.lists(st.integers(0, 100_000), max_size=LONGEST, unique=True), max_size=12)


@given(ROWS)
def test_what_a_worker_receives_is_what_was_sent(rows: list[list[int]]) -> None:
    sent = terms_of(rows)
    received = pickle.loads(pickle.dumps(sent))
    assert received.literals.dtype == np.int32
    assert received.lengths.dtype == np.int64
    assert np.array_equal(received.literals, sent.literals)
    assert np.array_equal(received.lengths, sent.lengths)


def test_padding_is_not_sent() -> None:
    assert len(pickle.dumps(terms_of([[1, 2, 3, 4]] * 1000))) < 1000 * (4 * 2 + 2) + 1000

"""JSON as evo reads it: what it writes itself, and nothing that Python's parser takes beyond that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.storage.parsing import DEEPEST, UnreadableError, parsed
from evo.storage.texts import dump_json

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(value=VALUES)
def test_what_is_written_is_read_and_nothing_in_it_is_obeyed_by_a_terminal(value: Any) -> None:
    text = dump_json(value)
    assert text.isprintable()
    assert parsed(text.encode()) == value


@given(content=st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_value_or_one_line(content: bytes) -> None:
    try:
        value = parsed(content)
    except UnreadableError as problem:
        assert "\n" not in str(problem)
    else:
        assert value == json.loads(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[NaN]", "holds NaN, which is no finite number"),
        (b"[-1e999]", "holds -1e999, which is no finite number"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "has the key 'c' twice"),
        (b"[" * 100_000, f"is nested over {DEEPEST} levels deep"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, f"is nested over {DEEPEST} levels deep"),
        (b"1" * 5000, "holds an integer of 5,000 digits"),
        (b'["\\ud800"]', "holds half of a surrogate pair, which is no character"),
        (b'{"a": "\xff"}', "is not UTF-8 (byte 7)"),
        (b"", "is not JSON (line 1: Expecting value)"),
        (b"{}{}", "is not JSON (line 1: Extra data)"),
    ],
)
def test_what_evo_does_not_write_is_refused_in_one_line(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        parsed(content)
    assert str(caught.value) == said


def test_bytes_of_a_path_that_are_no_utf_8_are_kept_as_the_text_of_their_escapes() -> None:
    assert parsed(dump_json({"id": "a\udcffb"}).encode()) == {"id": r"a\udcffb"}

"""Strict YAML: what scalars mean, where keys stand, and what is refused in which words."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.config.yaml_loader import load_yaml
from evo.errors import ConfigError


def value_of(text: str) -> Any:
    return load_yaml(text, "f").value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("1E5", 100000.0),
        (".5", 0.5),
        ("+.5e3", 500.0),
        ("1.", 1.0),
        ("0x1F", 31),
        ("0o17", 15),
        ("012", 12),
        ("+12", 12),
        ("-7", -7),
        ("-.INF", -math.inf),
        ("true", True),
        ("TRUE", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        *((word, word) for word in ("on", "off", "yes", "no", "y", "n", "tRUE", "NuLL", "=", "1_000", "0b11", "-.nan")),
        ("2001-01-01", "2001-01-01"),
        ("12:30:45", "12:30:45"),
        ("'5'", "5"),
        ("!!str 5", "5"),
        ("!!float 3", 3.0),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    read = value_of(f"key: {text}")
    assert read == {"key": value}
    assert type(read["key"]) is type(value)


@pytest.mark.parametrize(
    ("text", "digits"), [("9" * 5_000, 5_000), ("-" + "9" * 5_000, 5_000), ("0x" + "f" * 4_000, 4_817)]
)
def test_an_endless_integer_keeps_its_sign_and_about_its_digits(text: str, digits: int) -> None:
    value = value_of(f"key: {text}")["key"]
    assert (value < 0) == text.startswith("-")
    assert value.bit_length() * math.log10(2) == pytest.approx(digits, abs=4)


def test_nan_is_a_float() -> None:
    assert math.isnan(value_of("key: .nan")["key"])


def test_aliases_repeat_the_anchored_value() -> None:
    assert value_of("a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}


def test_every_key_and_item_has_its_line() -> None:
    document = load_yaml("# head\na:\n  b: 1\n\n  c:\n    - x\n    - y\n", "f")
    assert document.lines == {(): 2, ("a",): 2, ("a", "b"): 3, ("a", "c"): 5, ("a", "c", 0): 6, ("a", "c", 1): 7}


def test_windows_line_ends_count_once() -> None:
    assert load_yaml("a: 1\r\nb: 2\r\n", "f").lines[("b",)] == 2


def test_a_duplicate_key_keeps_the_first_value() -> None:
    document = load_yaml("a: 1\na: 2\n", "f")
    assert document.value == {"a": 1}
    assert [(problem.path, problem.line) for problem in document.problems] == [(("a",), 2)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a:\n\tb: 1\n", "f:2: a tab where YAML allows only spaces; indent with spaces"),
        (
            "a:\n  b: 1\n c: 2\n",
            "f:3: this line does not fit those above it; check the indentation, or quote the whole value",
        ),
        ("a: 1\n  b: 2\n", "f:2: a ':' where no value can start; check the indentation, or quote the text"),
        ("a: b: c\n", "f:1: a ':' where no value can start; check the indentation, or quote the text"),
        ("a: -\n", "f:1: a '-' where no list item can start; put it on its own line, or quote it"),
        ("a: 'x\nb: 2\n", "f:1: a quote that is never closed"),
        ('x: 0\na: "x\nb: 2\n', "f:2: a quote that is never closed"),
        ("a: 'it's'\n", "f:1: this line does not fit those above it; check the indentation, or quote the whole value"),
        ("a: [1, 2\nb: 3\n", "f:2: expected ',' or ']' in the list that starts on line 1"),
        ("a: {b: 1\nc: 3\n", "f:2: expected ',' or '}' in the mapping that starts on line 1"),
        ("a: ]\n", "f:1: not valid YAML: while parsing a block node, expected the node content, but found ']'"),
        ("a: 1\nb\n", "f:2: a line without ':'; write key: value"),
        ("a: @x\n", "f:1: text cannot start with '@'; put it in quotes"),
        ("a: *.csv\n", "f:1: text cannot start with '*'; put it in quotes"),
        ("a: &\n", "f:1: text cannot start with '&'; put it in quotes"),
        ("a: *x\n", "f:1: not valid YAML: found undefined alias 'x'"),
        ('a: "C:\\data"\n', "f:1: an escape that means nothing inside double quotes; use single quotes"),
        ('a: "\\x9"\n', "f:1: an escape that means nothing inside double quotes; use single quotes"),
        ('\na: "\\U00110000"\n', "f:2: an escape in double quotes that names no character"),
        ("a: 1\nb: \x07\n", "f:2: the character U+0007 is not allowed in YAML"),
        ("a: &x 1\nb: &x 2\n", "f:2: not valid YAML: found duplicate anchor 'x'; first occurrence, second occurrence"),
        (
            "a: 1\n---\nb: 1\n",
            "f:2: not valid YAML: expected a single document in the stream, but found another document",
        ),
        ("a: 1\n...\nb: 1\n", "f:3: not valid YAML: expected '<document start>', but found '<block mapping start>'"),
        ("? [a]\n: b\n", "f:1: a key must be text, not a list or mapping; quote it if it is text"),
        ("a: !!python/object:os.system x\n", "f:1: the tag !!python/object:os.system is not allowed for 'x'"),
        ("a: !!set {x}\n", "f:1: the tag !!set is not allowed here"),
        ("a: !thing [1]\n", "f:1: the tag !thing is not allowed here"),
        ("a: !x!y 1\n", "f:1: not valid YAML: while parsing a node, found undefined tag handle '!x!'"),
        ("a: !!int yes\n", "f:1: the tag !!int is not allowed for 'yes'"),
        ("a: &x [1, *x]\n", "f:1: an alias that contains itself"),
        ("a: &x {b: {c: *x}}\n", "f:1: an alias that contains itself"),
        ("[" * 5000, "f:1: nested more than 24 levels deep"),
    ],
)
def test_broken_yaml_is_one_line_in_plain_words(text: str, line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_yaml(text, "f")
    assert caught.value.problems == (line,)


def test_aliases_cannot_explode() -> None:
    levels = ["a0: &a0 [0]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(
        ConfigError, match=r"^f:\d+: more than 20,000 values, .* \(an alias counts as all it repeats\)\n"
    ):
        load_yaml("\n".join(levels), "f")


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab1: -[]{},#&*!|>'\"%@`?\n\t\\xU0.~<="), max_size=40))
def test_any_text_is_a_document_or_a_config_error(text: str) -> None:
    try:
        load_yaml(text, "f")
    except ConfigError as error:
        assert len(error.problems) == 1
        assert "\n" not in error.problems[0]

"""The functions: each takes its arguments from the spec and gives radices, columns and outputs.

Bit i of an operand or address weighs 2^i, so a0 is the least significant bit of a.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.data.functions.domain import Digits
from fitness.data.spec import DataSpec
from fitness.errors import DataError
from genomes.streams import Role, stream

#: Slot of the stream that draws a hidden formula; slot 0 draws the rows.
FORMULA_SLOT = 1

Outputs = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Function:
    """A function over a finite domain.

    radices: values per digit (see `domain`); names: input columns; outputs: output names;
    inputs: digits[rows, :] -> bool[rows, inputs], or None where digits are categories numbered from "1";
    evaluate: digits[rows, :] -> bool[rows, outputs].
    """

    radices: tuple[int, ...]
    names: tuple[str, ...]
    outputs: tuple[str, ...]
    evaluate: Callable[[Digits], Outputs]
    inputs: Callable[[Digits], NDArray[np.bool_]] | None = lambda digits: digits.astype(np.bool_)


def needed(spec: DataSpec, name: str) -> int:
    """The integer argument `name` of the function.

    Raises:
        DataError: it is not given.
    """
    value = getattr(spec, name)
    if value is None:
        raise DataError(f"function {spec.function} needs data.{name}", where=f"data.{name}")
    return int(value)


def numbered(letter: str, count: int) -> tuple[str, ...]:
    """``('a0', 'a1', ...)``."""
    return tuple(f"{letter}{i}" for i in range(count))


def multiplexer(spec: DataSpec, seed: int) -> Function:
    """The data line that the address lines select."""
    lines = needed(spec, "address_bits")

    def evaluate(digits: Digits) -> Outputs:
        address = _number(digits[:, :lines]).astype(np.intp)
        return np.asarray(np.take_along_axis(digits, lines + address[:, None], axis=1) == 1)

    return _boolean(numbered("a", lines) + numbered("d", 2**lines), ("y",), evaluate)


def parity(spec: DataSpec, seed: int) -> Function:
    """Whether an odd number of inputs is 1."""
    names = numbered("x", needed(spec, "bits"))
    return _boolean(names, ("y",), lambda digits: _count(digits) % 2 == 1)


def majority(spec: DataSpec, seed: int) -> Function:
    """Whether more than half of the inputs are 1."""
    names = numbered("x", needed(spec, "bits"))
    return _boolean(names, ("y",), lambda digits: 2 * _count(digits) > len(names))


def random_dnf(spec: DataSpec, seed: int) -> Function:
    """A hidden OR of ANDs: `terms` terms of `literals` different inputs each, drawn from the seed."""
    n_inputs, n_terms, n_literals = (needed(spec, name) for name in ("inputs", "terms", "literals"))
    if n_literals > n_inputs:
        raise DataError(f"must be at most data.inputs = {n_inputs}, got {n_literals}", where="data.literals")
    rng = stream(seed, Role.FUNCTION, slot=FORMULA_SLOT)
    terms = [(rng.choice(n_inputs, n_literals, replace=False), rng.integers(0, 2, n_literals)) for _ in range(n_terms)]

    def evaluate(digits: Digits) -> Outputs:
        value = np.zeros(len(digits), dtype=np.bool_)
        for inputs, signs in terms:
            value |= (digits[:, inputs] == signs).all(axis=1)
        return value[:, None]

    return _boolean(numbered("x", n_inputs), ("y",), evaluate)


def adder(spec: DataSpec, seed: int) -> Function:
    """a + b with the carry as the last bit."""
    bits = needed(spec, "bits")
    return _arithmetic(bits, numbered("s", bits + 1), lambda a, b: _bits(a + b, bits + 1))


def multiplier(spec: DataSpec, seed: int) -> Function:
    """a * b."""
    bits = needed(spec, "bits")
    return _arithmetic(bits, numbered("p", 2 * bits), lambda a, b: _bits(a * b, 2 * bits))


def comparator(spec: DataSpec, seed: int) -> Function:
    """Whether a > b."""
    return _arithmetic(needed(spec, "bits"), ("y",), lambda a, b: (a > b).astype(np.bool_)[:, None])


def modular_add(spec: DataSpec, seed: int) -> Function:
    """(a + b) mod modulus, for operands below the modulus in binary."""
    modulus = needed(spec, "modulus")
    bits = (modulus - 1).bit_length()
    return Function(
        radices=(modulus, modulus),
        names=numbered("a", bits) + numbered("b", bits),
        outputs=numbered("s", bits) if bits > 1 else ("y",),
        evaluate=lambda digits: _bits(digits.astype(np.int64).sum(axis=1) % modulus, bits),
        inputs=lambda digits: np.hstack([_bits(digits[:, operand].astype(np.int64), bits) for operand in (0, 1)]),
    )


def monk(spec: DataSpec, seed: int) -> Function:
    """The MONK's problems (Thrun et al. 1991) over six categories."""
    rule = _MONK[needed(spec, "problem")]
    names = tuple(f"a{i}" for i in range(1, 7))
    return Function((3, 3, 2, 3, 4, 2), names, ("y",), lambda digits: rule(digits.T + 1)[:, None], inputs=None)


def _monk_1(a: Digits) -> Outputs:
    return np.asarray((a[0] == a[1]) | (a[4] == 1))


def _monk_2(a: Digits) -> Outputs:
    return np.asarray((a == 1).sum(axis=0) == 2)


def _monk_3(a: Digits) -> Outputs:
    return np.asarray(((a[4] == 3) & (a[3] == 1)) | ((a[4] != 4) & (a[1] != 3)))


_MONK: Mapping[int, Callable[[Digits], Outputs]] = MappingProxyType({1: _monk_1, 2: _monk_2, 3: _monk_3})

FUNCTIONS: Mapping[str, Callable[[DataSpec, int], Function]] = MappingProxyType(
    {
        "multiplexer": multiplexer,
        "parity": parity,
        "majority": majority,
        "random_dnf": random_dnf,
        "adder": adder,
        "multiplier": multiplier,
        "comparator": comparator,
        "modular_add": modular_add,
        "monk": monk,
    }
)


def _boolean(names: tuple[str, ...], outputs: tuple[str, ...], evaluate: Callable[[Digits], Outputs]) -> Function:
    return Function((2,) * len(names), names, outputs, evaluate)


def _arithmetic(
    bits: int, outputs: tuple[str, ...], evaluate: Callable[[NDArray[np.int64], NDArray[np.int64]], Outputs]
) -> Function:
    """A function of two binary operands of `bits` bits."""

    def of_digits(digits: Digits) -> Outputs:
        return evaluate(_number(digits[:, :bits]), _number(digits[:, bits:]))

    return _boolean(numbered("a", bits) + numbered("b", bits), outputs, of_digits)


def _count(digits: Digits) -> NDArray[np.int64]:
    """Ones per row: int64[rows, 1]."""
    return np.asarray(digits.sum(axis=1, keepdims=True, dtype=np.int64))


def _number(bits: Digits) -> NDArray[np.int64]:
    """Rows of bits as numbers; Python integers where products would not fit 64 bits (same operators, slower)."""
    n = bits.shape[1]
    dtype: type = np.int64 if n <= 31 else object
    weights: NDArray[Any] = np.array([1 << i for i in range(n)], dtype=dtype)
    return np.asarray(bits.astype(dtype) @ weights)


def _bits(numbers: NDArray[np.int64], count: int) -> Outputs:
    """Numbers [rows] as bool[rows, count], the least significant bit first."""
    return np.stack([((numbers >> i) & 1).astype(np.bool_) for i in range(count)], axis=1)

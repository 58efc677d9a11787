"""Smallest circuits of all functions of four inputs: what `genomes/circuits/forms.py` is made of.

python -m benchmarks.minimal_forms [--exact 8] [--wide 9] [--write FILE]

Sets of functions are listed that grow from the inputs gate by gate, every set once (a gate that was passed over stays
out of all sets below; of a first gate, one of each kind up to symmetry will do), and what one gate more makes of them
is the cost of its NPN class where it is less than what is known. A cost is AND gates, of which a XOR is 3, then gates
of two inputs. Up to `--exact` ANDs every set is listed, so nothing less exists; up to `--wide` only sets with few gates
that nothing reads yet. A form found there takes one gate more than what was proven too few, and so is the smallest;
gates of two inputs may be fewer there.

By the number of ANDs there are 2 1 2 7 9 24 30 61 45 classes of 0 to 8, and 41 of more; forms with 9 are known for 37
of these. The last four, 320 functions, have the fewest gates of two inputs: with a XOR as 1 the search is exact in
seconds and finds 2 2 5 20 34 75 72 12 classes of 0 to 7 gates, as Knuth does (The Art of Computer Programming 4A,
7.1.2). A form that the file has already stays unless one is found that costs less. It takes a quarter of an hour.
"""

from __future__ import annotations

import argparse
from itertools import permutations
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

#: Inputs as tables of 16 bits; ops of a gate: f & g, f & ~g, ~f & g, f | g, f ^ g.
INPUTS = (0xAAAA, 0xCCCC, 0xF0F0, 0xFF00)
FOUR, XOR, UNKNOWN, MOST = 4, 4, 1 << 20, 16
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_INTS, _PAIRS, _FLAGS = types.int32[::1], types.int32[:, ::1], types.uint8[::1]
#: Where the XORs begin among the gates of two inputs: up to symmetry the first of each kind are all that there are.
FIRST_XOR = 24
#: Functions and ops of a set's nodes, those that it could grow by, what is among them and in it, and how often read.
_SET = types.Tuple((_INTS, _PAIRS, _PAIRS, _FLAGS, _FLAGS, _INTS))
#: Per function what it costs and its class; the functions of each class and where they start; forms and their lengths.
_LIMITS = types.UniTuple(types.int64, 3)
_KNOWN = types.Tuple((_INTS, _INTS, _INTS, _INTS, types.int32[:, :, ::1], _INTS))


@njit(types.void(types.int64, types.int64, types.int64, types.int64, types.int64, types.int64, _PAIRS, _KNOWN))
def learn(function, value, size, op, first, second, ops, known):
    """Keep the form of a function, which is of all of its class: gates 4 to size - 1, and one more."""
    best, classes, members, starts, forms, lengths = known
    number = classes[function]
    for place in range(starts[number], starts[number + 1]):
        best[members[place]] = value
    for k in range(FOUR, size):
        forms[number, k - FOUR] = ops[k]
    forms[number, size - FOUR, 0], forms[number, size - FOUR, 1], forms[number, size - FOUR, 2] = op, first, second
    lengths[number] = size + 1 - FOUR


@njit(types.int64(types.int64, types.int64, types.int64))
def made(op, f, g):
    """The table of a gate."""
    if op == 0:
        return f & g
    if op == 1:
        return f & ~g
    if op == 2:
        return ~f & g
    return f | g if op == 3 else f ^ g


@njit(types.UniTuple(types.int64, 2)(types.int64, _INTS))
def unread(size, uses):
    """How many of the gates before the newest nothing reads, and one of them."""
    n, lone = 0, -1
    for k in range(FOUR, size):
        if uses[k] == 0:
            n, lone = n + 1, k
    return n, lone


@njit(types.void(types.int64, types.int64, types.int64, types.int64, types.int64, _LIMITS, _SET, _KNOWN))
def explore(start, n, size, price, other, limits, work, known):
    """Add each candidate from `start` on to the set of `size` nodes, and go on with those behind it and the new ones.

    price, other: of the set, what comes first and second; limits: the price of a form, unread gates beside the newest
    (below 0: any number), and what a XOR costs.
    """
    most, spare, of_xor = limits
    funcs, ops, candidates, seen, inside, uses = work
    best = known[0]
    for k in range(start, n):
        op, first, second = candidates[k, 1], candidates[k, 2], candidates[k, 3]
        cost, f = price + (of_xor if op == XOR else 1), np.int64(candidates[k, 0])
        if cost >= most or inside[f] or (size == FOUR and k not in (0, FIRST_XOR)):
            continue
        second_cost = other + (4 - of_xor if op == XOR else 1)
        uses[first] += 1
        uses[second] += 1
        idle, lone = unread(size, uses)
        if spare < 0 or idle <= min(most - cost, spare):
            funcs[size], ops[size, 0], ops[size, 1], ops[size, 2] = f, op, first, second
            inside[f], uses[size], found = 1, 0, n
            for old in range(size):
                if spare >= 0 and cost + 1 == most and lone >= 0 and old != lone:
                    continue
                for new in range(XOR + 1):
                    total = cost + (of_xor if new == XOR else 1)
                    h = made(new, f, np.int64(funcs[old]))
                    if total > most or h == 0 or inside[h]:
                        continue
                    value = total * 32 + second_cost + (4 - of_xor if new == XOR else 1)
                    if value < best[h]:
                        learn(h, value, size + 1, new, size, old, ops, known)
                    flag = 2 if new == XOR else 1
                    if total < most and seen[h] & (flag | 1) == 0:
                        seen[h] |= flag
                        candidates[found, 0], candidates[found, 1] = h, new
                        candidates[found, 2], candidates[found, 3] = size, old
                        found += 1
            if cost + 1 < most:
                explore(k + 1, found, size + 1, cost, second_cost, limits, work, known)
            for place in range(n, found):
                seen[candidates[place, 0]] &= ~np.uint8(2 if candidates[place, 1] == XOR else 1)
            inside[f] = 0
        uses[first] -= 1
        uses[second] -= 1


def classes_of() -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """The class of every table, by its least; the tables class by class; where each class starts, and the end."""
    tables, points = np.arange(1 << 16), np.arange(16)
    least = tables.copy()
    for order in permutations(range(FOUR)):
        for signs in range(16):
            read = sum((points >> place & 1 ^ signs >> i & 1) << i for i, place in enumerate(order))
            image = sum((tables >> int(source) & 1) << point for point, source in enumerate(read))
            least = np.minimum(least, np.minimum(image, 0xFFFF - image))
    _, classes = np.unique(least, return_inverse=True)
    members = np.argsort(classes, kind="stable")
    starts = np.searchsorted(classes[members], np.arange(classes.max() + 2))
    return classes.astype(np.int32), members.astype(np.int32), starts.astype(np.int32)


def searched(exact: int, wide: int, of_xor: int) -> Any:
    """What is known (see `_KNOWN`) after all sets of up to `exact` ANDs, and of up to `wide` those with few unread."""
    classes, members, starts = classes_of()
    n = len(starts) - 1
    forms, lengths = np.zeros((n, MOST, 3), np.int32), np.zeros(n, np.int32)
    known = (np.full(1 << 16, UNKNOWN, np.int32), classes, members, starts, forms, lengths)
    for function in (0, *INPUTS):
        known[0][[function, 0xFFFF - function]] = 0
    for most in range(1, exact + 1):
        first_step(most, -1, of_xor, known)
        report(f"up to {most}, exact", known)
    for most, spare in [(most, spare) for most in range(exact + 1, wide + 1) for spare in (1, 2)]:
        if (known[0] >= UNKNOWN).any():
            first_step(most, spare, of_xor, known)
            report(f"up to {most}, {spare} unread", known)
    return known


def first_step(most: int, spare: int, of_xor: int, known: Any) -> None:
    """Search from the gates of two inputs on."""
    funcs, ops, inside = np.zeros(2 * MOST, np.int32), np.zeros((2 * MOST, 3), np.int32), np.zeros(1 << 16, np.uint8)
    candidates, seen = np.zeros((1 << 12, 4), np.int32), np.zeros(1 << 16, np.uint8)
    funcs[:FOUR], inside[[0, *INPUTS]] = INPUTS, 1
    pairs = [(b, a) for a in range(FOUR) for b in range(a + 1, FOUR)]
    gates = [(op, b, a) for b, a in pairs for op in range(XOR)] + [(XOR, b, a) for b, a in pairs]
    for k, (op, b, a) in enumerate(gates):
        h, cost = made(op, INPUTS[b], INPUTS[a]), of_xor if op == XOR else 1
        candidates[k], seen[h] = (h, op, b, a), 2 if op == XOR else 1
        value = cost * 32 + (4 - of_xor if op == XOR else 1)
        if cost <= most and value < known[0][h]:
            learn(h, value, FOUR, op, b, a, ops, known)
    work = (funcs, ops, candidates, seen, inside, np.zeros_like(funcs))
    explore(0, len(gates), FOUR, 0, 0, (most, spare, of_xor), work, known)


def report(what: str, known: Any) -> None:
    """Classes by what they cost."""
    costs = known[0][known[2][known[3][:-1]]] >> 5
    print(f"{what}: {np.bincount(costs[costs < MOST]).tolist()}, {(costs >= MOST).sum()} unknown", flush=True)


def fill_up(known: Any, others: Any) -> None:
    """What is not known is taken from the other search."""
    for c, start in enumerate(known[3][:-1].tolist()):
        if known[0][known[2][start]] >= UNKNOWN:
            known[4][c], known[5][c] = others[4][c], others[5][c]


def text_of(row: NDArray[np.int32]) -> str:
    """A form as `genomes/circuits/forms.py` has it; the nodes of ANDs of complements are complemented on."""
    literals, text = [2, 4, 6, 8], ""
    for k, (op, first, second) in enumerate(row.tolist()):
        a, b = literals[first] ^ (op in (2, 3)), literals[second] ^ (op in (1, 3))
        sign = (a ^ b) & 1 if op == XOR else int(op == 3)
        a, b = sorted((a & ~1, b & ~1) if op == XOR else (a, b))
        text += ("x" if op == XOR else "a") + DIGITS[a] + DIGITS[b]
        literals.append(2 * (k + FOUR + 1) ^ sign)
    return text + DIGITS[literals[-1]]


def price_of(text: str) -> tuple[int, int]:
    """AND gates, a XOR as 3, and gates of two inputs."""
    return len(text) // 3 + 2 * text.count("x"), len(text) // 3


def main() -> None:
    """Search, say what was found and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exact", type=int, default=8)
    parser.add_argument("--wide", type=int, default=9)
    parser.add_argument("--write", type=Path, help="the module whose forms are replaced")
    arguments = parser.parse_args()
    known = searched(arguments.exact, arguments.wide, 3)
    if (known[0] >= UNKNOWN).any():
        fill_up(known, searched(7, 7, 1))
    texts = [
        text_of(form[:n]) if n else "02"[c > 0] for c, (form, n) in enumerate(zip(known[4], known[5], strict=True))
    ]
    if arguments.write:
        head, mark, old = arguments.write.read_text(encoding="utf-8").partition('Final = """\n')
        texts = [min(pair, key=price_of) for pair in zip(old.removesuffix('"""\n').split(), texts, strict=True)]
        arguments.write.write_text(f'{head}{mark}{fill(" ".join(texts), 118)}\n"""\n', encoding="utf-8")


if __name__ == "__main__":
    main()

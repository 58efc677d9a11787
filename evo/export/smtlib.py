"""The model as SMT-LIB 2.6 definitions over the raw columns, for z3, cvc5 and other reasoners.

A number column is a Real, a category a String, a column of bits a Bool; the first two have a Bool beside them that says
the cell is missing. Names begin with ``c_`` (columns) and ``y_`` (several outputs), so that they clash with nothing
that a solver knows. Thresholds are decimals exactly as printed. Nothing is asserted: append what you want to know, e.g.
``(assert (= prediction "yes"))`` and ``(check-sat)``.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from decimal import Decimal

from evo.export.circuit import Circuit, Score
from evo.export.gates import Gates, gates_of
from evo.export.names import LONGEST, comment, gate_names, header, identifier, identifiers
from fitness.data.dataset import Bit
from fitness.data.table import Kind

_SORTS: Mapping[Kind, str] = {"number": "Real", "category": "String", "bit": "Bool"}
#: Characters above this have no code in SMT-LIB's strings and are written as two surrogates.
_HIGHEST = 0x2FFFF


def to_smt2(circuit: Circuit) -> str:
    """Definitions of `prediction` (a String), or of one Bool per output where there are several."""
    texts = [f"c {identifier(column)[: LONGEST // 2]}" for column in circuit.kinds]
    columns = dict(zip(circuit.kinds, identifiers(texts), strict=True))
    absent = dict(zip(columns, identifiers([f"{n} missing" for n in columns.values()], columns.values()), strict=True))
    lines = [*header(circuit, ";"), "", "(set-logic ALL)"]
    for column, name in columns.items():
        kind = circuit.kinds[column]
        lines.append(f"(declare-const {name} {_SORTS[kind]}) ; {comment(repr(column))}")
        if kind != "bit":
            lines.append(f"(declare-const {absent[column]} Bool) ; {comment(repr(column))} is missing")
    taken = {*columns.values(), *absent.values()}
    names = dict(zip(range(1, circuit.n_inputs + 1), _bit_names(circuit, taken), strict=True))
    gates = gates_of(circuit)
    names |= gate_names(gates, taken | set(names.values()))
    for node, bit in enumerate(circuit.bits, start=1):
        test = _test(bit, columns[bit.feature], absent[bit.feature])
        lines.append(f"(define-fun {names[node]} () Bool {test}) ; {comment(bit.when_true)}")
    for node, gate in gates.numbered():
        parts = [_signed(names, literal) for literal in gate.fanin]
        text = f"({gate.op} {' '.join(parts)})" if parts else "true"
        lines.append(f"(define-fun {names[node]} () Bool {text})")
    return "\n".join([*lines, *_decision(circuit, gates, names, taken | set(names.values()))]) + "\n"


def _bit_names(circuit: Circuit, taken: set[str]) -> tuple[str, ...]:
    return identifiers([f"b{number}" for number in circuit.numbers], taken)


def _signed(names: Mapping[int, str], literal: int) -> str:
    return f"(not {names[literal >> 1]})" if literal & 1 else names[literal >> 1]


def _test(bit: Bit, cell: str, absent: str) -> str:
    match bit.op, bit.operand:
        case "missing", _:
            return absent
        case "<=", float(limit):
            return f"(and (not {absent}) (<= {cell} {number(limit)}))"
        case "in", _:
            low, high = bit.ends
            ends = [f"(< {number(low)} {cell})"] if low != float("-inf") else []
            ends += [f"(<= {cell} {number(high)})"] if high != float("inf") else []
            return f"(and (not {absent}) {' '.join(ends)})"
        case "=", float(value):
            return f"(and (not {absent}) (= {cell} {number(value)}))"
        case "=", value:
            return f"(and (not {absent}) (= {cell} {string(str(value))}))"
    return cell


def number(value: float) -> str:
    """A Real: the shortest decimal that reads back as `value`, written out."""
    digits = f"{Decimal(repr(abs(value))):f}"
    text = digits if "." in digits else f"{digits}.0"
    return f"(- {text})" if value < 0 else text


def string(text: str) -> str:
    """A String literal of printable ASCII."""
    return '"' + "".join(map(_char, text)) + '"'


def _char(char: str) -> str:
    code = ord(char)
    if 0x20 <= code < 0x7F and char != "\\":
        return '""' if char == '"' else char
    if code > _HIGHEST:
        high, low = divmod(code - 0x10000, 0x400)
        return f"\\u{{{0xD800 + high:x}}}\\u{{{0xDC00 + low:x}}}"
    return f"\\u{{{code:x}}}"


def _decision(circuit: Circuit, gates: Gates, names: Mapping[int, str], taken: set[str]) -> list[str]:
    task = circuit.task
    if gates.scores:
        return _votes(circuit, gates, names, taken)
    outputs = [_signed(names, literal) for literal in gates.outputs]
    if task.kind == "multioutput":
        names_of = identifiers([f"y {output}" for output in task.outputs], taken)
        named = zip(names_of, outputs, task.outputs, strict=True)
        return [f"(define-fun {name} () Bool {text}) ; {comment(repr(output))}" for name, text, output in named]
    negative, positive = map(string, task.classes)
    return [_prediction(f"(ite {outputs[0]} {positive} {negative})")]


def _prediction(text: str) -> str:
    return f"(define-fun prediction () String {text})"


def _votes(circuit: Circuit, gates: Gates, names: Mapping[int, str], taken: set[str]) -> list[str]:
    """Scores meet in the order in which ties are decided: a later class needs strictly more than the best so far."""
    prior, classes = circuit.task.prior, circuit.task.classes
    allotted = identifiers([f"{part}_{c}" for part in ("score", "best", "winner") for c in prior], taken)
    score, best, winner = (dict(zip(prior, allotted[i * len(prior) :], strict=False)) for i in range(3))
    lines = []
    for c in prior:
        text = f"(define-fun {score[c]} () Int {_sum(gates.scores[c], names)})"
        lines.append(f"{text} ; votes for {comment(repr(classes[c]))}")
    first = prior[0]
    lines += [f"(define-fun {best[first]} () Int {score[first]})"]
    lines += [f"(define-fun {winner[first]} () String {string(classes[first])})"]
    for before, c in itertools.pairwise(prior):
        more = f"(> {score[c]} {best[before]})"
        lines.append(f"(define-fun {winner[c]} () String (ite {more} {string(classes[c])} {winner[before]}))")
        lines.append(f"(define-fun {best[c]} () Int (ite {more} {score[c]} {best[before]}))")
    return [*lines, _prediction(winner[prior[-1]])]


def _sum(score: Score, names: Mapping[int, str]) -> str:
    votes = score.summands(str, lambda literal, weight: f"(ite {_signed(names, literal)} {weight} 0)")
    return f"(+ {' '.join(votes)})" if len(votes) > 1 else votes[0]

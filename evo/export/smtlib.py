"""The model as SMT-LIB 2.6 definitions over the raw columns, for z3, cvc5 and other reasoners.

A number column is a Real, a date one in seconds since 1970, a category a String, a column of bits a Bool; all but the
last have a Bool beside them that says the cell is missing. Parts of dates (months, weekdays, hours) are columns of
their own. Names begin with ``c_`` (columns) and ``y_`` (several outputs), so that they clash with nothing that a solver
knows. Thresholds are decimals exactly as printed. Nothing is asserted: append what you want to know, e.g.
``(assert (= prediction "yes"))`` and ``(check-sat)``.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from decimal import Decimal

from evo.export.circuit import Circuit, Score
from evo.export.columns import reads_as, when_missing
from evo.export.gates import Gates, gates_of
from evo.export.names import LONGEST, comment, gate_names, header, identifier, identifiers
from fitness.data.dataset import Bit
from fitness.data.schema import Field
from fitness.data.table import Kind

_SORTS: Mapping[Kind, str] = {"number": "Real", "date": "Real", "category": "String", "bit": "Bool"}
#: Characters above this have no code in SMT-LIB's strings and are written as two surrogates.
_HIGHEST = 0x2FFFF


def to_smt2(circuit: Circuit) -> str:
    """Definitions of `prediction` (a String), or of one Bool per output where there are several."""
    columns, absent = _column_names(circuit)
    lines = [*header(circuit, ";"), "", "(set-logic ALL)"]
    for column, field in circuit.fields.items():
        unit = ", seconds since 1970-01-01 00:00 UTC" if field.kind == "date" else ""
        lines.append(f"(declare-const {columns[column]} {_SORTS[field.kind]}) ; {comment(repr(column) + unit)}")
        if field.kind != "bit":
            fill = f", and {reads_as(field)}" if field.fill is not None else ""
            lines.append(f"(declare-const {absent[column]} Bool) ; {comment(f'{column!r} is missing{fill}')}")
    taken = {*columns.values(), *absent.values()}
    names = dict(zip(range(1, circuit.n_inputs + 1), _bit_names(circuit, taken), strict=True))
    gates = gates_of(circuit)
    names |= gate_names(gates, taken | set(names.values()))
    for node, bit in enumerate(circuit.bits, start=1):
        test = _test(bit, columns[bit.feature], absent[bit.feature], circuit.fields[bit.feature])
        lines.append(f"(define-fun {names[node]} () Bool {test}) ; {comment(bit.when_true)}")
    for node, gate in gates.numbered():
        parts = [_signed(names, literal) for literal in gate.fanin]
        text = f"({gate.op} {' '.join(parts)})" if parts else "true"
        lines.append(f"(define-fun {names[node]} () Bool {text})")
    return "\n".join([*lines, *_decision(circuit, gates, names, taken | set(names.values()))]) + "\n"


def _column_names(circuit: Circuit) -> tuple[dict[str, str], dict[str, str]]:
    """Of each column that is read its constant, and that which says it is missing."""
    every = [field.name for field in circuit.binarizer.fields]
    names = identifiers([f"c {identifier(column)[: LONGEST // 2]}" for column in every])
    absent = identifiers([f"{name} missing" for name in names], names)
    used = circuit.fields
    name_of, absent_of = (dict(zip(every, given, strict=True)) for given in (names, absent))
    return {column: name_of[column] for column in used}, {column: absent_of[column] for column in used}


def _bit_names(circuit: Circuit, taken: set[str]) -> tuple[str, ...]:
    return identifiers([f"b{number}" for number in circuit.numbers], taken)


def _signed(names: Mapping[int, str], literal: int) -> str:
    return f"(not {names[literal >> 1]})" if literal & 1 else names[literal >> 1]


def _test(bit: Bit, cell: str, absent: str, field: Field) -> str:
    if field.kind == "bit":
        return cell
    if bit.op == "missing":
        return absent
    if when_missing(bit, field):
        return f"(or {absent} {_holds(bit, cell)})"
    return f"(and (not {absent}) {_holds(bit, cell)})"


def _holds(bit: Bit, cell: str) -> str:
    """The comparison of a known cell."""
    match bit.op, bit.operand:
        case "<=", int() | float() as limit:
            return f"(<= {cell} {number(limit)})"
        case "in", _:
            low, high = bit.ends
            ends = [f"(< {number(low)} {cell})"] if low != float("-inf") else []
            ends += [f"(<= {cell} {number(high)})"] if high != float("inf") else []
            return ends[0] if len(ends) == 1 else f"(and {' '.join(ends)})"
        case "=", int() | float() as value:
            return f"(= {cell} {number(value)})"
        case op, operand:
            levels = operand if isinstance(operand, tuple) else (operand,)
            same = [f"(= {cell} {string(str(level))})" for level in levels]
            one = same[0] if len(same) == 1 else f"(or {' '.join(same)})"
            return f"(not {one})" if op == "other" else one


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

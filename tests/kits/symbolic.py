"""The SMT-LIB export and the Python export as z3 expressions over the same columns; imported where z3 is installed.

The Python module is read as a syntax tree and every function it calls is given its meaning in z3 here, so a proof that
both are equal is a proof for every row, not for samples.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Any

import z3

from fitness.data.dataset import Task
from tests.kits.readers import MISSING
from tests.kits.table_checks import z3_text

SORTS = {"number": z3.RealSort(), "category": z3.StringSort(), "bit": z3.BoolSort()}


def definitions(text: str, task: Task) -> list[Any]:
    """`prediction`, or each output of several, as expressions over the declared columns."""
    names = re.findall(r"^\(define-fun (y_\w+) ", text, re.MULTILINE) if task.kind == "multioutput" else ["prediction"]
    sort = "Bool" if task.kind == "multioutput" else "String"
    asked = "".join(f"(declare-const said_{i} {sort})(assert (= said_{i} {name}))\n" for i, name in enumerate(names))
    found = z3.parse_smt2_string(text + asked)
    return [assertion.arg(1) for assertion in list(found)[-len(names) :]]


def names_in(text: str) -> list[str]:
    """The constants of the columns, in the order in which they are declared."""
    of_a_column = r"^\(declare-const (\w+) (?:Real|String|Bool)\) ; (?!.* is missing(?:, and read as .*)?$)"
    return re.findall(of_a_column, text, re.MULTILINE)


def column_terms(text: str, place: int, kind: str) -> tuple[Any, Any]:
    """(value, missing) of a column as z3 constants; bits are never missing."""
    name = names_in(text)[place]
    return z3.Const(name, SORTS[kind]), z3.BoolVal(False) if kind == "bit" else z3.Bool(f"{name}_missing")


def columns_in(text: str, place: int, kind: str, cell: str) -> list[tuple[Any, Any]]:
    """What to put in for the constants of the column at `place`."""
    value, missing = column_terms(text, place, kind)
    cell = cell.strip()
    if kind == "bit":
        return [(value, z3.BoolVal(float(cell) == 1))]
    if cell in MISSING:
        return [(missing, z3.BoolVal(True))]
    given = z3_text(cell) if kind == "category" else z3.RealVal(repr(float(cell)))
    return [(missing, z3.BoolVal(False)), (value, given)]


@dataclass
class PythonMeaning:
    """The Python export's functions as z3 expressions; `smt` names the columns, `kinds` says what they hold."""

    source: str
    smt: str
    kinds: dict[str, str]

    def __post_init__(self) -> None:
        self.functions = {node.name: node for node in ast.parse(self.source).body if isinstance(node, ast.FunctionDef)}

    def terms(self, name: str) -> list[Any]:
        """The truths in the list that ``_terms_0(row)`` returns."""
        returned = self.functions[name].body[0]
        assert isinstance(returned, ast.Return)
        assert isinstance(returned.value, ast.List)
        return [self.truth(element) for element in returned.value.elts]

    def truth(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant):
            return z3.BoolVal(bool(node.value))
        if isinstance(node, ast.BoolOp):
            joined = z3.And if isinstance(node.op, ast.And) else z3.Or
            return joined([self.truth(value) for value in node.values])
        if isinstance(node, ast.UnaryOp):
            assert isinstance(node.op, ast.Not)
            return z3.Not(self.truth(node.operand))
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name)
            if node.func.id == "_absent":
                call = node.args[0]
                assert isinstance(call, ast.Call)
                assert self.fill(call) is None
                return self.column(call)[1]
            assert node.func.id == "_bit"
            return self.column(node)[0]
        assert isinstance(node, ast.Compare)
        return self.comparison(node)

    def comparison(self, node: ast.Compare) -> Any:
        sides = [node.left, *node.comparators]
        call = next(side for side in sides if isinstance(side, ast.Call) and side.func.id != "float")  # type: ignore[attr-defined]
        value, missing = self.column(call)
        fill = self.fill(call)
        if fill is not None:
            value, missing = z3.If(missing, fill, value), z3.BoolVal(False)
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            levels = [z3_text(level) for level in ast.literal_eval(sides[1]) if level is not None]
            among = z3.Or([value == level for level in levels])
            return z3.And(z3.Not(missing), among if isinstance(node.ops[0], ast.In) else z3.Not(among))
        parts = [
            self.compared(op, left, right, value) for op, left, right in zip(node.ops, sides, sides[1:], strict=False)
        ]
        return z3.And(z3.Not(missing), *parts)

    def fill(self, call: ast.Call) -> Any:
        """What the call reads a missing cell as; None where it is a case of its own."""
        if len(call.args) < 3:
            return None
        fill = ast.literal_eval(call.args[2])
        return z3_text(fill) if isinstance(fill, str) else z3.RealVal(repr(fill))

    def compared(self, op: ast.cmpop, left: ast.expr, right: ast.expr, value: Any) -> Any:
        a, b = (self.operand(side, value) for side in (left, right))
        if a is None or b is None:
            return z3.BoolVal(True)  # infinity
        return a < b if isinstance(op, ast.Lt) else a <= b if isinstance(op, ast.LtE) else a == b

    def operand(self, node: ast.expr, value: Any) -> Any:
        if isinstance(node, ast.Call) and node.func.id == "float":  # type: ignore[attr-defined]
            return None
        if isinstance(node, ast.Call):
            return value
        constant = ast.literal_eval(node)
        return z3_text(constant) if isinstance(constant, str) else z3.RealVal(repr(constant))

    def column(self, call: ast.Call) -> tuple[Any, Any]:
        name = ast.literal_eval(call.args[1])
        return column_terms(self.smt, list(self.kinds).index(name), self.kinds[name])

    def predictions(self, task: Task, *, sop: bool, inverted: bool) -> list[Any]:
        """As ``predict`` joins the terms: this mirrors the four shapes that the function has."""
        body = ast.unparse(self.functions["predict"])
        assert ("any(" in body) == (sop and task.kind != "multiclass")
        assert (f"not {'any' if sop else 'all'}(" in body) == inverted
        joined = z3.Or if sop else z3.And
        n = sum(name.startswith("_terms_") for name in self.functions)
        truths = [self.terms(f"_terms_{o}") for o in range(n)]
        if task.kind == "multiclass":
            return [self.vote(truths, task, sop=sop)]
        said = [z3.Not(joined(truth)) if inverted else joined(truth) for truth in truths]
        if task.kind == "multioutput":
            return said
        return [z3.If(said[0], z3_text(task.classes[1]), z3_text(task.classes[0]))]

    def vote(self, truths: list[list[Any]], task: Task, *, sop: bool) -> Any:
        """``max`` over the scores in the order in which the module lists them: the first of the highest."""
        listed = re.findall(r"_terms_(\d+)", ast.unparse(self.functions["predict"]))
        order = [int(number) for number in listed]
        scores = [
            z3.Sum([z3.IntVal(0), *(z3.If(t if sop else z3.Not(t), 1 if sop else -1, 0) for t in truths[c])])
            for c in order
        ]
        best, winner = scores[0], z3_text(task.classes[order[0]])
        for score, c in zip(scores[1:], order[1:], strict=True):
            winner = z3.If(score > best, z3_text(task.classes[c]), winner)
            best = z3.If(score > best, score, best)
        return winner

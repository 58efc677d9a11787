"""What decides for formulas and votes uses nothing whose last bits differ between processors (genomes/portable.py)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.test_house_floors import FLOORS, ROOT, sources

#: NumPy's functions whose last bit depends on vector instructions, or on the order in which they add.
NUMPY = {
    "arccos", "arcsin", "arctan", "arctan2", "average", "cbrt", "convolve", "corrcoef", "cos", "cosh", "cov", "dot",
    "einsum", "exp", "exp2", "expm1", "float_power", "geomspace", "hypot", "inner", "linalg", "log", "log10", "log1p",
    "log2", "logaddexp", "logspace", "matmul", "mean", "nanmean", "nanstd", "nanvar", "polyfit", "polyval", "power",
    "quantile", "percentile", "sin", "sinh", "std", "tan", "tanh", "tensordot", "trapezoid", "var", "vdot",
}  # fmt: skip
#: The same of the standard library; logarithms to base 10 only show how large a number is.
MATH = {"cbrt", "cos", "exp", "exp2", "expm1", "gamma", "log", "log1p", "log2", "pow", "sin", "tan", "tanh"}
METHODS = {"dot", "mean", "std", "var"}
#: Masks differ between processors and say so; reports and displays show numbers, rounded, and decide nothing.
FREE = {"masks", "analysis", "report", "display"}
#: Products of matrices of whole numbers below 2**53, which are exact in any order.
WHOLE = {
    "evo/estimators/evidence.py": 2, "evo/models/logistic.py": 4, "fitness/data/functions/library.py": 1,
    "fitness/networks/unit_columns.py": 1,
}  # fmt: skip
#: Sorts that keep the order of equals: NumPy's two names of one, of which compiled code only knows the second.
STABLE = {"stable", "mergesort"}


def called_with(call: ast.Call, name: str) -> object:
    """The constant value of a keyword of a call."""
    return next((k.value.value for k in call.keywords if k.arg == name and isinstance(k.value, ast.Constant)), None)


def unportable(tree: ast.AST) -> Iterator[str]:
    """What a module has of it, as it stands there."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(ast.Name("np" | "numpy"), name) if name in NUMPY:
                yield f"np.{name}"
            case ast.Attribute(ast.Name("math"), name) if name in MATH:
                yield f"math.{name}"
            case ast.Call(ast.Attribute(_, "argsort")) if called_with(node, "kind") not in STABLE:
                yield "argsort that is not stable"
            case ast.Call(ast.Attribute(ast.Name("np" | "portable" | "statistics"), _)):
                continue
            case ast.Call(ast.Attribute(_, name)) if name in METHODS:
                yield f".{name}()"
            case ast.BinOp(_, ast.MatMult(), _):
                yield "@"
            case ast.BinOp(left, ast.Pow(), right) if _is_float(left) != _is_float(right) and not _constant(node):
                yield "**"


def _is_float(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float)


def _constant(node: ast.BinOp) -> bool:
    """Whether both sides stand there as numbers: Python computes it once."""
    sides = (side.operand if isinstance(side, ast.UnaryOp) else side for side in (node.left, node.right))
    return all(isinstance(side, ast.Constant) for side in sides)


def found(path: Path) -> list[str]:
    return sorted(set(unportable(ast.parse(path.read_text(encoding="utf-8")))))


def is_free(path: Path) -> bool:
    """Whether a module may differ; of the kernels on masks, only the one that has exponentials."""
    return path.name == "softmax.py" if "kernels" in path.parts else bool(FREE & set(path.parts))


@pytest.mark.parametrize("package", FLOORS)
def test_nothing_that_decides_has_other_bits_elsewhere(package: str) -> None:
    deciding = [path for path in sources(package) if not is_free(path.relative_to(ROOT))]
    places = {str(path.relative_to(ROOT)): found(path) for path in deciding}
    allowed = {name: ["@"] for name in WHOLE if name.startswith(package)}
    assert {path: names for path, names in places.items() if names} == allowed


def test_products_of_whole_numbers_are_as_many_as_were_looked_at() -> None:
    counted = {
        name: list(unportable(ast.parse((ROOT / name).read_text(encoding="utf-8")))).count("@") for name in WHOLE
    }
    assert counted == WHOLE


@pytest.mark.parametrize(
    "text",
    [
        "np.geomspace(a, b, n)", "np.exp2(x)", "x.mean(axis=1)", "np.mean(x)", "math.log2(n)", "a @ b", "1.4 ** k",
        "x ** 0.5", "np.argsort(x)", "x.argsort()", "np.argsort(x, kind='quicksort')", "np.linalg.norm(x)",
        "f = np.log",
    ],
)  # fmt: skip
def test_such_code_is_found(text: str) -> None:
    assert len(list(unportable(ast.parse(text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "portable.mean(x)",
        "np.argsort(x, kind='stable')",
        "np.argsort(x, kind='mergesort')",
        "2 ** k",
        "2.0 ** -30",
        "np.sqrt(x)",
        "x.sum()",
        "x ** 2",
    ],
)
def test_other_code_is_not(text: str) -> None:
    assert list(unportable(ast.parse(text))) == []

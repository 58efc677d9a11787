"""What a model does on input bits, said in plain Python: the oracle of circuits."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence

from evo.models.two_level import Model
from fitness.data.dataset import Task
from tests.kits import oracle

Bits = tuple[int, ...]


def used_numbers(model: Model) -> list[int]:
    """The model's numbers of the inputs it uses, ascending: the inputs of a circuit."""
    return sorted({abs(literal) for terms in model.terms for term in terms for literal in term})


def outputs_of(model: Model, task: Task, inputs: Sequence[int]) -> Bits:
    """Output bits for the values of the used inputs: one for two classes, one per class for more, or per output."""
    row = [False] * model.n_inputs
    for number, value in zip(used_numbers(model), inputs, strict=True):
        row[number - 1] = bool(value)
    if task.kind == "multiclass":
        won = oracle.winner(model.kind, model.terms, row, task.prior)
        return (won,) if len(task.classes) == 2 else tuple(int(c == won) for c in range(len(task.classes)))
    return tuple(int(oracle.output_of(model.kind, terms, row) != model.inverted) for terms in model.terms)


def label_of(task: Task, outputs: Bits) -> object:
    """The prediction that output bits mean."""
    if task.kind == "multioutput":
        return outputs
    return task.classes[outputs[0] if len(outputs) == 1 else outputs.index(1)]


def vectors_of(n: int, most: int = 7, samples: int = 100) -> list[Bits]:
    """All values of n inputs, or random ones where there are too many."""
    rng = random.Random(5)
    if n <= most:
        return list(itertools.product((0, 1), repeat=n))
    return [tuple(rng.choices((0, 1), k=n)) for _ in range(samples)]


def oracle_pla(truth: Callable[[Bits], Bits], names: Sequence[str], outputs: Sequence[str]) -> str:
    """The whole truth table as a PLA of minterms."""
    vectors = list(itertools.product((0, 1), repeat=len(names)))
    rows = [(v, truth(v)) for v in vectors]
    lines = [f".i {len(names)}", f".o {len(outputs)}", f".ilb {' '.join(names)}", f".ob {' '.join(outputs)}"]
    lines += [f"{''.join(map(str, v))} {''.join(map(str, out))}" for v, out in rows if any(out) or not any(v)]
    return "\n".join([*lines, ".e"]) + "\n"

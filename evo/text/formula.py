"""Formulas in a person's words: comparisons joined by AND and OR, one line per term or clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evo.models.two_level import Model
from evo.text.conditions import term_text
from evo.text.numbers import counted
from evo.text.scorecard import scorecard_lines, vote_lines
from fitness.data.dataset import Bit, Task
from genomes.text.printable import printable


def cover_lines(model: Model, output: int, bits: Sequence[Bit]) -> list[str]:
    """The terms of one output, one line each, joined by OR (sop) or AND (pos)."""
    terms = model.terms[output]
    if not terms:
        return ["FALSE" if model.kind == "sop" else "TRUE"]
    texts = [term_text(term, bits, conjunction=model.kind == "sop") for term in terms]
    if len(texts) > 1:
        texts = [f"({text})" if " AND " in text or " OR " in text else text for text in texts]
    joint = "OR " if model.kind == "sop" else "AND "
    return [texts[0], *(joint + text for text in texts[1:])]


def class_lines(model: Model, label: int, task: Task, bits: Sequence[Bit]) -> list[str]:
    """The terms that vote for (clauses that vote against) one class of several; those without literals are a number."""
    terms, sop = model.terms[label], model.kind == "sop"
    lines = [f"  {line}" for line in vote_lines(terms, bits, conjunction=sop)]
    constant, what = sum(not term for term in terms), f"{task.outputs[0]} = {task.classes[label]}"
    has = f"has {counted(constant, 'vote')}" if sop else f"is {counted(constant, 'vote')} behind"
    if not lines:
        return [f"{what} {has if constant else 'has no votes'}: chosen when no other class has more"]
    does = "gets a vote for each that holds" if sop else "loses a vote for each that fails"
    return [f"{what} {has}, and {does}" if constant else f"{what} {does}", *lines]


def headings(task: Task, *, inverted: bool = False) -> list[str]:
    """What each cover decides that does not vote, e.g. ``diagnosis = benign when``."""
    if task.kind == "binary":
        return [f"{task.outputs[0]} = {task.classes[0 if inverted else 1]} when"]
    return [f"{name} = {0 if inverted else 1} when" for name in task.outputs]


def formula_lines(model: Model, task: Task, bits: Sequence[Bit]) -> list[str]:
    """The whole network as indented lines of printable text."""
    lines: list[str] = []
    votes = task.kind == "multiclass"
    if votes and len(task.classes) == 2:
        return [printable(line) for line in scorecard_lines(model, task, bits)]
    for label in range(len(task.classes) if votes else 0):
        lines += class_lines(model, label, task, bits)
    for output, heading in enumerate([] if votes else headings(task, inverted=model.inverted)):
        lines.append(heading)
        lines += [f"  {line}" for line in cover_lines(model, output, bits)]
    if task.kind == "binary":
        lines.append(f"otherwise {task.outputs[0]} = {task.classes[1 if model.inverted else 0]}")
    elif task.kind == "multiclass":
        ranked = ", ".join(task.classes[index] for index in task.prior)
        lines.append(f"most votes win; ties go to the first of {ranked}")
    return [printable(line) for line in lines]


def wrapped(lines: Sequence[str], width: int = 110) -> list[str]:
    """Formula lines for reading: those longer than `width` go on before an AND or OR, four columns deeper."""
    return [part for line in lines for part in _wrapped(line, width)]


def _wrapped(line: str, width: int) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    parts: list[str] = []
    for piece in _pieces(line, width - len(indent)):
        if parts and len(parts[-1]) + 1 + len(piece) <= width:
            parts[-1] += f" {piece}"
        else:
            parts.append(indent + piece if parts else piece)
    return parts


def _pieces(line: str, width: int) -> list[str]:
    """What stays together: one comparison with its joint; of a set longer than `width`, one member."""
    pieces = re.split(r" (?=AND |OR )", line)
    return [part for piece in pieces for part in (re.split(r"(?<=,) ", piece) if len(piece) > width else [piece])]

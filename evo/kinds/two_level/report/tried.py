"""The row to try of a formula: its gates, and its rules one by one."""

from __future__ import annotations

from evo.analysis.gather import Facts
from evo.export.circuit import circuit_of
from evo.export.what_if import what_if
from evo.kinds.two_level.report.findings import Formula
from evo.report.html.parts import Section
from evo.report.html.try_row import try_row
from genomes.circuits.builder import Builder


def tried(facts: Facts) -> Section | None:
    """A row to try; None where the page does not know how rows are read."""
    formula: Formula = facts.findings
    if formula.encoder is None:
        return None
    circuit = circuit_of(formula.model, formula.encoder)
    build, node = Builder.upon(circuit.graph), {number: k for k, number in enumerate(circuit.numbers, start=1)}
    marks = [
        build.all(2 * node[abs(literal)] ^ (literal < 0) for literal in rule.term)
        for group in formula.rules
        for rule in group.rules
    ]
    return try_row(what_if(circuit, build.graph(), marks), "rule")

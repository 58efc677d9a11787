"""Votes as gates, for targets that have no numbers; the gates are those of `genomes.circuits.winner`."""

from __future__ import annotations

from dataclasses import replace

from evo.export.circuit import Circuit
from genomes.circuits.builder import Builder
from genomes.circuits.winner import winner


def decided(circuit: Circuit) -> Circuit:
    """The same predictions from gates alone: `scores` empty, one output per entry of `output_texts`."""
    if not circuit.scores:
        return circuit
    build = Builder.upon(circuit.graph)
    outputs = winner(build, [(score.bias, score.votes) for score in circuit.scores], circuit.task.prior)
    return replace(circuit, graph=build.graph(), outputs=outputs, scores=()).cleaned()

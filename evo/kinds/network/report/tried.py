"""The row to try of a network: its gates, and its units one by one as people see them."""

from __future__ import annotations

from evo.analysis.gather import Facts
from evo.export.what_if import MOST_GATES, what_if
from evo.kinds.network.circuit import circuit_of_network
from evo.kinds.network.report.findings import NetworkFacts
from evo.report.html.parts import Section
from evo.report.html.try_row import try_row
from genomes.circuits.builder import Builder
from genomes.circuits.graph import FALSE
from genomes.networks.lower import lower


def tried(facts: Facts) -> Section | None:
    """A row to try; None where the page does not know how rows are read, or the network is too large."""
    found: NetworkFacts = facts.findings
    if found.encoder is None or len(found.model.network) > MOST_GATES:
        return None
    circuit, model = circuit_of_network(found.model, found.encoder), found.model
    build, inputs = Builder.upon(circuit.graph), [FALSE] * model.n_inputs
    for node, number in enumerate(circuit.numbers, start=1):
        inputs[number - 1] = 2 * node
    units = lower(model.network, build, inputs).nodes[model.first :]
    marks = [literal ^ flipped for literal, flipped in zip(units, found.flipped, strict=True)]
    return try_row(what_if(circuit, build.graph(), marks), "unit")

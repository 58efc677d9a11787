"""A network as the form that circuits and programs are written from: the gates of its units over the bits it reads."""

from __future__ import annotations

from collections.abc import Sequence

from evo.export.circuit import Circuit, Score
from evo.models.networks import NetworkModel
from evo.text.networks import network_lines
from fitness.data.encoder import Encoder
from genomes.circuits.builder import Builder
from genomes.circuits.graph import FALSE
from genomes.networks.assembler import merged_votes, tied
from genomes.networks.lower import Lowered, lower
from genomes.networks.units import AND, Unit

#: Operands of a list that comments of programs show.
MOST_SHOWN = 24


def title_of(model: NetworkModel) -> str:
    """What a model is in a few words, for the head of a file."""
    return f"Network {model.id}, made by evo."


def circuit_of_network(model: NetworkModel, encoder: Encoder) -> Circuit:
    """`model` as gates over the bits of `encoder` that it reads."""
    task, bits, numbers = encoder.task, encoder.binarizer.bits, model.used
    build, inputs = Builder(len(numbers)), [FALSE] * model.n_inputs
    for node, number in enumerate(numbers, start=1):
        inputs[number - 1] = 2 * node
    lowered = lower(model.network, build, inputs)
    votes = task.kind == "multiclass"
    return Circuit(
        title=title_of(model),
        words=tuple(network_lines(model, task, bits, MOST_SHOWN)),
        task=task,
        bits=tuple(bits[number - 1] for number in numbers),
        numbers=tuple(numbers),
        binarizer=encoder.binarizer,
        graph=build.graph(),
        outputs=() if votes else tuple(head.literal for head in lowered.heads),
        scores=_scores(lowered) if votes else (),
        parts=_parts(model.network.units, lowered.nodes[model.first :], build),
        picture=encoder.picture,
    ).cleaned()


def _scores(lowered: Lowered) -> tuple[Score, ...]:
    """Votes of every class: units that turned out to be the same gate vote once, no bias is negative."""
    heads = tied([merged_votes(head.votes, head.bias) for head in lowered.heads])
    return tuple(Score(head.bias, head.votes) for head in heads)


def _parts(units: Sequence[Unit], literals: Sequence[int], build: Builder) -> tuple[int, ...]:
    """The gates of units that are ANDs, as writers show them: complemented where they are read as ORs."""
    first = build.graph().first
    parts = []
    for unit, literal in zip(units, literals, strict=True):
        if unit.kind == AND and literal >> 1 >= first:
            parts.append(literal ^ (2 * sum(lit & 1 for lit in unit.literals) > len(unit.literals)))
    return tuple(parts)

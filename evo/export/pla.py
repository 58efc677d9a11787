"""The model as an Espresso PLA of type fd: a sum of products per output.

Sums of products are written as they are. A cover that is inverted, or of clauses, is the complement of a sum of
products and is complemented exactly. Everything else (votes, circuits of more levels) is two levels only by its truth
table, which is made for up to `truth.MOST_INPUTS` inputs. Equal cubes of several outputs share a row.
"""

from __future__ import annotations

from collections.abc import Sequence

from evo.errors import ExportError
from evo.export.circuit import Circuit
from evo.export.cubes import (
    UNIVERSE,
    Budget,
    Cover,
    Cube,
    TooLargeError,
    absorbed,
    complement,
    cube_of,
    irredundant_primes,
)
from evo.export.decide import decided
from evo.export.names import header
from evo.export.ports import input_names, legend, output_names, wired
from evo.export.truth import MOST_INPUTS, cover_of, tables
from genomes.circuits.graph import FALSE, TRUE

#: Cubes looked at for one complement, and again to make it smaller: some seconds at most.
CUBES = 2_000_000
#: Cubes of a complement that is written.
MOST_CUBES = 10_000


def to_pla(circuit: Circuit) -> str:
    """Inputs and outputs as in the Verilog export; ``.ilb`` and ``.ob`` name them.

    Raises:
        ExportError: it has no two-level form of a size that can be written.
    """
    covers, narrow = two_level(circuit), circuit.numbers
    circuit = wired(circuit)
    column = {number: i for i, number in enumerate(circuit.numbers)}
    place = [column[number] for number in narrow]
    inputs = input_names(circuit)
    outputs = output_names(circuit, inputs)
    rows: dict[Cube, set[int]] = {}
    for output, cover in enumerate(covers):
        for cube in cover:
            rows.setdefault(cube, set()).add(output)
    rows = rows or {UNIVERSE: set()}  # abc 1.01 crashes on a file without rows
    n_inputs = max(1, circuit.n_inputs)
    lines = [*header(circuit, "#"), *legend(circuit, inputs, "#"), f".i {n_inputs}", f".o {len(covers)}"]
    lines += [f".ilb {' '.join(inputs or ('unused',))}", f".ob {' '.join(outputs)}", f".p {len(rows)}"]
    for cube, on in rows.items():
        lines.append(f"{_plane(cube, place, n_inputs)} {''.join('01'[o in on] for o in range(len(covers)))}")
    return "\n".join([*lines, ".e"]) + "\n"


def _plane(cube: Cube, place: Sequence[int], n_inputs: int) -> str:
    """place: of each input of the cube among the `n_inputs` of the row."""
    positive, negative = cube
    row = ["-"] * n_inputs
    for i, column in enumerate(place):
        row[column] = "1" if positive >> i & 1 else "0" if negative >> i & 1 else "-"
    return "".join(row)


def two_level(circuit: Circuit) -> list[Cover]:
    """A cover per output bit.

    Raises:
        ExportError: see `to_pla`.
    """
    try:
        flat = [_flat(circuit, literal) for literal in circuit.outputs]
    except TooLargeError:
        flat = [None]
    if flat and all(cover is not None for cover in flat):
        return [cover for cover in flat if cover is not None]
    if circuit.n_inputs > MOST_INPUTS:
        raise ExportError(
            f"this model over {circuit.n_inputs} input bits is no sum of products of a size that can be written "
            f"(votes and products of sums are, up to {MOST_INPUTS}); use blif or aiger",
            where="--format pla",
        )
    return [cover_of(table, circuit.n_inputs) for table in tables(decided(circuit))]


def _flat(circuit: Circuit, literal: int) -> Cover | None:
    """The cover of a node of two levels at most, else None.

    Raises:
        TooLargeError: its complement is too large.
    """
    cubes = _products(circuit, literal)
    if cubes is not None:
        return absorbed(cubes)
    opposite = _products(circuit, literal ^ 1)
    if opposite is None:
        return None
    cover = complement(absorbed(opposite), Budget(CUBES))
    try:
        return irredundant_primes(cover, Budget(CUBES))
    except TooLargeError:
        if len(cover) > MOST_CUBES:
            raise
        return cover


def _products(circuit: Circuit, literal: int) -> Cover | None:
    """The literal as an OR of ANDs of inputs, if it is one."""
    if literal == FALSE:
        return []
    product = _product(circuit, literal)
    if product is not None or not literal & 1:
        return product
    products = [_product(circuit, operand ^ 1) for operand in circuit.graph.conjuncts(literal ^ 1)]
    return [cube for cover in products if cover is not None for cube in cover] if None not in products else None


def _product(circuit: Circuit, literal: int) -> Cover | None:
    """The literal as an AND of inputs, if it is one; of no cube where they contradict each other."""
    operands = [] if literal == TRUE else circuit.graph.conjuncts(literal)
    if any(operand >> 1 > circuit.n_inputs for operand in operands):
        return None
    positive, negative = cube_of(-(operand >> 1) if operand & 1 else operand >> 1 for operand in operands)
    return [] if positive & negative else [(positive, negative)]

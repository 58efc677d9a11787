"""The model as an Espresso PLA of type fd: a sum of products per output.

Sums of products are written as they are. A cover that is inverted, or of clauses, is the complement of a sum of
products and is complemented exactly. Everything else (votes, networks of more levels) is two levels only by its truth
table, which is made for up to `truth.MOST_INPUTS` inputs. Equal cubes of several outputs share a row.
"""

from __future__ import annotations

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
from evo.export.names import header, input_names, legend, output_names
from evo.export.truth import MOST_INPUTS, cover_of, tables

#: Cubes looked at for one complement, and again to make it smaller: some seconds at most.
CUBES = 2_000_000
#: Cubes of a complement that is written.
MOST_CUBES = 10_000


def to_pla(network: Circuit) -> str:
    """Inputs and outputs as in the Verilog export; ``.ilb`` and ``.ob`` name them.

    Raises:
        ExportError: it has no two-level form of a size that can be written.
    """
    covers = two_level(network)
    inputs = input_names(network)
    outputs = output_names(network, inputs)
    rows: dict[Cube, set[int]] = {}
    for output, cover in enumerate(covers):
        for cube in cover:
            rows.setdefault(cube, set()).add(output)
    rows = rows or {UNIVERSE: set()}  # abc 1.01 crashes on a file without rows
    n_inputs = max(1, network.n_inputs)
    lines = [*header(network, "#"), *legend(network, inputs, "#"), f".i {n_inputs}", f".o {len(covers)}"]
    lines += [f".ilb {' '.join(inputs or ('unused',))}", f".ob {' '.join(outputs)}", f".p {len(rows)}"]
    for cube, on in rows.items():
        lines.append(f"{_plane(cube, n_inputs)} {''.join('01'[o in on] for o in range(len(covers)))}")
    return "\n".join([*lines, ".e"]) + "\n"


def _plane(cube: Cube, n_inputs: int) -> str:
    positive, negative = cube
    return "".join("1" if positive >> i & 1 else "0" if negative >> i & 1 else "-" for i in range(n_inputs))


def two_level(network: Circuit) -> list[Cover]:
    """A cover per output bit.

    Raises:
        ExportError: see `to_pla`.
    """
    try:
        flat = [_flat(network, literal) for literal in network.outputs]
    except TooLargeError:
        flat = [None]
    if flat and all(cover is not None for cover in flat):
        return [cover for cover in flat if cover is not None]
    if network.n_inputs > MOST_INPUTS:
        raise ExportError(
            f"this model over {network.n_inputs} input bits is no sum of products of a size that can be written "
            f"(votes and products of sums are, up to {MOST_INPUTS}); use blif or aiger",
            where="--format pla",
        )
    return [cover_of(table, network.n_inputs) for table in tables(decided(network))]


def _flat(network: Circuit, literal: int) -> Cover | None:
    """The cover of a node of two levels at most, else None.

    Raises:
        TooLargeError: its complement is too large.
    """
    cubes = _products(network, literal)
    if cubes is not None:
        return absorbed(cubes)
    opposite = _products(network, -literal)
    if opposite is None:
        return None
    found = complement(absorbed(opposite), Budget(CUBES))
    try:
        return irredundant_primes(found, Budget(CUBES))
    except TooLargeError:
        if len(found) > MOST_CUBES:
            raise
        return found


def _products(network: Circuit, literal: int) -> Cover | None:
    """The node as an OR of ANDs of inputs, if it is one."""
    inner = _product(network, literal)
    if inner is not None:
        return [cube_of(inner)]
    op, fanin = _seen(network, literal)
    if op != "or":
        return None
    products = [_product(network, operand) for operand in fanin]
    return [cube_of(product) for product in products if product is not None] if None not in products else None


def _product(network: Circuit, literal: int) -> tuple[int, ...] | None:
    """The node as an AND of inputs, if it is one."""
    if abs(literal) <= network.n_inputs:
        return (literal,)
    op, fanin = _seen(network, literal)
    return fanin if op == "and" and all(abs(operand) <= network.n_inputs for operand in fanin) else None


def _seen(network: Circuit, literal: int) -> tuple[str, tuple[int, ...]]:
    """A gate as it looks through its sign: an inverted AND is the OR of the inverted operands."""
    gate = network.gates[abs(literal) - network.n_inputs - 1]
    if literal > 0 or gate.op == "xor":
        return (gate.op, gate.fanin) if literal > 0 else ("", ())
    return ("or" if gate.op == "and" else "and"), tuple(-operand for operand in gate.fanin)

"""What the inputs and outputs of a circuit are called in hardware, and which of them are wires of one bus.

Columns of bits that are called ``a[0]``, ``a[1]``, ... are a bus where none is missing between the lowest and the
highest: in Verilog one port ``input wire [7:0] a``, elsewhere bits ``a[0]`` to ``a[7]``, which are what synthesizers
call the wires of such a port. So tools that match names, as abc's ``cec`` does, find the same inputs in every format. A
bus of which anything is read has all its wires. Everything else has a name of letters, digits and underscores
(`evo.export.names`). Names are the same whatever the model reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from evo.errors import ExportError
from evo.export.circuit import MODULE, Circuit
from evo.export.names import KEYWORDS, LONGEST, bit_texts, comment, identifiers, input_texts
from fitness.data.dataset import Bit
from genomes.circuits.graph import FALSE, Graph, moved

_WIRE = re.compile(r"(.*[^\]\s])\s*\[(0|[1-9]\d{0,4})\]", re.DOTALL)
_MODULE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Port:
    """One port of a module: ends are the numbers of its highest and lowest wire, None for a single bit."""

    name: str
    ends: tuple[int, int] | None
    text: str

    @property
    def range(self) -> str:
        """``[7:0] ``; empty for a single bit."""
        return "" if self.ends is None else f"[{self.ends[0]}:{self.ends[1]}] "


def check_module(name: str) -> str:
    """`name`, if Verilog and BLIF can call a module so.

    Raises:
        ExportError: they cannot.
    """
    if not _MODULE.fullmatch(name) or len(name) > LONGEST:
        need = f"a module's name has at most {LONGEST} letters, digits and underscores and begins with no digit"
        raise ExportError(f"{need}, got {name!r}", where="--module")
    if name != MODULE and name.lower() in KEYWORDS:
        raise ExportError(f"{name!r} is a word of Verilog or C; choose another name", where="--module")
    return name


def wired(circuit: Circuit) -> Circuit:
    """The same circuit with all wires of the buses that it reads anything of."""
    buses, used = _buses([_column(bit) for bit in circuit.binarizer.bits]), set(circuit.numbers)
    read = {buses[number - 1][0] for number in used if number - 1 in buses}
    more = {place + 1 for place, (base, _) in buses.items() if base in read} - used
    return circuit if not more else _widened(circuit, sorted(used | more))


def _widened(circuit: Circuit, numbers: Sequence[int]) -> Circuit:
    """The circuit with inputs for the bits `numbers`, ascending: those it has and others."""
    place = {number: 2 * node for node, number in enumerate(numbers, start=1)}
    literals, graph = [FALSE, *(place[number] for number in circuit.numbers)], circuit.graph
    first = len(numbers) + 1
    literals += [2 * (first + k) for k in range(len(graph))]
    gates = [(op, moved(literals, left), moved(literals, right)) for _, op, left, right in graph.gates()]
    return replace(
        circuit,
        bits=tuple(circuit.binarizer.bits[number - 1] for number in numbers),
        numbers=tuple(numbers),
        graph=Graph.of(len(numbers), gates),
        outputs=tuple(moved(literals, literal) for literal in circuit.outputs),
        scores=tuple(score.moved(literals) for score in circuit.scores),
        parts=tuple(moved(literals, part) for part in circuit.parts),
    )


def input_names(circuit: Circuit) -> tuple[str, ...]:
    """A name for each input bit: one to one over all bits there are, the same whatever the model reads."""
    bits = circuit.binarizer.bits
    every = _names(bit_texts(bits), _buses([_column(bit) for bit in bits]), ())
    return tuple(every[number - 1] for number in circuit.numbers)


def output_names(circuit: Circuit, taken: Iterable[str]) -> tuple[str, ...]:
    """A name for each output bit; taken: names of other bits."""
    texts = [text.replace(" = ", " is ") for text in circuit.output_texts]
    several = circuit.task.kind == "multioutput"
    return _names(texts, _buses(circuit.output_texts) if several else {}, bases(taken))


def bases(names: Iterable[str]) -> tuple[str, ...]:
    """What the names of bits take: of wires the name of their bus."""
    return tuple(dict.fromkeys(name.partition("[")[0] for name in names))


def input_ports(circuit: Circuit, names: Sequence[str]) -> list[Port]:
    """The ports of the input bits; names: those of `input_names`."""
    return _ports(names, input_texts(circuit))


def output_ports(circuit: Circuit, names: Sequence[str]) -> list[Port]:
    """The ports of the output bits; names: those of `output_names`."""
    return _ports(names, circuit.output_texts)


def legend(circuit: Circuit, names: Sequence[str], mark: str) -> list[str]:
    """Comments that say what the input and output bits are."""
    lines = [f"{name}: {text}" for name, text in zip(names, input_texts(circuit), strict=True)]
    lines += [f"{name}: {text}" for name, text in zip(output_names(circuit, names), circuit.output_texts, strict=True)]
    return [f"{mark} {comment(line)}" for line in lines]


def _column(bit: Bit) -> str:
    """The column that a bit is; of a comparison none."""
    return bit.feature if bit.op == "is" else ""


def _buses(columns: Sequence[str]) -> dict[int, tuple[str, int]]:
    """Place -> name and number of a wire, of every bus without gaps."""
    wires = {place: (found[1], int(found[2])) for place, c in enumerate(columns) if (found := _WIRE.fullmatch(c))}
    numbers: dict[str, list[int]] = {}
    for base, number in wires.values():
        numbers.setdefault(base, []).append(number)
    whole = {base for base, of in numbers.items() if sorted(of) == list(range(min(of), min(of) + len(of)))}
    return {place: wire for place, wire in wires.items() if wire[0] in whole}


def _names(texts: Sequence[str], buses: Mapping[int, tuple[str, int]], taken: Iterable[str]) -> tuple[str, ...]:
    """Identifiers of texts, those of wires with their number behind the identifier of their bus."""
    keys = [("bus", buses[place][0]) if place in buses else ("bit", place) for place in range(len(texts))]
    wanted = {key: str(key[1]) if key[0] == "bus" else texts[place] for place, key in enumerate(keys)}
    name = dict(zip(wanted, identifiers(list(wanted.values()), taken), strict=True))
    return tuple(name[key] + (f"[{buses[place][1]}]" if place in buses else "") for place, key in enumerate(keys))


def _ports(names: Sequence[str], texts: Sequence[str]) -> list[Port]:
    wires: dict[str, list[tuple[int | None, str]]] = {}
    for name, text in zip(names, texts, strict=True):
        base, _, number = name.partition("[")
        wires.setdefault(base, []).append((int(number[:-1]) if number else None, text))
    ports = []
    for base, of in wires.items():
        numbers = sorted(number for number, _ in of if number is not None)
        ends = (numbers[-1], numbers[0]) if numbers else None
        ports.append(Port(base, ends, of[0][1] if ends is None else f"{_bus_text(of[0][1])}[{ends[0]}:{ends[1]}]"))
    return ports


def _bus_text(text: str) -> str:
    found = _WIRE.fullmatch(text)
    return found[1] if found else text

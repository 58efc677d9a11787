"""Names from data as names in a language: one place that decides what they look like and that they differ.

A column may be called anything: a quote, a keyword, three hundred characters, two that differ in a blank only. An
identifier keeps letters, digits and underscores of ASCII, begins with a letter, is at most `LONGEST` long, is no word
of C, C++ or Verilog, and differs from every other one even where upper and lower case are the same. Originals stand in
comments, where nothing in them can end the comment or go on in the next line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from evo.errors import ExportError
from evo.export.circuit import Circuit
from evo.export.columns import meaning
from evo.export.gates import Gates
from fitness.data.checks import number_text
from fitness.data.dataset import Bit
from genomes.text.printable import printable

LONGEST = 48
#: What comments begin with that synthesizers, simulators and linters obey.
_ORDERS = re.compile(
    r"\W*(ambit|altera|cadence|coverage|coding|exemplar|lint|pragma|quartus|spyglass|surefire|synopsys|synthesis|vcs|"
    r"verilator|verilint|xilinx)\b",
    re.IGNORECASE,
)

#: Words of C99, C++ and Verilog-2005 (with those of SystemVerilog that tools refuse), and names the writers use.
KEYWORDS = frozenset(
    """
    auto break case char const continue default do double else enum extern float for goto if inline int long register
    restrict return short signed sizeof static struct switch typedef union unsigned void volatile while asm bool catch
    class delete explicit export false friend mutable namespace new operator private protected public template this
    throw true try typeid typename using virtual wchar_t and or not xor bitand bitor compl main null nan inf
    always assign begin buf bufif0 bufif1 casex casez cell cmos config deassign defparam design disable edge end endcase
    endconfig endfunction endgenerate endmodule endprimitive endspecify endtable endtask event force forever fork
    function generate genvar highz0 highz1 ifnone incdir include initial inout input instance integer join large liblist
    library localparam macromodule medium module nand negedge nmos nor noshowcancelled notif0 notif1 output parameter
    pmos posedge primitive pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent rcmos real realtime reg
    release repeat rnmos rpmos rtran rtranif0 rtranif1 scalared showcancelled small specify specparam strong0 strong1
    supply0 supply1 table task time tran tranif0 tranif1 tri tri0 tri1 triand trior trireg unsigned use vectored wait
    wand weak0 weak1 wire wor xnor logic bit byte interface package program property sequence unique priority var void
    linux unix i386 row rows in out w n_rows n_words i best scores evo_model
    """.split()  # noqa: SIM905
)


def identifiers(texts: Sequence[str], taken: Iterable[str] = ()) -> tuple[str, ...]:
    """A name for each text, all different from each other, from `taken` and from keywords."""
    used = {name.lower() for name in taken} | KEYWORDS
    names = []
    for text in texts:
        base = identifier(text)
        name, number = base, 2
        while name.lower() in used:
            name, number = f"{base}_{number}", number + 1
        used.add(name.lower())
        names.append(name)
    return tuple(names)


def identifier(text: str) -> str:
    """Letters, digits and single underscores of `text`, beginning with a letter; not yet unique."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")[:LONGEST].rstrip("_")
    return name if name[:1].isalpha() else f"x{name}"


def column_names(columns: Sequence[str], longest: int = LONGEST) -> dict[str, str]:
    """A beginning of names for each column, of at most `longest` characters where that tells them apart."""
    used: set[str] = set()
    names = {}
    for column in columns:
        base = identifier(column)[:longest]
        name, number = base, 2
        while name.lower() in used:
            name, number = f"{base}_{number}", number + 1
        used.add(name.lower())
        names[column] = name
    return names


def bit_texts(bits: Iterable[Bit]) -> list[str]:
    """What each bit tests, in words that survive `identifier`: ``age_le_3`` for age <= 3."""
    bits = list(bits)
    columns = list(dict.fromkeys(bit.feature for bit in bits))
    whole, short = column_names(columns), column_names(columns, LONGEST // 2)
    return [whole[bit.feature] if bit.op == "is" else _bit_text(bit, short[bit.feature]) for bit in bits]


def _bit_text(bit: Bit, column: str) -> str:
    match bit.op, bit.operand:
        case "<=", int() | float() as limit:
            return f"{column} le {_value(bit, limit)}"
        case "in", _:
            low, high = bit.ends
            return f"{column} in {_value(bit, low)} to {_value(bit, high)}"
        case "=", int() | float() as value:
            return f"{column} is {_value(bit, value)}"
        case "=", value:
            return f"{column} is {value}"
        case "among", (*_, last):
            return f"{column} up to {last}"
    return f"{column} {bit.op}"


def _value(bit: Bit, value: float) -> str:
    return _number(value) if not bit.unit or math.isinf(value) else bit.number(value)


def _number(value: float) -> str:
    """A number whose sign survives; open ends of intervals have none."""
    return number_text(value).replace("-", "m").replace("+", "") if math.isfinite(value) else "any"


def input_texts(circuit: Circuit) -> list[str]:
    """What each input bit is, and what it is where the cell is missing."""
    fields = circuit.fields
    return [meaning(bit, fields[bit.feature]) for bit in circuit.bits]


def gate_names(gates: Gates, taken: Iterable[str]) -> dict[int, str]:
    """A name for each gate by its node: g1, g2, ..."""
    names = identifiers([f"g{k}" for k in range(1, len(gates.gates) + 1)], taken)
    return {node: name for (node, _), name in zip(gates.numbered(), names, strict=True)}


def comment(text: str) -> str:
    """`text` on one line that a comment of any language can hold.

    Taken apart are ends and beginnings of block comments and C's trigraphs; a backslash at the end, which would pull
    the next line into the comment, gets company. Orders to a tool (``synthesis translate_off``) are put in brackets.
    """
    line = re.sub(r"\*/|/\*|\?\?", lambda match: " ".join(match[0]), printable(text)).rstrip()
    line = f"({line})" if _ORDERS.match(line) else line
    return f"{line} ." if line.endswith("\\") else line


def header(circuit: Circuit, mark: str) -> list[str]:
    """What the model is and the rules in words, as comments that begin with `mark`."""
    words = ["The rules in words:", *(f"  {line}" for line in circuit.words)]
    return [f"{mark} {comment(line)}".rstrip() for line in [circuit.title, *words]]


def no_nul(texts: Iterable[str], fmt: str) -> None:
    """Raise ExportError if a text has a character that the format cannot hold."""
    if any("\0" in text for text in texts):
        raise ExportError(
            "a name or category holds the character U+0000, which this format cannot", where=f"--format {fmt}"
        )

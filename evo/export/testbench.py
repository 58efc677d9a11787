"""A self-checking testbench of the Verilog export: rows go in, and what comes out is compared with what the model says.

It is Verilog-2001 and knows the module by its ports alone, so it also checks what a synthesizer made of it. It prints
the first rows that differ, then one line that begins with PASS or FAIL, and ends the simulation.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evo.export.circuit import Circuit
from evo.export.names import comment, identifiers
from evo.export.ports import Port, bases, input_names, input_ports, output_names, output_ports

#: Rows that a testbench has at most, and bits of all its rows.
MOST_ROWS, MOST_BITS = 4096, 4_000_000
#: Rows that differ and are shown.
SHOWN = 10

_BENCH = """// Testbench of the module {module}: {n} different training rows, with what the model predicts for them.
// {title}
// iverilog -g2001 -o sim MODULE.v TESTBENCH.v && vvp sim
module {bench};
{declared}
    integer {failed};
    {module} {dut} ({ports});

    task {check}(input [{high}:0] {row}, input [{top}:0] {wanted});
        begin
            {drive}#1;
            if ({{{outputs}}} !== {wanted}) begin
                {failed} = {failed} + 1;
                if ({failed} <= {shown})
                    $display("differs: inputs %b, expected %b, got %b", {row}, {wanted}, {{{outputs}}});
            end
        end
    endtask

    initial begin
        {failed} = 0;
{rows}
        if ({failed} == 0) $display("PASS: {n} of {n} rows as the model predicts");
        else $display("FAIL: %0d of {n} rows differ from what the model predicts", {failed});
        $finish;
    end
endmodule
"""


def chosen_rows(inputs: NDArray[np.bool_], n_outputs: int) -> NDArray[np.intp]:
    """The rows of inputs bool[rows, inputs] that a testbench has: ascending, no two equal, evenly from all of them."""
    keys = np.packbits(inputs, axis=1)
    kept = np.sort(np.unique(keys, axis=0, return_index=True)[1]) if inputs.shape[1] else np.arange(min(1, len(inputs)))
    most = max(1, min(MOST_ROWS, MOST_BITS // (inputs.shape[1] + n_outputs)))
    return kept if len(kept) <= most else kept[np.arange(most) * len(kept) // most]


def to_testbench(circuit: Circuit, inputs: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> str:
    """The testbench of a module as `evo.export.verilog.to_verilog` writes it.

    circuit: with all wires of its buses (`evo.export.ports.wired`); inputs: bool[rows, inputs of the circuit]; wanted:
    bool[rows, outputs].
    """
    ins = input_names(circuit)
    outs = output_names(circuit, ins)
    before, after = input_ports(circuit, ins), output_ports(circuit, outs)
    taken = (*bases((*ins, *outs)), circuit.name)
    words = ("failed", "dut", "check", "stimulus", "wanted", f"{circuit.name}_tb")
    failed, dut, check, row, expected, bench = identifiers(words, taken)
    n_in, n_out = max(1, len(ins)), len(outs)
    rows = [
        f"        {check}({n_in}'h{_hex(values)}, {n_out}'h{_hex(of)});"
        for values, of in zip(inputs, wanted, strict=True)
    ]
    ports = ", ".join(f".{port.name}({port.name})" for port in (*before, *after))
    return _BENCH.format(
        module=circuit.name,
        n=len(rows),
        title=comment(circuit.title),
        bench=bench,
        declared="\n".join([*_declared("reg", before), *_declared("wire", after)]),
        failed=failed,
        dut=dut,
        check=check,
        ports=ports,
        high=n_in - 1,
        top=n_out - 1,
        row=row,
        wanted=expected,
        drive=f"{{{', '.join(ins)}}} = {row};\n            " if ins else "",
        outputs=", ".join(outs),
        shown=SHOWN,
        rows="\n".join(rows),
    )


def _declared(word: str, ports: list[Port]) -> list[str]:
    return [f"    {word} {port.range}{port.name};" for port in ports]


def _hex(bits: NDArray[np.bool_]) -> str:
    """The number whose highest bit is the first."""
    return format(int("".join("01"[bit] for bit in bits.tolist()) or "0", 2), "x")

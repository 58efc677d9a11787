"""`evo bench-model`: how fast and how large the exported C is on this machine."""

from __future__ import annotations

import argparse
from typing import Any

from evo.cli.output import pour, say
from evo.cli.places import place
from evo.export.speed import measured
from evo.kinds.common.open_model import open_model
from evo.storage.texts import dump_json
from evo.text.numbers import counted


def bench_model(arguments: argparse.Namespace) -> int:
    """Compile the C exports, run them, print what was measured."""
    saved = open_model(place(arguments.run_dir))
    name, circuit = saved.model(arguments.pick).id, saved.circuit(arguments.pick)
    figures = {"id": name, "input_bits": circuit.n_inputs} | measured(circuit, arguments.seconds)
    if arguments.json:
        pour(f"{dump_json(figures, indent=1)}\n")
    else:
        say(*_lines(figures))
    return 0


def _lines(figures: dict[str, Any]) -> list[str]:
    rows, words, aig, yosys = (figures[key] for key in ("c", "c-bitsliced", "aig", "yosys"))
    cells = "not installed" if yosys is None else f"{counted(yosys['cells'], 'cell')}, depth {yosys['depth']}"
    read = words["read_bytes_per_second"] / 1e9
    inputs = counted(figures["input_bits"], "input bit")
    return [
        f"model {figures['id']}, {inputs}; {figures['compiler']}, {figures['flags']}",
        f"  one row           {rows['latency_ns']:.1f} ns a call, {rows['rows_per_second'] / 1e6:.4g} million rows/s",
        f"  64 rows a word    {words['cache_samples_per_second'] / 1e9:.3g} billion rows/s from the cache",
        f"  from memory       {words['memory_samples_per_second'] / 1e9:.3g} billion rows/s at "
        f"{words['memory_bytes_per_second'] / 1e9:.3g} GB/s (reading alone: {read:.3g} GB/s)",
        f"  code              {_bytes(rows)} for one row, {_bytes(words)} for words",
        f"  bit operations    {words['operations_per_word']:,} a word, {words['operations_per_sample']:.3g} a row",
        f"  circuit           {counted(aig['ands'], 'AND gate')} and inverters, {counted(aig['levels'], 'level')}",
        f"  yosys             {cells}",
    ]


def _bytes(figures: dict[str, Any]) -> str:
    return "? bytes" if figures["code_bytes"] is None else counted(figures["code_bytes"], "byte")

"""`evo export --module NAME`, and `--testbench`, which only Verilog has."""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evo.errors import ExportError, UsageError
from evo.export import CIRCUITS, Exported
from evo.export.circuit import MODULE
from evo.export.ports import check_module, wired
from evo.export.renamed import c_named, python_named
from evo.export.testbench import chosen_rows, to_testbench
from evo.kinds.common.saved import SavedRun
from fitness.data.dataset import Task

#: Formats of programs, by what names them, and all that can be named: of hardware it is the module.
PROGRAMS = {"python": python_named, "c": c_named, "c-bitsliced": c_named}
NAMED = ("verilog", "blif", *PROGRAMS)


def hardware(saved: SavedRun, arguments: argparse.Namespace) -> tuple[Exported, tuple[str, ...]]:
    """A model under a name, or the testbench of a module; with notes for the user.

    Raises:
        UsageError: a format, or an option beside it, that has neither. ExportError: no such name, or the model is no
            circuit. CheckpointError, DataError: the training rows that a testbench is made of are not there any more.
    """
    fmt, option = arguments.format, "--testbench" if arguments.testbench else "--module"
    fitting = NAMED[:1] if arguments.testbench else NAMED
    if fmt not in fitting or arguments.scorecard:
        got = "--scorecard" if arguments.scorecard else f"--format {fmt}"
        raise UsageError(f"expected a model with --format {' or '.join(fitting)}, got {got}", where=option)
    if fmt in PROGRAMS:
        content, notes = saved.written(fmt, arguments.pick, arguments.minimize, trust=arguments.trust)
        return PROGRAMS[fmt](str(content), arguments.module), notes
    name = check_module(MODULE if arguments.module is None else arguments.module)
    circuit, notes = saved.gates(arguments.pick, arguments.minimize, trust=arguments.trust)
    circuit = replace(circuit, name=name)
    if not arguments.testbench:
        return CIRCUITS[fmt](circuit), notes
    circuit, rows = wired(circuit), saved.learned_from(trust=arguments.trust)
    inputs = rows.bits[:, [number - 1 for number in circuit.numbers]]
    chosen = chosen_rows(inputs, len(circuit.output_texts))
    wanted = output_bits(saved.task, saved.predicted(rows.split.take(chosen), arguments.pick))
    return to_testbench(circuit, inputs[chosen], wanted), notes


def output_bits(task: Task, labels: list[object]) -> NDArray[np.bool_]:
    """What the outputs of a circuit are where labels are predicted: bool[rows, outputs].

    Raises:
        ExportError: a label that is no class.
    """
    if task.kind == "multioutput":
        return np.array(labels, dtype=np.bool_).reshape(len(labels), len(task.outputs))
    code = {label: number for number, label in enumerate(task.classes)}
    unknown = set(labels) - set(code)
    if unknown:
        raise ExportError(f"the model predicts {min(map(str, unknown))}, which is no class", where="--testbench")
    codes = np.array([code[str(label)] for label in labels], dtype=np.int64)
    positive = [1] if len(task.classes) == 2 else list(range(len(task.classes)))
    wanted: NDArray[np.bool_] = np.equal.outer(codes, np.array(positive))
    return wanted

"""Checks of circuit exports by outside tools; each raises AssertionError where the circuit is not the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evo.export import Exported
from evo.models.two_level import Model
from fitness.data.dataset import Task
from tests.kits.oracle_tables import Bits, oracle_pla, outputs_of, used_numbers, vectors_of
from tests.kits.outside import run

Check = Callable[[Exported, "Truth", Path], None]


@dataclass(frozen=True)
class Truth:
    """What a circuit must do: output bits for the values of its inputs."""

    n_inputs: int
    outputs: Callable[[Bits], Bits]

    @classmethod
    def of(cls, model: Model, task: Task) -> Truth:
        return cls(len(used_numbers(model)), lambda inputs: outputs_of(model, task, inputs))


def simulated(verilog: str, vectors: Sequence[Bits], folder: Path) -> list[Bits]:
    """Output bits of the module as Icarus Verilog simulates it, ports in the order in which they stand."""
    inputs, outputs = (re.findall(rf"^    {kind} wire (\w+)", verilog, re.MULTILINE) for kind in ("input", "output"))
    n, m = len(inputs), len(outputs)
    stimulus = [f'v = {max(n, 1)}\'b{"".join(map(str, v)) or "0"}; #1 $display("%b", y);' for v in vectors]
    ports = [f".{name}(v[{n - 1 - i}])" for i, name in enumerate(inputs)]
    ports += [f".{name}(y[{m - 1 - o}])" for o, name in enumerate(outputs)]
    bench = f"reg [{max(n, 1) - 1}:0] v; wire [{m - 1}:0] y;\nevo_model dut({', '.join(ports)});"
    (folder / "model.v").write_text(verilog, encoding="utf-8")
    (folder / "bench.v").write_text(
        f"module bench;\n{bench}\ninitial begin\n{chr(10).join(stimulus)}\n$finish;\nend\nendmodule\n"
    )
    run(["iverilog", "-g2001", "-Wall", "-o", "sim", "bench.v", "model.v"], folder)
    said = [line for line in run(["vvp", "sim"], folder).splitlines() if re.fullmatch("[01xz]+", line)]
    return [tuple(int(bit, 2) for bit in line) for line in said]


def said(module: str, bench: str, folder: Path) -> list[str]:
    """What a testbench prints of a module."""
    (folder / "model.v").write_text(module)
    (folder / "bench.v").write_text(bench)
    run(["iverilog", "-g2001", "-Wall", "-o", "sim", "model.v", "bench.v"], folder)
    return run(["vvp", "sim"], folder).splitlines()


def check_verilog(text: Exported, truth: Truth, folder: Path) -> None:
    """iverilog on all inputs, or random ones."""
    vectors = vectors_of(truth.n_inputs)
    assert simulated(str(text), vectors, folder) == [truth.outputs(v) for v in vectors]


def proven_equal(path: Path, truth: Truth, names: tuple[Sequence[str], Sequence[str]]) -> None:
    """abc's cec against the truth table in plain Python."""
    (path.parent / "oracle.pla").write_text(oracle_pla(truth.outputs, *names))
    said = run(["berkeley-abc", "-c", f"cec {path.name} oracle.pla"], path.parent)
    assert "Networks are equivalent" in said, said


def check_blif(text: Exported, truth: Truth, folder: Path) -> None:
    """abc reads it."""
    path = folder / "model.blif"
    path.write_text(str(text), encoding="utf-8")
    joined = str(text).replace("\\\n", "")
    names = [re.search(rf"^\.{key}(.*)$", joined, re.MULTILINE)[1].split() for key in ("inputs", "outputs")]  # type: ignore[index]
    proven_equal(path, truth, (names[0], names[1]))


def check_pla(text: Exported, truth: Truth, folder: Path) -> None:
    """abc reads it."""
    path = folder / "model.pla"
    path.write_text(str(text), encoding="utf-8")
    names = [re.search(rf"^\.{key} (.*)$", str(text), re.MULTILINE)[1].split() for key in ("ilb", "ob")]  # type: ignore[index]
    proven_equal(path, truth, (names[0], names[1]))


def symbols(text: str) -> tuple[list[str], list[str]]:
    """Names of inputs and outputs in AIGER's symbol table."""
    table = text[text.index("i0 ") :].partition("\nc\n")[
        0
    ]  # in the binary form it follows the gates without a line end
    inputs, outputs = (re.findall(rf"^{kind}\d+ (.+)$", table, re.MULTILINE) for kind in "io")
    return inputs, outputs


def check_aig(content: Exported, truth: Truth, folder: Path) -> None:
    """abc reads the binary form."""
    assert isinstance(content, bytes)
    path = folder / "model.aig"
    path.write_bytes(content)
    proven_equal(path, truth, symbols(content.decode("latin-1")))


def check_aiger(text: Exported, truth: Truth, folder: Path) -> None:
    """yosys reads the ASCII form and abc compares what it read."""
    (folder / "model.aag").write_text(str(text), encoding="utf-8")
    run(["yosys", "-q", "-p", "read_aiger -module_name evo_model model.aag; write_blif aag.blif"], folder)
    proven_equal(folder / "aag.blif", truth, symbols(str(text)))


CIRCUITS: Mapping[str, Check] = {
    "verilog": check_verilog,
    "blif": check_blif,
    "aig": check_aig,
    "aiger": check_aiger,
    "pla": check_pla,
}
TOOLS = {"verilog": ("iverilog", "vvp"), "aiger": ("yosys", "berkeley-abc")}

"""How fast the command line answers: `evo --help` and `evo check`, and what they import.

python -m benchmarks.start_up [--repeat 11] [--json FILE]
"""

from __future__ import annotations

import argparse
import statistics
import sys

from benchmarks.processes import measure, report

COMMANDS = {"evo --help": ["--help"], "evo check": ["check", "examples/breast_cancer.yaml"]}
HEAVY = ("ray", "numba", "deap", "numpy", "sklearn")
PROBE = """
import io, sys
out, sys.stdout = sys.stdout, io.StringIO()
from evo.__main__ import main
try: main({arguments})
except SystemExit: pass
out.write(" ".join(name for name in {heavy} if name in sys.modules))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=11)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    figures, rows = [], []
    for name, command in COMMANDS.items():
        runs = [measure(["-m", "evo", *command]) for _ in range(arguments.repeat)]
        walls, cpus = [r.wall_seconds for r in runs], [r.cpu_seconds for r in runs]
        heavy = measure(["-c", PROBE.format(arguments=command, heavy=HEAVY)]).stdout or "none"
        figures.append({"command": name, "wall_seconds": walls, "cpu_seconds": cpus, "imports": heavy})
        rows.append(
            [name, *(f"{statistics.median(v):.3f} ({min(v):.3f} to {max(v):.3f})" for v in (walls, cpus)), heavy]
        )
    report(figures, ["command", "wall s", "CPU s", f"of {', '.join(HEAVY)}"], rows, arguments.json)


if __name__ == "__main__":
    sys.exit(main())

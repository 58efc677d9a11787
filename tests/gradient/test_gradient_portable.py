"""The gradient needs no particular processor, and asking for the package loads no compiler."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np

from fitness.data.dataset import Split, Task
from fitness.gradient import outputs, values, votes
from fitness.gradient.cover import CoverProblem, gradient, swaps
from fitness.gradient.influence import influences
from genomes.bits import pack
from genomes.streams import Role, stream
from genomes.two_level.term_lists import LONGEST, TermList
from tests.kits.processes import ROOT, environment


def digest(n: int) -> str:
    """Of every kind of gradient on one random problem of n inputs."""
    rng = stream(n, Role.INITIAL)
    inputs, truth = rng.random((n, 3000)) < 0.5, rng.integers(0, 3, 3000)
    planes = pack(np.stack([truth == c for c in range(3)]))
    split = Split(3000, pack(inputs), planes, pack(np.ones((1, 3000), dtype=bool)))
    literals = np.full((9, LONGEST), -1, dtype=np.int32)
    literals[:, :3] = [rng.choice(n, 3, replace=False) for _ in range(9)]
    terms = TermList(literals, np.arange(9) % 4)
    cover = CoverProblem.of(split, 0, "sop")
    shared, toggles = outputs.gradient(outputs.OutputsProblem.of(split, "pos"), terms, rng.random((9, 3)) < 0.5)
    problem = votes.VotesProblem.of(split, Task("multiclass", ("y",), ("a", "b", "c"), (2, 0, 1)), "sop")
    worth = votes.values_of_class(problem, [terms.take(range(c, 9, 3)) for c in range(3)], 1)
    polled = values.gradient(problem.layout, terms.take(range(1, 9, 3)), worth)
    found = [gradient(cover, terms), gradient(cover, terms, 1.0, 3.0), shared, polled]
    parts = [part for one in found for part in (one.add, one.remove, one.negate, one.drop)]
    parts += [toggles, swaps(cover, terms, 3), influences(cover.layout, [terms])]
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


def test_the_package_loads_no_compiler_before_a_module_of_it_is_asked_for() -> None:
    code = "import sys; import fitness, fitness.gradient; print('numba' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["False"]

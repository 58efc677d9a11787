"""Circuit exports beside truth tables in plain Python: Icarus Verilog simulates, abc and yosys read and compare."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from evo.export import EXPORTERS
from evo.models.two_level import Model
from fitness.data.dataset import Task
from fitness.data.encoder import Encoder
from tests.kits.circuit_checks import CIRCUITS, TOOLS, Truth
from tests.kits.export_cases import random_model
from tests.kits.logic_cases import TASKS, bit_encoder
from tests.kits.outside import needs


def model_for(encoder: Encoder, seed: int) -> Model:
    """A random model that uses at least one input."""
    rng = random.Random(seed)
    while True:
        model = random_model(rng, encoder)
        if any(term for terms in model.terms for term in terms):
            return model


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
@pytest.mark.parametrize(
    "fmt", [pytest.param(fmt, marks=needs(*TOOLS.get(fmt, ("berkeley-abc",)))) for fmt in CIRCUITS]
)
def test_a_circuit_is_the_model_for_all_inputs(fmt: str, task: Task, tmp_path: Path) -> None:
    encoder = bit_encoder(task)
    for seed in range(2 if fmt == "aiger" else 5):
        model = model_for(encoder, seed)
        CIRCUITS[fmt](EXPORTERS[fmt](model, encoder), Truth.of(model, task), tmp_path)

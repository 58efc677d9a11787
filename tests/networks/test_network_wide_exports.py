"""Programs of networks with very many gates: cut into functions, and fed with the raw bytes of pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evo.analysis.rows import codes_of
from evo.export.c_parts import parts_of
from evo.export.c_words import to_c_bitsliced
from evo.export.gates import gates_of
from evo.kinds.network.circuit import circuit_of_network
from evo.kinds.network.export import EXPORTERS
from evo.kinds.network.saved import evaluator
from evo.models.networks import NetworkModel
from fitness.data import sklearn_source
from fitness.data.dataset import Task
from fitness.data.pictures.load import load_pictures
from fitness.data.pictures.spec import PictureDataSpec
from fitness.data.spec import BinarizeSpec, SplitSpec
from genomes.networks.assembler import canonical
from genomes.networks.network import Head, Network
from genomes.networks.units import LUT, Unit
from tests.kits.logic_cases import TASKS
from tests.kits.network_exports import every_kind
from tests.kits.outside import needs, run
from tests.kits.table_checks import FLAGS, TABLES


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of three gates and two tests, whatever the size."""
    for module in ("c_source", "c_words"):
        monkeypatch.setattr(f"evo.export.{module}.MANY", 0)
        monkeypatch.setattr(f"evo.export.{module}.TESTS", 2)
    monkeypatch.setattr("evo.export.c_parts.PART", 3)


@needs("gcc")
@pytest.mark.parametrize("fmt", ["c", "c-bitsliced"])
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_programs_in_parts_say_what_the_units_say(fmt: str, task: Task, tmp_path: Path, in_parts: None) -> None:
    case = every_kind(task)
    text = str(EXPORTERS[fmt](case.model, case.encoder))
    assert text.count("EVO_APART void evo_part_") > 3
    assert TABLES[fmt](text, case, tmp_path) == case.expected()


def test_no_slot_is_used_before_its_value_has_been_read(in_parts: None) -> None:
    gates = gates_of(circuit_of_network((case := every_kind(TASKS["votes of three"])).model, case.encoder))
    parts = parts_of(gates)
    held = {slot: node for node, slot in parts.slots.items() if node <= gates.n_inputs}
    for part in parts.parts:
        inside = {node for node, _ in part}
        for _, gate in part:
            for literal in gate.fanin:
                node = literal >> 1
                assert node in inside or held[parts.slots[node]] == node
        held |= {parts.slots[node]: node for node in inside if node in parts.slots}
    for literal in (literal for score in gates.scores for literal, _ in score.votes):
        assert held[parts.slots[literal >> 1]] == literal >> 1
    assert parts.n_slots < gates.n_inputs + len(gates.gates)


def random_model(n_inputs: int, classes: int, n_units: int) -> NetworkModel:
    rng = np.random.default_rng(6)
    units = [
        Unit(LUT, tuple(int(2 * node) for node in rng.choice(n_inputs, 4, replace=False) + 1), (int(table),))
        for table in rng.integers(1, 1 << 16, n_units)
    ]
    heads = [Head(tuple((2 * (n_inputs + 1 + k), 1) for k in range(c, n_units, classes)), c) for c in range(classes)]
    return NetworkModel("m1", canonical(Network.of(units, heads), n_inputs, votes=True), n_inputs)


@needs("gcc")
@pytest.mark.parametrize("cut", [False, True])
def test_pictures_are_classified_from_their_raw_bytes(
    cut: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if cut:
        request.getfixturevalue("in_parts")
        request.getfixturevalue("monkeypatch").setattr("evo.export.c_parts.PART", 50)
    nothing = SplitSpec(valid=0, test=0)
    spec = PictureDataSpec(source="sklearn", name="digits", binarize=BinarizeSpec(bits=3), split=nothing)
    loaded = load_pictures(spec, 0)
    model = random_model(loaded.dataset.n_bits, 10, 40)
    rows = loaded.dataset.train
    expected = codes_of(
        loaded.encoder.task, evaluator(model, loaded.encoder.task, rows).predictions(model.batch())[0], rows.n_rows
    )
    pixels = np.stack([column.values for column in sklearn_source.read(spec, 0).columns], axis=1).astype(np.uint8)
    assert said(to_c_bitsliced(circuit_of_network(model, loaded.encoder)), pixels, tmp_path) == expected[0].tolist()


def said(source: str, pixels: np.ndarray, folder: Path) -> list[int]:
    """What a program classifies, called for the first rows alone and then for all of them."""
    n = len(pixels)
    pixels.tofile(folder / "pixels")
    main = f"""
int main(void) {{
    static unsigned char pixels[{pixels.size}]; static int classes[{n}];
    FILE *file = fopen("pixels", "rb"); size_t i;
    if (!file || fread(pixels, 1, sizeof pixels, file) != sizeof pixels) return 1;
    evo_classify_bytes(pixels, 5, classes);
    for (i = 0; i < 6; i++) printf("%d ", classes[i]);
    evo_classify_bytes(pixels, {n}, classes);
    for (i = 0; i < {n}; i++) printf("%d ", classes[i]);
    return fclose(file);
}}
"""
    (folder / "model.c").write_text(f"#include <stdio.h>\n{source}{main}", encoding="utf-8")
    run(["gcc", *FLAGS, "-O1", "-o", "program", "model.c"], folder)
    numbers = list(map(int, run([folder / "program"], folder).split()))
    assert numbers[:6] == [*numbers[6:11], 0]
    return numbers[6:]


def test_columns_that_are_no_pixels_have_no_bytes() -> None:
    case = every_kind(TASKS["votes of three"])
    assert "evo_classify_bytes" not in to_c_bitsliced(
        circuit_of_network(case.model, replace(case.encoder, picture=None))
    )

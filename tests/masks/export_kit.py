"""Networks, encoders and programs for the tests of exported masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.export.circuit import Circuit
from evo.kinds.mask.lower import lowered
from evo.kinds.mask.model import MaskModel
from fitness.data.binarize import Binarizer
from fitness.data.dataset import Bit, Task
from fitness.data.schema import Field
from fitness.masks.encoder import BITS, MaskEncoder
from fitness.masks.evaluator import MaskEvaluator
from fitness.masks.networks import Layer, Network, dense_network
from genomes.masks.samples import random_mask
from genomes.masks.space import MaskSpace
from tests.kits.circuit_checks import Truth
from tests.kits.outside import run
from tests.kits.table_checks import FLAGS
from tests.masks.cases import rng_of

N = 6
VECTORS = list(product((0, 1), repeat=N))
HOSTILE = ['a "quoted" name', "*/ end\nof", "back\\slash", "SELECT", "ü" * 300, "plain"]
LABELS = ('a"b??/', "*/ int x;\n#error no", "it's; DROP TABLE t;--\\")
TARGETS = ('*/ "t" \\', "select", "y?\u2028 z")


def bits_encoder(n: int, classes: int, names: Sequence[str] | None = None) -> MaskEncoder:
    names = names or [f"x{i}" for i in range(n)]
    bits = tuple(Bit(name, "<=", 0.5, f"{name} <= 0.5", f"{name} > 0.5") for name in names)
    fields = tuple(Field(name, "number") for name in names)
    task = Task("binary" if classes == 2 else "multiclass", ("y",), tuple("abcdef"[:classes]), tuple(range(classes)))
    return MaskEncoder(task, fields, np.zeros(0), np.zeros(0), Binarizer(fields, bits), BITS)


def numbers_encoder(n: int, classes: int, names: Sequence[str] | None = None) -> MaskEncoder:
    fields = tuple(Field(name, "number") for name in names or [f"x{i}" for i in range(n)])
    task = Task("multiclass", ("y",), tuple("abcdef"[:classes]), tuple(range(classes)))
    return MaskEncoder(task, fields, np.linspace(-2, 0, n), np.append(np.linspace(1, 3, n - 1), 0.0), None, (-0.7, 0.7))


def sign_net(seed: int, sizes: Sequence[int], *, biases: bool = True) -> Network:
    return dense_network(rng_of(seed), sizes, "signed_constant", activation="sign", biases=biases)


def uneven(seed: int, sizes: tuple[int, ...], size: float, *, biases: bool = True) -> Network:
    """A network of signs whose weights are a constant that is no power of two, another one in each layer."""
    drawn = sign_net(seed, sizes, biases=biases)
    layers = [Layer(layer.weights * np.float32(size + k), layer.bias) for k, layer in enumerate(drawn.layers)]
    return Network(tuple(layers), "sign")


def pruned_case(
    seed: int, sizes: Sequence[int], granularity: str = "edge", *, biases: bool = True
) -> tuple[Network, MaskModel, Any]:
    network = sign_net(seed, sizes, biases=biases)
    space = network.space(granularity)  # type: ignore[arg-type]
    return network, MaskModel("m", random_mask(rng_of(seed + 1), space, 0.6), 1.0), space


@dataclass(frozen=True)
class SignCase:
    """A mask of a network of signs that reads all its N bits, with a raw row for each of their values."""

    model: MaskModel
    network: Network
    space: MaskSpace
    encoder: MaskEncoder

    @property
    def circuit(self) -> Circuit:
        """What is exported."""
        circuit = lowered(self.model, self.network, self.space, self.encoder)
        assert circuit.n_inputs == N
        return circuit

    @property
    def columns(self) -> Mapping[str, str]:
        """As `RawCase` has them."""
        return self.circuit.kinds

    @property
    def rows(self) -> list[dict[str, str]]:
        """Every bit tests whether its column is at most 0.5."""
        names = [field.name for field in self.encoder.fields]
        return [dict(zip(names, ("0.0" if bit else "1.0" for bit in v), strict=True)) for v in VECTORS]

    def classes(self) -> list[int]:
        """The evaluator's class of every row."""
        codes = predictions(self.network, self.model, self.space, np.array(VECTORS, dtype=bool))
        assert set(codes) == set(range(len(self.encoder.task.classes)))
        return codes

    def labels(self) -> list[str]:
        """Its label."""
        return [self.encoder.task.classes[code] for code in self.classes()]

    def truth(self) -> Truth:
        """The same for circuits: one output of two classes, else one each."""
        code, n = dict(zip(VECTORS, self.classes(), strict=True)), len(self.encoder.task.classes)
        return Truth(N, lambda v: (code[v],) if n == 2 else tuple(int(c == code[v]) for c in range(n)))


def sign_case(
    names: Sequence[str] | None = None, target: str = "y", labels: Sequence[str] = ("a", "b", "c")
) -> SignCase:
    """The last class is the most frequent one, which must not matter."""
    network, model, space = pruned_case(3, (N, 8, len(labels)))
    encoder = bits_encoder(N, len(labels), names)
    task = replace(encoder.task, outputs=(target,), classes=tuple(labels), prior=encoder.task.prior[::-1])
    return SignCase(model, network, space, replace(encoder, task=task))


def predictions(network: Network, model: MaskModel, space: Any, rows: NDArray[Any]) -> list[int]:
    return MaskEvaluator(network, space).predictions(model.genes, np.where(rows, 1.0, -1.0).astype(np.float32)).tolist()


def loop(rows: str, n: int, call: str) -> str:
    """A main function that prints what `call` gives for each row r."""
    body = f'for (r = 0; r < {n}; r++) printf("%d\\n", {call});'
    return f"static const {rows};\nint main(void) {{ int r; {body} return 0; }}\n"


def program(text: str, calls: str, folder: Path) -> list[int]:
    (folder / "model.c").write_text(f"#include <stdio.h>\n{text}\n{calls}", encoding="utf-8")
    run(["gcc", *FLAGS, "-O1", "-o", "program", "model.c", "-lm"], folder)
    return [int(line) for line in run([folder / "program"], folder).split()]


def raw_rows(encoder: MaskEncoder, n: int) -> NDArray[np.float64]:
    return rng_of(4).uniform(-3, 4, (n, len(encoder.fields)))


def scaled(encoder: MaskEncoder, rows: NDArray[np.float64]) -> NDArray[np.float32]:
    width = encoder.high - encoder.low
    moved = -0.7 + 1.4 * (rows - encoder.low) / np.where(width > 0, width, 1)
    return np.where(width > 0, moved, 0).astype(np.float32)

"""Wide networks on MNIST and digits: accuracy, gates and CPU seconds of `search.algorithm: lut_boost`, beside peers.

python -m benchmarks.wide MNIST_FOLDER [--seeds 0,1,2] [--only NAME,...] [--hold-out-only] [--json FILE]
    [-o KEY=VALUE ...]

MNIST_FOLDER holds the four idx files. Every row is a run of `evo.run` in a process of its own on one thread; CPU
seconds are those of the whole process, reading, copies, patterns and the refit included, and `search` those of the
search alone. Hold-out is the accuracy on the training rows that judged, before the network is answered once more on all
of them; test rows are scored once, at the end. With --hold-out-only no test file is opened: settings are chosen so.
Gates: AND gates, of which a XOR is 3; two-input gates, ANDs and XORs each 1, of which those that count the votes and
compare them are named apart. Peers get the same pixels, and as many CPU seconds as the run that their name says; of
these a round is done or not, so they may end a little later. LightGBM and the Tsetlin machine need `pip install
lightgbm pyTsetlinMachine`; what is not installed is left out.

digits: scikit-learn's, 1,347 training and 450 test rows in the order of the file, the split of `benchmarks.masks`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import measure, report
from genomes.streams import Role, stream

PIXELS = {"source": "idx", "binarize": {"thresholds": [50, 127, 200]}, "split": {"valid": 0.0}}
DIGITS = {
    "source": "npz", "image": {"height": 8, "width": 8}, "split": {"valid": 0.0}, "augment": {"copies": 20},
}  # fmt: skip
Config = dict[str, Any]
Predict = Callable[[NDArray[Any]], NDArray[Any]]


def wide(data: Config, gate_limit: int = 1_000_000, **search: Any) -> Config:
    """The sections of a config that are its own."""
    genome = {"kind": "network", "gate_limit": gate_limit}
    return {"data": data, "genome": genome, "search": {"algorithm": "lut_boost", **search}}


CONFIGS: dict[str, Config] = {
    "500 LUT6, pixels": wide(PIXELS, units=50, inputs=6, sweeps=2),
    "2,000 LUT6, pixels": wide(PIXELS, units=200, inputs=6, sweeps=1),
    "10k gates": wide(PIXELS, 10_000, units=100, inputs=4, sweeps=4),
    "at most 10k two-input gates": wide(
        PIXELS | {"augment": {"copies": 4, "rotate": 6.0}}, 14_800, units=100, inputs=4, sweeps=6
    ),
    "100k gates": wide(PIXELS | {"augment": {"copies": 2, "rotate": 6.0}}, units=700, inputs=4, sweeps=1),
    "360k gates": wide(
        PIXELS | {"augment": {"copies": 5}, "patterns": {"bits": 6000}}, 360_000, units=1000, inputs=4, sweeps=0
    ),
    "600 s": wide(PIXELS | {"augment": {"copies": 5}, "patterns": {"bits": 6000}}, units=1400, inputs=4, sweeps=1),
    "digits": wide(DIGITS, units=100, inputs=4, sweeps=1),
}
#: Learners of all pixels with the package that each needs, and the CPU seconds that each may take.
PACKAGES = {"MLP": "sklearn", "trees": "sklearn", "LightGBM": "lightgbm", "Tsetlin": "pyTsetlinMachine"}
PEERS = {f"{learner}, {seconds} s": (learner, seconds) for seconds in (30, 90, 240) for learner in PACKAGES}
#: Rows that judge a peer, as many as judge a network.
JUDGES = 6000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--only", help="names of rows, or how they begin")
    parser.add_argument("--hold-out-only", action="store_true")
    parser.add_argument("--json", help="where figures go")
    parser.add_argument("-o", dest="overrides", action="append", default=[])
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        name, seed = options.one[0], int(options.one[1])
        one = peer if name in PEERS else learned
        done = one(options.folder, name, seed, options.overrides, test=not options.hold_out_only)
        sys.stdout.write(json.dumps(done) + "\n")
        return
    chosen = options.only.split(",") if options.only else [*CONFIGS, *PEERS]
    names = [name for name in (*CONFIGS, *PEERS) if any(name.startswith(start.strip()) for start in chosen)]
    names = [name for name in names if name not in PEERS or find_spec(PACKAGES[PEERS[name][0]]) is not None]
    extra = [argument for override in options.overrides for argument in ("-o", override)]
    extra += ["--hold-out-only"] * options.hold_out_only
    figures = []
    for name in names:
        for seed in options.seeds.split(","):
            process = measure(["-m", "benchmarks.wide", str(options.folder), "--one", name, seed, *extra])
            figures.append({**json.loads(process.stdout.splitlines()[-1]), "row": name, "seed": int(seed)})
            figures[-1] |= {"cpu": process.cpu_seconds, "megabytes": process.megabytes}
    header = [
        "row",
        "hold-out %",
        "test %",
        "AND gates",
        "two-input gates",
        "of these votes",
        "CPU s",
        "search s",
        "MB",
    ]
    report(figures, header, rows(figures, names), options.json)


def learned(folder: Path, name: str, seed: int, overrides: Sequence[str], *, test: bool) -> dict[str, Any]:
    """Scores and sizes of one run."""
    from evo.api import run  # noqa: PLC0415 - only processes that learn load it

    with tempfile.TemporaryDirectory() as scratch:
        own = CONFIGS[name]
        paths = digits(Path(scratch)) if own["data"]["source"] == "npz" else mnist(folder)
        data = own["data"] | dict(zip(("path", "test_path")[: 1 + test], paths, strict=False))
        if not test:
            data["split"] = data["split"] | {"test": 0.0}
        config = {
            "schema": 1, "name": "wide", "seed": seed, **own, "data": data, "compute": {"backend": "local"},
            "output": {"root": scratch, "report": []},
        }  # fmt: skip
        result = run(config, overrides, display="quiet")
        best = result.details["best"]
        sizes = two_input(result.run_dir, best["id"])
        held_out = judged(result.run_dir, best["id"])
    search = result.details["cpu_seconds"]
    return {"hold_out": held_out, "test": best.get("test_accuracy"), "gates": best["gates"], "search": search, **sizes}


def mnist(folder: Path) -> list[str]:
    """The images of training and of testing; labels lie beside them."""
    return [str(next(folder.glob(f"{part}-images*"))) for part in ("train", "t10k")]


def digits(scratch: Path) -> list[str]:
    """Files of scikit-learn's digits, the first three quarters for training."""
    from sklearn.datasets import load_digits  # noqa: PLC0415 - optional

    bunch = load_digits()
    for part, of in (("train", slice(1347)), ("test", slice(1347, None))):
        np.savez(scratch / f"{part}.npz", X=bunch.data[of], y=bunch.target[of])
    return [str(scratch / f"{part}.npz") for part in ("train", "test")]


def two_input(run_dir: Path, member: str) -> dict[str, int]:
    """Gates of two inputs, and those among them that count the votes and compare."""
    from evo.kinds.common.open_model import open_model  # noqa: PLC0415 - only processes that learn load it
    from fitness.networks.lowering import Lowering  # noqa: PLC0415

    saved: Any = open_model(run_dir)
    network, lowering = saved.model(member).network, Lowering(saved.model(member).n_inputs)
    nodes = lowering.add(network)
    units = lowering.sizes(nodes[network.head_literals >> 1]).two_input
    whole = lowering.sizes(lowering.decided(network, nodes, saved.task.prior)).two_input
    return {"two_input": whole, "votes": whole - units}


def judged(run_dir: Path, member: str) -> float:
    """Accuracy on the rows that judged, as the archive of the last checkpoint has it, from before the refit."""
    folder = run_dir / "checkpoints"
    with np.load(folder / f"{(folder / 'LATEST').read_text(encoding='ascii').strip()}.npz") as saved:
        born, objectives = saved["archive.born"], saved["archive.objectives"]
    found = [f"g{generation}-s{slot}" for generation, slot in born[:, :2].tolist()].index(member)
    return 1.0 - float(objectives[found, 0])


def peer(folder: Path, name: str, seed: int, overrides: Sequence[str], *, test: bool) -> dict[str, Any]:
    """The state of a learner that was best on the rows that judge, of those that its seconds allowed."""
    from fitness.data.idx_source import read_idx  # noqa: PLC0415 - only processes that learn load it

    learner, seconds = PEERS[name]
    images, labels = (read_idx(str(next(folder.glob(f"train-{kind}*")))) for kind in ("images", "labels"))
    inputs = images.reshape(len(images), -1)
    order = stream(seed, Role.SPLIT).permutation(len(inputs))
    judges, grow = order[:JUDGES], order[JUDGES:]
    others = [(inputs[judges], labels[judges])]
    if test:
        images, truth = (read_idx(str(next(folder.glob(f"t10k-{kind}*")))) for kind in ("images", "labels"))
        others.append((images.reshape(len(images), -1), truth))
    start, best = time.process_time(), [0.0]
    for predict in LEARNERS[learner](inputs[grow], labels[grow], seed):
        spent = time.process_time() - start
        held_out = float((predict(others[0][0]) == others[0][1]).mean())
        if held_out > best[0]:
            best = [held_out, *(float((predict(x) == y).mean()) for x, y in others[1:])]
        if spent > seconds:
            break
    return {"hold_out": best[0], "test": best[1] if test else None, "search": time.process_time() - start}


def epochs(inputs: NDArray[Any], labels: NDArray[Any], seed: int) -> Iterator[Predict]:
    """A network of 256 and 128 units on pixels / 255, after every epoch."""
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - optional

    model = MLPClassifier((256, 128), batch_size=128, random_state=seed)
    scaled = inputs.astype(np.float32) / 255
    while True:
        model.partial_fit(scaled, labels, classes=np.unique(labels))
        yield lambda rows: model.predict(rows.astype(np.float32) / 255)


def rounds(inputs: NDArray[Any], labels: NDArray[Any], seed: int) -> Iterator[Predict]:
    """Histogram gradient boosting, after every five rounds."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - optional

    model = HistGradientBoostingClassifier(max_iter=0, warm_start=True, early_stopping=False, random_state=seed)
    while True:
        model.set_params(max_iter=model.max_iter + 5)
        model.fit(inputs, labels)
        yield model.predict


def leaves(inputs: NDArray[Any], labels: NDArray[Any], seed: int) -> Iterator[Predict]:
    """LightGBM's gradient boosting with its own settings, after every five rounds."""
    import lightgbm  # noqa: PLC0415 - optional

    settings = {"objective": "multiclass", "num_class": 10, "num_threads": 1, "verbosity": -1, "seed": seed}
    model = lightgbm.Booster(settings, lightgbm.Dataset(inputs.astype(np.float32), labels))
    while True:
        for _ in range(5):
            model.update()
        yield lambda rows: model.predict(rows.astype(np.float32), num_threads=1).argmax(axis=1)


def clauses(inputs: NDArray[Any], labels: NDArray[Any], seed: int) -> Iterator[Predict]:
    """A Tsetlin machine of 1,000 weighted clauses per class on pixels above 75, after every epoch; it takes no seed."""
    from pyTsetlinMachine.tm import MultiClassTsetlinMachine  # noqa: PLC0415 - optional

    model = MultiClassTsetlinMachine(1000, 50, 10.0, weighted_clauses=True)
    bits, wanted = (inputs > 75).astype(np.uint32), labels.astype(np.uint32)
    while True:
        model.fit(bits, wanted, epochs=1, incremental=True)
        yield lambda rows: model.predict((rows > 75).astype(np.uint32))


LEARNERS = {"MLP": epochs, "trees": rounds, "LightGBM": leaves, "Tsetlin": clauses}


def rows(figures: list[dict[str, Any]], names: Sequence[str]) -> list[list[str]]:
    """A row per name: medians over seeds, and the range where there is one."""
    table = []
    for name in names:
        of = [figure for figure in figures if figure["row"] == name]
        scores = [spread([100 * f[key] for f in of if f[key] is not None], 2) for key in ("hold_out", "test")]
        sizes = [spread([f[key] for f in of if key in f], 0) for key in ("gates", "two_input", "votes")]
        table.append([name, *scores, *sizes, *(spread([f[key] for f in of], 1) for key in ("cpu", "search"))])
        table[-1].append(spread([max(f["megabytes"] for f in of)], 0))
    return table


def spread(values: Sequence[float], digits: int) -> str:
    """``99.9 (99.7 to 100.0)``."""
    if not values:
        return ""
    median, low, high = (f"{of(values):,.{digits}f}" for of in (statistics.median, min, max))
    return median if low == high else f"{median} ({low} to {high})"


if __name__ == "__main__":
    main()

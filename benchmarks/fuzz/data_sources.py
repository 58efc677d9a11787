"""Sound files of every source, small, with a config over each and a run that learned from it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import struct
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fuzz.changes_databases import copied
from genomes.streams import Role, stream

ROWS, COLUMNS = 60, 4
#: Bytes that a file may unpack to in these configs.
UNPACK_LIMIT = 20_000_000
CONFIG = "config.yaml"
WEIGHTS = "weights.npz"


@dataclass(frozen=True, slots=True)
class Source:
    """One source: the file that commands are given, every file by name, and what its config says besides.

    kinds: which changes fit its file; targets: names of the files that are changed.
    """

    name: str
    file: str
    kinds: tuple[str, ...]
    files: Callable[[], Mapping[str, bytes]]
    data: Mapping[str, Any]
    sections: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the files that are changed."""
        return (self.file, *self.also)


def rows() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """X float64[rows, columns] and y int64[rows]."""
    rng = stream(3, Role.WEIGHTS)
    x = np.round(rng.uniform(0, 9, (ROWS, COLUMNS)), 1)
    return x, (x[:, 0] + x[:, 1] > 9).astype(np.int64)


def csv_text() -> bytes:
    x, y = rows()
    rng = random.Random(3)
    lines = ["a,b,c,d,colour,kind"]
    for cells, label in zip(x.tolist(), y.tolist(), strict=True):
        lines.append(",".join([*map(str, cells), rng.choice(["red", "blue", ""]), "yes" if label else "no"]))
    return ("\n".join(lines) + "\n").encode()


def json_lines() -> bytes:
    """The rows of `csv_text` as JSON lines."""
    records = csv.DictReader(io.StringIO(csv_text().decode()))
    values = [{key: float(cell) if key in "abcd" else cell or None for key, cell in row.items()} for row in records]
    return "".join(json.dumps(row) + "\n" for row in values).encode()


def parquet_files() -> Mapping[str, bytes]:
    return {"rows.parquet": copied(_values(), "parquet", "FORMAT parquet")}


def zstd_files() -> Mapping[str, bytes]:
    return {"rows.csv.zst": copied(_values(), "csv", "FORMAT csv, COMPRESSION zstd")}


def _values() -> str:
    header, *lines = csv_text().decode().splitlines()
    rows = ", ".join(
        "({})".format(", ".join([*line.split(",")[:4], *(f"'{c}'" for c in line.split(",")[4:])])) for line in lines
    )
    return f"SELECT * FROM (VALUES {rows}) AS t({header})"


def npz_bytes() -> bytes:
    x, y = rows()
    return packed(X=x, y=y, feature_names=np.array(["a", "b", "c", "d"]))


def packed(**arrays: Any) -> bytes:
    """The bytes of an npz file."""
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def pla_text() -> bytes:
    lines = [".i 4", ".o 1", ".type fr"]
    lines += [f"{n:04b} {int(n % 3 == 0 or n > 12)}" for n in range(16)]
    return ("\n".join([*lines, ".e"]) + "\n").encode()


def idx_bytes(array: Any) -> bytes:
    """The bytes of an idx file of unsigned bytes."""
    values = np.asarray(array, dtype=np.uint8)
    return struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.tobytes()


def images() -> bytes:
    return idx_bytes((rows()[0] * 20).astype(np.uint8).reshape(ROWS, 2, 2))


def labels() -> bytes:
    return idx_bytes(rows()[1])


def weights() -> bytes:
    rng = stream(4, Role.WEIGHTS)
    shapes = {"weights_0": (5, COLUMNS), "bias_0": (5,), "weights_1": (2, 5), "bias_1": (2,)}
    return packed(**{name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()})


IMAGES, LABELS = "t-images-idx3-ubyte", "t-labels-idx1-ubyte"
NETWORK = {"weights": "file", "path": WEIGHTS}
SOURCES: tuple[Source, ...] = (
    Source("csv", "rows.csv", ("csv",), lambda: {"rows.csv": csv_text()}, {"source": "csv"}),
    Source(
        "csv-gz",
        "rows.csv.gz",
        ("csv", "gz"),
        lambda: {"rows.csv.gz": gzip.compress(csv_text(), mtime=0)},
        {"source": "csv"},
    ),
    Source("parquet", "rows.parquet", ("parquet",), parquet_files, {"source": "table"}),
    Source("json", "rows.jsonl", ("json",), lambda: {"rows.jsonl": json_lines()}, {"source": "table"}),
    Source("csv-zst", "rows.csv.zst", ("zst",), zstd_files, {"source": "table"}),
    Source("npz", "rows.npz", ("npz",), lambda: {"rows.npz": npz_bytes()}, {"source": "npz"}),
    Source("pla", "rows.pla", ("pla",), lambda: {"rows.pla": pla_text()}, {"source": "pla"}),
    Source(
        "pla-gz",
        "rows.pla.gz",
        ("pla", "gz"),
        lambda: {"rows.pla.gz": gzip.compress(pla_text(), mtime=0)},
        {"source": "pla"},
    ),
    Source("idx", IMAGES, ("idx",), lambda: {IMAGES: images(), LABELS: labels()}, {"source": "idx"}, also=(LABELS,)),
    Source(
        "idx-gz",
        f"{IMAGES}.gz",
        ("idx", "gz"),
        lambda: {f"{IMAGES}.gz": gzip.compress(images(), mtime=0), f"{LABELS}.gz": gzip.compress(labels(), mtime=0)},
        {"source": "idx"},
        also=(f"{LABELS}.gz",),
    ),
    Source(
        "weights",
        "rows.npz",
        ("npz",),
        lambda: {"rows.npz": npz_bytes(), WEIGHTS: weights()},
        {"source": "npz", "binarize": {"method": "none"}},
        {
            "genome": {"kind": "mask", "network": NETWORK},
            "search": {"population": 4, "prices": 3},
            "local": {"sweeps": 1},
            "output": {"report": [], "controls": 0},
        },
        also=(WEIGHTS, WEIGHTS, WEIGHTS),
    ),
)


def document(source: Source) -> dict[str, Any]:
    """The config over the file of `source`."""
    data = {"path": source.file, "unpack_limit": UNPACK_LIMIT, "split": {"valid": 0.2, "test": 0.2}, **source.data}
    return {
        "schema": 1,
        "name": source.name,
        "seed": 3,
        "data": data,
        "stop": {"generations": 1, "exact": None},
        "compute": {"workers": 1},
        "output": {"report": []},
        **({"search": {"population": 8}} | dict(source.sections)),
    }


def write_source(folder: Path, source: Source) -> None:
    """Write the sound files and the config into `folder`."""
    from evo.config.resolved import dump_yaml  # noqa: PLC0415 - where the fuzzer runs, evo is loaded already

    folder.mkdir(parents=True)
    for name, content in source.files().items():
        (folder / name).write_bytes(content)
    (folder / CONFIG).write_text(dump_yaml(document(source)), encoding="utf-8")


def make_run(folder: Path, source: Source) -> None:
    """``folder/files`` with the sound files, and ``folder/run``, made by a process of its own."""
    write_source(folder / "files", source)
    child = os.fork()
    if not child:
        code = 1
        try:
            import evo  # noqa: PLC0415

            evo.run(folder / "files" / CONFIG, run_dir=folder / "run", display="quiet")
            code = 0
        except BaseException:
            traceback.print_exc()
        os._exit(code)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise RuntimeError(f"no run of {source.name}")

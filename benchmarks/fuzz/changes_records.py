"""Changes of the text files of a run directory: JSON, YAML, CSV and journals, keys and values, whole files.

What is changed is really reached: of checkpoints the digests are made to fit, ids change with the names of their files.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.fuzz.hostile import HOSTILE, LITERALS, VALUES

Change = Callable[[Path, random.Random], str]

RECORDS = ("run.json", "result.json", "encoder.json", "models/*.json", "checkpoints/*.json")
JOURNALS = ("metrics.jsonl", "timing.jsonl", "events.jsonl")
CONFIGS = ("resolved.yaml",)


def _existing(folder: Path, patterns: Sequence[str], rng: random.Random) -> Path:
    """One of the files that there are."""
    found = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
    return rng.choice(found or [folder / "run.json"])


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _places(inner, (*path, key))


def _at(document: Any, path: Sequence[Any]) -> Any:
    for key in path:
        document = document[key]
    return document


def _chosen(document: Any, rng: random.Random, depth: int = 1) -> tuple[Any, ...] | None:
    """A place at least `depth` keys deep; shallow ones are as likely as the many deep ones."""
    found = [path for path in _places(document) if len(path) >= depth]
    if not found:
        return None
    length = rng.choice(sorted({len(path) for path in found}))
    return rng.choice([path for path in found if len(path) == length])


def _edit(folder: Path, rng: random.Random, edit: Callable[[Any, tuple[Any, ...], random.Random], str]) -> str:
    """Change one place of one record, config or line of a journal."""
    path = _existing(folder, rng.choice((RECORDS, RECORDS, JOURNALS, CONFIGS)), rng)
    lines = path.read_text(encoding="utf-8").split("\n") if path.suffix == ".jsonl" else []
    number = rng.randrange(max(1, len(lines) - 1))
    if path.suffix == ".yaml":
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    else:
        document = json.loads(lines[number] if lines and lines[number] else "{}" if lines else path.read_bytes())
    place = _chosen(document, rng)
    if place is None:
        return f"nothing in {path.name}"
    said = edit(document, place, rng)
    if path.suffix == ".yaml":
        text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    else:
        text = json.dumps(document, ensure_ascii=rng.random() < 0.5)
    if lines:
        lines[number] = text
        text = "\n".join(lines)
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    _fit(folder)
    return f"{path.relative_to(folder)}: {said} at {'.'.join(map(str, place))[:60]}"


def _fit(folder: Path) -> None:
    """Make the digests of the journal in every checkpoint fit again, so that what was changed is looked at."""
    metrics = (folder / "metrics.jsonl").read_bytes() if (folder / "metrics.jsonl").exists() else b""
    for path in folder.glob("checkpoints/gen_*.json"):
        try:
            meta = json.loads(path.read_bytes())
            length = sum(len(line) for line in metrics.splitlines(keepends=True)[: meta["generation"]])
            if isinstance(meta["metrics_sha256"], str) and isinstance(meta["metrics_bytes"], int):
                meta |= {"metrics_bytes": length, "metrics_sha256": hashlib.sha256(metrics[:length]).hexdigest()}
                path.write_text(json.dumps(meta), encoding="utf-8")
        except (ValueError, TypeError, KeyError):
            continue


def delete_key(folder: Path, rng: random.Random) -> str:
    """A key or an item less."""

    def edit(document: Any, place: tuple[Any, ...], rng: random.Random) -> str:
        del _at(document, place[:-1])[place[-1]]
        return "deleted"

    return _edit(folder, rng, edit)


def retype_value(folder: Path, rng: random.Random) -> str:
    """A value of another type or size."""

    def edit(document: Any, place: tuple[Any, ...], rng: random.Random) -> str:
        value = rng.choice(VALUES)
        _at(document, place[:-1])[place[-1]] = value
        return f"set to {str(value)[:30]}"

    return _edit(folder, rng, edit)


def hostile_text(folder: Path, rng: random.Random) -> str:
    """A text that is code, a path or control characters."""

    def edit(document: Any, place: tuple[Any, ...], rng: random.Random) -> str:
        text = rng.choice(HOSTILE)
        texts = [path for path in _places(document) if path and isinstance(_at(document, path), str)]
        where = rng.choice(texts) if texts else place
        _at(document, where[:-1])[where[-1]] = text
        return f"{'.'.join(map(str, where))[:40]} set to {text[:30]!r}"

    return _edit(folder, rng, edit)


def hostile_names(folder: Path, rng: random.Random) -> str:
    """A name of the data that is hostile wherever it stands, so that everything still fits together."""
    before, after = rng.choice(("height", "weight", "wet", "old", "kind", "yes", "no")), rng.choice(HOSTILE)
    for path in [*folder.glob("*.json"), *folder.glob("models/*.json")]:
        value = _replaced(json.loads(path.read_bytes()), before, after)
        path.write_text(json.dumps(value), encoding="utf-8")
    return f"{before} is {after[:30]!r} everywhere"


def _replaced(value: Any, before: str, after: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(inner, before, after) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, before, after) for inner in value]
    return after if value == before else value.replace(f"{before} ", f"{after} ") if isinstance(value, str) else value


def hostile_id(folder: Path, rng: random.Random) -> str:
    """The id of the pick, in its files, in front.csv and in result.json."""
    best = folder / "models" / "best.json"
    if not best.exists():
        return "no models"
    record, after = json.loads(best.read_bytes()), rng.choice(HOSTILE)
    before = record["id"]
    for path in (best, best.with_name(f"{before}.json"), folder / "result.json"):
        if path.exists():
            path.write_text(json.dumps(_replaced(json.loads(path.read_bytes()), before, after)), encoding="utf-8")
    return f"the id {before} is {after[:30]!r} ({_edit_front(folder, lambda rows: _renamed(rows, before, after))})"


def _renamed(rows: list[list[str]], before: str, after: str) -> None:
    for row in rows:
        row[:] = [after if cell == before else cell for cell in row]


def _edit_front(folder: Path, edit: Callable[[list[list[str]]], None]) -> str:
    path = folder / "front.csv"
    if not path.exists():
        return "no front.csv"
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    edit(rows)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return "front.csv with it"


def change_front(folder: Path, rng: random.Random) -> str:
    """A cell, a row or a column of front.csv."""

    def edit(rows: list[list[str]]) -> None:
        row = rng.choice(rows)
        what = rng.randrange(5)
        if what == 0:
            row[rng.randrange(len(row))] = rng.choice((*HOSTILE, "nan", "inf", "1e999", "-1", "1" * 5000, "9" * 30))
        elif what == 1:
            row.pop()
        elif what == 2:
            row.append("more")
        elif what == 3:
            rows[:] = rows[:1]
        else:
            rows[0][rng.randrange(len(rows[0]))] = rng.choice(("", "x", "id", "gates"))

    return f"changed {_edit_front(folder, edit)}"


def odd_literal(folder: Path, rng: random.Random) -> str:
    """A number or a text that strict JSON does not have, in place of a value."""
    path = _existing(folder, (*RECORDS, *JOURNALS), rng)
    text = path.read_text(encoding="utf-8")
    spots = [i for i, char in enumerate(text) if char == ":"]
    literal = rng.choice(LITERALS)
    if spots:
        spot = rng.choice(spots) + 1
        end = min((found for mark in ",}\n" if (found := text.find(mark, spot)) >= 0), default=len(text))
        text = text[:spot] + literal + text[end:]
    path.write_text(text, encoding="utf-8")
    return f"{path.relative_to(folder)}: {literal[:20]} as a value"


def twice_key(folder: Path, rng: random.Random) -> str:
    """A key that stands there twice."""
    path = _existing(folder, RECORDS, rng)
    text = path.read_text(encoding="utf-8")
    spot = text.find("{") + 1
    key = rng.choice(("id", "state", "name", "task", "format", "kind", "seed", "generation"))
    path.write_text(f'{text[:spot]}"{key}": "first", {text[spot:]}', encoding="utf-8")
    return f"{path.relative_to(folder)}: {key} twice"


def truncate(folder: Path, rng: random.Random) -> str:
    """A file that ends somewhere."""
    path = _existing(folder, (*RECORDS, *JOURNALS, *CONFIGS, "front.csv", "*.npz", "quarantine/*.npz"), rng)
    content = path.read_bytes()
    path.write_bytes(content[: rng.randrange(len(content) + 1)])
    return f"{path.relative_to(folder)} truncated"


def other_bytes(folder: Path, rng: random.Random) -> str:
    """Bytes that are no UTF-8, or none at all, or any."""
    path = _existing(folder, (*RECORDS, *JOURNALS, *CONFIGS, "front.csv"), rng)
    content = bytearray(path.read_bytes())
    for _ in range(rng.choice((1, 3, 50))):
        if content:
            content[rng.randrange(len(content))] = rng.choice((0, 0xFF, 0xC3, 0x1B, 0x0A, 0x22, rng.randrange(256)))
    path.write_bytes(bytes(content))
    return f"{path.relative_to(folder)} with other bytes"


def swap_files(folder: Path, rng: random.Random) -> str:
    """A file in another's place."""
    patterns = (*RECORDS, *JOURNALS, *CONFIGS, "front.csv", "network.npz")
    one, other = _existing(folder, patterns, rng), _existing(folder, patterns, rng)
    if one != other:
        shutil.copyfile(one, other)
    return f"{one.relative_to(folder)} in place of {other.relative_to(folder)}"


def remove_file(folder: Path, rng: random.Random) -> str:
    """A file less."""
    path = _existing(folder, (*RECORDS, *JOURNALS, *CONFIGS, "front.csv", "network.npz", "quarantine/*.npz"), rng)
    path.unlink()
    return f"{path.relative_to(folder)} removed"


def wild_model(folder: Path, rng: random.Random) -> str:
    """A model with literals, terms or sizes that the data do not have."""
    path = folder / "models" / "best.json"
    if not path.exists():
        return "no models"
    record = json.loads(path.read_bytes())
    if "terms" in record:
        count = record["n_inputs"]
        literals = (count + 1, -count - 1, 0, 2**62, -(2**63), 1.0, "1", [1], None)
        covers: list[Any] = [[[[literal]]] for literal in literals]
        covers += [[[[1, 1]]], [[[1, -1]]], [], [[]], [[[]]], [[1]], [1], [[[1]] * 70_000]]
        record["terms"] = rng.choice([*covers, [[list(range(1, count + 1))] * 500]])
        record["n_inputs"] = rng.choice((count, count, 0, -1, 10**9, 2**63, count + 64))
    else:
        rows = record["mask"]
        record["mask"] = rng.choice(([], [[]], rows[:1], [[row + "1" for row in rows[0]], *rows[1:]], [["2"]], 5))
        record["logit_scale"] = rng.choice((1.0, 0, -1.0, 1e308, None, "1"))
    path.write_text(json.dumps(record), encoding="utf-8")
    return "a wild best.json"


def wild_encoder(folder: Path, rng: random.Random) -> str:
    """An encoder whose parts do not fit together."""
    path = folder / "encoder.json"
    value = json.loads(path.read_bytes())
    task, many = value["task"], list(map(str, range(1000)))
    changes: list[tuple[str, Callable[[], object]]] = [
        ("classes twice", lambda: task.update(classes=[task["classes"][0]] * len(task["classes"]))),
        (
            "many classes",
            lambda: task.update(kind="multiclass", classes=many, prior=list(range(1000))),
        ),
        ("several outputs", lambda: task.update(kind="multioutput", outputs=["a", "b"], classes=["0", "1"], prior=[])),
        ("multiclass", lambda: task.update(kind="multiclass")),
        ("negative prior", lambda: task.update(prior=[-1, 0])),
    ]
    bits = (value.get("binarizer") or {}).get("bits")
    if bits:
        changes += [
            ("open interval", lambda: bits[0].__setitem__(slice(1, 3), ["in", [None, None]])),
            ("reversed interval", lambda: bits[0].__setitem__(slice(1, 3), ["in", [9.0, 1.0]])),
            ("another number", lambda: bits[0].__setitem__(2, 1e308)),
            ("more bits", lambda: bits.extend([bits[-1]] * 100)),
        ]
    name, change = rng.choice(changes)
    change()
    path.write_text(json.dumps(value), encoding="utf-8")
    return f"encoder.json: {name}"


CHANGES: list[Change] = [
    delete_key,
    *(retype_value, hostile_text) * 2,
    hostile_names,
    hostile_id,
    change_front,
    odd_literal,
    twice_key,
    truncate,
    other_bytes,
    swap_files,
    remove_file,
    wild_model,
    wild_encoder,
]

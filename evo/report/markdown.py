"""report.md: one run, for a person who was not there."""

from __future__ import annotations

import re
import shlex
from typing import Any

from evo.report.summary import accuracy_text, percent, size_text


def run_report(result: dict[str, Any], run: dict[str, Any], formula: list[str]) -> str:
    """The whole report as Markdown; `result` and `run` are result.json and run.json."""
    sections = [
        f"# {escape(run['name'])}",
        _verdict(result),
        "## The rules\n\n" + fenced(formula),
        "## Scores\n\n" + _scores(result["best"]["scores"]) + "\n\n" + _confusions(result),
        "## Accuracy against size\n\n" + _front(result["front"], result["best"]["id"]),
        "## Data\n\n" + _data(result["data"]),
        "## How it was made\n\n" + _provenance(result, run),
    ]
    return "\n\n".join(sections) + "\n"


def escape(text: str) -> str:
    """Text that Markdown shows as it is, in one line."""
    visible = "".join(character if character.isprintable() else "?" for character in text)
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", visible)


def fenced(lines: list[str]) -> str:
    """Lines as a code block whose fence no line can close."""
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    visible = ["".join(c if c.isprintable() else "?" for c in line) for line in lines]
    return "\n".join([f"{fence}text", *visible, fence])


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; cells are escaped."""
    lines = [header, ["---"] * len(header), *([escape(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _verdict(result: dict[str, Any]) -> str:
    best = result["best"]
    return f"**{accuracy_text(best)}** accuracy with {size_text(best)}. The model was picked by its validation score."


def _scores(scores: dict[str, dict[str, Any]]) -> str:
    names = [name for name in next(iter(scores.values())) if name != "confusion"]
    return table(["metric", *scores], [[name, *(f"{scores[s][name]:.4f}" for s in scores)] for name in names])


def _confusions(result: dict[str, Any]) -> str:
    split = next(name for name in ("test", "valid", "train") if name in result["best"]["scores"])
    classes = result["data"]["classes"]
    tables = result["best"]["scores"][split]["confusion"]
    outputs = result["data"]["outputs"]
    parts = []
    for name, counts in list(zip(outputs, tables, strict=True))[:8]:
        rows = [[f"is {label}", *(f"{n:,}" for n in row)] for label, row in zip(classes, counts, strict=True)]
        parts.append(table([f"{escape(name)} ({split})", *(f"said {escape(label)}" for label in classes)], rows))
    if len(tables) > len(parts):
        parts.append(f"{len(tables) - len(parts)} more outputs are in result.json.")
    return "\n\n".join(parts)


def _front(rows: list[dict[str, Any]], best: str) -> str:
    header = ["", "id", "train", "valid", "test", "literals", "terms", "gates", "depth", "sparsity"]
    body = [
        [
            "*" if row["id"] == best else "",
            row["id"],
            *(percent(row[f"{split}_accuracy"]) for split in ("train", "valid", "test")),
            *(str(row[name]) for name in ("literals", "terms", "gates", "depth")),
            percent(row["sparsity"]),
        ]
        for row in rows
    ]
    return table(header, body) + "\n\nThe starred model is the pick; every model is in models/ under its id."


def _data(data: dict[str, Any]) -> str:
    splits = ", ".join(f"{rows:,} {name}" for name, rows in data["rows"].items())
    classes = ", ".join(escape(label) for label in data["classes"])
    return (
        f"- rows: {splits}\n- {data['features']:,} features, {data['bits']:,} input bits\n"
        f"- classes: {classes}\n- sha256 of the packed data: {data['sha256']}"
    )


def _provenance(result: dict[str, Any], run: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    times = f"{result['seconds']:.1f} s ({result['cpu_seconds']:.1f} CPU s)"
    return (
        f"- ended: {result['state']} ({result['stop_reason']}) after {result['generations']:,} generations, "
        f"{result['evaluations']:,} evaluations, {times}\n"
        f"- command: `{shlex.join(run['command'])}`\n- seed: {run['seed']}; identity {run['identity_sha256'][:12]}\n"
        f"- versions: {versions}\n- attempts: {len(run['attempts'])}"
    )

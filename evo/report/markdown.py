"""report.md: one run, for a person who was not there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import Any

from evo.analysis.trivial import of_result
from evo.kinds.kind import Kind
from evo.kinds.registry import kind_of
from evo.report.confusion import confusion_table
from evo.report.shared import column_sentences, counts_elsewhere, formulas, front_table, picked_by
from evo.report.summary import accuracy_text, metric_text
from evo.report.tables import cut, percent
from evo.text.measures import measure_of
from genomes.text.printable import printable

#: Characters of a formula in the table of the front.
LONGEST_FORMULA = 100


def run_report(
    result: dict[str, Any], run: dict[str, Any], model: Sequence[str], notes: Sequence[str] = (), missing: str = ""
) -> str:
    """The whole report as Markdown.

    result, run: result.json and run.json; model: the sections that the kind of genome gives; notes: on what time did
    not suffice for; missing: what missing cells are read as.
    """
    kind = kind_of(result["genome"])
    sections = [
        f"# {escape(run['name'])}",
        _verdict(result, kind),
        *model,
        "## Scores\n\n" + _scores(result["best"]) + "\n\n" + _confusions(result),
        f"## {measure_of(result['best']).title} against size\n\n" + _front(result, kind),
        "## Data\n\n" + _data(result["data"]) + (f"\n- missing cells: {escape(missing)}" if missing else ""),
        "## How it was made\n\n" + _provenance(result, run) + "".join(f"\n- {escape(note)}" for note in notes),
    ]
    return "\n\n".join(sections) + "\n"


#: Marks of Markdown, but for those that mean nothing where they stand: a lone star, and `_` or `>` within a word.
_MARKS = re.compile(r"[\\`{}\[\]<#|~&$]|\*(?=\S)|(?<=\S)\*|(?<!\w)_|_(?!\w)|^>")


def escape(text: str) -> str:
    """Text that Markdown shows as it is, in one line."""
    return _MARKS.sub(r"\\\g<0>", printable(text))


def code(text: str) -> str:
    """Text as inline code, whatever backticks it holds."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    pad = " " if longest else ""
    return f"{'`' * (longest + 1)}{pad}{printable(text)}{pad}{'`' * (longest + 1)}"


def fenced(lines: list[str]) -> str:
    """Lines as a code block whose fence no line can close."""
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}text", *map(printable, lines), fence])


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, one line per row; cells are escaped."""
    head, *body = ([escape(cell) for cell in row] for row in (header, *rows))
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(header), *body))


def _verdict(result: dict[str, Any], kind: Kind) -> str:
    best, picked = result["best"], picked_by(result)
    metric = f" ({best['metric']})" if picked.endswith("score") else ""
    picked = escape(f"The model was picked by {picked}{metric}.")
    useless, score = of_result(result), metric_text(best, sentence=True)
    first = f"**{escape(useless)}**\n\n" if useless else ""
    first += f"{escape(score)} " if score else ""
    return f"{first}Accuracy **{accuracy_text(best)}** with {kind.size_text(best)}. {picked}"


def _scores(best: dict[str, Any]) -> str:
    scores = best["scores"]
    unwanted = {"confusion"} if best["metric"] == "weighted" else {"confusion", "weighted"}  # unweighted it is accuracy
    known = [name for name in next(iter(scores.values())) if name not in unwanted]
    names = sorted(known, key=lambda name: name != best["metric"])
    return table(["metric", *scores], [[name, *(f"{scores[s][name]:.4f}" for s in scores)] for name in names])


def _confusions(result: dict[str, Any]) -> str:
    split = next(name for name in ("test", "valid", "train") if name in result["best"]["scores"])
    counts = result["best"]["scores"][split]["confusion"]
    shown = confusion_table(result["data"]["outputs"], result["data"]["classes"], counts)
    if shown is None:
        return counts_elsewhere(len(result["data"]["classes"]))
    return f"On the {split} rows:\n\n{table(*shown)}"


def _front(result: dict[str, Any], kind: Kind) -> str:
    header, rows = front_table(result, kind)
    words = formulas(result)
    shown = [[]] * len(rows) if words is None else [[cut(line, LONGEST_FORMULA)] for line in words]
    body = [
        ["*" if member["id"] == result["best"]["id"] else "", *row, percent(member["sparsity"]), *line]
        for member, row, line in zip(result["front"], rows, shown, strict=True)
    ]
    return (
        table(["", *header, "sparsity", *([] if words is None else ["formula"])], body)
        + "\n\nThe starred model is the pick; every model is in models/ under its id."
    )


def _data(data: dict[str, Any]) -> str:
    splits = ", ".join(f"{rows:,} {name}" for name, rows in data["rows"].items())
    classes = ", ".join(escape(label) for label in data["classes"])
    return (
        f"- rows: {splits}\n- {data['features']:,} features, {data['bits']:,} inputs\n"
        f"- classes: {classes}\n- sha256 of the packed data: {data['sha256']}"
        + "".join(f"\n- {escape(line)}" for line in column_sentences(data))
    )


def _local_steps(cache: dict[str, int]) -> str:
    """A line on local steps and those that a known behaviour saved; nothing where there were none."""
    asked = cache["hits"] + cache["misses"]
    if not asked:
        return ""
    share = percent(cache["hits"] / asked)
    return f"- local steps: {cache['misses']:,} made, {cache['hits']:,} saved ({share}) as their behaviour was known\n"


def _workers(backend: dict[str, Any]) -> str:
    """Where the work was done."""
    if backend["kind"] == "local":
        return "- work: in one process"
    lost, again = backend["workers_lost"], backend["retries"]
    faults = f"; {lost} lost and replaced, {again} pieces of work done again" if lost else ""
    return f"- work: by {backend['workers']} Ray worker{'s' if backend['workers'] > 1 else ''}{faults}"


def _islands(islands: dict[str, Any] | None) -> str:
    """A line on the islands; nothing where there are none."""
    if islands is None:
        return ""
    migrants = f"up to {islands['migrants']:,} migrants from each origin every {islands['every']:,} generations"
    if not islands["migrated"]:
        return f"- islands: {islands['count']}, which exchanged nothing\n"
    return (
        f"- islands: {islands['count']} ({escape(islands['topology'])}), {migrants}, {islands['migrated']:,} in all\n"
    )


def _units(run: dict[str, Any]) -> str:
    """The vector units, where the run depends on them."""
    return "".join(f"- vector units: {code(name)}\n" for name in run.get("vector_units", []))


def _provenance(result: dict[str, Any], run: dict[str, Any]) -> str:
    versions = escape(", ".join(f"{name} {version}" for name, version in run["versions"].items()))
    ended = f"{result['state']} ({result['stop_reason']})"
    times = f"{result['seconds']:.1f} s ({result['cpu_seconds']:.1f} CPU s)"
    return (
        f"- ended: {escape(ended)} after {result['generations']:,} generations, "
        f"{result['evaluations']:,} evaluations, {times}\n"
        f"{_local_steps(result['cache'])}{_islands(result.get('islands'))}"
        f"- command: {code(shlex.join(run['command']))}\n"
        f"- seed: {run['seed']}; identity {run['identity_sha256'][:12]}\n"
        f"- versions: {versions}\n{_units(run)}- attempts: {len(run['attempts'])}\n{_workers(result['backend'])}"
    )

"""The few lines a person reads when a run ends."""

from __future__ import annotations

from typing import Any

from evo.report.tables import percent
from evo.text.formula import wrapped
from evo.text.numbers import counted, size_words

#: Lines of the formula shown on screen.
FORMULA_LINES = 24


def size_text(best: dict[str, Any], genome: str = "sop") -> str:
    """``5 literals in 2 terms, 4 gates, depth 3``; of masks ``672 weights kept, 20 neurons in use``."""
    if genome == "mask":
        kept, neurons = (
            counted(best[key], noun) for key, noun in zip(("literals", "terms"), size_words(genome), strict=True)
        )
        return f"{kept} kept, {neurons} in use, sparsity {percent(best['sparsity'])}"
    literals, terms, gates = (counted(best[key], key[:-1]) for key in ("literals", "terms", "gates"))
    return f"{literals} in {terms}, {gates}, depth {best['depth']}, sparsity {percent(best['sparsity'])}"


def accuracy_text(best: dict[str, Any]) -> str:
    """``train 95.6 %, valid 94.1 %, test 96.5 %`` with the splits that exist."""
    named = ((split, best[f"{split}_accuracy"]) for split in ("train", "valid", "test"))
    return ", ".join(f"{split} {percent(value)}" for split, value in named if value is not None)


def _ends(front: list[dict[str, Any]], genome: str) -> str:
    """``3 literals (train 80.0 %) to 40 literals (train 99.0 %)``."""
    ends = sorted(front, key=lambda row: int(row["literals"]))
    texts = [
        f"{counted(row['literals'], size_words(genome)[0])} (train {percent(row['train_accuracy'])})"
        for row in (ends[0], ends[-1])
    ]
    return " to ".join(dict.fromkeys(texts))


def closing_lines(result: dict[str, Any], formula: list[str], run_dir: str, files: list[str]) -> list[str]:
    """Formula, figures, where it is written and what can be done next."""
    best, genome = result["best"], result["genome"]
    form = "npz" if genome == "mask" else "python"
    lines = wrapped(formula)
    shown = lines[:FORMULA_LINES]
    if len(lines) > len(shown):
        shown.append(f"  ... {len(lines) - len(shown)} more lines: evo export {run_dir} --format dnf")
    ended = f"{result['generations']:,} generations, {result['evaluations']:,} evaluations, {result['seconds']:.1f} s"
    unsettled = " -o stop.exact=null" if result["stop_reason"] == "exact" else ""
    failed = [f"warning: {result['failed']:,} candidates failed to evaluate"] if result["failed"] else []
    return [
        "",
        *shown,
        "",
        f"accuracy: {accuracy_text(best)}",
        f"size:     {size_text(best, genome)}",
        f"ended:    {result['state']} ({result['stop_reason']}) after {ended}",
        f"front:    {len(result['front'])} models from {_ends(result['front'], genome)}",
        *failed,
        f"written:  {run_dir}",
        f"          {', '.join(files)}",
        f"next:     evo report {run_dir}",
        f"          evo export {run_dir} --format {form}",
        f"          evo resume {run_dir} -o stop.generations={2 * result['generations']}{unsettled}",
    ]

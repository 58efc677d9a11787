"""The few lines a person reads when a run ends."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from evo.analysis.trivial import of_result
from evo.kinds.kind import SizeColumn
from evo.kinds.registry import kind_of
from evo.report.tables import percent
from evo.search.spec import WAITING
from evo.text.formula import wrapped
from evo.text.measures import Measure, measure_of

#: Rules that end a run because nothing more is gained.
ENDLESS = (*WAITING, "patience", "target")
#: Lines of a model shown on screen.
MODEL_LINES = 24
#: Columns of sentences on screen.
WIDTH = 80


def accuracy_text(best: Mapping[str, Any]) -> str:
    """``train 95.6 %, valid 94.1 %, test 96.5 %`` with the splits that exist."""
    named = ((split, best[f"{split}_accuracy"]) for split in ("train", "valid", "test"))
    return ", ".join(f"{split} {percent(value)}" for split, value in named if value is not None)


def metric_text(best: dict[str, Any], *, sentence: bool = False) -> str | None:
    """``balanced accuracy: train 0.912, test 0.874``; None where the metric is accuracy itself.

    sentence: written as a sentence, which begins with a capital letter and ends with a full stop.
    """
    measure = measure_of(best)
    if not measure.beside_accuracy:
        return None
    named = ((split, measure.of_best(best, split)) for split in best["scores"])
    scores = ", ".join(f"{split} {measure.text(value)}" for split, value in named if value is not None)
    return f"{measure.title}: {scores}." if sentence else f"{measure.name}: {scores}"


def _ends(front: list[dict[str, Any]], size: SizeColumn, measure: Measure) -> str:
    """``3 literals (train 80.0 %) to 40 literals (train 99.0 %)``."""
    ends = sorted(front, key=lambda row: int(row[size.name]))
    named = f"{measure.name} " if measure.beside_accuracy else ""
    scores = [f"train {named}{measure.text(measure.of(row, 'train'))}" for row in (ends[0], ends[-1])]
    texts = [
        f"{size.counted(row[size.name])} ({score})" for row, score in zip((ends[0], ends[-1]), scores, strict=True)
    ]
    return " to ".join(dict.fromkeys(texts))


def _further(result: dict[str, Any]) -> str:
    """The override with which a run goes on from where it ended: the rule that ended it off, or twice as far."""
    rule = result["stop_reason"]
    if rule not in ("generations", "evaluations", "seconds"):
        return f" -o stop.{rule}=null" if rule in ENDLESS else ""
    return f" -o stop.{rule}={2 * ceil(result[rule])}"


def _spoken(head: str, sentences: Sequence[str]) -> list[str]:
    """Sentences in lines of one width; none where there are none."""
    return textwrap.wrap(" ".join(sentences), WIDTH, initial_indent=head, subsequent_indent=" " * len(head))


def closing_lines(result: dict[str, Any], model: list[str], run_dir: str, files: list[str]) -> list[str]:
    """The model in words, figures, where it is written and what can be done next."""
    best, kind = result["best"], kind_of(result["genome"])
    lines = wrapped(model)
    shown = lines[:MODEL_LINES]
    if len(lines) > len(shown):
        whole = f": evo export {run_dir} --format {kind.words}" if kind.words else ""
        shown.append(f"  ... {len(lines) - len(shown)} more lines{whole}")
    ended = f"{result['generations']:,} generations, {result['evaluations']:,} evaluations, {result['seconds']:.1f} s"
    failed = [f"warning: {result['failed']:,} candidates failed to evaluate"] if result["failed"] else []
    useless, metric = of_result(result), metric_text(best)
    return [
        "",
        *([f"warning: {useless}", ""] if useless else []),
        *shown,
        "",
        *([metric] if metric else []),
        f"accuracy: {accuracy_text(best)}",
        f"size:     {kind.size_text(best)}",
        *_spoken("controls: ", kind.beside(result)),
        f"ended:    {result['state']} ({result['stop_reason']}) after {ended}",
        f"front:    {len(result['front'])} models from {_ends(result['front'], kind.sizes[0], measure_of(best))}",
        *failed,
        f"written:  {run_dir}",
        f"          {', '.join(files)}",
        f"next:     evo report {run_dir}",
        f"          evo export {run_dir} --format {kind.program}",
        f"          evo resume {run_dir}{_further(result)}",
    ]

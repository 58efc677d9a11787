"""The closing files of a run: front.csv, models/, result.json, the reports, and the lines shown at the end."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evo.kinds.common.front import with_test
from evo.kinds.common.in_words import in_words
from evo.kinds.common.job import AnyJob
from evo.kinds.common.scorer import Told
from evo.kinds.common.selection import Choice
from evo.monitor import FrontRow
from evo.records.front import FORMULA, SCORES, front_columns
from evo.records.runs import read_run
from evo.report.summary import closing_lines
from evo.report.write import write_reports
from evo.search.descent_cache import DescentCache
from evo.search.islands import migrated_so_far
from evo.search.state import State
from evo.storage.known import BEST, ENCODER, FRONT, MODELS, RESULT
from evo.storage.run_dir import RunDir
from evo.storage.texts import csv_file, dump_json, json_file
from evo.text.columns import stored


def picked(job: AnyJob, rows: tuple[FrontRow, ...], choice: Choice | None) -> FrontRow:
    """The member that cross-validation chose, or the one that the validation rows do."""
    return job.scorer.pick(rows) if choice is None else next(row for row in rows if row.id == choice.member)


def write_front(job: AnyJob, run: RunDir, state: State[Any], choice: Choice | None) -> tuple[FrontRow, ...]:
    """encoder.json, front.csv, one model file per member and best.json; models that left the front are removed.

    Returns the rows of the front with their formulas.
    """
    _write_encoder(job, run)
    rows = in_words(job, state.archive, job.scorer.rows(state.archive))
    pick = picked(job, rows, choice)
    scores = [name for name in SCORES if any(getattr(row, name) is not None for row in rows)]
    words = [FORMULA] if any(row.formula for row in rows) else []
    columns = (*front_columns(job.kind.sizes), *scores, *words)
    run.replace(FRONT, csv_file(columns, [[getattr(row, name) for name in columns] for row in rows]))
    run.make(MODELS)
    current = {BEST}
    for row in rows:
        record = json_file(job.scorer.record(state.archive, row))
        name = f"{MODELS}/{row.id}.json"
        run.replace(name, record)
        current.add(name)
        if row.id == pick.id:
            run.replace(BEST, record)
    for name in (f"{MODELS}/{name}" for name in run.names(MODELS)):
        if name.endswith(".json") and name not in current and run.is_file(name):
            run.remove(name)
    return rows


def _write_encoder(job: AnyJob, run: RunDir) -> None:
    """encoder.json where it changes; models of another one are gone before, so that none is ever read with it."""
    encoder = dump_json(job.encoder.to_json())
    if run.read_text(ENCODER) != encoder:
        run.remove(BEST)
        for name in (f"{MODELS}/{name}" for name in run.names(MODELS)):
            if name.endswith(".json") and run.is_file(name):
                run.remove(name)
        run.replace(ENCODER, encoder)


def write_result(
    job: AnyJob,
    run: RunDir,
    state: State[Any],
    rows: tuple[FrontRow, ...],
    choice: Choice | None,
    outcome: dict[str, str],
    clock: dict[str, float],
    told: Told,
) -> list[str]:
    """Score the test split (once, here), write result.json and the reports; returns the lines to show.

    rows: what `write_front` returned.
    """
    by_id = job.scorer.tests(state.archive)
    rows = with_test(rows, by_id, job.config.fitness.metric)
    pick = picked(job, rows, choice)
    lines = job.scorer.lines(state.archive, pick.id)
    scores = job.scorer.scores(pick.id) | ({"test": by_id[pick.id]} if by_id else {})
    result = _result(job, run, rows, pick, scores)
    selection = job.scorer.rule(rows) if choice is None else choice.to_json()
    result |= {"selection": selection, "cache": _cache(state), **_islands(job, state)}
    result |= job.scorer.extras(state.archive, pick, clock["cpu_seconds"], told)
    result = {"run_id": run.root.name, **outcome, **_counts(state), **clock, **result}
    run.replace(RESULT, json_file(result))
    files = [FRONT, BEST, RESULT]
    files += write_reports(run, result, lines, job.config, job.dataset, told.warn)
    return closing_lines(result, lines, str(run.root), files)


def _cache(state: State[Any]) -> dict[str, int]:
    """Local steps that a known behaviour saved, and those made, on all islands."""
    known = [DescentCache.of(part.memory) for part in state.islands or (state,)]
    return {"hits": sum(k.hits for k in known), "misses": sum(k.misses for k in known)}


def _islands(job: AnyJob, state: State[Any]) -> dict[str, Any]:
    """The islands and how many migrants arrived; nothing where there is one population."""
    if not state.islands:
        return {}
    return {"islands": asdict(job.config.search.islands) | {"migrated": migrated_so_far(state)}}


def _counts(state: State[Any]) -> dict[str, int]:
    return {"generations": state.generation, "evaluations": state.evaluations, "failed": state.failed}


def _result(
    job: AnyJob, run: RunDir, rows: tuple[FrontRow, ...], pick: FrontRow, scores: dict[str, Any]
) -> dict[str, Any]:
    held_out = next(scores[split] for split in ("test", "valid", "train") if split in scores)
    usage = job.search.backend.usage()
    return {
        "genome": job.config.genome.kind,
        "best": pick.to_json()
        | {"balanced_accuracy": held_out["balanced_accuracy"], "metric": job.config.fitness.metric, "scores": scores},
        "front": [row.to_json() for row in rows],
        "data": {
            "rows": job.rows(),
            "features": job.dataset.n_features,
            "bits": job.dataset.n_bits,
            "classes": list(job.dataset.task.classes),
            "outputs": list(job.dataset.task.outputs),
            "sha256": read_run(run)["data_sha256"],
            **({"columns": said} if (said := stored(job.columns)) else {}),
        },
        "backend": {
            "kind": usage.kind,
            "workers": usage.workers,
            "workers_lost": usage.workers_lost,
            "retries": usage.retries,
        },
    }

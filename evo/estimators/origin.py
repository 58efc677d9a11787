"""What a fit knows beside its model, and its files say: settings, counts, and scores of every member of the front."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from evo.config.schema import RunConfig
from evo.kinds.common.job import AnyJob
from evo.kinds.common.scorer import Scores
from evo.monitor import FrontRow
from evo.running.clock import Stopwatch
from evo.running.outcome import Outcome
from evo.search.descent_cache import DescentCache
from evo.search.state import State


@dataclass(frozen=True, slots=True)
class Origin:
    """config: of the search; result: result.json without names, front and pick; scores: of members by split."""

    config: RunConfig
    result: Mapping[str, Any]
    scores: Mapping[str, Mapping[str, Scores]]

    @classmethod
    def of(
        cls,
        job: AnyJob,
        rows: tuple[FrontRow, ...],
        state: State[Any],
        rule: Mapping[str, Any],
        outcome: Outcome,
        watch: Stopwatch,
        extras: Mapping[str, Any],
    ) -> Self:
        """Of a job that has finished with the front `rows`; rule: how the model was picked; watch: of the fit;
        extras: further sections of result.json.
        """
        usage, task = job.search.backend.usage(), job.dataset.task
        known = [DescentCache.of(part.memory) for part in state.islands or (state,)]
        result = {
            "state": outcome.state,
            "stop_reason": outcome.reason,
            "generations": state.generation,
            "evaluations": state.evaluations,
            "failed": state.failed,
            "seconds": watch.seconds,
            "cpu_seconds": watch.cpu_seconds,
            "genome": job.config.genome.kind,
            "data": {
                "rows": job.rows(),
                "features": job.dataset.n_features,
                "bits": job.dataset.n_bits,
                "classes": list(task.classes),
                "outputs": list(task.outputs),
                "sha256": job.dataset.sha256(),
            },
            "backend": {
                "kind": usage.kind,
                "workers": usage.workers,
                "workers_lost": usage.workers_lost,
                "retries": usage.retries,
            },
            "selection": dict(rule),
            "cache": {"hits": sum(k.hits for k in known), "misses": sum(k.misses for k in known)},
            **extras,
        }
        return cls(job.config, result, {row.id: job.scorer.scores(row.id) for row in rows})

    def best(self, row: FrontRow) -> dict[str, Any]:
        """A member as the pick of result.json."""
        scores = self.scores[row.id]
        judged = scores.get("valid", scores["train"])
        more = {"balanced_accuracy": judged["balanced_accuracy"], "metric": self.config.fitness.metric}
        return row.to_json() | more | {"scores": scores}

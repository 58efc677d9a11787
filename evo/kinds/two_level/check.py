"""What `evo check` says of a search for formulas: the data, and what a run will cost."""

from __future__ import annotations

import math

from evo.kinds.common.needs import total
from evo.kinds.two_level.build import FormulaJob
from evo.kinds.two_level.needs import covers
from evo.report.tables import cut
from evo.search.local import SHARE

#: Measured on one 2.5 GHz core, packed NumPy: words combined per second, fixed cost per candidate ...
WORDS_PER_SECOND = 4e8
SECONDS_PER_CANDIDATE = 2.5e-4
#: ... and compiled: fixed cost per round and cover, and per word of samples and input.
SECONDS_PER_ROUND = 3e-3
SECONDS_PER_COUNTED_WORD = 4e-7
#: ... the same of a local step ...
SECONDS_PER_STEP = 3e-4
SECONDS_PER_STEPPED_WORD = 1e-7
TYPICAL_LITERALS = 4


def check_lines(job: FormulaJob) -> list[str]:
    """Inputs, genome, memory and time."""
    return [*_data_lines(job), *_cost_lines(job)]


def _data_lines(job: FormulaJob) -> list[str]:
    task = job.dataset.task
    bits = ", ".join(cut(bit.when_true, 40) for bit in job.dataset.bits[:3]) + ", ..." * (job.dataset.n_bits > 3)
    return [
        f"# inputs    {job.dataset.n_features:,} features -> {job.dataset.n_bits:,} bits ({bits})",
        f"# genome    {task.n_covers} cover{'s' * (task.n_covers > 1)}, at most {job.config.genome.terms} terms each",
    ]


def _cost_lines(job: FormulaJob) -> list[str]:
    return [
        f"# memory    about {total(covers(job.config, job.dataset, job.finishing.kept)) / 1e6:,.0f} MB",
        f"# time      {_time(job)} (rough, one core)",
    ]


def seconds_per_generation(job: FormulaJob) -> float:
    """Estimated seconds of one generation."""
    if job.config.search.algorithm == "memetic":
        return _candidates(job) * _seconds_per_round(job)
    steps = job.config.local.wanted_share(SHARE) * _seconds_per_step(job) if job.search.algorithm.compiled else 0.0
    return _candidates(job) * (_seconds_per_candidate(job) + steps)


def _candidates(job: FormulaJob) -> int:
    """Individuals of all islands."""
    return job.search.context.population * job.config.search.islands.count


def _seconds_per_round(job: FormulaJob) -> float:
    """A memetic round improves every cover once; counting words of samples against inputs is what takes the time."""
    counted = job.dataset.train.inputs.size
    return job.dataset.task.n_covers * (SECONDS_PER_ROUND + counted * SECONDS_PER_COUNTED_WORD)


def _seconds_per_step(job: FormulaJob) -> float:
    """A local step walks the literals of every cover a few times, counting against all inputs."""
    counted = job.dataset.train.inputs.size
    return job.dataset.task.n_covers * (SECONDS_PER_STEP + counted * SECONDS_PER_STEPPED_WORD)


def _seconds_per_candidate(job: FormulaJob) -> float:
    covers, words = job.dataset.task.n_covers, job.dataset.train.inputs.shape[1]
    combined = covers * min(job.config.genome.terms, 16) * TYPICAL_LITERALS * words
    return float(combined / WORDS_PER_SECOND + SECONDS_PER_CANDIDATE * (1 + covers / 4))


def _time(job: FormulaJob) -> str:
    each = seconds_per_generation(job)
    stop = job.config.stop
    limits = [
        None if stop.generations is None else each * stop.generations,
        None if stop.evaluations is None else each * stop.evaluations / _candidates(job),
        stop.seconds,
    ]
    known = [limit for limit in limits if limit is not None]
    text = f"at most {_about(min(known))}" if known else "no limit known before the run"
    if job.selection.folds:
        settles = job.search.algorithm.settles
        alone = each / job.config.search.islands.count
        folds = job.selection.folds * min(stop.generations or settles, settles) * alone
        text += f", then {_about(folds)} of cross-validation"
    return f"{math.ceil(1000 * each):,} ms a generation, {text}"


def _about(seconds: float) -> str:
    """`1 s`, `95 s`, `4 min`, `30 h`."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{math.ceil(seconds)} s"

"""`evo check`: the resolved plan, the data's shape, and what a run will cost; nothing is run."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from distributed.choice import WORTH
from distributed.spec import ComputeSpec
from evo.cli.output import say
from evo.config.identity import to_json
from evo.config.load import load_config
from evo.config.resolved import dump_yaml
from evo.config.schema import RunConfig
from evo.kinds.job import Job, describe
from evo.kinds.needs import covers, total
from evo.kinds.registry import prepare
from evo.masks.check import mask_lines
from evo.report.tables import cut
from evo.running.model_selection import FOLDS, by_folds
from evo.search.hyper_genes import differences
from evo.search.local import SHARE
from evo.search.spec import SearchSpec
from evo.text.numbers import counted

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
SHOWN_ISLANDS = 7


def check(arguments: argparse.Namespace) -> int:
    """Validate a config and its data."""
    loaded = load_config(Path(arguments.config), arguments.overrides)
    job = prepare(loaded.config)
    lines = mask_lines(job) if loaded.config.genome.kind == "mask" else [*_data_lines(job), *_cost_lines(job)]
    lines += [*_island_lines(loaded.config.search), f"# compute   {_compute(loaded.config.compute)}"]
    say(*_plan(loaded.config).split("\n"), *lines, f"{arguments.config}: ok")
    return 0


def _plan(config: RunConfig) -> str:
    """The resolved config, without the keys of `data` that stay unset: most of them belong to other sources."""
    values = to_json(config)
    values["data"] = {key: value for key, value in values["data"].items() if value not in (None, [])}
    return dump_yaml(values)


def _data_lines(job: Job) -> list[str]:
    task = job.dataset.task
    rows = ", ".join(f"{n:,} {name}" for name, n in job.rows().items())
    bits = ", ".join(cut(bit.when_true, 40) for bit in job.dataset.bits[:3]) + ", ..." * (job.dataset.n_bits > 3)
    return [
        f"# task      {describe(task)}",
        f"# rows      {rows}",
        f"# inputs    {job.dataset.n_features:,} features -> {job.dataset.n_bits:,} bits ({bits})",
        f"# genome    {task.n_covers} cover{'s' * (task.n_covers > 1)}, at most {job.config.genome.terms} terms each",
    ]


def _cost_lines(job: Job) -> list[str]:
    return [
        f"# memory    about {total(covers(job.config, job.dataset)) / 1e6:,.0f} MB",
        f"# time      {_time(job)} (rough, one core)",
    ]


def _compute(spec: ComputeSpec) -> str:
    """Where the work will be done."""
    workers = "every core" if spec.workers == "auto" else f"{spec.workers} worker{'s' * (spec.workers > 1)}"
    if spec.address is not None:
        return f"Ray cluster at {spec.address}, {workers}"
    if spec.backend == "ray":
        return f"Ray on this machine, {workers}"
    if spec.backend == "local" or spec.workers == 1:
        return "this process"
    return f"this process; once {WORTH:.0f} s of work are done, Ray on this machine, {workers}"


def _island_lines(search: SearchSpec) -> list[str]:
    """The islands and what each does differently; nothing where there is one population."""
    islands = search.islands
    if islands.count == 1:
        return []
    every = counted(islands.every, "generation")
    migrants = f"up to {counted(islands.migrants, 'migrant')} from each origin every {every}"
    lines = differences(search)
    kinds = [f"#           {line}" for line in (*lines[:SHOWN_ISLANDS], *["..."] * (len(lines) > SHOWN_ISLANDS))]
    return [f"# islands   {islands.count} ({islands.topology}), {migrants}", *kinds]


def seconds_per_generation(job: Job) -> float:
    """Estimated seconds of one generation."""
    if job.config.search.algorithm == "memetic":
        return _candidates(job) * _seconds_per_round(job)
    steps = job.config.local.wanted_share(SHARE) * _seconds_per_step(job) if job.search.algorithm.compiled else 0.0
    return _candidates(job) * (_seconds_per_candidate(job) + steps)


def _candidates(job: Job) -> int:
    """Individuals of all islands."""
    return job.search.context.population * job.config.search.islands.count


def _seconds_per_round(job: Job) -> float:
    """A memetic round improves every cover once; counting words of samples against inputs is what takes the time."""
    counted = job.dataset.train.inputs.size
    return job.dataset.task.n_covers * (SECONDS_PER_ROUND + counted * SECONDS_PER_COUNTED_WORD)


def _seconds_per_step(job: Job) -> float:
    """A local step walks the literals of every cover a few times, counting against all inputs."""
    counted = job.dataset.train.inputs.size
    return job.dataset.task.n_covers * (SECONDS_PER_STEP + counted * SECONDS_PER_STEPPED_WORD)


def _seconds_per_candidate(job: Job) -> float:
    covers, words = job.dataset.task.n_covers, job.dataset.train.inputs.shape[1]
    combined = covers * min(job.config.genome.terms, 16) * TYPICAL_LITERALS * words
    return float(combined / WORDS_PER_SECOND + SECONDS_PER_CANDIDATE * (1 + covers / 4))


def _time(job: Job) -> str:
    each = seconds_per_generation(job)
    stop = job.config.stop
    limits = [
        None if stop.generations is None else each * stop.generations,
        None if stop.evaluations is None else each * stop.evaluations / _candidates(job),
        stop.seconds,
    ]
    known = [limit for limit in limits if limit is not None]
    text = f"at most {_about(min(known))}" if known else "no limit known before the run"
    if by_folds(job.config, job.dataset):
        settles = job.search.algorithm.settles
        alone = each / job.config.search.islands.count
        folds = FOLDS * min(stop.generations or settles, settles) * alone
        text += f", then {_about(folds)} of cross-validation"
    return f"{math.ceil(1000 * each):,} ms a generation, {text}"


def _about(seconds: float) -> str:
    """`1 s`, `95 s`, `4 min`, `30 h`."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{math.ceil(seconds)} s"

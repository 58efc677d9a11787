"""Where the time went and how the run can be made again: what may differ between identical runs comes last."""

from __future__ import annotations

import shlex

from evo.analysis.gather import Facts
from evo.analysis.journals import Clock
from evo.kinds.registry import kind_of
from evo.report.html.parts import Cell, Section
from evo.report.html.tables import bar, full_table
from evo.report.shared import picked_by
from evo.report.tables import percent
from evo.text.numbers import counted, duration


def time_split(facts: Facts) -> Section | None:
    """Where the time went."""
    clock = facts.clock
    if clock is None:
        return None
    total = clock.first + clock.search + clock.closing
    parts = (
        ("start-up and the first generation", clock.first),
        (f"the other {clock.generations - 1:,} generations", clock.search),
        ("choosing and scoring the model", clock.closing),
    )
    rows: list[list[Cell]] = [
        [name, f"{s:.1f} s", percent(s / total if total else 0), bar(s, total)] for name, s in parts
    ]
    table = full_table(["part", "time", "share", ""], rows, "time by part", wide=3)
    return Section("time", "Where the time went", "table.html.j2", {"table": table, "notes": [_work(facts, clock)]})


def _work(facts: Facts, clock: Clock) -> str:
    evaluations, seconds = facts.result["evaluations"], facts.result["seconds"]
    slow = (
        f" The slowest generation after the first was number {clock.slowest[0]:,} ({clock.slowest[1]:.2f} s)."
        if clock.slowest
        else ""
    )
    rate = f", {evaluations / seconds:,.0f} a second" if seconds else ""
    return f"{duration(seconds)} in all, {clock.cpu:.1f} CPU seconds; {counted(evaluations, 'evaluation')}{rate}.{slow}"


def provenance(facts: Facts) -> Section | None:
    """The exact command, data, seed and versions."""
    run, result = facts.run, facts.result
    data = result["data"]
    ended = f"{result['state']} ({result['stop_reason']}) after {counted(result['generations'], 'generation')}"
    show = {
        "command": shlex.join(run["command"]),
        "sha256": data["sha256"],
        "first": [
            ("run", result["run_id"]),
            ("ended", ended),
            ("model", f"{result['best']['id']}, picked by {picked_by(result)}"),
            ("rows", ", ".join(f"{n:,} {name}" for name, n in data["rows"].items())),
            ("columns", f"{data['features']:,}, as {data['bits']:,} {kind_of(result['genome']).inputs}"),
            *([("missing cells", facts.missing)] if facts.missing else []),
        ],
        "last": [
            ("seed, identity", f"{run['seed']}, {run['identity_sha256'][:12]}"),
            ("versions", ", ".join(f"{name} {version}" for name, version in run["versions"].items())),
            *(("vector units", name) for name in run.get("vector_units", [])),
            ("attempts", len(run["attempts"])),
            ("work", _workers(facts)),
        ],
        "config": facts.config.splitlines(),
    }
    return Section("provenance", "How it was made", "provenance.html.j2", show)


def _workers(facts: Facts) -> str:
    backend = facts.result["backend"]
    return "in one process" if backend["kind"] == "local" else f"by {counted(backend['workers'], 'Ray worker')}"

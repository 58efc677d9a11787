"""Where the time went and how the run can be made again: what may differ between identical runs comes last."""

from __future__ import annotations

import shlex

from evo.analysis.gather import Facts
from evo.analysis.journals import Clock
from evo.report.html.markup import Markup, details, element, listing, paragraph, shown
from evo.report.html.sections import Section
from evo.report.html.tables import bar, marked_table
from evo.report.tables import percent
from evo.text.numbers import counted, duration


def time_split(facts: Facts) -> Section | None:
    """Where the time went."""
    found = facts.clock
    if found is None:
        return None
    total = found.first + found.search + found.closing
    parts = (
        ("start-up and the first generation", found.first),
        (f"the other {found.generations - 1:,} generations", found.search),
        ("choosing and scoring the model", found.closing),
    )
    rows = [
        [shown(name), shown(f"{s:.1f} s"), shown(percent(s / total if total else 0)), bar(s, total)]
        for name, s in parts
    ]
    made = marked_table(["part", "time", "share", ""], rows, [False] * len(rows), "time by part", 3, "ours")
    return Section("time", "Where the time went", made + paragraph(_work(facts, found), kind="note"))


def _work(facts: Facts, found: Clock) -> str:
    evaluations, seconds = facts.result["evaluations"], facts.result["seconds"]
    slow = (
        f" The slowest generation after the first was number {found.slowest[0]:,} ({found.slowest[1]:.2f} s)."
        if found.slowest
        else ""
    )
    rate = f", {evaluations / seconds:,.0f} a second" if seconds else ""
    return f"{duration(seconds)} in all, {found.cpu:.1f} CPU seconds; {counted(evaluations, 'evaluation')}{rate}.{slow}"


def provenance(facts: Facts) -> Section | None:
    """The exact command, data, seed and versions."""
    run, result = facts.run, facts.result
    data = result["data"]
    rows = ", ".join(f"{n:,} {name}" for name, n in data["rows"].items())
    entries = [
        ("command", element("code", None, shown(shlex.join(run["command"])))),
        ("run", shown(result["run_id"])),
        (
            "ended",
            shown(f"{result['state']} ({result['stop_reason']}) after {counted(result['generations'], 'generation')}"),
        ),
        ("model", shown(f"{result['best']['id']}, picked by {_rule(facts)}")),
        ("rows", shown(rows)),
        ("columns", shown(f"{data['features']:,}, as {data['bits']:,} input bits")),
        ("data sha256", element("code", None, shown(data["sha256"]))),
        ("seed, identity", shown(f"{run['seed']}, {run['identity_sha256'][:12]}")),
        ("versions", shown(", ".join(f"{name} {version}" for name, version in run["versions"].items()))),
        *(("vector units", shown(name)) for name in run.get("vector_units", [])),
        ("attempts", shown(len(run["attempts"]))),
        ("work", shown(_workers(facts))),
    ]
    body = element(
        "dl", None, *(element("dt", None, shown(name)) + element("dd", None, value) for name, value in entries)
    )
    return Section(
        "provenance", "How it was made", body + details("The whole config (resolved.yaml)", listing(facts.config))
    )


def _rule(facts: Facts) -> str:
    selection = facts.result["selection"]
    if selection["rule"] == "cross_validation":
        return f"{selection['folds']} folds of the training rows"
    if selection["rule"] == "price":
        return f"its price: a literal saves {selection['price']:g} training errors"
    return f"its {'validation' if 'valid' in facts.result['best']['scores'] else 'training'} score"


def _workers(facts: Facts) -> str:
    backend = facts.result["backend"]
    return "in one process" if backend["kind"] == "local" else f"by {counted(backend['workers'], 'Ray worker')}"


def notes(facts: Facts) -> Markup:
    """What the page could not show, and why."""
    return "".join(paragraph(note, kind="note") for note in facts.notes)

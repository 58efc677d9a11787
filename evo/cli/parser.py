"""The commands and their options. Handlers are named as text and imported only when their command runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from evo.cli import output
from evo.cli.completion import SHELLS
from evo.kinds.registry import DEFAULT, KINDS
from evo.startup.version import __version__

_EPILOG = """exit codes: 0 finished or stopped, 1 internal error, 2 usage or config, 3 data, 4 resume refused or no
valid checkpoint, 5 workers lost beyond retries; after a checkpoint (evo resume continues): 75 ended by SIGTERM, 130
ended by Ctrl-C"""

_FORMATS = """on raw rows: json, dnf, python, c, c-bitsliced (64 samples a word), sql, smt2; on bits: verilog, blif,
aiger (ASCII), aig (binary), pla; docs/exports.md describes them"""


class _Parser(argparse.ArgumentParser):
    """A parser whose help and errors go the way of all output, instead of failing in silence.

    closing: what the help ends with, found out when it is printed.
    """

    closing: Callable[[], str] | None = None

    def format_help(self) -> str:
        """The help, with what it ends with."""
        return super().format_help() + (self.closing() if self.closing is not None else "")

    def _print_message(self, message: str, file: Any = None) -> None:
        if file is sys.stdout:
            output.more(message)
        else:
            output.warn(*message.splitlines())


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = _Parser(
        prog="evo",
        description="Learn small, readable Boolean networks from data by evolutionary search.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"evo {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _run_commands(commands)
    _watch_commands(commands)
    _model_commands(commands)
    schema = _command(commands, "schema", "evo.cli.schema:schema", "print the JSON Schema of the config")
    form = schema.add_mutually_exclusive_group()
    text = f"print a commented starter file instead, for formulas or another kind: {', '.join(KINDS)}"
    form.add_argument("--template", nargs="?", const=DEFAULT, choices=list(KINDS), metavar="KIND", help=text)
    form.add_argument("--markdown", action="store_true", help="print the config reference as a page instead")
    text = "print the script that lets a shell complete commands: source it"
    completion = _command(commands, "completion", "evo.cli.completion:completion", text)
    completion.add_argument("shell", choices=SHELLS, help="e.g. source <(evo completion bash)")
    return parser


def _command(commands: Any, name: str, handler: str, text: str) -> _Parser:
    command: _Parser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    command.set_defaults(handler=handler)
    return command


def _run_commands(commands: Any) -> None:
    text = "show how every column of the data is understood, and what a run will cost; run nothing"
    check = _command(commands, "check", "evo.cli.check:check", text)
    _config_arguments(check)
    check.add_argument("--full", action="store_true", help="show every column, and the config with all its defaults")
    run = _command(commands, "run", "evo.cli.run:run", "run a config")
    _config_arguments(run)
    run.add_argument("--run-dir", metavar="DIR", help="write the run here instead of under output.root")
    _compute_arguments(run)
    _display_arguments(run)
    run.add_argument("--or-resume", action="store_true", help="resume the run in --run-dir if there is one already")
    resume = _command(commands, "resume", "evo.cli.run:resume", "resume a run, or extend a finished one")
    _run_argument(resume)
    _override_argument(resume)
    _compute_arguments(resume)
    _trust_argument(resume)
    resume.add_argument("--fork", metavar="NEW_DIR", help="resume in a copy; the run itself stays as it is")
    _display_arguments(resume)
    submit = _command(commands, "submit", "evo.cli.submit:submit", "run a config as a job of a Ray cluster")
    text = "a YAML file, a data file (see evo run --help), or a run directory to resume"
    submit.add_argument("config", metavar="CONFIG", help=text)
    _target_argument(submit)
    _override_argument(submit)
    submit.add_argument("--address", required=True, metavar="URL", help="the cluster's job server, http://HEAD:8265")
    submit.add_argument("--run-dir", metavar="DIR", help="write the run here, on storage that the cluster sees")
    submit.add_argument("--python", default="python", metavar="PATH", help="on the cluster, with evo's dependencies")
    _trust_argument(submit)
    submit.add_argument("--follow", action="store_true", help="show what the job prints until it ends")


def _watch_commands(commands: Any) -> None:
    listing = _command(commands, "list", "evo.cli.status:list_runs", "one table of all runs below a folder")
    listing.add_argument("root", metavar="ROOT", nargs="?", help="a folder of runs (default: runs)")
    status = _command(commands, "status", "evo.cli.status:status", "one table: state, generation, accuracy, heartbeat")
    _runs_argument(status)
    stop = _command(commands, "stop", "evo.cli.watch:stop", "ask a running search to checkpoint and exit 0")
    _run_argument(stop)
    replay = _command(commands, "replay", "evo.cli.replay:replay", "do the work on a quarantined candidate again")
    _run_argument(replay)
    replay.add_argument("id", metavar="ID", nargs="?", help="an id from events.jsonl; without it the ids are listed")
    _trust_argument(replay)
    report = _command(commands, "report", "evo.cli.watch:report", "the report of a run, or a comparison of several")
    _runs_argument(report)
    text = "print this model of the front, as evo show does: best, knee, or an id from front.csv"
    form = report.add_mutually_exclusive_group()
    form.add_argument("--pick", metavar="ID", help=text)
    text = "write it as a page that needs nothing else, instead of printing it"
    form.add_argument("--html", metavar="FILE", help=text)
    _trust_argument(report)


def _model_commands(commands: Any) -> None:
    show = _command(commands, "show", "evo.cli.show:show", "one model in words, with its figures")
    _run_argument(show)
    _pick_argument(show)
    export = _command(commands, "export", "evo.cli.models:export", "write a learned model as text or code")
    _run_argument(export)
    export.closing = _added_formats
    export.add_argument("--format", required=True, metavar="FMT", help=_FORMATS)
    _pick_argument(export)
    export.add_argument("-o", "--output", metavar="FILE", help="default (and -): standard output")
    smaller = export.add_mutually_exclusive_group()
    text = "allow other predictions on rows unlike those the run learned from, for a smaller model"
    smaller.add_argument("--care-set-only", dest="minimize", action="store_const", const="care-set", help=text)
    text = "the model as it is stored (default: without what it does not need for the same predictions on all inputs)"
    smaller.add_argument("--no-minimize", dest="minimize", action="store_const", const="none", help=text)
    export.set_defaults(minimize="exact")
    text = "integer points of the terms of all models near the picked one, with probabilities; also in the format text"
    smaller.add_argument("--scorecard", action="store_true", help=text)
    text = "verilog, blif: the module's name (default evo_model); python: the function's; c: what all names begin with"
    export.add_argument("--module", metavar="NAME", help=text)
    text = (
        "with --format verilog: a testbench of the module instead, which checks it on training rows, says PASS or FAIL"
    )
    export.add_argument("--testbench", action="store_true", help=text)
    _trust_argument(export)
    bench = _command(
        commands, "bench-model", "evo.cli.bench:bench_model", "speed and size of a model's C on this machine"
    )
    _run_argument(bench)
    _pick_argument(bench)
    text = "CPU seconds of each of the five measurements (default: %(default)s)"
    bench.add_argument("--seconds", type=_seconds, default=0.5, metavar="S", help=text)
    bench.add_argument("--json", action="store_true", help="print JSON")
    predict = _command(commands, "predict", "evo.cli.models:predict", "predictions for new raw rows, as CSV")
    _run_argument(predict)
    predict.add_argument(
        "data",
        metavar="DATA",
        help="csv, parquet, json, npz, pla or idx file (.gz accepted), or - for a table on standard input",
    )
    _pick_argument(predict)
    _missing_argument(predict)
    text = "a column of probabilities per class beside the prediction, from the front (reads the training data again)"
    predict.add_argument("--proba", action="store_true", help=text)
    text = "predictions and probabilities of the scorecard of the front instead of the model's"
    predict.add_argument("--scorecard", action="store_true", help=text)
    _trust_argument(predict)
    predict.add_argument("-o", "--output", metavar="FILE", help="default: standard output")
    evaluate = _command(commands, "evaluate", "evo.cli.models:evaluate", "metrics of a model on labelled rows")
    _run_argument(evaluate)
    evaluate.add_argument(
        "data",
        metavar="DATA",
        help="csv, parquet, json, npz, pla or idx file (.gz accepted), or - for a table on standard input",
    )
    _pick_argument(evaluate)
    _missing_argument(evaluate)
    evaluate.add_argument("--json", action="store_true", help="print JSON")


def _added_formats() -> str:
    """A line on the formats of installed packages, where there are any."""
    from evo.cli.words import added_formats_line  # noqa: PLC0415 - finding them loads more than most commands

    return added_formats_line()


def _run_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument("run_dir", metavar="RUN_DIR", help="a run directory, or last: the newest one below runs/")


def _runs_argument(command: argparse.ArgumentParser) -> None:
    text = "run directories, folders of runs (all in them), or last: the newest run below runs/"
    command.add_argument("run_dirs", metavar="RUN_DIR", nargs="+", help=text)


def _config_arguments(command: argparse.ArgumentParser) -> None:
    text = """a YAML file (evo schema --template prints one to start from), or a data file with all settings at their
    defaults: .csv, .tsv, .txt, .data, .parquet, .json, .jsonl (.gz, .zst), .npz, .pla, or - for standard input"""
    command.add_argument("config", metavar="CONFIG", help=text)
    _target_argument(command)
    _override_argument(command)


def _target_argument(command: argparse.ArgumentParser) -> None:
    text = "the column to predict (data.target; default: the last one)"
    command.add_argument("--target", metavar="COLUMN", help=text)


def _override_argument(command: argparse.ArgumentParser) -> None:
    text = "set a config key, e.g. -o search.population=50 (repeatable)"
    command.add_argument("-o", dest="overrides", metavar="KEY=VALUE", action="append", default=[], help=text)


def _compute_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--workers", metavar="N", help="Ray workers (compute.workers)")
    command.add_argument("--address", metavar="HOST:PORT", help="head of a running Ray cluster (compute.address)")


def _trust_argument(command: argparse.ArgumentParser) -> None:
    text = "open the data files and the cluster that a run directory from elsewhere names"
    command.add_argument("--trust", action="store_true", help=text)


def _display_arguments(command: argparse.ArgumentParser) -> None:
    shown = command.add_mutually_exclusive_group()
    shown.add_argument("--plain", dest="mode", action="store_const", const="plain", help="plain lines, no live panel")
    shown.add_argument("--quiet", dest="mode", action="store_const", const="quiet", help="only warnings")
    command.add_argument("--json", action="store_true", help="print result.json on standard output at the end")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 60:
        raise argparse.ArgumentTypeError(f"must be over 0 and at most 60, got {text}")
    return value


def _missing_argument(parser: argparse.ArgumentParser) -> None:
    """What is said of missing cells."""
    text = (
        "cells that are missing in columns that training never missed are read as the training median or most frequent "
        "category: say so (default), stop with exit code 3, or say nothing"
    )
    parser.add_argument("--missing", choices=("warn", "error", "ignore"), default="warn", help=text)


def _pick_argument(command: argparse.ArgumentParser) -> None:
    command.add_argument("--pick", default="best", metavar="ID", help="best (default), knee, or an id from front.csv")

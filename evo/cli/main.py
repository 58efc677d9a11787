"""Parse, dispatch, and turn every failure into one line and the contract's exit code. Only here are errors caught."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from evo.cli.completion import ASKED, answer
from evo.cli.output import flush, warn
from evo.cli.parser import build_parser
from evo.startup.streams import abandon


def run_command(argv: Sequence[str]) -> int:
    """Exit code of ``evo *argv``."""
    try:
        parser = build_parser()
        if ASKED in os.environ:
            answer(parser)
        arguments = parser.parse_args(argv)
        module, function = arguments.handler.split(":")
        code = int(getattr(import_module(module), function)(arguments))
        flush()  # here, where a closed pipe is known to be no error
        return code
    except KeyboardInterrupt:
        return _say(130, "interrupted")
    except BrokenPipeError:
        abandon(sys.stdout)  # or Python complains while it exits
        return 0
    except Exception as problem:
        return _explain(problem)


def _explain(problem: Exception) -> int:
    from evo.errors import EvoError  # noqa: PLC0415

    if os.environ.get("EVO_DEBUG"):
        traceback.print_exception(problem)
    if isinstance(problem, EvoError):
        return _say(problem.exit_code, *problem.lines)
    name = type(problem).__name__
    if isinstance(problem, ModuleNotFoundError):
        return _say(1, f"package {problem.name!r} is not installed; install evo with pip, in an environment of its own")
    return _say(1, f"internal error: {name}: {problem} (EVO_DEBUG=1 shows where; please report it)")


def _say(code: int, *lines: str) -> int:
    warn(*lines)
    return code

"""`evo completion`, and what a shell is told when the tab key is pressed: argcomplete does both.

It is asked through the environment, so that no other start of evo takes longer; the words that may come next are found
by evo itself: run directories, export formats and keys of the config.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any, Final

#: Set by the shell when it asks for words.
ASKED: Final = "_ARGCOMPLETE"
SHELLS: Final = ("bash", "zsh", "fish")


def completion(arguments: argparse.Namespace) -> int:
    """The script that tells a shell to ask evo.

    Raises:
        UsageError: argcomplete is not installed.
    """
    from evo.cli.output import pour  # noqa: PLC0415 - as below

    pour(_argcomplete().shellcode(["evo"], shell=arguments.shell).lstrip("\n"))
    return 0


def answer(parser: argparse.ArgumentParser) -> None:
    """Tell the shell what may come next, and end the process; nothing where argcomplete is not installed."""
    if find_spec("argcomplete") is None:
        return
    argcomplete = _argcomplete()
    from evo.cli.words import WORDS  # noqa: PLC0415 - finding them loads more than most commands

    for command in _commands(parser):
        for action in command._actions:
            words = WORDS.get(str(action.metavar)) if action.choices is None else None
            if words is not None:
                action.completer = _completer(words)  # type: ignore[attr-defined]
    argcomplete.autocomplete(parser, always_complete_options="long")


def _argcomplete() -> Any:
    try:
        import argcomplete  # noqa: PLC0415 - loaded only where a shell asks
    except ModuleNotFoundError:
        from evo.errors import UsageError  # noqa: PLC0415 - every start of evo loads this file

        text = 'needs the package argcomplete; pip install "evo-boolean[completion]", or argcomplete alone'
        raise UsageError(text, where="evo completion") from None
    return argcomplete


def _commands(parser: argparse.ArgumentParser) -> Iterable[argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.values()


def _completer(words: Callable[[], Iterable[str]]) -> Callable[..., list[str]]:
    def complete(prefix: str, **_: Any) -> list[str]:
        return [word for word in words() if word.startswith(prefix)]

    return complete

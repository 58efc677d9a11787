"""The root of every error a user can cause. It lives on the lowest floor because every floor raises one.

An error is one line per problem, location first, printable and of at most 300 characters; `main` is the only place that
catches it.
"""

from __future__ import annotations

from genomes.text.quoting import placed


class EvoError(Exception):
    """Base of all expected failures.

    Args:
        message: one sentence: what was expected, what came, what to do.
        where: location in front of it, e.g. ``adult.csv:12`` or ``search.population``.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "") -> None:
        self.message = message
        self.where = where
        super().__init__(placed(where, message))

    @property
    def lines(self) -> tuple[str, ...]:
        """What is shown: one line per problem, whatever a name in it holds."""
        return (str(self),)


class GenomeError(EvoError):
    """A stored or given genome that does not decode (damaged model file, wrong shapes)."""

    exit_code = 4

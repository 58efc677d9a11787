"""Models of a front in one line each, as far as somebody could read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from evo.kinds.common.job import AnyJob
from evo.monitor import FrontRow
from evo.search.archive import Archive

#: Literals, or gates, of the largest model that is put into words, and characters of the longest line.
MOST_READ, LONGEST = 1_000, 20_000


def readable(job: AnyJob, row: FrontRow) -> bool:
    """Whether a model's kind has words for it, and somebody could read them."""
    return bool(job.kind.words) and row.size <= MOST_READ


def in_words(job: AnyJob, archive: Archive[Any], rows: tuple[FrontRow, ...]) -> tuple[FrontRow, ...]:
    """The rows with their formulas, where they have any."""

    def worded(row: FrontRow) -> FrontRow:
        line = one_line(job.scorer.lines(archive, row.id)) if readable(job, row) else ""
        return replace(row, formula=line if len(line) <= LONGEST else "")

    return tuple(map(worded, rows))


def one_line(lines: Sequence[str]) -> str:
    """``y = 1 when a OR (b AND c); otherwise y = 0``: lines that are set in go on, others begin anew."""
    text = ""
    for line in filter(str.strip, lines):
        joint = "" if not text else " " if line.startswith(" ") else "; "
        text += joint + line.strip()
    return text

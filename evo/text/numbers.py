"""Numbers and names as a reader sees them: pure functions without a terminal library."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evo.kinds.kind import SizeColumn
from evo.monitor import FrontRow, RunInfo, StopProgress
from genomes.text.printable import printable

UNKNOWN_TIME = "--:--"


def duration(seconds: float | None) -> str:
    """`0:12`, `12:03`, `1:02:03`, `2d 03:04:05`; `--:--` where it is not known."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return UNKNOWN_TIME
    minutes, s = divmod(int(seconds), 60)
    hours, m = divmod(minutes, 60)
    days, h = divmod(hours, 24)
    if days:
        return f"{days:,}d {h:02}:{m:02}:{s:02}"
    return f"{h}:{m:02}:{s:02}" if h else f"{m}:{s:02}"


def rate(per_second: float | None) -> str:
    """`12,345/s`, `3.2/s`; `--/s` where it is not known."""
    if per_second is None or not math.isfinite(per_second):
        return "--/s"
    return f"{per_second:,.0f}/s" if per_second >= 10 else f"{per_second:.1f}/s"


def percent(share: float | None, digits: int = 1) -> str:
    """A share of 1 as a percentage without its sign: 0.956 -> `95.6`; `-` where there is none."""
    return "-" if share is None or not math.isfinite(share) else f"{100 * share:.{digits}f}"


def error_text(error: float) -> str:
    """An objective with four digits after the point, or `-` while nothing valid is known."""
    return f"{error:.4f}" if math.isfinite(error) else "-"


def counted(n: int, noun: str) -> str:
    """`1 term`, `12 literals`."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def short_size(row: FrontRow, sizes: Sequence[SizeColumn]) -> list[str]:
    """`12 literals`, `3 terms`: the first two of its sizes."""
    return [column.counted(row.sizes[column.name]) for column in sizes[:2]]


def stop_text(stop: StopProgress) -> str:
    """`generations 40 of 200`."""
    return printable(f"{stop.rule} {stop.text}")


def rows_text(info: RunInfo) -> str:
    """`800 train, 100 valid, 100 test rows`; a split without rows is left out."""
    return printable(", ".join(f"{n:,} {split}" for split, n in info.rows.items() if n) + " rows")


def columns_text(info: RunInfo, arrow: str) -> str:
    """`5 features -> 45 bits`."""
    return f"{info.features:,} features {arrow} {info.bits:,} {info.inputs}"

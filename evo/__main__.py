"""`evo` and `python -m evo`."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    from evo.startup import streams  # noqa: PLC0415

    streams.set_up()
    from evo.startup.packages import ForeignPackageError, check_floors  # noqa: PLC0415

    try:
        check_floors()
        from evo.cli.main import run_command  # noqa: PLC0415

        return run_command(sys.argv[1:] if argv is None else argv)
    except ForeignPackageError as problem:
        sys.stderr.write(f"evo: {problem}\n")
        return 1
    except KeyboardInterrupt:  # before the command had its own handler
        sys.stderr.write("interrupted\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())

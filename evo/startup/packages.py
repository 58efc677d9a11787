"""The start-up check that the packages beside `evo` are ours.

`distributed` is also the name of a package of Dask. Where both are installed one hides the other, silently; this says
so in one line instead of failing later with a strange import error. It imports nothing.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

FLOORS = ("genomes", "fitness", "distributed")


class ForeignPackageError(ImportError):
    """A package of another project answers to the name of one of ours."""


def check_floors() -> None:
    """Raise ForeignPackageError unless genomes, fitness and distributed lie beside `evo`."""
    home = Path(__file__).resolve().parents[2]
    for name in FLOORS:
        spec = find_spec(name)
        origin = None if spec is None or spec.origin is None else Path(spec.origin).resolve()
        if origin != home / name / "__init__.py":
            actual = "nothing" if origin is None else str(origin.parent)
            raise ForeignPackageError(
                f"package '{name}' must be evo's own ({home / name}) but Python finds {actual}; "
                "install evo in a virtual environment of its own (Dask also has a package called 'distributed')"
            )

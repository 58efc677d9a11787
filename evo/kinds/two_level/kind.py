"""Formulas as a kind of genome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from evo.kinds.kind import Kind


class TwoLevel(Kind):
    """Sums of products and products of sums, also those that vote."""

    starter: ClassVar[Mapping[str, Any]] = {
        "name": "breast-cancer",
        "data.source": "sklearn",
        "data.name": "breast_cancer",
    }

    @property
    def config(self) -> Any:
        """`FormulaConfig`."""
        from evo.kinds.two_level.config import FormulaConfig  # noqa: PLC0415 - only where it is needed

        return FormulaConfig

    @property
    def rules(self) -> Sequence[Any]:
        """Those of its config."""
        from evo.kinds.two_level.rules import RULES  # noqa: PLC0415 - only where it is needed

        return RULES

    def prepare(self, config: Any) -> Any:
        """The job of a search for formulas."""
        from evo.kinds.two_level.job import prepare_formulas  # noqa: PLC0415 - only where it is needed

        return prepare_formulas(config)

    def saved(self, path: Path) -> Any:
        """The formulas of a run directory."""
        from evo.kinds.two_level.saved import SavedFormulas  # noqa: PLC0415 - only where it is needed

        return SavedFormulas.open(path)

    def check_lines(self, job: Any) -> Sequence[str]:
        """Rows, bits, genome, memory and time."""
        from evo.kinds.two_level.check import check_lines  # noqa: PLC0415 - only where it is needed

        return check_lines(job)


KIND = TwoLevel()

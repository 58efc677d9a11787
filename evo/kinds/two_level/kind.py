"""Formulas as a kind of genome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from evo.kinds.kind import Kind
from evo.kinds.two_level.columns import COLUMNS


class TwoLevel(Kind):
    """Sums of products and products of sums, also those that vote."""

    noun = "formula"
    sizes = COLUMNS
    journal = ("literals", "terms")
    program = "python"
    words = "dnf"
    starter = MappingProxyType(
        {
            "name": "breast-cancer",
            "data.source": "sklearn",
            "data.name": "breast_cancer",
        }
    )

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

    def formats(self) -> Sequence[str]:
        """Those of its exporters."""
        from evo.export import EXPORTERS  # noqa: PLC0415 - only where it is needed

        return tuple(EXPORTERS)

    def check_lines(self, job: Any) -> Sequence[str]:
        """Bits, genome, memory and time."""
        from evo.kinds.two_level.check import check_lines  # noqa: PLC0415 - only where it is needed

        return check_lines(job)

    def reporter(self) -> Any:
        """Rules in words, the network as a picture, baselines, inputs and robustness."""
        from evo.kinds.two_level.report.reporter import FormulaReporter  # noqa: PLC0415 - only where it is needed

        return FormulaReporter()

    def size_text(self, best: Mapping[str, Any]) -> str:
        """``5 literals in 2 terms, 4 gates, depth 3, sparsity 97.1 %``."""
        literals, terms, gates = (column.counted(best[column.name]) for column in self.sizes[:3])
        return f"{literals} in {terms}, {gates}, depth {best['depth']}, sparsity {100 * best['sparsity']:.1f} %"

    def sparsity(self, run: Any, record: Mapping[str, Any], pick: Mapping[str, Any]) -> float | None:
        """Counted from the literals, the terms and the inputs: no line has it."""
        from evo.kinds.two_level.sparsity import sparsity  # noqa: PLC0415 - only where it is needed

        return sparsity(run, record, pick)


KIND = TwoLevel()

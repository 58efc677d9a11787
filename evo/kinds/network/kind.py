"""Composed networks as a kind of genome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from evo.kinds.kind import Kind
from evo.kinds.network.columns import COLUMNS


class Networks(Kind):
    """Units over inputs and earlier units, and a head."""

    noun = "network"
    sizes = COLUMNS
    journal = ("gates", "units", "sparsity")
    program = "python"
    words = "words"
    starter = MappingProxyType(
        {
            "name": "comparator",
            "data.source": "function",
            "data.function": "comparator",
            "data.bits": 8,
            "data.samples": 2000,
            "data.test_samples": 4000,
        }
    )

    @property
    def config(self) -> Any:
        """`NetworkConfig`."""
        from evo.kinds.network.config import NetworkConfig  # noqa: PLC0415 - formulas need none of it

        return NetworkConfig

    @property
    def rules(self) -> Sequence[Any]:
        """Those of its config."""
        from evo.kinds.network.rules import RULES  # noqa: PLC0415 - formulas need none of it

        return RULES

    def prepare(self, config: Any) -> Any:
        """The job of a search for networks."""
        from evo.kinds.network.job import prepare_networks  # noqa: PLC0415 - formulas need none of it

        return prepare_networks(config)

    def saved(self, path: Path) -> Any:
        """The networks of a run directory."""
        from evo.kinds.network.saved import SavedNetworks  # noqa: PLC0415 - formulas need none of it

        return SavedNetworks.open(path)

    def formats(self) -> Sequence[str]:
        """Those of its exporters."""
        from evo.kinds.network.export import EXPORTERS  # noqa: PLC0415 - only where it is needed

        return tuple(EXPORTERS)

    def check_lines(self, job: Any) -> Sequence[str]:
        """Inputs, limits, memory and time."""
        from evo.kinds.network.check import check_lines  # noqa: PLC0415 - formulas need none of it

        return check_lines(job)

    def reporter(self) -> Any:
        """The network as a picture, its units, and where they hold."""
        from evo.kinds.network.report.reporter import NetworkReporter  # noqa: PLC0415 - formulas need none of it

        return NetworkReporter()

    def size_text(self, best: Mapping[str, Any]) -> str:
        """``1 unit, 21 gates, depth 6, reads 50.0 % of the inputs``."""
        gates, units = (column.counted(best[column.name]) for column in self.sizes[:2])
        read = "all inputs" if not best["sparsity"] else f"{100 * (1 - best['sparsity']):.1f} % of the inputs"
        return f"{units}, {gates}, depth {best['depth']}, reads {read}"

    def result_fault(self, result: Mapping[str, Any]) -> str | None:
        """What is wrong with the section `network`."""
        from evo.kinds.network.result import section_fault  # noqa: PLC0415 - formulas need none of it

        return section_fault(result)


KIND = Networks()

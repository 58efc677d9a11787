"""Masks of networks as a kind of genome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from evo.kinds.kind import Kind
from evo.kinds.mask.columns import COLUMNS


class Masks(Kind):
    """Which weights of a given network are kept."""

    noun = "mask"
    sizes = COLUMNS
    journal = ("weights", "neurons", "sparsity")
    inputs = "inputs"
    sources = "data or weights"
    program = "npz"
    starter = MappingProxyType(
        {
            "name": "digits-mask",
            "data.source": "sklearn",
            "data.name": "digits",
            "genome.network.layers": [64, 20, 10],
        }
    )

    @property
    def config(self) -> Any:
        """`MaskConfig`."""
        from evo.kinds.mask.config import MaskConfig  # noqa: PLC0415 - formulas need none of it

        return MaskConfig

    @property
    def rules(self) -> Sequence[Any]:
        """Those of its config."""
        from evo.kinds.mask.rules import RULES  # noqa: PLC0415 - formulas need none of it

        return RULES

    def prepare(self, config: Any) -> Any:
        """The job of a search for masks."""
        from evo.kinds.mask.job import prepare_masks  # noqa: PLC0415 - formulas need none of it

        return prepare_masks(config)

    def saved(self, path: Path) -> Any:
        """The masks of a run directory."""
        from evo.kinds.mask.saved import SavedMasks  # noqa: PLC0415 - formulas need none of it

        return SavedMasks.open(path)

    def formats(self) -> Sequence[str]:
        """Of some masks all; not all networks are circuits."""
        from evo.export import CIRCUITS  # noqa: PLC0415 - only where it is needed

        return ("npz", "json", "python", *CIRCUITS)

    def check_lines(self, job: Any) -> Sequence[str]:
        """The network, its genes, memory and time."""
        from evo.kinds.mask.check import mask_lines  # noqa: PLC0415 - formulas need none of it

        return mask_lines(job)

    def reporter(self) -> Any:
        """What is left of each layer, the controls beside it, what flipped connections cost."""
        from evo.kinds.mask.report.reporter import MaskReporter  # noqa: PLC0415 - formulas need none of it

        return MaskReporter()

    def size_text(self, best: Mapping[str, Any]) -> str:
        """``672 weights kept, 20 neurons in use, sparsity 56.7 %``."""
        kept, neurons = (column.counted(best[column.name]) for column in self.sizes[:2])
        return f"{kept} kept, {neurons} in use, sparsity {100 * best['sparsity']:.1f} %"

    def beside(self, result: Mapping[str, Any]) -> Sequence[str]:
        """How it stands to its controls."""
        from evo.kinds.mask.report.headline import headline  # noqa: PLC0415 - formulas need none of it

        return headline(result["mask"])

    def result_fault(self, result: Mapping[str, Any]) -> str | None:
        """What is wrong with the section `mask`."""
        from evo.kinds.mask.result import section_fault  # noqa: PLC0415 - formulas need none of it

        return section_fault(result)


KIND = Masks()

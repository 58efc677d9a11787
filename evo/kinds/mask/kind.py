"""Masks of networks as a kind of genome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from evo.kinds.kind import Kind


class Masks(Kind):
    """Which weights of a given network are kept."""

    reads: ClassVar[str] = "data or weights"
    starter: ClassVar[Mapping[str, Any]] = {
        "name": "digits-mask",
        "data.source": "sklearn",
        "data.name": "digits",
        "genome.network.layers": [64, 20, 10],
    }

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

    def check_lines(self, job: Any) -> Sequence[str]:
        """The network, its genes, memory and time."""
        from evo.kinds.mask.check import mask_lines  # noqa: PLC0415 - formulas need none of it

        return mask_lines(job)


KIND = Masks()

"""Scalars and the formula for TensorBoard, by tensorboardX (extra `tensorboard`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evo.callbacks.figures import figures, missing


class TensorBoardLogger:
    """A callback that writes TensorBoard's event files.

    folder: where they go; the folder `tensorboard` of the run directory where none is given.

    Raises:
        UsageError: tensorboardX is not installed.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self._folder, self._words = folder, list[str]()
        try:
            from tensorboardX import SummaryWriter  # noqa: PLC0415 - an extra
        except ModuleNotFoundError:
            raise missing("tensorboardX", "tensorboard") from None
        self._open: Any = SummaryWriter
        self._writer: Any = None

    def on_start(self, info: Mapping[str, Any]) -> None:
        """Open the event file of a run."""
        folder = Path(info["run_dir"]) / "tensorboard" if self._folder is None else Path(self._folder)
        self._writer = self._open(str(folder), write_to_disk=True)

    def on_generation(self, record: Mapping[str, Any]) -> None:
        """A scalar for every figure; the formula where it is another."""
        for name, value in figures(record).items():
            self._writer.add_scalar(name, value, record["generation"])
        if record["formula"] and record["formula"] != self._words:
            self._words = record["formula"]
            self._writer.add_text("formula", _as_code(record["formula"]), record["generation"])

    def on_end(self) -> None:
        """Everything is on disk."""
        if self._writer is not None:
            self._writer.close()


def _as_code(lines: list[str]) -> str:
    """Lines as TensorBoard's Markdown shows them unchanged."""
    return "\n".join(f"    {line}" for line in lines)

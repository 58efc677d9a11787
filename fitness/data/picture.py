"""Where the input bits of rows that are pictures lie."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Picture:
    """A grid of pixels, row by row.

    pixels: int32[n_bits], read-only, the pixel that each input bit tests, row * width + column; -1 where it tests none.
    decides: whether results depend on it, and not only what people are shown.
    """

    height: int
    width: int
    pixels: NDArray[np.int32]
    decides: bool = False

    @property
    def n_pixels(self) -> int:
        """Pixels of a picture."""
        return self.height * self.width

    def place(self, bit: int) -> tuple[int, int] | None:
        """(row, column) of the pixel that an input bit tests, if any."""
        pixel = int(self.pixels[bit])
        return None if pixel < 0 else divmod(pixel, self.width)

    def digest(self) -> bytes:
        """Equal for equal pictures."""
        said = f"picture:{self.height}:{self.width}".encode()
        return hashlib.sha256(said + self.pixels.astype("<i4").tobytes()).digest()

"""Where the input bits of rows that are pictures lie."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.errors import DataError


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """A grid of pixels, row by row; pictures are equal where all but `decides` is.

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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and self.digest() == other.digest()

    def __hash__(self) -> int:
        return hash(self.digest())

    def digest(self) -> bytes:
        """Equal for equal pictures."""
        said = f"picture:{self.height}:{self.width}".encode()
        return hashlib.sha256(said + self.pixels.astype("<i4").tobytes()).digest()

    def to_json(self) -> dict[str, Any]:
        """JSON data; inverse of `from_json`."""
        return {"height": self.height, "width": self.width, "pixels": self.pixels.tolist()}

    @classmethod
    def from_json(cls, data: Any, n_bits: int) -> Picture:
        """Inverse of `to_json`, for data of so many bits.

        Raises:
            DataError: its parts do not fit together.
        """
        pixels = np.array(data["pixels"], dtype=np.int32)
        height, width = data["height"], data["width"]
        if len(pixels) != n_bits or not ((pixels >= -1) & (pixels < height * width)).all():
            raise DataError("damaged picture: its pixels do not fit its size and the bits")
        pixels.flags.writeable = False
        return cls(height, width, pixels)

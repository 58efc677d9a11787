"""Arrays from anywhere as compiled kernels take them. A kernel has one signature; an array in Fortran order, of another
byte order or read-only is another type to it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def laid_out(array: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """`array` as `dtype`: C order, native byte order, aligned, writable, no subclass; itself where it is all that.

    What is beyond the dtype becomes infinite without a word; whoever minds checks for finite values.
    """
    with np.errstate(over="ignore"):
        return np.require(array, np.dtype(dtype).newbyteorder("="), ["C", "A", "W", "E"])

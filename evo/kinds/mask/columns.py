"""The size columns of masks.

They are the weights kept, the hidden neurons in use, the multiplications (one per kept weight, at every place of a
convolution) and the layers.
"""

from __future__ import annotations

from evo.kinds.kind import SizeColumn

COLUMNS = (
    SizeColumn("weights", "weight", "weights", "kept", formerly="literals"),
    SizeColumn("neurons", "neuron", "neurons", "neurons", formerly="terms"),
    SizeColumn("multiplications", "multiplication", "multiplications", "mults", formerly="gates"),
    SizeColumn("depth", "layer", "depth", "depth"),
)

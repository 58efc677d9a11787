"""The `genome` section of a search for masks as values: which masks, and the network whose connections they keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, MaxLen

from genomes.bounds import Path
from genomes.spec import GenomeSpec
from genomes.strict import STRICT

Granularity = Literal["edge", "neuron", "n_of_m", "ternary"]
Activation = Literal["relu", "sign"]
Weights = Literal["uniform", "kaiming", "signed_constant", "file"]
#: Deeper networks of plain layers are not trained either.
MOST_LAYERS = 64
Size = Annotated[int, Ge(1), Le(1_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpec:
    """A network with weights that stay as they are; only which of them count is searched."""

    __pydantic_config__ = STRICT

    layers: Annotated[tuple[Size, ...], MaxLen(MOST_LAYERS)] = ()
    """Inputs, neurons of each hidden layer, classes, e.g. [64, 20, 10]; weights file: may be left out."""
    activation: Activation = "relu"
    """Of hidden neurons: max(0, sum), or +1 where the sum is above 0 and -1 elsewhere."""
    weights: Weights = "uniform"
    """U(-1, 1); kaiming: N(0, 2 / inputs); signed_constant: that times a fair sign (sign nets: +-1); file: `path`."""
    biases: bool = True
    """Whether neurons have a bias; a mask never drops one."""
    scale: Annotated[float, Gt(0), Le(1_000_000)] = 1.0
    """Factor of the drawn weights and biases."""
    path: Path | None = None
    """weights file: npz with weights_0 [neurons, inputs], bias_0, weights_1, ...; or .pt, a torch state_dict."""
    inputs: Annotated[tuple[Annotated[float, Ge(-1_000_000), Le(1_000_000)], ...], MaxLen(MOST_LAYERS)] = ()
    """Lowest and highest value that inputs are scaled to; default [-0.7, 0.7], for bits [-1, 1]."""
    image: Annotated[tuple[Size, ...], MaxLen(MOST_LAYERS)] = ()
    """convolutions: channels, rows and columns that the inputs are, e.g. [1, 8, 8]."""
    convolutions: Annotated[tuple[Annotated[tuple[Size, ...], MaxLen(MOST_LAYERS)], ...], MaxLen(MOST_LAYERS)] = ()
    """[filters, kernel, stride] of each convolution between the inputs and the next of `layers`; relu only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskGenomeSpec(GenomeSpec):
    """What is evolved: which weights of a given network are kept."""

    kind: Literal["mask"] = "mask"
    """mask: which weights of a given network are kept."""
    granularity: Granularity = "edge"
    """Connections; whole hidden neurons; n of every m inputs of a neuron; or connections that may change sign."""
    n: Annotated[int, Ge(1), Le(64)] = 2
    """granularity n_of_m: connections kept of every m."""
    m: Annotated[int, Ge(2), Le(64)] = 4
    """granularity n_of_m: consecutive inputs of a neuron that n are kept of."""
    network: NetworkSpec = field(default_factory=NetworkSpec)
    """The network that is pruned."""

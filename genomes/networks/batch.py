"""Many networks: how populations are sent to workers and written to checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomes.checks import Expected, check_array, check_offsets, within
from genomes.errors import GenomeError
from genomes.networks.network import Network
from genomes.networks.space import NetworkSpace, check_network

#: The arrays of a network by name, with what numbers them: of arrays that cut others, these come first.
_TYPES: Mapping[str, type[np.generic]] = {
    "kinds": np.int8, "starts": np.int64, "literals": np.int32, "param_starts": np.int64, "params": np.int64,
    "head_starts": np.int64, "head_literals": np.int32, "head_weights": np.int32, "biases": np.int32,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NetworkBatch:
    """A sequence of networks."""

    networks: tuple[Network, ...]

    def __len__(self) -> int:
        return len(self.networks)

    def __getitem__(self, index: int) -> Network:
        return self.networks[index]

    def __iter__(self) -> Iterator[Network]:
        return iter(self.networks)

    @property
    def grain(self) -> int:
        """Networks worth working on together: one, as each is grown anew."""
        return 1

    @property
    def inverted(self) -> NDArray[np.bool_]:
        """bool[len]: networks have one output phase."""
        return np.zeros(len(self), dtype=np.bool_)

    @classmethod
    def of(cls, networks: Sequence[Network], space: NetworkSpace) -> NetworkBatch:
        """As a batch."""
        return cls(tuple(networks))

    def take(self, indices: Sequence[int] | NDArray[np.intp], space: NetworkSpace) -> NetworkBatch:
        """The networks at `indices`, in that order."""
        return NetworkBatch(tuple(self.networks[int(i)] for i in indices))

    def slice(self, start: int, stop: int) -> NetworkBatch:
        """Networks start..stop-1."""
        return NetworkBatch(self.networks[start:stop])

    def followed_by(self, other: NetworkBatch) -> NetworkBatch:
        """The networks of both, in order."""
        return NetworkBatch(self.networks + other.networks)

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Named arrays for an npz file: each array of all networks in a row, and how long that of each is."""
        named: dict[str, NDArray[Any]] = {}
        for column, (name, dtype) in enumerate(_TYPES.items()):
            parts = [network.arrays()[column] for network in self.networks]
            named[f"{prefix}.{name}"] = np.concatenate([np.zeros(0, dtype=dtype), *parts])
            named[f"{prefix}.{name}.ends"] = np.cumsum([0, *map(len, parts)], dtype=np.int64)
        return named

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str, space: NetworkSpace) -> NetworkBatch:
        """Inverse of `to_arrays`.

        Raises:
            GenomeError: arrays that are missing or do not form networks of `space`.
        """
        columns = [_parts(arrays, f"{prefix}.{name}", dtype) for name, dtype in _TYPES.items()]
        if len({len(column) for column in columns}) != 1:
            raise GenomeError("expected as many parts of each array", where=prefix)
        networks = tuple(Network(*parts) for parts in zip(*columns, strict=True))
        with within(f"{prefix}."):
            for network in networks:
                _check_lengths(network)
                check_network(network, space)
        return cls(networks)


def _parts(arrays: Mapping[str, NDArray[Any]], name: str, dtype: type[np.generic]) -> list[NDArray[Any]]:
    whole = check_array(arrays, name, Expected(dtype, (None,)))
    ends = check_array(arrays, f"{name}.ends", Expected(np.int64, (None,), low=0))
    check_offsets(ends, len(whole), f"{name}.ends")
    return [whole[a:b] for a, b in pairwise(ends.tolist())]


def _check_lengths(network: Network) -> None:
    """The arrays that cut others cut all of them, into as many parts as there are units or heads."""
    cuts = (
        ("starts", network.starts, network.literals, network.kinds),
        ("param_starts", network.param_starts, network.params, network.kinds),
        ("head_starts", network.head_starts, network.head_literals, network.biases),
    )
    for name, starts, cut, parts in cuts:
        check_offsets(starts, len(cut), name)
        if len(starts) != len(parts) + 1:
            raise GenomeError(f"expected {len(parts) + 1} numbers, got {len(starts)}", where=name)
    if len(network.head_weights) != len(network.head_literals):
        raise GenomeError("expected a weight for each literal", where="head_weights")

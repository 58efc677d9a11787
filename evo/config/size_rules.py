"""Rules on products of keys: what a config may ask for together, whatever machine it is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from evo.config.problems import Problem
from evo.config.schema import RunConfig
from fitness.data.functions.extent import MOST_LOOKS, MOST_VALUES, columns, looks, rows
from genomes.masks.extent import extent

#: Weights of a drawn network: a local step of one mask visits them all for every row, which takes hours already.
MOST_WEIGHTS: Final = 2**24


def generated_rows_are_few(config: RunConfig) -> Iterator[Problem]:
    """Generated data are drawn in memory; what is larger comes from a file."""
    data = config.data
    if data.source != "function":
        return
    n_rows, n_columns = rows(data), columns(data)
    path = ("data", "samples" if data.samples else "function")
    if (data.samples or data.test_samples) and n_rows * n_columns > MOST_VALUES:
        made = f"{n_rows:,} rows of {n_columns:,} inputs and outputs"
        yield Problem(path, f"at most {MOST_VALUES:,} values are generated, got {made}; ask for fewer, or read a file")
    elif looks(data) > MOST_LOOKS:
        made = f"rows times terms times literals must be at most {MOST_LOOKS:,}, got {looks(data):,}"
        yield Problem(("data", "terms"), f"{made}; lower one of them")


def drawn_network_is_small(config: RunConfig) -> Iterator[Problem]:
    """A network is drawn in memory, with the places of its convolutions; a larger one takes too long to search."""
    network = config.genome.network
    if config.genome.kind != "mask" or network.weights == "file":
        return
    found = extent(network)
    for key, number, noun in (
        ("layers", found.weights, "weights"),
        ("convolutions", found.places, "inputs of convolutions, over all their places"),
    ):
        if number > MOST_WEIGHTS:
            yield Problem(
                ("genome", "network", key), f"at most {MOST_WEIGHTS:,} {noun} can be searched, got {number:,}"
            )


SIZE_RULES: Final = (("data", generated_rows_are_few), ("genome", drawn_network_is_small))

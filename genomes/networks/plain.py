"""A network as JSON: what models/ and events.jsonl keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from genomes.errors import GenomeError
from genomes.networks.network import Head, Network
from genomes.networks.space import NetworkSpace, check_network
from genomes.networks.units import COUNT, LUT, NAMES, SOP, THRESHOLD, Unit

#: The name of the parameters of the kinds that have some.
PARAMS = {LUT: "table", SOP: "terms", COUNT: "counts", THRESHOLD: "weights"}


def network_to_plain(network: Network) -> dict[str, Any]:
    """``{"units": [...], "heads": [...]}``; literals as in `genomes.networks.units`, a table in hexadecimal."""
    return {"units": [_unit(unit) for unit in network.units], "heads": [_head(head) for head in network.heads]}


def network_from_plain(record: Mapping[str, Any], space: NetworkSpace) -> Network:
    """Inverse of `network_to_plain`, of a record of the right types.

    Raises:
        GenomeError: no network of `space`.
    """
    try:
        units = [_unit_of(unit) for unit in record["units"]]
        heads = [Head(tuple((int(a), int(b)) for a, b in head["votes"]), int(head["bias"])) for head in record["heads"]]
        network = Network.of(units, heads)
    except (KeyError, TypeError, ValueError, OverflowError) as problem:
        raise GenomeError(f"not a network: {type(problem).__name__}: {problem}", where="units") from None
    check_network(network, space)
    return network


def _unit(unit: Unit) -> dict[str, Any]:
    record: dict[str, Any] = {"kind": NAMES[unit.kind], "of": list(unit.literals)}
    if unit.kind in PARAMS:
        record[PARAMS[unit.kind]] = f"{unit.params[0]:x}" if unit.kind == LUT else list(unit.params)
    return record


def _unit_of(record: Mapping[str, Any]) -> Unit:
    kind = NAMES.index(record["kind"])
    params = record[PARAMS[kind]] if kind in PARAMS else ()
    values = (int(str(params), 16),) if kind == LUT else tuple(map(int, params))
    return Unit(kind, tuple(map(int, record["of"])), values)


def _head(head: Head) -> dict[str, Any]:
    return {"votes": [list(vote) for vote in head.votes], "bias": head.bias}


def plain(network: Network, space: NetworkSpace) -> dict[str, Any]:
    """As the registry asks for it."""
    return network_to_plain(network)

from __future__ import annotations

from genomes.networks.space import NetworkSpace
from tests.kits.genome_kit import GenomeKit
from tests.kits.network_cases import network_case


class TestNetworks(GenomeKit):
    cases = (
        network_case(NetworkSpace(1, 1)),
        network_case(NetworkSpace(5, 1)),
        network_case(NetworkSpace(4, 3)),
        network_case(NetworkSpace(4, 3, prior=(2, 0, 1))),
    )

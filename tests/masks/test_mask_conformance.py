from __future__ import annotations

from tests.kits.genome_kit import GenomeKit
from tests.kits.layers import layered
from tests.masks.cases import mask_case


class TestMasks(GenomeKit):
    cases = (
        mask_case("edge", layered((3, 2, 2)), 0, 10),
        mask_case("edge, one layer", layered((4, 2)), 0, 8),
        mask_case("edge, three layers", layered((3, 2, 2, 2)), 0, 14),
        mask_case("ternary", layered((3, 2, 2), "ternary"), 0, 10),
        mask_case("neuron", layered((3, 4, 3, 2), "neuron"), 0, 7),
        mask_case("2:4", layered((8, 4, 2), "n_of_m", n=2, m=4), 20, 20),
        mask_case("1:3 with a rest", layered((7, 5, 2), "n_of_m", n=1, m=3), 19, 19),
    )

from __future__ import annotations

from genomes.masks.space import MaskSpace
from tests.kits.genome_kit import GenomeKit
from tests.masks.cases import mask_case


class TestMasks(GenomeKit):
    cases = (
        mask_case("edge", MaskSpace.of_layers((3, 2, 2)), 0, 10),
        mask_case("edge, one layer", MaskSpace.of_layers((4, 2)), 0, 8),
        mask_case("edge, three layers", MaskSpace.of_layers((3, 2, 2, 2)), 0, 14),
        mask_case("ternary", MaskSpace.of_layers((3, 2, 2), "ternary"), 0, 10),
        mask_case("neuron", MaskSpace.of_layers((3, 4, 3, 2), "neuron"), 0, 7),
        mask_case("2:4", MaskSpace.of_layers((8, 4, 2), "n_of_m", n=2, m=4), 20, 20),
        mask_case("1:3 with a rest", MaskSpace.of_layers((7, 5, 2), "n_of_m", n=1, m=3), 19, 19),
    )

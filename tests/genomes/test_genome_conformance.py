from __future__ import annotations

from genomes.two_level.cover import CoverSpace
from tests.kits.cover_cases import cover_case
from tests.kits.genome_kit import GenomeKit


class TestCovers(GenomeKit):
    cases = (
        cover_case(CoverSpace("sop", 1, 1, 1)),
        cover_case(CoverSpace("sop", 6, 2, 5)),
        cover_case(CoverSpace("pos", 6, 1, 12)),
        cover_case(CoverSpace("sop", 5, 3, 6, votes=True)),
        cover_case(CoverSpace("pos", 5, 3, 6, votes=True)),
        cover_case(CoverSpace("sop", 6, 1, 5, phases=(False, True))),
        cover_case(CoverSpace("pos", 6, 2, 5, phases=(True,))),
        cover_case(CoverSpace("sop", 63, 2, 8)),
        cover_case(CoverSpace("pos", 64, 1, 8)),
        cover_case(CoverSpace("sop", 65, 1, 3)),
        cover_case(CoverSpace("pos", 130, 2, 9)),
    )

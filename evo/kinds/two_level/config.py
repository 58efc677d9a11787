"""The config of a search for formulas."""

from __future__ import annotations

from dataclasses import dataclass, field

from evo.config.schema import RunConfig
from evo.search.formula_spec import FormulaLocalSpec, FormulaSearchSpec
from fitness.data.pictures.spec import ImageDataSpec
from fitness.spec import FormulaFitnessSpec
from genomes.two_level.spec import FormulaGenomeSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaConfig(RunConfig):
    """One run that searches for formulas, completely described."""

    data: ImageDataSpec
    """Where the rows come from."""
    genome: FormulaGenomeSpec = field(default_factory=FormulaGenomeSpec)
    """What is evolved."""
    fitness: FormulaFitnessSpec = field(default_factory=FormulaFitnessSpec)
    """What is optimised."""
    search: FormulaSearchSpec = field(default_factory=FormulaSearchSpec)
    """How candidates are proposed and kept."""
    local: FormulaLocalSpec = field(default_factory=FormulaLocalSpec)
    """How offspring are improved before they compete."""

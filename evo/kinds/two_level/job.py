"""From a config, and data that may be there already, to the job of a search for formulas."""

from __future__ import annotations

from evo.kinds.common.job import Job
from evo.kinds.common.needs import require
from evo.kinds.two_level.build import FormulaJob, build_search
from evo.kinds.two_level.config import FormulaConfig
from evo.kinds.two_level.model_selection import FormulaSelection
from evo.kinds.two_level.needs import KEYS, before_data, covers
from evo.kinds.two_level.refinement import Refinement
from evo.kinds.two_level.scorer import FormulaScorer
from fitness.data.load import Loaded
from fitness.data.pictures.load import load_shown
from fitness.data.voting import as_votes
from fitness.kernels import SEARCH, VOTES


def prepare_formulas(config: FormulaConfig) -> FormulaJob:
    """Read the data and build the search; raises as `formula_job` does."""
    require(before_data(config), KEYS)
    return formula_job(config, load_shown(config.data, config.seed))


def formula_job(config: FormulaConfig, loaded: Loaded) -> FormulaJob:
    """Build a search for formulas of data that are there already.

    Raises:
        ConfigError: it needs more memory than there is.
        DataError: the data cannot be learned from.
    """
    data = as_votes(loaded) if config.genome.output == "vote" else loaded
    refinement = Refinement(data)
    require(covers(config, data.dataset, refinement.kept), KEYS)
    search = build_search(config, data.dataset)
    votes = data.dataset.task.kind == "multiclass"
    kernels = (*SEARCH, *(VOTES if votes else ())) if search.algorithm.compiled else ()
    scorer = FormulaScorer(search.problem, data.dataset, config)
    selection = FormulaSelection.of(config, data.dataset)
    parts = (config, data.dataset, data.encoder, search, scorer, kernels)
    return Job(*parts, finishing=refinement, selection=selection, columns=data.columns)

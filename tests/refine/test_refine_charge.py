"""What a cut must save before it leaves its quantile."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fitness.data.binarize import Binarizer
from fitness.data.dataset import Dataset
from fitness.data.encoder import Encoder
from fitness.data.encoders import Words
from fitness.data.schema import Field
from fitness.data.table import Column, Table, Target
from fitness.data.task import make_task
from fitness.evaluation.problem import make_problem
from fitness.local.refinement.columns import Columns
from fitness.local.refinement.literals import Literal, Rows
from fitness.local.refinement.refine import CAUTION, LEAST_BITS, Refiner
from fitness.spec import FormulaFitnessSpec
from genomes.two_level.spec import FormulaGenomeSpec

N = 1000
#: Bits of naming one of the 999 cuts instead of one of 4.
BITS = math.log2(999 / 4)


def cut_after(better_by: int, wrong: float) -> float:
    """Where ``x <= 399.5`` of 0 ... 999 goes if ``x <= 399 + better_by`` has so many errors less."""
    x = np.arange(N, dtype=np.float64)
    column = Column("x", "number", x)
    target = Target(("y",), np.where(x <= 399 + better_by, "b", "a").astype(object))
    bits = tuple(Words.of(column).at_most(cut, str(cut)) for cut in (199.5, 399.5, 599.5, 799.5))
    table, task = Table((column,), target, "rows"), make_task(target)
    split = Encoder(task, Binarizer((Field("x", "number"),), bits)).encode(table)
    problem = make_problem(Dataset(task, bits, 1, split, None, None), FormulaGenomeSpec(), FormulaFitnessSpec())
    refiner = Refiner(Rows(split, bits, Columns((column,))), problem)
    (((literal,),),) = refiner.refined([[[Literal(bits[1], positive=True)]]], lambda: False, wrong=wrong)
    assert literal.cut is not None
    return literal.cut


@pytest.mark.parametrize("wrong", [0.05, 0.2, 0.3, 0.49])
def test_a_cut_moves_for_more_errors_than_its_bits_are_worth_and_for_no_fewer(wrong: float) -> None:
    price = CAUTION * BITS / max(LEAST_BITS, math.log2((1 - wrong) / wrong))
    assert cut_after(math.floor(price), wrong) == 399.5
    assert 399 <= cut_after(math.floor(price) + 1, wrong) - math.floor(price) - 1 < 400


def test_where_nothing_is_wrong_a_cut_moves_freely() -> None:
    assert cut_after(1, 0.0) == 400

"""A round is a pure function that never loses what it was given, and the algorithm's memory survives a checkpoint."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evo.config.load import config_from_dict
from evo.kinds.common.preparing import prepare
from evo.search.descent_cache import DescentCache
from evo.search.memetic import KAPPAS, Memory, active_slots, large_enough, shares
from evo.search.state import State
from fitness.data.dataset import Split
from fitness.layouts.binary import BinaryLayout
from fitness.layouts.cache import SampleView
from fitness.layouts.term_store import TermStore
from fitness.memetic.rounds import Improved, RoundContext, RoundParams, improve
from genomes.bits import pack
from genomes.streams import Role, stream
from genomes.two_level.cover import literals_by_cover
from genomes.two_level.term_lists import TermList, distinct, joined
from tests.kits.processes import ROOT, environment
from tests.kits.small_search import after, small_search, state_bytes, states

GENES = RoundParams(kappa=3.0, lam=0.5, width=8, depth=6)


def multiplexer(rows: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    inputs = stream(seed, Role.INITIAL).random((rows, 6)) < 0.5
    address = inputs[:, 0] * 1 + inputs[:, 1] * 2
    return inputs, inputs[np.arange(rows), 2 + address]


def layout_of(inputs: np.ndarray, label: np.ndarray) -> BinaryLayout:
    n = len(inputs)
    return BinaryLayout.of(Split(n, pack(inputs.T.copy()), pack(label[None]), pack(np.ones((1, n), bool))), 0, "sop")


def context_of(layout: BinaryLayout, pool: TermList | None = None) -> RoundContext:
    view = SampleView(layout, TermStore(layout), 1.0)
    return RoundContext(view, view, view.store.add(pool or joined([])), 16)


def improved_by(context: RoundContext, start: TermList, seed: int = 1, known: frozenset[int] = frozenset()) -> Improved:
    return improve(context, start, GENES, 1.0, known, stream(seed, Role.REFINEMENT))


def one_round(
    layout: BinaryLayout, start: TermList, seed: int = 1, pool: TermList | None = None
) -> tuple[bytes, float]:
    improved = improved_by(context_of(layout, pool), start, seed)
    parts = (improved.cover, improved.plain, improved.learned)
    return b"".join(part.literals.tobytes() + part.lengths.tobytes() for part in parts), improved.value


def test_a_round_is_a_pure_function_of_its_arguments() -> None:
    layout = layout_of(*multiplexer(80))
    assert one_round(layout, joined([])) == one_round(layout, joined([]))
    assert one_round(layout, joined([]), seed=2) != one_round(layout, joined([]), seed=1)


def test_rounds_do_not_disturb_the_pool_they_share() -> None:
    layout = layout_of(*multiplexer(80))
    known = improved_by(context_of(layout), joined([]), 5).learned
    shared = context_of(layout, known)
    first = [improved_by(shared, joined([]), s).value for s in (1, 2, 1)]
    alone = [one_round(layout, joined([]), seed=s, pool=known)[1] for s in (1, 2, 1)]
    assert first == alone


def test_a_constant_output_is_explained_by_the_term_without_literals() -> None:
    inputs, _ = multiplexer(40)
    improved = improved_by(context_of(layout_of(inputs, np.ones(40, dtype=bool))), joined([]))
    assert improved.plain.lengths.tolist() == [0]


def test_a_cover_that_does_what_a_descended_one_does_is_not_descended_again() -> None:
    layout = layout_of(*multiplexer(80))
    done = improved_by(context_of(layout), joined([]))
    for seed in range(2, 8):  # until nothing better is found
        done = improved_by(context_of(layout, done.learned), done.cover, seed)
    pool = context_of(layout, done.learned)
    known = frozenset([done.semantic_hash])
    again = [improved_by(pool, done.cover, seed, known) for seed in range(8)]
    assert done.step == "made"
    assert any(improved.step == "known" for improved in again)
    assert all(improved.semantic_hash == done.semantic_hash for improved in again if improved.step == "known")
    assert all(
        improved_by(pool, done.cover, seed, frozenset([done.semantic_hash ^ 1])).step == "made" for seed in range(8)
    )


def test_both_sides_of_a_function_are_searched_and_each_keeps_its_front() -> None:
    search = small_search("memetic")
    state = after(search, 6)
    assert set(state.archive.genomes.inverted.tolist()) == {False, True}
    for inverted in (False, True):
        rows = np.flatnonzero(state.archive.genomes.inverted == inverted)
        assert state.archive.objectives[rows].tolist()[0][0] == 0.0
    only = small_search("memetic", genome={"side": "negative"})
    assert after(only, 4).archive.genomes.inverted.all()


def test_rounds_on_large_data_begin_on_a_part_of_the_samples() -> None:
    assert shares(1000).tolist() == [1.0, 1.0, 1.0]
    assert shares(8192).tolist() == [0.5, 0.5, 1.0]
    assert shares(10**6).tolist() == [1 / 16, 1 / 4, 1.0]
    assert shares(10**6, 10**5).tolist() == [1 / 16, 0.1, 0.1]
    assert shares(1000, 10**5).tolist() == [1.0, 1.0, 1.0]


def test_a_part_of_a_layout_is_a_prefix_of_either_label() -> None:
    layout = layout_of(*multiplexer(1000))
    part = layout.part(0.3)
    assert part.wp == -(-3 * layout.wp // 10)
    assert (part.lits[:, : part.wp] == layout.lits[:, : part.wp]).all()
    assert (part.lits[:, part.wp :] == layout.lits[:, layout.wp : layout.wp + len(part.valid) - part.wp]).all()
    assert (part.lits[: layout.n_inputs] == part.rows.T).all()


def test_the_six_bit_multiplexer_is_found_in_its_smallest_form() -> None:
    search = small_search("memetic", data={"source": "function", "function": "multiplexer", "address_bits": 2})
    state = after(search, 6)
    assert state.archive.objectives[0].tolist() == [0.0, 12.0]
    terms = literals_by_cover(state.archive.genomes[0], "sop")[0]
    assert sorted(map(sorted, terms)) == sorted(map(sorted, [[-1, -2, 3], [1, -2, 4], [-1, 2, 5], [1, 2, 6]]))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_hidden_formula_is_recovered_exactly_under_ten_percent_wrong_labels(seed: int) -> None:
    data = {
        "source": "function", "function": "random_dnf", "inputs": 24, "terms": 4, "literals": 4, "samples": 1200,
        "test_samples": 1000, "noise": 0.1,
    }  # fmt: skip
    job = prepare(config_from_dict({"schema": 1, "seed": seed, "data": data}, Path.cwd()))
    state = after(job.search, 12)
    pick = job.scorer.pick(job.scorer.rows(state.archive))
    assert (pick.terms, pick.literals) == (4, 16)


def test_memory_survives_a_checkpoint_and_the_search_goes_on_alike() -> None:
    search = small_search("memetic")
    state = after(search, 5)
    back = State.from_arrays(state.to_arrays(), search.problem.space, 2)
    assert state_bytes(back) == state_bytes(state)
    assert state_bytes(search.step(back)) == state_bytes(search.step(state))


def test_kappa_only_steps_down_and_every_slot_reaches_the_last() -> None:
    search = small_search("memetic", population=4)
    stages = [Memory.of(state, 8, search.problem.space).stage for state in states(search, 40)]
    assert all((now >= before).all() for before, now in itertools.pairwise(stages))
    assert stages[-1].tolist() == [len(KAPPAS) - 1] * 8


def test_a_part_is_large_enough_if_its_labels_are_no_shorter_than_the_cover() -> None:
    sizes = np.array([0, 4096 // 7, 4096 // 7 + 1, 10_000 // 7, 10_000 // 7 + 1, 10_000])
    assert large_enough(sizes, 128, 40_000).tolist() == [0, 0, 1, 1, 2, 2]
    assert large_enough(sizes, 128, 100).tolist() == [0, 2, 2, 2, 2, 2]


def test_stalled_slots_rest_but_never_all_of_them() -> None:
    none = np.zeros(6, dtype=np.int64)
    memory = Memory(none + 2, none, none, none + 1000, none.astype(float), (), DescentCache.of({}))
    for generation in range(30):
        assert 1 <= len(active_slots(memory, generation)) <= 2
    fresh = replace(memory, stalled=none)
    assert len(active_slots(fresh, 3)) == 6


def test_pools_hold_distinct_terms_and_prices_fall() -> None:
    search = small_search("memetic")
    pools = Memory.of(after(search, 5), 32, search.problem.space).pool
    assert [len(of_side) for of_side in pools] == [1, 1]
    for (pool,) in pools:
        assert len(distinct(pool)) == len(pool) > 0
    assert (np.diff(search.context.prices) < 0).all()


def test_checking_a_memetic_run_loads_no_compiler(tmp_path: Path) -> None:
    code = "import sys; from evo.__main__ import main; main(['check', sys.argv[1]]); print('numba' in sys.modules)"
    config = tmp_path / "c.yaml"
    config.write_text(json.dumps({"schema": 1, "data": {"source": "function", "function": "parity", "bits": 4}}))
    done = subprocess.run(
        [sys.executable, "-c", code, str(config)], cwd=ROOT, env=environment(), capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.split()[-1] == "False"

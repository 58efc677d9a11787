"""A State from disk that a search can go on from: what its algorithm remembers, checked as the algorithm declares it.

A checkpoint may come from anywhere, and what a State holds reaches compiled kernels. `State.from_arrays` checks what
holds of any search; here the algorithm says which arrays it keeps (`Algorithm.layout`) and what hangs together
(`Algorithm.check`). An array that no one declared is refused, so nothing gets by that nobody looks at.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evo.search.context import Algorithm, G, P
from evo.search.state import MEMORY, State
from genomes.checks import check_array, check_count, check_names, within


def sound(algorithm: Algorithm[G, P], context: G, state: State[Any]) -> State[Any]:
    """The state of one population, with its memory as kernels take it.

    Raises:
        GenomeError: it is not one that `algorithm` leaves behind.
    """
    check_count(len(state.islands), 0, 0, "islands")
    layout = algorithm.layout(context, state.generation)
    with within(MEMORY):
        check_names(state.memory, layout)
        memory = {name: check_array(state.memory, name, expected) for name, expected in layout.items()}
    state = replace(state, memory=memory)
    algorithm.check(context, state)
    return state

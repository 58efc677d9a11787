"""What a generation of a search for networks tries: steps by name, in the order of the plan.

A step is an operator with its settings. The first generations are fixed: screens that cost little, then what builds on
their units. Later ones repeat what builds on parents, with other random draws. The plan goes by counts of generations,
never by time.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Step(NamedTuple):
    """operator: a name in `fitness.networks.operators.registry`; mask: which parity it learns beneath, 0 for none, -1
    for that of the first parent; level: how far the operator goes, as it says itself.
    """

    operator: str
    mask: int = 0
    level: int = 0


#: A network as it comes, and one without units.
AS_IT_IS: Final = Step("as_it_is")
CONSTANT: Final = Step("constant")
#: The next tables of a class, a hidden layer, and layers trained: see `fitness.networks.wide`.
TABLES: Final = Step("tables")
LAYER: Final = Step("layer")
TRAINED: Final = Step("trained")
#: A wide network as it is, and with ever fewer of its votes.
FEWER: Final = Step("fewer")
#: What is tried without parents ...
SCREENS: Final = (
    CONSTANT,
    Step("affine"),
    Step("tree"),
    Step("count"),
    Step("fringe"),
    Step("graph"),
    Step("graph_whole"),
    Step("two_level"),
    Step("linear"),
    Step("boosting", level=6),
    Step("count", mask=1),
    Step("fringe", mask=1),
    Step("graph", mask=1),
    Step("graph_whole", mask=1),
    Step("fringe", mask=2),
    Step("graph", mask=2),
    Step("fringe", mask=3),
    Step("list"),
    Step("list", mask=1),
)
#: ... with the best of them as parents ...
BUILT: Final = (
    Step("upon", mask=-1),
    Step("fringe_vote", mask=-1),
    Step("states_vote", mask=-1),
    Step("states_vote", mask=-1, level=1),
    Step("terms_fringe_vote", mask=-1),
    Step("boosting", mask=-1),
    Step("boosting", mask=-1, level=2),
    Step("two_level", mask=-1, level=1),
    Step("descent"),
    Step("reduction", level=1),
)
#: ... then with more members in votes, trees boosted on their units, and votes that are joined ...
JOINED: Final = (
    Step("fringe_vote", mask=-1, level=2),
    Step("states_vote", mask=-1, level=2),
    Step("terms_fringe_vote", mask=-1, level=1),
    Step("upon_vote", mask=-1, level=1),
    Step("boosting", mask=-1, level=1),
    Step("boosting", mask=-1, level=2),
    Step("join"),
    Step("join"),
    Step("mix"),
    Step("descent"),
    Step("reduction"),
)
#: ... and again.
LATER: Final = (
    Step("fringe_vote", mask=-1, level=2),
    Step("upon", mask=-1, level=1),
    Step("upon_vote", mask=-1, level=1),
    Step("boosting", mask=-1, level=1),
    Step("boosting", mask=-1, level=2),
    Step("join"),
    Step("states_vote", mask=-1, level=2),
    Step("join"),
    Step("mix"),
    Step("descent"),
    Step("reduction", level=1),
)
#: Where nothing is wrong any more, networks only become smaller.
SMALLER: Final = (
    Step("graph_whole", mask=-1),
    Step("list", mask=-1),
    Step("two_level", mask=-1, level=1),
    Step("upon", mask=-1),
    Step("mix"),
    Step("descent"),
    Step("reduction"),
    Step("reduction", level=1),
)
#: What is tried where folds judge, generation by generation: steps that need no parents. The last ones come again,
#: with other draws.
CROSSED: Final = (
    (
        CONSTANT,
        Step("tree"),
        Step("affine"),
        Step("count"),
        Step("fringe"),
        Step("graph"),
        Step("two_level"),
        Step("linear"),
        Step("boosting", level=4),
        Step("boosting", level=6),
        Step("list"),
    ),
    (
        Step("linear", level=1),
        Step("linear", level=2),
        Step("linear", level=3),
        Step("linear", level=4),
        Step("boosting", level=5),
        Step("boosting", level=7),
        Step("fringe_vote"),
        Step("terms_fringe_vote"),
        Step("count", mask=1),
        Step("fringe", mask=1),
    ),
    (
        Step("panel"),
        Step("panel", level=1),
        Step("panel", level=2),
        Step("fringe_vote", level=1),
        Step("graph_fringe_vote"),
        Step("graph_in_tree"),
    ),
    (
        Step("linear", level=1),
        Step("boosting", level=4),
        Step("boosting", level=5),
        Step("fringe_vote"),
        Step("graph_fringe_vote"),
        Step("panel"),
    ),
)
#: Every step once, by the number that tasks store.
STEPS: Final = tuple(
    dict.fromkeys(
        (AS_IT_IS, *SCREENS, *BUILT, *JOINED, *LATER, *SMALLER, *sum(CROSSED, ()), TABLES, FEWER, LAYER, TRAINED)
    )
)


def steps_of(generation: int, *, exact: bool = False, crossed: bool = False) -> tuple[Step, ...]:
    """The steps of a generation, one per slot; exact: whether the best parent is never wrong; crossed: folds judge."""
    if crossed:
        return CROSSED[min(generation, len(CROSSED) - 1)]
    if exact:
        return SMALLER
    return (SCREENS, BUILT, JOINED)[generation] if generation < 3 else LATER

"""The rules of a formula over pictures, as pictures: which pixels are read, what speaks for a class, rule by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evo.analysis.gather import Facts
from evo.analysis.rule_pixels import picture_of, rules_reading, speaking, wanted
from evo.analysis.rules import RuleGroup
from evo.kinds.two_level.report.findings import Formula
from evo.report.html.heat_maps import heat_maps
from evo.report.html.parts import Figure, Section
from evo.report.html.pixel_maps import MOST_CLASSES, PixelMaps, pixel_section
from fitness.data.dataset import Bit
from fitness.data.picture import Picture

#: Rules of a class that have a map.
MOST_RULES = 10
READS = "How many rules read each pixel: the stronger the colour the more, at most {most}."
SPEAKS = (
    "Blue: rules that speak for it want ink there, orange: they want none, the stronger the more; a vote that is taken "
    "counts the other way."
)
WANTS = "Blue: it wants ink there, orange: none; pixels that are to lie between two values are left blank."


def pixels(facts: Facts) -> Section | None:
    """Maps of pixels; None where rows are no pictures, or very large ones, or nothing is read."""
    formula: Formula = facts.findings
    picture = None if formula.encoder is None else picture_of(formula.encoder)
    if picture is None:
        return None
    return pixel_section("Which pixels it reads", picture.n_pixels, lambda: _maps(formula, picture))


def _maps(formula: Formula, picture: Picture) -> PixelMaps:
    groups = [group for group in formula.rules if group.rules]
    counts = rules_reading([rule.term for group in groups for rule in group.rules], picture)
    maps = [(_name(group, groups), speaking(group, formula.bits, picture)) for group in groups]
    by_rule = [_rules(group, _name(group, groups), formula.bits, picture) for group in groups[:MOST_CLASSES]]
    more = [replace(by_rule[0], caption=f"{by_rule[0].caption} {WANTS}"), *by_rule[1:]] if by_rule else []
    of_classes = "where rules want ink", SPEAKS
    return PixelMaps(counts, "which pixels are read", READS, "rule", maps, of_classes, more)


def _name(group: RuleGroup, groups: Sequence[RuleGroup]) -> str:
    """Its class; of several outputs its output."""
    several = len({other.output for other in groups}) > 1
    return group.output if several else group.label


def _rules(group: RuleGroup, name: str, bits: Sequence[Bit], picture: Picture) -> Figure:
    """The first rules of a class, each a map."""
    shown = group.rules[:MOST_RULES]
    maps = [(str(number), wanted(rule.term, bits, picture)) for number, rule in enumerate(shown, start=1)]
    of = f"first {len(shown)} of {len(group.rules):,} rules" if len(group.rules) > len(shown) else "rules"
    title = name if name == group.output else f"{group.output}: {name}"
    caption = f"{title}: its {of}, in the order above."
    return Figure(heat_maps(maps, f"rules of {name}", in_a_row=MOST_RULES), (), caption)

"""What a key expects, as half a sentence, derived from its annotation so that it always states the full range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import get_close_matches
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen

from evo.config.problems import key_text, shown
from evo.config.shape import bare, constraints, keys_of, literals, members, section_at
from fitness.machine.plugins import Installed

#: Caps from here on only keep arithmetic sane; they are named only to who exceeds one.
_FAR: Final = 1_000_000
#: Lists and numbers of this length are bounded for everybody to see, longer ones for who exceeds the bound.
_FEW: Final = 10
#: Came instead of a value where all bounds are to be told.
EVERYTHING: Final = object()
_MOST_KEYS: Final = 6


def wrong_value(annotation: Any, value: object) -> str:
    """The message for a value that does not fit: what was expected, what came, what may have been meant."""
    return f"must be {expectation(annotation, value)}, got {shown(value)}{_hint(annotation, value)}"


def expectation(annotation: Any, value: object = None) -> str:
    """What fits an annotation, e.g. `an integer from 1 to 255 or null`.

    `value` is what came instead, if anything: it decides whether far-off caps are worth a word. `EVERYTHING` tells all.
    """
    phrases = [_phrase(member, value) for member in members(annotation)]
    last = " or ".join(phrases[-2:])
    return ", ".join([*phrases[:-2], last])


def _phrase(member: Any, value: object) -> str:
    kind, limits = bare(member), constraints(member)
    if get_origin(kind) is Literal:
        return _choice(get_args(kind))
    if get_origin(kind) is tuple:
        return _list_phrase(get_args(kind)[0], limits, value)
    if get_origin(kind) is dict:
        values = " or ".join(_DICT_VALUES[get_origin(one) or one] for one in map(bare, members(get_args(kind)[1])))
        return f"a mapping{_at_most(limits, value, 'keys')} from text to {values}"
    if kind in (int, float):
        return _number_phrase(kind, limits, value)
    if section_at(kind):
        return _section_phrase(kind)
    installed = next((limit for limit in limits if isinstance(limit, Installed)), None)
    empty = "non-empty " if _least(limits) else ""
    return installed.words if installed is not None else f"{empty}{_PLAIN[kind]}{_at_most(limits, value, 'characters')}"


_DICT_VALUES: Final = {float: "numbers", str: "text", tuple: "lists"}
_PLAIN: Final = {str: "text", bool: "true or false", NoneType: "null"}


def _choice(values: Sequence[Any]) -> str:
    return f"one of {', '.join(map(str, values))}" if len(values) > 1 else str(values[0])


def _section_phrase(section: type) -> str:
    keys = [key_text(key) for key in keys_of(section)]
    more = ", ..." if len(keys) > _MOST_KEYS else ""
    return f"a mapping (keys: {', '.join(keys[:_MOST_KEYS])}{more})"


def _list_phrase(item: Any, limits: Sequence[Any], value: object) -> str:
    least, most = _least(limits), _most(limits)
    values = ", ".join(map(str, literals(item))) or _items(item)
    bounded = most is not None and (most < _FEW or _is_longer(value, most))
    count = "" if not bounded else f"at most {most:,} of " if not least else f"{least} to {most} of "
    return f"a list of {count}{values}"


def _at_most(limits: Sequence[Any], value: object, noun: str) -> str:
    """How long text or a mapping may be, where that matters."""
    most = _most(limits)
    return f" of at most {most:,} {noun}" if most is not None and _is_longer(value, most) else ""


def _least(limits: Sequence[Any]) -> int:
    return next((limit.min_length for limit in limits if isinstance(limit, MinLen)), 0)


def _most(limits: Sequence[Any]) -> int | None:
    return next((limit.max_length for limit in limits if isinstance(limit, MaxLen)), None)


def _is_longer(value: object, most: int) -> bool:
    return value is EVERYTHING or (isinstance(value, str | list | dict) and len(value) > most)


def _items(item: Any) -> str:
    """What a list without a choice of values holds."""
    kind = bare(item)
    if get_origin(kind) is tuple:
        return f"lists of {_items(get_args(kind)[0])}"
    if section_at(kind):
        return f"mappings (keys: {', '.join(map(key_text, keys_of(kind)))})"
    return {int: "integers", float: "numbers"}.get(kind, "text")


def _number_phrase(kind: type, limits: Sequence[Any], value: object) -> str:
    came = value if isinstance(value, int | float) else 0
    finite = isinstance(came, int) or math.isfinite(came)
    noun = "an integer" if kind is int else "a number" if finite else "a finite number"
    spell = _with_commas if value is EVERYTHING else str
    low = [f">{'=' * isinstance(limit, Ge)} {spell(_limit(limit))}" for limit in limits if isinstance(limit, Ge | Gt)]
    high = [
        f"<{'=' * isinstance(limit, Le)} {spell(_limit(limit))}"
        for limit in limits
        if isinstance(limit, Le | Lt)
        and (_limit(limit) < _FAR or value is EVERYTHING or (finite and came > _limit(limit)))
    ]
    if low and high and "=" in low[0] and "=" in high[0]:
        return f"{noun} from {low[0][3:]} to {high[0][3:]}"
    return " ".join([noun, " and ".join([*low, *high])]).strip()


def _limit(limit: Ge | Gt | Le | Lt) -> Any:
    match limit:
        case Ge(ge=bound) | Gt(gt=bound) | Le(le=bound) | Lt(lt=bound):
            return bound


def _with_commas(bound: Any) -> str:
    return f"{bound:,}" if isinstance(bound, int) and bound >= _FAR else str(bound)


def _hint(annotation: Any, value: object) -> str:
    kinds = [bare(member) for member in members(annotation)]
    if isinstance(value, str):
        names = [name for name in literals(annotation) if isinstance(name, str)]
        close = get_close_matches(value.lower()[:100], names, n=1)
        if close:
            return f"; did you mean '{close[0]}'?"
        if any(get_origin(kind) is tuple for kind in kinds):
            return f"; write [{shown(value)[1:-1]}]"
    elif str in kinds and isinstance(value, bool | int | float) and len(spelled := shown(value)) < 40:
        return f"; quote it: '{spelled}'"
    return ""

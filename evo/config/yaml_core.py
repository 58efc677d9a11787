"""The scalars of YAML 1.2's core schema, for reading and for writing.

PyYAML follows YAML 1.1, where `1e-3` is text, `on` is true, `012` is ten and `1:30` is ninety. In the core schema
(YAML 1.2.2, section 10.3.2) only the spellings below are anything but text, which is also what editors highlight.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

_PREFIX: Final = "tag:yaml.org,2002:"
STR: Final = _PREFIX + "str"
SEQ: Final = _PREFIX + "seq"
MAP: Final = _PREFIX + "map"
_INT, _FLOAT, _BOOL, _NULL = (_PREFIX + name for name in ("int", "float", "bool", "null"))

_SPELLINGS: Final = {
    _NULL: re.compile(r"null|Null|NULL|~|"),
    _BOOL: re.compile(r"true|True|TRUE|false|False|FALSE"),
    _INT: re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
    _FLOAT: re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"),
}
#: Longer integers than this are not turned into numbers digit by digit (Python refuses from 4,300 digits on).
_MOST_DIGITS: Final = 1000


def core_tag(text: str) -> str:
    """Tag of a plain (unquoted) scalar."""
    return next((tag for tag, spelling in _SPELLINGS.items() if spelling.fullmatch(text)), STR)


def scalar(tag: str, text: str) -> Any:
    """The value of a scalar.

    Raises:
        ValueError: the text is not of that type, or the tag is none of the core schema's.
    """
    if tag == STR:
        return text
    natural = core_tag(text)
    if tag != natural and (tag, natural) != (_FLOAT, _INT):
        raise ValueError(text)
    if tag == _NULL:
        return None
    if tag == _BOOL:
        return text.lower() == "true"
    return _integer(text) if tag == _INT else float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


#: Ten thousand times the bits of a digit, by base; decimal digits have 3.3219.
_BITS_OF_DIGITS: Final = {8: 30_000, 16: 40_000}


def _integer(text: str) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2])
    if len(text) > _MOST_DIGITS:  # an integer of so many digits, which is all that anybody will say of it
        about = 1 << len(text) * _BITS_OF_DIGITS.get(base or 10, 33_219) // 10_000
        return -about if text.startswith("-") else about
    return int(text[2:], base) if base else int(text)


class CoreResolver(yaml.resolver.Resolver):
    """Put before a PyYAML loader's or dumper's resolver: plain scalars mean what the core schema says."""

    def resolve(self, kind: type[Any], value: Any, implicit: Any) -> str:
        """Tag of a node without an explicit tag."""
        if kind is yaml.ScalarNode and implicit[0]:
            return core_tag(value)
        return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]

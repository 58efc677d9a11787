"""Unknown keys: the kinds that have it, else the known one that was probably meant, else the keys of the section."""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import cache
from typing import Final, cast

from evo.config.choice import kinds_with
from evo.config.problems import KeyPath, dotted, key_text
from evo.config.schema import RunConfig
from evo.config.shape import annotation_at, keys_of, known_paths, section_at

#: Least similarity (Ratcliff-Obershelp, 0 to 1) to a key of the same section, and to a key elsewhere.
_NEAR: Final = 0.65
_FAR: Final = 0.78


def unknown_key(schema: type[RunConfig], path: KeyPath, value: object) -> str:
    """The message for a key that a config class does not have.

    In order: the same key of another kind, a key of the same name elsewhere, a similar name in the same section, a
    similar name elsewhere. Only a mapping can have meant a section, and only a plain value can have meant a plain key.
    """
    kinds = kinds_with(path)
    if kinds:
        return f"unknown key; only genome.kind: {', '.join(kinds)} {'has' if len(kinds) == 1 else 'have'} it"
    meant = _meant(schema, path, value)
    if meant:
        return f"unknown key; did you mean {dotted(meant)}?"
    section = section_at(annotation_at(schema, path[:-1])) or schema
    where = f" in {dotted(path[:-1])}" if path[:-1] else ""
    return f"unknown key; known keys{where}: {', '.join(map(key_text, keys_of(section)))}"


def _meant(schema: type[RunConfig], path: KeyPath, value: object) -> tuple[str, ...] | None:
    sections = (True, False) if value is None else (isinstance(value, dict),)
    plain: type = schema
    candidates = [known for known, is_section in _known(plain) if is_section in sections]
    same_name = [known for known in candidates if _plain(known[-1]) == _plain(path[-1])]
    beside = [known for known in candidates if known[:-1] == path[:-1]]
    return (
        _closest(path, [known for known in same_name if known in beside], 0)
        or _closest(path, same_name, 0)
        or _closest(path, beside, _NEAR)
        or _closest(path, candidates, _FAR)
    )


@cache
def _known(plain: type) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Every key that a class of config has, with its path, and whether it is a section."""
    schema = cast(type[RunConfig], plain)
    return tuple((known, section_at(annotation_at(schema, known)) is not None) for known in known_paths(schema))


def _closest(path: KeyPath, known: list[tuple[str, ...]], least: float) -> tuple[str, ...] | None:
    """The known path whose last key is most similar (then the one most similar as a whole), if similar enough."""
    ratios = [_ratio(path[-1], other[-1]) for other in known]
    best = max(ratios, default=-1.0)
    nearest = [other for other, ratio in zip(known, ratios, strict=True) if ratio == best >= least]
    return max(nearest, key=lambda other: _ratio(dotted(path), dotted(other)), default=None)


def _ratio(given: str, known: str) -> float:
    return SequenceMatcher(None, _plain(given), _plain(known)).ratio()


def _plain(key: str) -> str:
    return key[:100].lower().replace("-", "_").replace(" ", "_")

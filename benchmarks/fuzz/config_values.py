"""Changes of the values of a config: wrong types, far too much, hostile text, keys that nobody knows."""

from __future__ import annotations

import random
from typing import Any

import yaml

from evo.config.choice import every_path

HOSTILE = (
    "\x1b]0;title\x07\x1b[2J", "\u202eevil\u202c", "a\nb\rc", "\x00", "../../outside/precious.txt", "~nobody/x",
    "$(touch x)", "x" * 100_000, "ä" * 50_000, "\ud800", "", " ", "null",
    "!!python/object/apply:os.system ['touch ../outside/canary']",
    "{{7*7}}", "%s%n", "/dev/zero", "/dev/stdin", "/proc/self/mem", "/", ".", "\u2028line", "\U000e0001tag",
)  # fmt: skip
NUMBERS = (
    -1, 0, 1, 3, 4, 255, 256, 4096, 65536, 10**6, 10**6 + 1, 10**8, 10**9, 10**12, 10**15, 2**63 - 1, 2**63,
    2**200, 10**4000,
    0.5, -0.0, 1e-300, 1e300, 1e400, float("nan"), float("-inf"), 1.5,
)  # fmt: skip
#: Keys whose products decide memory or time, with amounts that are each allowed or nearly so.
LARGE = {
    ("search", "population"): (10**5, 10**6),
    ("search", "prices"): (1000,),
    ("search", "islands", "count"): (100, 1000),
    ("search", "algorithm"): ("nsga2", "memetic", "random", "hill_climb", "generational"),
    ("genome", "terms"): (65536,),
    ("genome", "network", "layers"): ([64, 10**6, 10**6, 10], [64, 4000, 4000, 10], [64] * 64, [64, *[1000] * 20, 10]),
    ("genome", "network", "image"): ([1, 8, 8], [1000, 1000, 1000]),
    ("genome", "network", "convolutions"): ([[10**6, 1, 1]], [[4, 3, 1]] * 60, [[1000, 8, 1], [1000, 1, 1]]),
    ("data", "samples"): (10**6, 10**7, 10**15),
    ("data", "test_samples"): (10**6, 10**15),
    ("data", "bits"): (9, 20, 31, 64, 512),
    ("data", "inputs"): (100, 4096),
    ("data", "terms"): (1, 10**4),
    ("data", "literals"): (1, 30),
    ("data", "modulus"): (97, 4096),
    ("data", "address_bits"): (3, 8),
    ("data", "function"): ("parity", "adder", "multiplier", "random_dnf", "modular_add", "multiplexer", "majority"),
    ("data", "source"): ("function", "csv", "npz", "pla", "idx", "sklearn"),
    ("data", "binarize", "bits"): (255,),
    ("checkpoint", "keep"): (10_000,),
}  # fmt: skip


def change(document: dict[str, Any], rng: random.Random) -> str:
    """Change one value of the document in place; what was done, in words."""
    path, value = _choice(document, rng)
    _put(document, path, value)
    return f"{'.'.join(map(str, path))[:80]} = {_short(value)}"


def override(document: dict[str, Any], rng: random.Random) -> tuple[str, str]:
    """A key path and a YAML value for -o, without NUL and unpaired surrogates, which no command line takes."""
    path, value = _choice(document, rng)
    text = yaml.safe_dump([value], default_flow_style=True, width=10**9).strip()[1:-1]
    return ".".join(map(str, path)).replace("\0", ""), text.encode("utf-8", "ignore").decode().replace("\0", "")


def paths(document: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all values below mappings."""
    if not isinstance(document, dict):
        return []
    return [path for key, value in document.items() for path in ((*above, key), *paths(value, (*above, key)))]


def _choice(document: dict[str, Any], rng: random.Random) -> tuple[tuple[Any, ...], Any]:
    kind = rng.randrange(6)
    if kind <= 1:
        path = rng.choice(list(LARGE))
        return path, rng.choice(LARGE[path])
    known = [*every_path(), *paths(document)]
    path = rng.choice(known)
    if kind == 2:
        return path, rng.choice(NUMBERS)
    if kind == 3:
        return path, rng.choice(HOSTILE)
    if kind == 4:
        return path, _odd(rng)
    return (*path[:-1], rng.choice((*HOSTILE, "popluation", 7, None, True, 1.5, "<<", "x" * 900_000))), rng.choice(
        NUMBERS
    )


def _odd(rng: random.Random) -> Any:
    """A value of a wrong type, or a container that is too large."""
    deep: Any = 1
    for _ in range(rng.choice((5, 30, 200))):
        deep = [deep] if rng.random() < 0.5 else {"a": deep}
    return rng.choice(
        (None, True, [], {}, [[]], [None], deep, ["a"] * 5_000, list(range(30_000)), {f"k{i}": i for i in range(5_000)},
         dict.fromkeys(HOSTILE[:10], 1), list(HOSTILE[:8]), {"a": {"b": {"c": 1}}}, b"\x00\xff", [float("nan")] * 10)
    )  # fmt: skip


def _put(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    here = document
    for step in path[:-1]:
        if not isinstance(here.get(step), dict):
            here[step] = {}
        here = here[step]
    here[path[-1]] = value


def _short(value: Any) -> str:
    if isinstance(value, int) and abs(value) > 10**30:
        return f"an integer of {value.bit_length()} bits"
    text = repr(value) if not isinstance(value, list | dict) else f"{type(value).__name__} of {len(value)}"
    return text[:60]

"""Mutated configs: what `evo check` and, where that passes, a tiny `evo run` make of them."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from pathlib import Path

import yaml

from benchmarks.fuzz import config_texts, config_values, config_wholes
from benchmarks.fuzz.cases import Case, CaseMaker, Step
from benchmarks.fuzz.harness import Limits
from benchmarks.fuzz.sandbox import Sandbox

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CHECK = Limits(frozenset({0, 2, 3}), seconds=5.0, megabytes=500, short=True)
#: A run may also be unable to write its directory: a path of 100,000 characters is nobody's folder.
RUN = Limits(frozenset({0, 1, 2, 3}), seconds=60.0, megabytes=1024)
#: What keeps a run small, whatever the config says: of any kind, of formulas, of masks, of networks.
TINY = ("stop={generations: 1, seconds: 1}", "search.population=8", "search.islands={}", "compute={backend: local}")
TINY_FORMULAS, TINY_MASKS = (*TINY, "genome.terms=8", "data.binarize.bits=4"), (*TINY, "output.controls=0")
TINY_NETWORKS = (*TINY, "genome.gate_limit=200", "data.binarize.bits=4")
TINY_OF = {b"kind: mask": TINY_MASKS, b"kind: network": TINY_NETWORKS}


def configs(box: Sandbox) -> CaseMaker:
    """Cases over the examples and the starter file."""
    from evo.config.reference import template  # noqa: PLC0415 - the library under test

    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.yaml"))}
    del texts["cluster.yaml"]  # Ray's, not evo's
    texts["starter.yaml"] = template()

    def make(rng: random.Random) -> Case:
        name = rng.choice(sorted(texts))
        (box.work / "table.csv").write_bytes((EXAMPLES / "table.csv").read_bytes())
        overrides: list[str] = []
        said, content = rng.choice(WAYS)(rng, texts[name], overrides)
        (box.work / "c.yaml").write_bytes(content)
        given = [part for text in overrides for part in ("-o", text)]
        smaller = next((tiny for kind, tiny in TINY_OF.items() if kind in content), TINY_FORMULAS)
        tiny = [part for text in smaller for part in ("-o", text)]
        steps = (
            Step(("check", "c.yaml", *given), CHECK),
            Step(("run", "c.yaml", *given, *tiny, "--run-dir", "run", "--plain"), RUN),
        )
        return Case(ascii(f"{name}: {said}")[1:-1], steps, go_on=False)

    return make


def _values(rng: random.Random, text: str, overrides: list[str]) -> tuple[str, bytes]:
    """One to three values of the document changed, as a file that says so plainly."""
    document = yaml.safe_load(text)
    said = [config_values.change(document, rng) for _ in range(rng.randint(1, 3))]
    return "; ".join(said), yaml.safe_dump(document, allow_unicode=True).encode("utf-8", "surrogatepass")


def _text(rng: random.Random, text: str, overrides: list[str]) -> tuple[str, bytes]:
    """The text of the file changed."""
    return config_texts.change(text, rng)


def _overridden(rng: random.Random, text: str, overrides: list[str]) -> tuple[str, bytes]:
    """The file left alone, values changed by overrides."""
    said = []
    for _ in range(rng.choice((1, 2, 5, 200))):
        path, value = config_values.override(copy.deepcopy(yaml.safe_load(text)), rng)
        overrides.append(f"{path}={value}")
        said.append(overrides[-1][:60])
    return f"overridden {said[:3]}", text.encode()


def _whole(rng: random.Random, text: str, overrides: list[str]) -> tuple[str, bytes]:
    """Another file, nearly right."""
    document = {"schema": 1, **rng.choice(config_wholes.WHOLES)(rng)}
    return f"replaced by {document}", yaml.safe_dump(document).encode()


Way = Callable[[random.Random, str, list[str]], tuple[str, bytes]]
WAYS: tuple[Way, ...] = (_values, _values, _text, _text, _overridden, _whole, _whole, _whole)

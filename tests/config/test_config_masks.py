"""Configs of masks: keys and defaults of their own, and rules between keys."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
import yaml

from evo.config.resolved import dump_resolved
from evo.config.schema import RunConfig
from evo.kinds.mask.config import MaskConfig
from evo.kinds.two_level.config import FormulaConfig

HEAD = "schema: 1\ndata: {source: sklearn, name: digits}\n"
GENOME = "genome: {kind: mask, network: {layers: [64, 20, 10]}}\n"
Problems = Callable[..., list[str]]


def test_masks_have_defaults_of_their_own_which_the_resolved_config_shows(load: Callable[..., RunConfig]) -> None:
    config = load(HEAD + GENOME)
    assert config.data.binarize.method == "none"
    assert config.fitness.objectives == ("loss", "kept")
    assert (config.search.population, config.search.prices, config.search.crossover) == (8, 6, 1.0)
    assert (config.local.kind, config.stop.generations, config.checkpoint.every) == ("auto", 20, 1)
    assert load(dump_resolved(config)) == config


def test_what_is_given_stays_even_where_it_is_the_default_of_formulas(load: Callable[..., RunConfig]) -> None:
    given = "search: {population: 200}\nstop: {generations: 200}\ndata: {source: sklearn, name: digits, binarize: {}}\n"
    config = load("schema: 1\n" + GENOME + given)
    assert (config.search.population, config.stop.generations) == (200, 200)
    assert config.data.binarize.method == "thermometer"


def test_formulas_keep_theirs(load: Callable[..., RunConfig]) -> None:
    assert load(HEAD).search.population == 200


def test_the_weights_file_is_beside_the_config_and_its_folder_no_part_of_the_identity(
    load: Callable[..., RunConfig],
) -> None:
    from evo.config.identity import identity  # noqa: PLC0415

    config = load(HEAD + "genome: {kind: mask, network: {weights: file, path: w.npz}}\n")
    assert config.genome.network.path is not None
    assert config.genome.network.path.endswith("/w.npz")
    assert identity(config)["genome"]["network"]["path"] == "w.npz"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("genome: {kind: mask}", "genome.network.layers: is required by kind: mask, e.g. [64, 20, 10]"),
        (
            "genome: {kind: mask, network: {layers: [64]}}",
            "genome.network.layers: must name the inputs and the classes at least, e.g. [64, 20, 10]",
        ),
        (
            "genome: {kind: mask, network: {layers: [64, 0, 10]}}",
            "genome.network.layers[1]: must be an integer >= 1, got 0",
        ),
        (
            "genome: {kind: mask, network: {layers: 64}}",
            "genome.network.layers: must be a list of integers, got 64",
        ),
        (
            "genome: {kind: mask, granularity: n_of_m, n: 4, m: 4, network: {layers: [64, 10]}}",
            "genome.n: must be less than genome.m (4), got 4",
        ),
        (
            "genome: {kind: mask, n: 1, network: {layers: [64, 10]}}",
            "genome.n: only used by granularity: n_of_m",
        ),
        (
            "genome: {kind: mask, granularity: neuron, network: {layers: [64, 10]}}",
            "genome.network.layers: must have a hidden layer for granularity: neuron",
        ),
        (
            "genome: {kind: mask, network: {weights: file}}",
            "genome.network.path: is required by weights: file; must be text",
        ),
        (
            "genome: {kind: mask, network: {layers: [64, 10], path: w.npz}}",
            "genome.network.path: only used by weights: file",
        ),
        (
            "genome: {kind: mask, network: {layers: [64, 10], inputs: [1, 0]}}",
            "genome.network.inputs: must be [lowest, highest], got [1.0, 0.0]",
        ),
        (
            "genome: {kind: mask, network: {layers: [64, 10], image: [1, 8, 8]}}",
            "genome.network.convolutions: image and convolutions need each other",
        ),
        (
            "genome: {kind: mask, network: {layers: [64, 10], image: [1, 8, 9], convolutions: [[4, 3, 1]]}}",
            "genome.network.image: must hold as many values as the network has inputs (64), got [1, 8, 9]",
        ),
        (
            "genome: {kind: mask, network: {layers: [64, 10], image: [1, 8, 8], convolutions: [[4, 3]]}}",
            "genome.network.convolutions[0]: must be [filters, kernel, stride], got [4, 3]",
        ),
        (GENOME.strip() + "\nfitness: {objectives: [error, literals]}",
         "fitness.objectives[1]: must be one of error, loss, kept, got 'literals'"),
        (GENOME.strip() + "\nfitness: {objectives: [kept]}",
         "fitness.objectives: must contain error or loss, got ['kept']"),
        (GENOME.strip() + "\nfitness: {selection: price}",
         "fitness.selection: must be one of auto, holdout, got 'price'"),
        (GENOME.strip() + "\nsearch: {algorithm: nsga2}",
         "search.algorithm: must be one of memetic, random, got 'nsga2'"),
        (GENOME.strip() + "\nlocal: {kind: boolean_gradient}",
         "local.kind: must be one of auto, gauss_newton, exact_sign, edge_popup, group, gates, minibatch, prune_grow, "
         "none, got 'boolean_gradient'"),
        (GENOME.strip() + "\nlocal: {kind: exact_sign}",
         "local.kind: exact_sign does not work with activation relu; auto does"),
        (GENOME.strip() + "\nlocal: {kind: gates}", "local.kind: gates does not work on edge masks; auto does"),
        (GENOME.strip() + "\nlocal: {kind: group}", "local.kind: group does not work on edge masks; auto does"),
        (GENOME.strip() + "\nlocal: {share: 0.5}", "local.share: unknown key; only genome.kind: sop, pos have it"),
        ("genome: {terms: 9, kind: mask, network: {layers: [64, 10]}}",
         "genome.terms: unknown key; only genome.kind: sop, pos have it"),
        ("genome: {granularity: neuron}", "genome.granularity: unknown key; only genome.kind: mask has it"),
        ("genome: {network: {layers: [2, 2]}}", "genome.network: unknown key; only genome.kind: mask has it"),
        ("local: {kind: gauss_newton}",
         "local.kind: must be one of boolean_gradient, none, got 'gauss_newton'"),
        ("local: {sweeps: 3}", "local.sweeps: unknown key; only genome.kind: mask has it"),
        ("fitness: {objectives: [error, kept]}",
         "fitness.objectives[1]: must be one of error, literals, terms, gates, got 'kept'"),
    ],
)  # fmt: skip
def test_a_wrong_mask_config_is_one_line_that_says_what_to_do(text: str, line: str, problems: Problems) -> None:
    found = problems(HEAD + text + "\n")
    assert [entry.partition(": ")[2] for entry in found] == [line]


def test_a_broken_genome_section_brings_no_followers(problems: Problems) -> None:
    text = HEAD + "genome: {kind: mask, granularity: bit}\nlocal: {kind: gauss_newton}\nfitness: {objectives: [loss]}\n"
    assert len(problems(text)) == 1


def test_an_override_chooses_the_kind_too(load: Callable[..., RunConfig], problems: Problems) -> None:
    text = HEAD + "genome: {network: {layers: [64, 20, 10]}}\n"
    assert isinstance(load(text, ["genome.kind=mask"]), MaskConfig)
    assert isinstance(load(HEAD, ["genome={kind: pos}"]), FormulaConfig)
    (line,) = problems(HEAD + GENOME, ["genome.network=null", "genome.network.layers.x=1", "genome.kind=pos"])
    assert line.endswith(": genome.network: unknown key; only genome.kind: mask has it")


def test_a_kind_that_is_none_is_one_line_whatever_else_is_said_for_a_kind(problems: Problems) -> None:
    text = HEAD + "genome: {kind: mas, terms: 5, network: {}}\nlocal: {kind: auto, share: 1}\nseed: -1\n"
    assert [entry.partition(": ")[2] for entry in problems(text)] == [
        "genome.kind: must be one of sop, pos, mask, network, got 'mas'; did you mean 'mask'?",
        "seed: must be an integer >= 0, got -1",
    ]


@pytest.mark.parametrize("kind", ["null", "5", "[mask]", "{mask: 1}", "true"])
def test_a_kind_that_is_no_name_is_one_line(kind: str, problems: Problems) -> None:
    (line,) = problems(HEAD + f"genome: {{kind: {kind}}}\n")
    assert ": genome.kind: must be one of sop, pos, mask, network, got " in line


def test_a_config_holds_the_keys_of_its_kind_alone(load: Callable[..., RunConfig]) -> None:
    formulas, masks = yaml.safe_load(dump_resolved(load(HEAD))), yaml.safe_load(dump_resolved(load(HEAD + GENOME)))
    assert list(formulas["genome"]) == ["kind", "side", "terms", "output", "term_literals"]
    assert list(masks["genome"]) == ["kind", "granularity", "n", "m", "network"]
    assert list(formulas["local"]) == ["kind", "share"]
    assert list(masks["local"]) == ["kind", "sweeps", "seeds", "price"]


def test_a_config_of_formulas_loads_nothing_of_masks() -> None:
    code = (
        "import sys; from pathlib import Path; from evo.config.load import config_from_dict; "
        "config_from_dict({'schema': 1, 'data': {'source': 'sklearn', 'name': 'iris'}}, Path()); "
        "print([name for name in sys.modules if 'mask' in name])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"

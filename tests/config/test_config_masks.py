"""Configs of masks: defaults of their own, and rules between keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evo.config.resolved import dump_resolved
from evo.config.schema import RunConfig

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
         "fitness.objectives: literals is none of a mask's: error, loss, kept"),
        (GENOME.strip() + "\nfitness: {objectives: [kept]}",
         "fitness.objectives: must contain error or loss, got ['kept']"),
        (GENOME.strip() + "\nfitness: {selection: price}",
         "fitness.selection: masks are picked by validation rows (holdout), got price"),
        (GENOME.strip() + "\nsearch: {algorithm: nsga2}",
         "search.algorithm: masks are searched by memetic or random, got nsga2"),
        (GENOME.strip() + "\nlocal: {kind: boolean_gradient}",
         "local.kind: boolean_gradient is a step for formulas; masks take auto"),
        (GENOME.strip() + "\nlocal: {kind: exact_sign}",
         "local.kind: exact_sign does not work with activation relu; auto does"),
        (GENOME.strip() + "\nlocal: {kind: gates}", "local.kind: gates does not work on edge masks; auto does"),
        (GENOME.strip() + "\nlocal: {kind: group}", "local.kind: group does not work on edge masks; auto does"),
        (GENOME.strip() + "\nlocal: {share: 0.5}", "local.share: only used by genome.kind: sop, pos"),
        ("genome: {terms: 9, kind: mask, network: {layers: [64, 10]}}",
         "genome.terms: only used by genome.kind: sop, pos"),
        ("genome: {granularity: neuron}", "genome.granularity: only used by genome.kind: mask"),
        ("genome: {network: {layers: [2, 2]}}", "genome.network.layers: only used by genome.kind: mask"),
        ("local: {kind: gauss_newton}",
         "local.kind: gauss_newton is a step for masks; formulas take boolean_gradient or none"),
        ("local: {sweeps: 3}", "local.sweeps: only used by genome.kind: mask"),
        ("fitness: {objectives: [error, kept]}",
         "fitness.objectives: kept is none of a formula's: error, literals, terms, gates"),
    ],
)  # fmt: skip
def test_a_wrong_mask_config_is_one_line_that_says_what_to_do(text: str, line: str, problems: Problems) -> None:
    found = problems(HEAD + text + "\n")
    assert [entry.partition(": ")[2] for entry in found] == [line]


def test_a_broken_genome_section_brings_no_followers(problems: Problems) -> None:
    text = HEAD + "genome: {kind: mask, granularity: bit}\nlocal: {kind: gauss_newton}\nfitness: {objectives: [loss]}\n"
    assert len(problems(text)) == 1

"""The lines a user reads about a config that is wrong, whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evo.config.load import config_from_dict, load_config
from evo.config.schema import RunConfig
from evo.errors import ConfigError

Load = Callable[..., RunConfig]
Problems = Callable[..., list[str]]

GOOD = "schema: 1\ndata: {source: sklearn, name: iris}\n"
GENOME_KEYS = "kind, side, terms, output, term_literals"
KEYS = "schema, name, seed, data, genome, fitness, search, local, stop, compute, checkpoint, output, display"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        # integers and numbers
        ("search: {population: -5}", "search.population: must be an integer >= 4, got -5"),
        ("search: {population: many}", "search.population: must be an integer >= 4, got 'many'"),
        ("search: {population: 5.0}", "search.population: must be an integer >= 4, got 5.0"),
        ("search: {population: '50'}", "search.population: must be an integer >= 4, got '50'"),
        ("search: {population: 2000000}", "search.population: must be an integer from 4 to 1000000, got 2000000"),
        ("search: {population: null}", "search.population: must be an integer >= 4, got null"),
        ("search: {population: [1, 2]}", "search.population: must be an integer >= 4, got [1, 2]"),
        ("genome: {terms: 0}", "genome.terms: must be an integer from 1 to 65536, got 0"),
        ("seed: true", "seed: must be an integer >= 0, got true"),
        ("seed: 0x8000000000000000", f"seed: must be an integer from 0 to {2**63 - 1}, got {2**63}"),
        ("search: {crossover: 1.5}", "search.crossover: must be a number from 0 to 1, got 1.5"),
        ("search: {crossover: yes}", "search.crossover: must be a number from 0 to 1, got 'yes'"),
        ("search: {crossover: .nan}", "search.crossover: must be a finite number from 0 to 1, got .nan"),
        ("stop: {seconds: 0}", "stop.seconds: must be a number > 0 or null, got 0"),
        ("stop: {seconds: .inf}", "stop.seconds: must be a finite number > 0 or null, got .inf"),
        ("stop: {seconds: 1e999}", "stop.seconds: must be a finite number > 0 or null, got .inf"),
        ("stop: {generations: 0}", "stop.generations: must be an integer >= 1 or null, got 0"),
        ("search: {islands: {count: 0}}", "search.islands.count: must be an integer from 1 to 1000, got 0"),
        ("search: {islands: {every: 0}}", "search.islands.every: must be an integer >= 1, got 0"),
        ("search: {islands: {migrants: -1}}", "search.islands.migrants: must be an integer >= 0, got -1"),
        # choices
        (
            "search: {islands: {topology: rings}}",
            "search.islands.topology: must be one of ring, full, none, got 'rings'; did you mean 'ring'?",
        ),
        (
            "search: {islands: 4}",
            "search.islands: must be a mapping (keys: count, topology, every, migrants), got 4",
        ),
        ("genome: {kind: dnf}", "genome.kind: must be one of sop, pos, mask, network, got 'dnf'"),
        (
            "search: {algorithm: anneal}",
            "search.algorithm: must be one of memetic, nsga2, generational, random, hill_climb, got 'anneal'",
        ),
        (
            "search: {algorithm: NSGA-2}",
            "search.algorithm: must be one of memetic, nsga2, generational, random, hill_climb, got 'NSGA-2'; "
            "did you mean 'nsga2'?",
        ),
        ("compute: {backend: dask}", "compute.backend: must be one of auto, local, ray, got 'dask'"),
        # text, lists, mappings
        ("name: ''", "name: must be non-empty text, got ''"),
        ("name: 5", "name: must be non-empty text, got 5; quote it: '5'"),
        ("name: true", "name: must be non-empty text, got true; quote it: 'true'"),
        (r'name: "\ud800"', "name: must be text without lone surrogates"),
        (
            "fitness: {objectives: []}",
            "fitness.objectives: must be a list of 1 to 4 of error, literals, terms, gates, got []",
        ),
        (
            "fitness: {objectives: error}",
            "fitness.objectives: must be a list of 1 to 4 of error, literals, terms, gates, got 'error'; write [error]",
        ),
        (
            "fitness: {objectives: [error, literal]}",
            "fitness.objectives[1]: must be one of error, literals, terms, gates, got 'literal'; "
            "did you mean 'literals'?",
        ),
        ("output: {report: [pdf]}", "output.report[0]: must be one of md, html, got 'pdf'"),
        (
            "output: {report: [md, md, md]}",
            "output.report: must be a list of at most 2 of md, html, got ['md', 'md', 'md']",
        ),
        (
            "fitness: {class_weight: 3}",
            "fitness.class_weight: must be balanced, a mapping from text to numbers or null, got 3",
        ),
        ("fitness: {class_weight: {a: x}}", "fitness.class_weight.a: must be a number, got 'x'"),
        ("fitness: {class_weight: {0: 1}}", "fitness.class_weight: the key 0 must be text; write '0'"),
        (
            "stop: 5",
            "stop: must be a mapping (keys: generations, seconds, evaluations, patience, target, exact, ...), got 5",
        ),
        (
            "stop:",
            "stop: must be a mapping (keys: generations, seconds, evaluations, patience, target, exact, ...), got null",
        ),
        ("checkpoint: [1]", "checkpoint: must be a mapping (keys: every, keep), got [1]"),
        # keys
        ("schema: 2", "schema: is given twice, first on line 1"),
        (
            "local: {kind: nne}",
            "local.kind: must be one of boolean_gradient, none, got 'nne'; did you mean 'none'?",
        ),
        ("local: {share: 2}", "local.share: must be a number from 0 to 1 or null, got 2"),
        ("local: {shar: 0.5}", "local.shar: unknown key; did you mean local.share?"),
        (
            "search: {selection: lexicas}",
            "search.selection: must be one of auto, tournament, lexicase, got 'lexicas'; did you mean 'lexicase'?",
        ),
        ("stop: {exact: 0}", "stop.exact: must be an integer >= 1 or null, got 0"),
        ("genome: {output: and}", "genome.output: must be one of or, vote, got 'and'"),
        ("genome: {colour: or}", f"genome.colour: unknown key; known keys in genome: {GENOME_KEYS}"),
        ("compute: {worker: 2}", "compute.worker: unknown key; did you mean compute.workers?"),
        ("search: {<<: {}}", "search: merge keys (<<) are not supported; write the keys out"),
        ("5: x", "the key 5 must be text; write '5'"),
        ('"a\\nb": 1', f"'a\\nb': unknown key; known keys: {KEYS}"),
    ],
)
def test_a_wrong_config_says_what_was_expected_and_what_came(text: str, line: str, problems: Problems) -> None:
    assert problems(GOOD + text) == [f"c.yaml:3: {line}"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["c.yaml:1: is empty; `evo schema --template` prints a starter file"]),
        ("# only a comment\n", ["c.yaml:1: is empty; `evo schema --template` prints a starter file"]),
        (
            "hello\n",
            ["c.yaml:1: must be a mapping (keys: schema, name, seed, data, genome, fitness, ...), got 'hello'"],
        ),
        ("- a\n", ["c.yaml:1: must be a mapping (keys: schema, name, seed, data, genome, fitness, ...), got ['a']"]),
        (b"schema: 1\nname: \xff\n", ["c.yaml:2: is not UTF-8 text (byte 0xff); save it as UTF-8"]),
        ("data: {source: sklearn, name: iris}\n", ["c.yaml:1: schema: is required; must be 1"]),
        (
            "schema: true\ndata: {source: sklearn, name: iris}\n",
            ["c.yaml:1: schema: must be 1, got true"],
        ),
        (
            "schema: 1\ndata:\n  name: iris\n",
            ["c.yaml:2: data.source: is required; must be one of table, csv, npz, pla, idx, sklearn, function"],
        ),
        (
            "schema: 1\n",
            [
                "c.yaml:1: data: is required; must be a mapping "
                "(keys: source, path, name, target, target_above, valid_path, ...)"
            ],
        ),
    ],
)
def test_a_whole_file_can_be_wrong(text: str | bytes, lines: list[str], problems: Problems) -> None:
    assert problems(text) == lines


def test_all_problems_come_at_once_in_the_order_of_the_file(problems: Problems) -> None:
    text = """\
schema: 1
stop: {generations: null}
data:
  source: sklearn
  path: x.csv
search:
  generatons: 5
  population: -5
  population: 7
name: ../up
fitness:
  metric: acuracy
  objectives: [terms]
  class_weight: {a: .nan, b: -1, 3: 1}
"""
    assert problems(text) == [
        "c.yaml:2: stop: at least one of generations, seconds, evaluations, patience, target must be set",
        "c.yaml:3: data.name: is required by source: sklearn; must be one of breast_cancer, digits, wine, iris",
        "c.yaml:5: data.path: only used by source: table, csv, npz, pla, idx",
        "c.yaml:7: search.generatons: unknown key; did you mean stop.generations?",
        "c.yaml:8: search.population: must be an integer >= 4, got -5",
        "c.yaml:9: search.population: is given twice, first on line 8",
        "c.yaml:10: name: must be a plain folder name "
        "(at most 100 letters, digits, '.', '_' or '-', not starting with '.'), got '../up'",
        "c.yaml:12: fitness.metric: must be one of accuracy, balanced_accuracy, f1, mcc, weighted "
        "or the name of an installed metric, got 'acuracy'; "
        "did you mean 'accuracy'?",
        "c.yaml:14: fitness.class_weight.a: must be a finite number, got .nan",
        "c.yaml:14: fitness.class_weight: the key 3 must be text; write '3'",
    ]


def test_the_error_counts_its_problems(load: Load) -> None:
    with pytest.raises(ConfigError) as caught:
        load("schema: 1\ndata: {source: sklearn, name: iris}\nseed: -1\nnaem: x\n")
    assert str(caught.value) == (
        "c.yaml:3: seed: must be an integer >= 0, got -1\n"
        "c.yaml:4: naem: unknown key; did you mean name?\n"
        "2 problems; nothing was run."
    )
    assert caught.value.exit_code == 2


def test_a_long_value_is_cut_to_sixty_characters(problems: Problems) -> None:
    (line,) = problems(GOOD + f"seed: {'x' * 1000}")
    assert line == f"c.yaml:3: seed: must be an integer >= 0, got '{'x' * 37}...{'x' * 18}'"


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("search.generatons", "stop.generations"),
        ("search.generations", "stop.generations"),
        ("search.populaton", "search.population"),
        ("search.Population", "search.population"),
        ("search.seed", "seed"),
        ("population", "search.population"),
        ("data.valid-path", "data.valid_path"),
        ("data.valid", "data.split.valid"),
        ("data.split.fraction", None),
        ("data.stratify", "data.split.stratify"),
        ("data.method", "data.binarize.method"),
        ("genome.term", "genome.terms"),
        ("genome.bits", "data.bits"),
        ("genome.colour", None),
        ("fitness.objective", "fitness.objectives"),
        ("search.migration", None),
        ("compute.nodes", None),
        ("compute.adress", "compute.address"),
        ("checkpoint.evry", "checkpoint.every"),
        ("output.dir", None),
    ],
)
def test_an_unknown_key_suggests_the_key_that_was_meant(key: str, meant: str | None, problems: Problems) -> None:
    (line,) = problems(GOOD, [f"{key}=5"])
    start = f"-o {key}=5: {key}: unknown key; "
    assert line.startswith(f"{start}did you mean {meant}?" if meant else f"{start}known keys in ")


@pytest.mark.parametrize(("key", "meant"), [("binarise: {bits: 3}", "data.binarize"), ("serch: {}", "search")])
def test_an_unknown_section_suggests_a_section(key: str, meant: str, problems: Problems) -> None:
    (line,) = problems(GOOD + key)
    assert line == f"c.yaml:3: {key.partition(':')[0]}: unknown key; did you mean {meant}?"


def test_a_missing_file_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"^no\.yaml: no such file\n"):
        load_config(Path("no.yaml"))


def test_a_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert caught.value.problems == (f"{tmp_path}: is a folder, not a config file",)


def test_problems_of_a_dict_are_located_at_config() -> None:
    with pytest.raises(ConfigError) as caught:
        config_from_dict({"schema": 1, "data": {"source": "csv"}, "seed": object()}, Path())
    assert caught.value.problems == (
        "config: data.path: is required by source: csv; must be text",
        "config: seed: must be an integer >= 0, got a Python object",
    )

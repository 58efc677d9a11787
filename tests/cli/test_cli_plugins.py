"""Metrics, mutations and export formats of installed packages: the one of docs/extending.md, and broken ones."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from evo import SOPClassifier
from evo.search import added as added_operators
from fitness.machine import plugins
from fitness.machine.plugins import PluginError
from fitness.objectives import added as added_metrics
from fitness.objectives.metrics import METRICS
from tests.kits.commands import Evo
from tests.kits.environment import ROOT, environment
from tests.kits.extras import installed, installed_as

CONFIG = """schema: 1
name: extras
data: {source: function, function: multiplexer, address_bits: 2, samples: 60, test_samples: 4, split: {valid: 0.2}}
fitness: {metric: screening}
search: {algorithm: nsga2, population: 12, operators: [widen]}
stop: {generations: 3}
output: {report: []}
"""
Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """install(name, points, files): a package that this process finds, until the test ends."""
    caches = (plugins._found, added_metrics._added, added_operators._added)

    def add(name: str, points: Mapping[str, Mapping[str, str]], files: Mapping[str, str] | None = None) -> Path:
        monkeypatch.syspath_prepend(str(installed_as(tmp_path / name, name, points, files)))
        for cache in caches:
            cache.cache_clear()
        return tmp_path / name

    yield add
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


def said_by(folder: Path, site: Path, *words: str) -> tuple[int, str, str]:
    """What a process of its own says that has a folder of packages."""
    paths = {"PYTHONPATH": f"{ROOT}:{site}"}
    done = subprocess.run(
        [sys.executable, "-m", "evo", *words],
        cwd=folder,
        env=environment(paths),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def _rows(folder: Path) -> Path:
    rows = ["a0,a1,d0,d1,d2,d3,y", "0,0,1,0,0,0,1", "1,1,1,0,0,0,0"]
    (folder / "rows.csv").write_text("\n".join(rows) + "\n")
    return folder / "rows.csv"


def test_a_package_adds_a_metric_a_mutation_and_a_format(evo_: Evo, tmp_path: Path) -> None:
    site = installed(tmp_path / "site")
    (tmp_path / "c.yaml").write_text(CONFIG)
    code, out, _ = said_by(tmp_path, site, "run", "c.yaml", "--run-dir", "r", "--quiet", "--json")
    assert code == 0
    best = json.loads(out)["best"]
    assert best["metric"] == "screening"
    for split in ("train", "valid", "test"):
        (tn, fp), (fn, tp) = best["scores"][split]["confusion"][0]
        cost = 1 - (5 * fn + fp) / (5 * (fn + tp) + tn + fp)
        assert best["scores"][split]["screening"] == pytest.approx(cost, abs=1e-12)
    record = json.loads((tmp_path / "r" / "run.json").read_text())
    assert record["identity"]["fitness"]["metric"] == "screening"
    assert record["identity"]["search"]["operators"] == ["widen"]
    code, out, _ = said_by(tmp_path, site, "export", "r", "--format", "dot")
    assert (code, out.splitlines()[0], out.splitlines()[-1]) == (0, "digraph model {", "}")
    assert out.count("->") % 2 == 0
    said = evo_("resume", tmp_path / "r", "-o", "stop.generations=4")  # this process does not have the package
    assert (said.code, said.out, said.err.count("\n")) == (4, "", 1)
    assert "or the name of an installed metric, got 'screening'; install the package that adds it" in said.err
    assert evo_("evaluate", tmp_path / "r", _rows(tmp_path)).err == (
        "screening: no installed package adds this metric; install the package that adds it\n"
    )
    assert evo_("predict", tmp_path / "r", _rows(tmp_path)).code == 0
    assert evo_("export", tmp_path / "r", "--format", "verilog").code == 0


def test_operators_change_the_run_and_nothing_else_does(install: Install) -> None:
    from tests.kits.extras import shown_files  # noqa: PLC0415

    points = {"evo.operators": {"widen": "evo_extras.search:widen"}}
    install("extras", points, shown_files())
    from evo.config.identity import identity  # noqa: PLC0415
    from evo.config.load import config_from_dict  # noqa: PLC0415

    document = {"schema": 1, "data": {"source": "sklearn", "name": "iris"}, "search": {"algorithm": "nsga2"}}
    plain = config_from_dict(document, ROOT)
    named = config_from_dict(document, ROOT, ["search.operators=[widen]"])
    assert "operators" not in identity(plain)["search"]
    assert identity(named)["search"]["operators"] == ["widen"]
    with pytest.raises(Exception, match=r"search.operators: only used by search.algorithm: nsga2, generational, hill"):
        config_from_dict(document, ROOT, ["search.operators=[widen]", "search.algorithm=memetic"])
    with pytest.raises(Exception, match=r"search.operators: other: no installed package adds this operator"):
        config_from_dict(document, ROOT, ["search.operators=[other]"])


BROKEN_METRICS = {
    "shape": ("return np.zeros(3)", "expected a score per genome, shape (2,) for counts (2, 1, 2, 2), got (3,)"),
    "high": ("return 2.0 + c.sum(axis=(-3, -2, -1))", "expected scores from -1 to 1, got 8"),
    "nan": ("return np.full(c.shape[:-3], np.nan)", "expected scores from -1 to 1, got nan"),
    "raises": ("raise KeyError('x')", "failed with KeyError: 'x'"),
    "backwards": (
        "return 1 - c[..., 0, 0, 0] / c[..., 0, 0, :].sum(axis=-1)",
        "expected higher scores for better predictions, got 0 where all are right, 0.333333 with errors",
    ),
}


@pytest.mark.parametrize("name", BROKEN_METRICS)
def test_a_broken_metric_says_what_is_wrong_before_anything_runs(install: Install, name: str) -> None:
    body, told = BROKEN_METRICS[name]
    source = f"import numpy as np\n\n\ndef score(c, w):\n    {body}\n"
    install(f"m-{name}", {"evo.metrics": {name: f"metric_{name}:score"}}, {f"metric_{name}.py": source})
    with pytest.raises(PluginError) as caught:
        METRICS[name]
    assert str(caught.value) == f"metric {name}: {told}"


def test_names_that_clash_and_modules_that_are_not_there_are_refused(
    install: Install, evo_: Evo, tmp_path: Path
) -> None:
    install("one", {"evo.metrics": {"twice": "a:f", "accuracy": "a:f", "gone": "no_such_module:f", "1st": "a:f"}})
    install("two", {"evo.metrics": {"twice": "b:f", "text": "string:digits"}})
    for name, told in {
        "twice": "package one and package two both want this name; uninstall one of them",
        "gone": "package one cannot be imported from no_such_module:f: ModuleNotFoundError: No module named "
        "'no_such_module'",
        "text": "package two has to name a function, got str string:digits",
        "1st": "a name has at most 64 letters, digits, dashes and underscores and begins with a letter; package one "
        "has to give another",
    }.items():
        (tmp_path / "c.yaml").write_text(CONFIG.replace("screening", f"'{name}'").replace(", operators: [widen]", ""))
        said = evo_("check", tmp_path / "c.yaml")
        line = f"{tmp_path / 'c.yaml'}:4: fitness.metric: metric {name}: {told}\n1 problem; nothing was run.\n"
        assert (said.code, said.err) == (2, line)
    install("three", {"evo.exporters": {"verilog": "a:f"}})
    with pytest.raises(PluginError, match=r"^exporter verilog: package three wants the name of one of evo's own"):
        plugins.names("evo.exporters", ("verilog",))
    assert METRICS["accuracy"](np.array([[[3, 1], [0, 4]]]), np.ones(2)) == 7 / 8


def test_what_a_mutation_returns_is_looked_at(install: Install) -> None:
    from genomes.two_level.cover import CoverSpace, empty_cover  # noqa: PLC0415

    source = (
        "from dataclasses import replace\n\n\ndef none(*_):\n    return None\n\n\ndef far(rng, cover, space, samples):"
    )
    source += "\n    cubes = cover.cubes[0].copy()\n    cubes.resize((1, 2, 1))\n    cubes[:] = 1 << 60"
    source += "\n    return cover.replaced(0, cubes)\n"
    install("ops", {"evo.operators": {"none": "odd_ops:none", "far": "odd_ops:far"}}, {"odd_ops.py": source})
    space = CoverSpace("sop", 5, 1, 4)
    for name, told in {"none": "NoneType instead of Cover", "far": "a literal beyond the 5 inputs"}.items():
        (operator,) = added_operators.added_mutations((name,))
        with pytest.raises(PluginError, match=rf"^operator {name}: expected a cover of the space, got {told}$"):
            operator(np.random.Generator(np.random.PCG64(0)), empty_cover(space), space, None)  # type: ignore[arg-type]


def test_an_estimator_takes_an_installed_metric_and_format(install: Install) -> None:
    from tests.kits.extras import shown_files  # noqa: PLC0415

    points = {
        "evo.metrics": {"screening": "evo_extras.search:screening"},
        "evo.exporters": {"dot": "evo_extras.drawing:to_dot", "odd": "evo_extras.drawing:odd", "words": "a:b"},
    }
    files = shown_files()
    files["evo_extras/drawing.py"] += "\n\ndef odd(model, encoder):\n    return len(model.terms)\n"
    install("extras", points, files)
    features = np.array([[a, b, a ^ b] for a in (0, 1) for b in (0, 1)] * 8)
    fitted = SOPClassifier(metric="screening", generations=2).fit(features, features[:, 0] & features[:, 1])
    assert str(fitted.export("dot")).startswith("digraph model {\n")
    with pytest.raises(PluginError, match=r"^exporter odd: expected text or bytes, got int$"):
        fitted.export("odd")
    with pytest.raises(ValueError, match=r"^metric must be one of .* or the name of an installed metric, got 'cost'"):
        SOPClassifier(metric="cost").fit(features, features[:, 0])


def test_help_and_completion_list_installed_formats(install: Install, evo_: Evo) -> None:
    from evo.cli.words import WORDS  # noqa: PLC0415

    install("drawing", {"evo.exporters": {"dot": "a:b", "svg": "a:c"}})
    assert evo_("export", "--help").out.endswith("\nformats of installed packages: dot, svg\n")
    assert {"dot", "svg", "verilog"} <= set(WORDS["FMT"]())
    install("clash", {"evo.exporters": {"verilog": "a:b"}})
    told = "exporter verilog: package clash wants the name of one of evo's own; uninstall it, or rename it there\n"
    assert evo_("export", "--help").out.endswith(told)


def test_nothing_looks_for_packages_before_it_has_to() -> None:
    source = "import evo.cli.parser as p, fitness.machine.plugins as plugins; p.build_parser()\n"
    source += "from evo.config.load import config_from_dict; from pathlib import Path\n"
    source += "config_from_dict({'schema': 1, 'data': {'source': 'sklearn', 'name': 'iris'}}, Path('.'))\n"
    source += "import sys; print(plugins._found.cache_info().misses)"
    done = subprocess.run([sys.executable, "-c", source], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_workers_of_ray_use_what_a_package_adds_to_the_same_bytes(tmp_path: Path) -> None:
    site = installed(tmp_path / "site")
    (tmp_path / "c.yaml").write_text(CONFIG.replace("generations: 3", "generations: 2"))
    for name, compute in (("here", "local"), ("ray", "ray")):
        workers = ("-o", f"compute.backend={compute}", "-o", "compute.workers=1")
        code, _, err = said_by(tmp_path, site, "run", "c.yaml", "--run-dir", name, "--quiet", *workers)
        assert code == 0, err
    assert (tmp_path / "ray" / "metrics.jsonl").read_bytes() == (tmp_path / "here" / "metrics.jsonl").read_bytes()
    assert json.loads((tmp_path / "ray" / "result.json").read_text())["backend"]["kind"] == "ray"

"""Pages word for word: every command of their code blocks, in their order, in a folder that has what they speak of.

What is left out needs a cluster, another file of the user's, or minutes; each is named with its reason.
"""

from __future__ import annotations

import csv
import random
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sklearn.datasets import load_breast_cancer, load_digits

from evo.cli.main import run_command
from tests.kits.commands import Evo, Said

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md", "docs/quickstart.md", "docs/own_data.md", "docs/networks.md", "docs/masks.md", "docs/faq.md",
    "docs/report.md", "docs/python.md",
)  # fmt: skip
#: Parts of commands that are not run, and why.
LEFT_OUT = {
    "--address": "needs a cluster",
    "evo submit": "needs a cluster",
    "FOLDER": "needs the files of MNIST",
    "examples/comparator.yaml": "takes a minute",
    "examples/breast_cancer_network.yaml": "takes a minute",
    "examples/digits_network.yaml": "takes a minute",
    "RUN_DIR...": "stands for any number of runs",
    "bench-model": "has tests of its own",
    " - ": "reads standard input",
    "|": "is a choice or a pipe",
    "stop.generations=800": "takes a minute",
}
#: What is added so that examples end soon.
SHORTER = ["-o", "stop.generations=4"]
SHORTER_MASKS = ["-o", "stop={generations: 4, seconds: null}", "-o", "output.controls=0"]


@pytest.fixture
def evo_(capsys: pytest.CaptureFixture[str]) -> Evo:
    """evo_("status", path, ...) runs one command in this process."""

    def command(*arguments: object) -> Said:
        capsys.readouterr()
        code = run_command([str(argument) for argument in arguments])
        return Said(code, *capsys.readouterr())

    return command


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """Code blocks with their languages; of those that are set in, an empty one."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for fenced, language, inner, indented in re.findall(
        r"(^```(\w*)\n(.*?)^```)|((?:^    [^\n]*\n)+)", text, re.MULTILINE | re.DOTALL
    ):
        yield (language, inner) if fenced else ("", re.sub(r"^ +", "", indented, flags=re.MULTILINE))


def commands(page: str) -> list[str]:
    """Lines that begin with evo, without what is said of them."""
    lines = [line for language, text in blocks(page) if language in ("", "bash") for line in text.splitlines()]
    if not any(line.startswith("evo ") for line in lines):  # they stand in sentences
        lines = re.findall(r"`(evo [a-z-]+ [^`]*)`", (ROOT / page).read_text(encoding="utf-8").replace("\n", " "))
    found = [re.split(r"\s{2,}#|\s#\s", line)[0].strip() for line in lines if line.startswith("evo ")]
    return [line for line in found if not any(part in f"{line} " for part in LEFT_OUT)]


def tables(folder: Path) -> None:
    """Tables with the names and columns that the pages speak of, and a rule in them."""
    rng = random.Random(4)
    rows = [(number, rng.randint(10, 90), rng.choice("abc"), f"{rng.randint(1, 400)}") for number in range(260)]
    facts = [(*row, "yes" if row[1] > 45 or row[2] == "a" else "no") for row in rows]
    for name, header in {
        "credit.csv": ("customer_id", "income", "region", "amount", "approved"),
        "loans.csv": ("customer_id", "income", "branch", "closed_on", "repaid"),
        "mine.csv": ("number", "size", "shape", "weight", "kind"),
    }.items():
        with (folder / name).open("w", newline="") as file:
            csv.writer(file).writerows([header, *facts])
        for other in ("new_rows.csv", "labelled_rows.csv", "rows.csv"):
            shutil.copy(folder / name, folder / f"{name}-{other}")


def configs(page: str, folder: Path) -> None:
    """The configs of a page, under the names that it gives them."""
    for _, text in blocks(page):
        if text.startswith("# credit.yaml"):
            (folder / "credit.yaml").write_text(text)
        elif "name: loans" in text:
            (folder / "loans.yaml").write_text(text)
        elif "name: mine" in text:
            (folder / "mine.yaml").write_text(text.split("\nevo ")[0])


def newest(folder: Path) -> str:
    """The run that RUN_DIR means: the last one so far, of whatever the page learned from."""
    return max((path for path in folder.glob("runs/*/*")), key=lambda path: path.stat().st_mtime_ns).as_posix()


def rows_for(folder: Path, run: str) -> None:
    """The files of rows that pages name, of the table that a run learned from."""
    config = (Path(run) / "resolved.yaml").read_text()
    for name in ("credit.csv", "loans.csv", "mine.csv"):
        if name in config:
            for other in ("new_rows.csv", "labelled_rows.csv", "rows.csv"):
                shutil.copy(folder / f"{name}-{other}", folder / other)
    if "name: breast_cancer" in config:
        load_breast_cancer(as_frame=True).data.to_csv(folder / "new_rows.csv", index=False)
    if "name: digits" in config:
        load_digits(as_frame=True).data.to_csv(folder / "rows.csv", index=False)


def _matching(word: str) -> list[str]:
    """What a shell makes of a word."""
    found = sorted(path.as_posix() for path in Path().glob(word)) if "*" in word else []
    return found or [word]


@pytest.mark.parametrize("page", [page for page in PAGES if page != "docs/python.md"])
def test_every_command_of_a_page_does_what_it_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, evo_: Evo
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    tables(tmp_path)
    configs(page, tmp_path)
    assert evo_("run", "mine.csv", "--quiet", *SHORTER).code == 0, "a run that RUN_DIR may mean"
    assert commands(page)
    for line in commands(page):
        run = newest(tmp_path)
        rows_for(tmp_path, run)
        words = [word for part in shlex.split(line)[1:] for word in _matching(part)]
        arguments = [word.replace("RUN_DIR", run).replace("CONFIG", "mine.csv") for word in words]
        examples = [word for word in arguments if word.startswith("examples/")]
        shorter = (SHORTER_MASKS if "mask" in examples[0] else SHORTER) if examples else []
        said = evo_(*arguments, *(["--quiet", *shorter] if arguments[0] in ("run", "resume") else []))
        assert said.code == 0, f"{page}: {line}\n{said.err}"
        for flag in {"-o", "--html"} & set(arguments):
            target = arguments[arguments.index(flag) + 1]
            assert "=" in target or Path(target).stat().st_size > 0, f"{page}: {line} writes {target}"


def test_the_python_page_runs_word_for_word(tmp_path: Path) -> None:
    tables(tmp_path)
    shutil.copy(tmp_path / "credit.csv-new_rows.csv", tmp_path / "new_rows.csv")
    configs("README.md", tmp_path)
    config = tmp_path / "credit.yaml"
    config.write_text(config.read_text().replace("generations: 300", "generations: 6"))
    program = "\n".join(text for language, text in blocks("docs/python.md") if language == "python")
    said = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
    )
    assert said.returncode == 0, said.stderr
    assert "approved = " in said.stdout
    assert (tmp_path / "model.c").stat().st_size > 0

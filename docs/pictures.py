"""The pictures of README.md, made from one real run: python docs/pictures.py (needs chromium and the `test` extra).

docs/report.png is the head of the run's report.html in headless Chromium; docs/live*.svg are the live panel in the
middle of it on terminals of three sizes, as rich draws it, without the fonts that rich would fetch from outside.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from evo.config.load import load_config
from evo.display.frame import Tracker
from evo.display.layout import UNICODE
from evo.display.panel import View, render
from evo.monitor import Phase, RunInfo, Snapshot
from evo.running.launch import start
from evo.running.signals import NoSignals
from evo.storage.run_dir import RunDir

DOCS = Path(__file__).resolve().parent
CONFIG = DOCS.parent / "examples" / "breast_cancer.yaml"
GENERATIONS, SHOWN = 40, 24
#: Columns and lines of terminals.
SIZES = {"live.svg": (100, 30), "live-80x24.svg": (80, 24), "live-200x50.svg": (200, 50)}


class Recorder:
    """A display that keeps the panel of generation `SHOWN`."""

    def __init__(self) -> None:
        self.view: View | None = None
        self._tracker, self._started = Tracker(time.monotonic), time.monotonic()

    def start(self, info: RunInfo) -> None:
        """Remember what the run is."""
        self._info = info

    def update(self, snapshot: Snapshot) -> None:
        """Keep one moment."""
        frame = self._tracker.update(snapshot)
        if snapshot.generation == SHOWN:
            seconds = time.monotonic() - self._started
            self.view = View(self._info, frame, seconds, seconds * (GENERATIONS - SHOWN) / SHOWN)

    def note(self, message: str) -> None:
        """Nothing."""

    def phase(self, phase: Phase) -> None:
        """Nothing."""

    def finish(self, lines: list[str]) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def run(folder: Path) -> tuple[RunDir, View]:
    """A short run, and its panel in the middle."""
    loaded = load_config(CONFIG, [f"stop.generations={GENERATIONS}", f"output.root={folder / 'runs'}"])
    seen = Recorder()
    command = ["evo", "run", "examples/breast_cancer.yaml"]
    made, _ = start(loaded.config, loaded.text, command, seen, signals=NoSignals(), path=Path("runs/breast-cancer"))
    assert seen.view is not None, "the run has more generations than that"
    return made, seen.view


def live(view: View, width: int, height: int) -> str:
    """The panel as SVG."""
    console = Console(record=True, width=width, file=io.StringIO(), markup=False, highlight=False)
    for line in render(view, width, height, UNICODE):
        console.print(line)
    drawn = console.export_svg(title="evo run examples/breast_cancer.yaml", unique_id="evo")
    return re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)


def photograph(page: Path, target: Path) -> None:
    """The head of a page as PNG."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page(viewport={"width": 1000, "height": 1180})
        opened.goto(page.as_uri())
        opened.screenshot(path=str(target))
        browser.close()


def main() -> None:
    """Write both pictures and say where."""

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # so that no path of this machine is in a picture
        made, view = run(Path(folder))
        for name, size in SIZES.items():
            (DOCS / name).write_text(live(view, *size), encoding="utf-8")
        photograph((made.root / "report.html").resolve(), DOCS / "report.png")
    for name in (*SIZES, "report.png"):
        sys.stdout.write(f"{DOCS / name}: {(DOCS / name).stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()

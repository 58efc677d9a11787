"""Reading says how far it is to whoever listens, reads the same, and is ended by what a listener raises."""

from __future__ import annotations

from pathlib import Path

import pytest

from fitness.data.load import load
from fitness.data.spec import DataSpec
from fitness.data.tables import database
from genomes.progress import tell, telling, told


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "numbers.csv"
    rows = [",".join(str((row * k) % 97) for k in range(1, 41)) + f",{row % 2}" for row in range(2_000)]
    header = ",".join(f"c{i}" for i in range(40))
    path.write_text(f"{header},y\n" + 5 * ("\n".join(rows) + "\n"), encoding="utf-8")
    return str(path)


def test_a_table_is_read_alike_with_and_without_a_listener_who_hears_how_far_it_is(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "TICK", 0.01)
    heard: list[tuple[str, float | None]] = []
    with telling(lambda text, fraction: heard.append((text, fraction))):
        watched = load(DataSpec(source="table", path=table), 1)
    assert watched.dataset.sha256() == load(DataSpec(source="table", path=table), 1).dataset.sha256()
    texts = list(dict.fromkeys(text for text, _ in heard))
    assert texts == [
        "reading numbers.csv",
        "reading the columns of numbers.csv",
        "choosing input bits",
        "packing rows into bits",
    ]
    for text in texts:
        fractions = [fraction for name, fraction in heard if name == text and fraction is not None]
        assert all(0 <= fraction <= 1 for fraction in fractions)
        assert len(set(fractions)) > (text != texts[0]), text  # a file this small is read at one go


def test_what_a_listener_raises_ends_the_reading(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "TICK", 0.01)

    def refuse(text: str, fraction: float | None) -> None:
        if fraction is not None:
            raise RuntimeError("enough")

    with telling(refuse), pytest.raises(RuntimeError, match=r"^enough$"):
        load(DataSpec(source="table", path=table), 1)


def test_pieces_are_told_by_their_place_and_nobody_need_listen() -> None:
    heard: list[tuple[str, float | None]] = []
    tell("nobody")
    with telling(lambda text, fraction: heard.append((text, fraction))):
        with telling(None):
            tell("nobody")
        assert list(told("work", "abcd")) == list("abcd")
    assert heard == [("work", 0.0), ("work", 0.25), ("work", 0.5), ("work", 0.75)]

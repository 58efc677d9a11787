"""What a fit shows: lines while it goes on, callbacks, cards in a notebook, and the target's own name."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.exceptions import DataConversionWarning

from evo import BooleanNetworkClassifier, SOPClassifier
from evo.display import plain_display
from tests.kits.people import as_array, people

CHEAP: dict[str, Any] = {"generations": 3, "thresholds": 4, "price": 1.0}


@pytest.fixture(scope="module")
def rows() -> tuple[Any, Any]:
    cells, labels = people(90)
    return as_array(cells), np.array(labels)


class Watcher:
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def on_start(self, info: Any) -> None:
        self.seen.append(("start", info["name"], info["run_dir"], info["rows"]["train"]))

    def on_generation(self, record: Any) -> None:
        self.seen.append((record["generation"], record["best_error"], record["formula"][0]))

    def on_end(self) -> None:
        self.seen.append("end")


def test_callbacks_see_every_generation_and_change_nothing(rows: tuple[Any, Any]) -> None:
    watcher, records = Watcher(), list[Any]()
    watched = SOPClassifier(**CHEAP, callbacks=[watcher, records.append]).fit(*rows)
    first, *generations, last = watcher.seen
    assert first == ("start", "SOPClassifier", "", 90) and last == "end"
    assert [number for number, *_ in generations] == [record["generation"] for record in records] == [1, 2, 3]
    errors = [error for _, error, _ in generations]
    assert errors == sorted(errors, reverse=True) and generations[0][2].startswith("class = ")
    assert watched.rules_ == SOPClassifier(**CHEAP).fit(*rows).rules_


def test_what_a_callback_raises_ends_the_fit(rows: tuple[Any, Any]) -> None:
    def fail(record: Any) -> None:
        raise KeyError(record["generation"])

    watcher = Watcher()
    with pytest.raises(KeyError, match="1"):
        SOPClassifier(**CHEAP, callbacks=[watcher, fail]).fit(*rows)
    assert watcher.seen[-1] == "end"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"callbacks": [3]}, r"callbacks\[0\]: expected a function"),
        ({"callbacks": print}, "callbacks must be a list"),
        ({"verbose": -1}, "verbose must be a whole number"),
    ],
)
def test_wrong_watchers_are_told(parameters: dict[str, Any], said: str, rows: tuple[Any, Any]) -> None:
    with pytest.raises(ValueError, match=said):
        SOPClassifier(**CHEAP, **parameters).fit(*rows)


def test_verbose_prints_generations_and_the_formula_on_standard_error(
    rows: tuple[Any, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    fitted = SOPClassifier(**CHEAP, verbose=2).fit(*rows)
    said = capsys.readouterr()
    assert said.out == "" and [line[:5] for line in said.err.splitlines() if line.startswith("gen ")] == [
        "gen 1",
        "gen 2",
        "gen 3",
    ]
    assert fitted.to_dnf().splitlines()[0] in said.err and "90 train rows" in said.err
    BooleanNetworkClassifier(kind="network", generations=1, verbose=True).fit(*rows)
    assert "gen 1" in capsys.readouterr().err
    SOPClassifier(**CHEAP).fit(*rows)
    assert capsys.readouterr().err == ""


def test_verbose_tells_what_is_done_before_the_search_and_after_it(
    rows: tuple[Any, Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_display, "PATIENCE", 0.0)
    SOPClassifier(**{**CHEAP, "price": None}, selection="cross_validation", verbose=2).fit(*rows)
    said = capsys.readouterr().err
    heads = dict.fromkeys(line.partition(" | ")[0] for line in said.splitlines() if not line.startswith("gen "))
    phases = [head for head in heads if head.split()[0] in ("choosing", "packing", "refining", "scoring")]
    assert phases == [
        "choosing input bits",
        "packing rows into bits",
        "refining the front",
        *(f"choosing a model: fold {number} of 5" for number in range(1, 6)),
        "scoring the model",
    ]
    assert said.index("packing rows") < said.index("gen 1 ") < said.index("refining the front | 0 %, ETA")


@pytest.mark.parametrize("name", ["loan", " paid back ", "", None, "age", 3])
def test_formulas_call_the_target_by_its_own_name(name: Any, rows: tuple[Any, Any]) -> None:
    cells, labels = people(90)
    fitted = SOPClassifier(**CHEAP).fit(pd.DataFrame(cells), pd.Series(labels, name=name))
    own = {"loan": "loan", " paid back ": "paid back"}.get(name, "class")
    assert fitted.to_dnf().startswith(f"{own} = ") or fitted.to_dnf().startswith(own.replace(" ", "_") + " = ")
    assert own.split()[0] in fitted.front_[0].formula


def test_series_of_polars_and_frames_of_one_column_have_names_too() -> None:
    x = [[0], [1]] * 6
    assert "flag = " in SOPClassifier(**CHEAP).fit(x, pl.Series("flag", [0, 1] * 6)).to_dnf()
    with pytest.warns(DataConversionWarning):
        assert "flag = " in SOPClassifier(**CHEAP).fit(x, pd.DataFrame({"flag": [0, 1] * 6})).to_dnf()


@pytest.mark.parametrize("made", [sparse.csr_matrix, sparse.csc_array, sparse.coo_array])
def test_sparse_rows_are_as_the_same_rows_dense(made: Any) -> None:
    rng = np.random.default_rng(2)
    x = np.where(rng.random((80, 6)) < 0.7, 0.0, rng.normal(size=(80, 6)))
    y = (x[:, 1] > 0.1) | (x[:, 4] < -0.2)
    dense, thin = SOPClassifier(**CHEAP).fit(x, y), SOPClassifier(**CHEAP).fit(made(x), y)
    assert thin.rules_ == dense.rules_ and np.array_equal(thin.predict_proba(made(x)), dense.predict_proba(x))
    assert np.array_equal(thin.predict(x), dense.predict(made(x)))


def test_a_sparse_matrix_may_store_missing_cells_and_zeros() -> None:
    cells, places = np.array([np.nan, 0.0, 2.0, *[1.0] * 20]), np.array([0, 0, 0, *[1] * 20])
    x = sparse.csr_matrix((cells, (np.array([0, 1, 2, *range(20, 40)]), places)), shape=(40, 2))
    fitted = SOPClassifier(**CHEAP).fit(x, np.arange(40) >= 20)
    dense = SOPClassifier(**CHEAP).fit(x.toarray(), np.arange(40) >= 20)
    assert fitted.to_dnf() == dense.to_dnf()


class Cards(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.open, self.texts = list[str](), list[str]()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag != "br":
            self.open.append(tag)
        if ("class", "evo-card") in attrs:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        assert "script" not in self.open
        if self.texts:
            self.texts[-1] += data


def test_a_notebook_shows_a_card_for_every_rule(rows: tuple[Any, Any]) -> None:
    cells, labels = people(90)
    frame = pd.DataFrame(cells).rename(columns={"age": "<b>age & more"})
    fitted = SOPClassifier(**CHEAP).fit(frame, labels)
    bundle = fitted._repr_mimebundle_()
    cards = Cards(bundle["text/html"])
    assert cards.open == [] and bundle["text/plain"].startswith("SOPClassifier(")
    assert len(cards.texts) == len(fitted.rules_)
    for text, rule in zip(cards.texts, fitted.rules_, strict=True):
        assert text.startswith(rule.claim) and rule.promise in text
    assert "<b>age" not in bundle["text/html"]
    assert "estimator" in SOPClassifier()._repr_html_()
    assert Cards(BooleanNetworkClassifier(**CHEAP).fit(*rows)._repr_html_()).open == []

"""Several runs side by side."""

from __future__ import annotations

from typing import Any

from evo.report.compare import comparison


def run_of(name: str, seed: int, test: float | None, **identity: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    best = {"train_accuracy": 0.9, "valid_accuracy": None, "test_accuracy": test, "literals": 10 * seed, "terms": 2}
    result = {"run_id": f"id{seed}", "genome": "sop", "best": best, "generations": 1200, "seconds": 2.0 * seed}
    return {"name": name, "seed": seed, "identity": {"seed": seed} | identity}, result


def test_every_run_has_a_row() -> None:
    assert comparison([run_of("a", 1, 0.8), run_of("b", 2, None)]).splitlines() == [
        "# Comparison",
        "",
        "| run | seed | train | valid | test | literals | terms | generations | seconds |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        "| a/id1 | 1 | 90.0 % | - | 80.0 % | 10 | 2 | 1,200 | 2.0 |",
        "| b/id2 | 2 | 90.0 % | - | - | 20 | 2 | 1,200 | 4.0 |",
    ]


def test_seeds_of_one_config_have_a_row_of_medians_and_spread() -> None:
    text = comparison([run_of("a", 1, 0.8), run_of("a", 2, 0.7), run_of("a", 3, 0.6)])
    assert text.splitlines()[-3:] == [
        "| name | seeds | train | valid | test | literals | terms | seconds |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        "| a | 3 | 90.0 % (90.0 % to 90.0 %) | - | 70.0 % (60.0 % to 80.0 %) | 20 (10 to 30) | 2 (2 to 2) "
        "| 4.0 (2.0 to 6.0) |",
    ]


def test_runs_of_one_name_with_different_configs_are_not_mixed() -> None:
    text = comparison([run_of("a", 1, 0.8, genome="sop"), run_of("a", 2, 0.7, genome="pos")])
    assert "Median" not in text

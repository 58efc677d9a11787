"""Pictures that are only shown make no other run; pictures that copies are made of do."""

from __future__ import annotations

from pathlib import Path

from evo.config.identity import changed_identity, identity
from evo.config.load import config_from_dict


def test_an_image_is_part_of_what_a_network_run_is_and_not_of_what_a_formula_run_is() -> None:
    image = ["data.image.height=2", "data.image.width=3"]
    for kind, keys in (("sop", []), ("network", ["data.image.height", "data.image.width"])):
        config = {"schema": 1, "data": {"source": "table", "path": "a.csv"}, "genome": {"kind": kind}}
        plain, shown = (identity(config_from_dict(config, Path.cwd(), more)) for more in ([], image))
        assert changed_identity(plain, shown) == keys

"""Rules between keys of rows that are pictures, for the kinds that have them; see `evo.config.rules`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evo.config.data_rules import needed
from evo.config.problems import Problem


def image_is_whole(config: Any) -> Iterator[Problem]:
    """Height and width stand together; config: one whose data are `ImageDataSpec`."""
    image = config.data.image
    if (image.height is None) != (image.width is None):
        missing = "height" if image.height is None else "width"
        yield needed(config, ("data", "image", missing), "a picture's other side")

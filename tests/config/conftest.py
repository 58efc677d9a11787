"""A config file in a fresh folder that is the current one, so that locations are just `c.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from evo.config.load import load_config
from evo.config.schema import RunConfig
from evo.errors import ConfigError


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., RunConfig]:
    monkeypatch.chdir(tmp_path)

    def load(text: str | bytes, overrides: Sequence[str] = ()) -> RunConfig:
        Path("c.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_config(Path("c.yaml"), overrides).config

    return load


@pytest.fixture
def problems(load: Callable[..., RunConfig]) -> Callable[..., list[str]]:
    def problems(text: str | bytes, overrides: Sequence[str] = ()) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(text, overrides)
        return list(caught.value.problems)

    return problems

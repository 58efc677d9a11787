from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from fitness.data.spec import BinarizeSpec, SplitSpec
from fitness.errors import DataError

NO_SPLIT = SplitSpec(valid=0, test=0)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], str]:
    """write(name, content) -> path; a name ending in .gz is compressed."""

    def write_file(name: str, content: str | bytes) -> str:
        raw = content.encode() if isinstance(content, str) else content
        path = tmp_path / name
        path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
        return str(path)

    return write_file


@pytest.fixture
def shared() -> Path:
    folder = Path(__file__).parents[2].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the shared data folder beside the checkout")
    return folder


@pytest.fixture
def no_split() -> SplitSpec:
    return NO_SPLIT


@pytest.fixture
def fails() -> Callable[..., str]:
    """fails(function, *arguments) -> the whole message of the DataError it raises."""

    def message_of(function: Callable[..., object], *arguments: object, **named: object) -> str:
        with pytest.raises(DataError) as caught:
            function(*arguments, **named)
        assert caught.value.exit_code == 3
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return message_of


@pytest.fixture
def onehot() -> BinarizeSpec:
    return BinarizeSpec(method="onehot")

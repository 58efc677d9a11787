from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import pytest

from distributed.backend import Backend
from distributed.choice import AutoBackend
from distributed.local import LocalBackend
from distributed.ray_backend import RayBackend
from distributed.spec import ComputeSpec
from tests.kits.backend_kit import BackendKit


def ray(chunk: int) -> RayBackend:
    return RayBackend(ComputeSpec(backend="ray", workers=2, chunk=chunk))


def auto(chunk: int) -> AutoBackend:
    return AutoBackend(LocalBackend(chunk), ray(chunk))


@pytest.mark.usefixtures("session")
class TestBackends(BackendKit):
    backends: ClassVar[Mapping[str, Callable[[int], Backend]]] = {"local": LocalBackend, "auto": auto, "ray": ray}

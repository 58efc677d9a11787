from __future__ import annotations

from typing import ClassVar

from distributed.local import LocalBackend
from tests.kits.backend_kit import BackendKit


class TestBackends(BackendKit):
    backends: ClassVar = {"local": LocalBackend}

"""evo: evolutionary, gradient-free search for Boolean networks.

    import evo
    result = evo.run("breast_cancer.yaml")
    print(result.formula, result.best.test_accuracy)

Names are loaded on first use, so that `evo --help` and tab completion stay fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evo.startup.version import __version__

if TYPE_CHECKING:
    from evo.api import Result, load, resume, run
    from evo.config.schema import RunConfig
    from evo.estimators import BooleanNetworkClassifier, POSClassifier, SOPClassifier

_ESTIMATORS = ("BooleanNetworkClassifier", "POSClassifier", "SOPClassifier")
__all__ = [
    "BooleanNetworkClassifier", "POSClassifier", "Result", "RunConfig", "SOPClassifier", "__version__", "load",
    "resume", "run",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'evo' has no attribute {name!r}")
    from evo.startup.packages import check_floors  # noqa: PLC0415

    check_floors()
    if name == "RunConfig":
        from evo.config.schema import RunConfig  # noqa: PLC0415

        return RunConfig
    if name in _ESTIMATORS:
        from evo import estimators  # noqa: PLC0415 - needs scikit-learn

        return getattr(estimators, name)
    from evo import api  # noqa: PLC0415

    return getattr(api, name)

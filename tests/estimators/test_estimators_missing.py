"""Without scikit-learn one line says what to install, and evo itself does not mind."""

from __future__ import annotations

from tests.kits.processes import python

WITHOUT = """
import sys
class Hidden:
    def find_spec(self, name, *rest):
        if name.partition(".")[0] == "sklearn":
            raise ModuleNotFoundError(f"No module named {name!r}")
sys.meta_path.insert(0, Hidden())
import evo
print(evo.run.__name__)
try:
    evo.SOPClassifier
except ImportError as problem:
    print(problem)
"""

LIGHT = "import sys, evo; print(sorted({'sklearn', 'numpy', 'numba', 'ray', 'scipy'} & set(sys.modules)))"


def test_one_line_says_what_to_install() -> None:
    ended = python("-c", WITHOUT)
    expected = "run\nthe estimators need scikit-learn 1.6 or newer; pip install 'evo-boolean[sklearn]'\n"
    assert (ended.returncode, ended.stdout) == (0, expected)


def test_importing_evo_loads_nothing_heavy() -> None:
    assert python("-c", LIGHT).stdout == "[]\n"

"""scikit-learn estimators over evo's search; needs the extra `sklearn`."""

from __future__ import annotations

try:
    from sklearn.utils.validation import validate_data as _since_1_6  # noqa: F401
except ImportError:
    raise ImportError("the estimators need scikit-learn 1.6 or newer; pip install 'evo-boolean[sklearn]'") from None

from evo.estimators.classifiers import BooleanNetworkClassifier, POSClassifier, SOPClassifier

__all__ = ["BooleanNetworkClassifier", "POSClassifier", "SOPClassifier"]

"""The measures that pipelines are compared by; each is better when it is larger."""

from __future__ import annotations

from typing import Any, Dict

import numpy as np
from automl_classifier import THRESHOLD
from sklearn.metrics import (
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
    roc_curve,
)


def measure(truth: Any, proba: Any) -> Dict[str, float]:
    """All six measures.

    ``gini`` is 2 auc - 1 (Somers' D of the ranking); ``ks`` is the largest distance
    between the cumulated shares of both classes (Kolmogorov-Smirnov).

    Args:
        truth: 0 and 1, both occurring.
        proba: probabilities of 1.

    Raises:
        ValueError: a probability is NaN.
    """
    if not np.isfinite(proba).all():
        raise ValueError("the model gave probabilities that are no numbers")
    pred = (proba >= THRESHOLD).astype(int)
    auc = roc_auc_score(truth, proba)
    false_positive, true_positive, _ = roc_curve(truth, proba)
    made = {
        "auc": auc,
        "precision": precision_score(truth, pred, zero_division=0),
        "recall": recall_score(truth, pred, zero_division=0),
        "f1": f1_score(truth, pred, zero_division=0),
        "gini": 2 * auc - 1,
        "ks": np.abs(true_positive - false_positive).max(),
    }
    return {name: float(value) for name, value in made.items()}

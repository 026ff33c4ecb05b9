"""The model that a run makes: raw rows in, the target's own labels out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from automl_columns import DataError
from sklearn.base import BaseEstimator, ClassifierMixin

THRESHOLD = 0.5


class AutoMLClassifier(ClassifierMixin, BaseEstimator):
    """A pipeline for two classes, with the labels that the target has.

    Args:
        pipeline: takes raw rows and learns 0 and 1. Its first step is ``columns``.

    Attributes:
        classes_: the two labels; the second is the positive one.
    """

    def __init__(self, pipeline: Any) -> None:
        self.pipeline = pipeline

    def fit(self, X: Any, y: Any) -> "AutoMLClassifier":
        """Learn from raw rows and their labels."""
        self.classes_, codes = np.unique(np.asarray(y), return_inverse=True)
        self.pipeline.fit(X, codes)
        return self

    def predict_proba(self, X: Any) -> Any:
        """Probabilities of the two labels: an array of shape (rows, 2)."""
        return self.pipeline.predict_proba(X)

    def predict(self, X: Any) -> Any:
        """The label of each row."""
        positive = self.predict_proba(X)[:, 1] >= THRESHOLD
        return self.classes_[positive.astype(int)]

    def predictions(self, X: Any) -> Any:
        """A frame of ``proba``, of the positive label, and ``pred``.

        Raises:
            DataError: the rows do not fit, or there are none.
        """
        if not len(X):
            raise DataError("The data has no rows.")
        proba = self.predict_proba(X)[:, 1].astype("float64")
        labels = self.classes_[(proba >= THRESHOLD).astype(int)]
        return pd.DataFrame({"proba": proba, "pred": labels}, index=X.index)

    @property
    def features(self) -> Any:
        """The columns that a row must have."""
        return list(self.pipeline.named_steps["columns"].kinds)

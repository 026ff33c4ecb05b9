"""The steps of a pipeline that no library has in a form that serves single rows.

Each works on a frame, learns from the training part only, and gives a row the same
values alone as among others.
"""

from __future__ import annotations

from typing import Any, Dict

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.tree import DecisionTreeClassifier

_MOST_KEPT = 1000
_FENCE = 1.5


class RandomImputer(TransformerMixin, BaseEstimator):
    """Puts a value of the training part in the place of a missing number.

    Which one is drawn by the row's other values, not by its place: random among rows,
    and the same for the same row.

    Args:
        seed: of the draw.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> "RandomImputer":
        """Keep up to 1,000 values of every number, spread over its distribution."""
        self.pools_: Dict[str, Any] = {}
        for name in _numbers(X):
            values = np.sort(X[name].dropna().to_numpy())
            if len(values) > _MOST_KEPT:
                places = np.linspace(0, len(values) - 1, _MOST_KEPT).round()
                values = values[places.astype(int)]
            if len(values):
                self.pools_[name] = values
        return self

    def transform(self, X: Any) -> Any:
        """The frame without missing numbers."""
        X = X.copy()
        rows = pd.util.hash_pandas_object(X, index=False).to_numpy()
        for place, (name, pool) in enumerate(self.pools_.items()):
            lost = X[name].isna().to_numpy()
            if lost.any():
                salt = np.uint64(self.seed * 7919 + place * 104729)
                drawn = pool[_mixed(rows[lost] ^ salt) % np.uint64(len(pool))]
                X.loc[lost, name] = drawn
        return X


class IqrCapper(TransformerMixin, BaseEstimator):
    """Cuts numbers at 1.5 interquartile ranges below and above the quartiles."""

    def fit(self, X: Any, y: Any = None) -> "IqrCapper":
        """Learn the fences; a number whose quartiles are equal has none."""
        quartiles = X[_numbers(X)].quantile([0.25, 0.75])
        low, high = quartiles.loc[0.25], quartiles.loc[0.75]
        names = low.index[high > low]
        room = _FENCE * (high - low)[names]
        self.names_ = list(names)
        self.low_ = (low[names] - room).to_numpy()
        self.high_ = (high[names] + room).to_numpy()
        return self

    def transform(self, X: Any) -> Any:
        """The frame with every number between its fences."""
        X = X.copy()
        if self.names_:
            values = X[self.names_].to_numpy()
            X[self.names_] = np.clip(values, self.low_, self.high_)
        return X


class RankCountEncoder(TransformerMixin, BaseEstimator):
    """Replaces a category by its rank in frequency: 1 is the rarest, 0 is unseen."""

    def fit(self, X: Any, y: Any = None) -> "RankCountEncoder":
        """Rank the categories; equal counts have one rank."""
        self.ranks_ = {
            name: X[name].value_counts().rank(method="dense").to_dict()
            for name in _texts(X)
        }
        return self

    def transform(self, X: Any) -> Any:
        """The frame with ranks in the place of categories."""
        return _replaced(X, self.ranks_, dict.fromkeys(self.ranks_, 0.0))


class TreeEncoder(TransformerMixin, BaseEstimator):
    """Replaces a category by what a small decision tree on it predicts.

    Args:
        seed: of the tree.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, X: Any, y: Any) -> "TreeEncoder":
        """Grow a tree a column, on the categories in the order of their targets."""
        y = np.asarray(y, dtype="float64")
        self.prior_ = float(y.mean())
        self.shares_: Dict[str, Dict[str, float]] = {}
        for name in _texts(X):
            groups = pd.Series(y).groupby(X[name].to_numpy())
            # Drawn to the mean of all by one row, so that rare ones do not lead.
            means = (groups.sum() + self.prior_) / (groups.count() + 1)
            order = {text: i for i, text in enumerate(means.sort_values().index)}
            codes = X[name].map(order).to_numpy(dtype="float64").reshape(-1, 1)
            tree = DecisionTreeClassifier(
                max_depth=4,
                min_samples_leaf=max(5, len(y) // 100),
                random_state=self.seed,
            ).fit(codes, y)
            each = np.arange(len(order), dtype="float64").reshape(-1, 1)
            shares = tree.predict_proba(each)[:, -1]
            self.shares_[name] = dict(zip(order, shares.tolist()))
        return self

    def transform(self, X: Any) -> Any:
        """The frame with shares of the positive class in the place of categories."""
        return _replaced(X, self.shares_, dict.fromkeys(self.shares_, self.prior_))


def _numbers(frame: Any) -> Any:
    return list(frame.select_dtypes("number").columns)


def _texts(frame: Any) -> Any:
    return list(frame.select_dtypes(exclude="number").columns)


def _replaced(frame: Any, maps: Dict[str, Any], unseen: Dict[str, float]) -> Any:
    frame = frame.copy()
    for name, values in maps.items():
        frame[name] = frame[name].map(values).astype("float64").fillna(unseen[name])
    return frame


def _mixed(values: Any) -> Any:
    """Bits spread over the whole number, so that each column draws anew."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
        return values ^ (values >> np.uint64(33))

"""SHAP values of any model by sampled permutations, with their standard error."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["sampled"]

Floats = npt.NDArray[np.float64]
_ROWS_A_CALL = 20_000
_FEWEST_ROUNDS, _MOST_ROUNDS = 3, 200
# A standard error this small beside the mean |SHAP| is precise enough to stop.
_PRECISE = 0.01


def sampled(
    predict: Callable[[pd.DataFrame], Floats],
    frame: pd.DataFrame,
    background: pd.DataFrame,
    *,
    budget: float,
    seed: int,
) -> tuple[Floats, float, float, npt.NDArray[np.int64]]:
    """Permutation estimates of SHAP values within a number of seconds.

    Each round draws an order of the features and, for every row, a background row
    that is changed into the row feature by feature, once in that order and once in
    the reverse one; what the prediction gains is the feature's. The rounds' spread
    gives the error.

    Args:
        predict: from rows to one number each.
        budget: seconds; at least three rounds are made of at least one row.

    Returns:
        Values of shape (rows explained, features), the mean prediction of the
        background rows drawn, the root mean square standard error of a value, and
        the positions of the rows explained.
    """
    generator = np.random.default_rng(seed)
    until = time.monotonic() + budget
    rows = _affordable(predict, frame, background, budget, generator)
    picked = frame.iloc[rows]
    shape = (len(rows), frame.shape[1])
    total, squares = np.zeros(shape), np.zeros(shape)
    bases: list[float] = []
    rounds, error = 0, float("inf")
    while rounds < _MOST_ROUNDS:
        started = time.monotonic()
        drawn = background.iloc[generator.integers(0, len(background), len(rows))]
        order = generator.permutation(frame.shape[1])
        ways = [_walk(predict, picked, drawn, way) for way in (order, order[::-1])]
        one = (ways[0][0] + ways[1][0]) / 2
        bases.append(float(ways[0][1].mean()))
        total += one
        squares += one**2
        rounds += 1
        if rounds >= _FEWEST_ROUNDS:
            spread = np.maximum(squares / rounds - (total / rounds) ** 2, 0)
            error = float(np.sqrt((spread / (rounds - 1)).mean()))
            if error <= _PRECISE * float(np.abs(total / rounds).mean()):
                break
            now = time.monotonic()
            if now + (now - started) > until:
                break
    return total / rounds, float(np.mean(bases)), error, rows


def _affordable(
    predict: Callable[[pd.DataFrame], Floats],
    frame: pd.DataFrame,
    background: pd.DataFrame,
    budget: float,
    generator: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Positions of as many rows as some rounds can explain in the time given."""
    trial = background.iloc[: min(len(background), 200)]
    predict(trial.iloc[:1])  # the first call may load what later ones need not
    started = time.monotonic()
    predict(trial)
    a_row = (time.monotonic() - started) / len(trial)
    # A round asks for each row twice as many predictions as there are features.
    a_round = 2 * (frame.shape[1] + 1) * a_row
    rows = int(budget / 2 / (10 * a_round)) if a_round else len(frame)
    rows = max(1, min(rows, len(frame)))
    if rows == len(frame):
        return np.arange(len(frame))
    return np.sort(generator.choice(len(frame), rows, replace=False))


def _walk(
    predict: Callable[[pd.DataFrame], Floats],
    rows: pd.DataFrame,
    drawn: pd.DataFrame,
    order: npt.NDArray[np.int64],
) -> tuple[Floats, Floats]:
    """What each feature adds in this order; and the predictions it starts from."""
    step = drawn.copy()
    step.index = rows.index
    first = previous = predict(step)
    values = np.zeros(rows.shape)
    waiting: list[pd.DataFrame] = []
    features: list[int] = []
    for at, feature in enumerate(order):
        step = step.copy(deep=False)
        step.isetitem(int(feature), rows.iloc[:, int(feature)].array)
        waiting.append(step)
        features.append(int(feature))
        full = (len(waiting) + 1) * len(rows) > _ROWS_A_CALL
        if full or at == len(order) - 1:
            # Several steps in one call: most models cost more a call than a row.
            found = predict(pd.concat(waiting)).reshape(len(waiting), len(rows))
            for column, now in zip(features, found, strict=True):
                values[:, column] = now - previous
                previous = now
            waiting, features = [], []
    return values, first

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
# Rows of the walks that tell how long one takes.
_FEW, _MORE = 4, 20
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
    rows = _affordable(predict, frame, background, until, generator)
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
    until: float,
    generator: np.random.Generator,
) -> npt.NDArray[np.int64]:
    """Positions of as many rows as some rounds can explain until then.

    A walk of few rows and one of more tell what each row costs and what every walk
    costs anyway, making its tables among it.
    """
    predict(background.iloc[:1])  # the first call may load what later ones need not
    order = np.arange(frame.shape[1])

    def seconds(rows: int) -> float:
        started = time.monotonic()
        drawn = background.iloc[np.arange(rows) % len(background)]
        _walk(predict, frame.iloc[:rows], drawn, order)
        return time.monotonic() - started

    few, more = min(_FEW, len(frame)), min(_MORE, len(frame))
    fixed, a_row = 0.0, seconds(few) / few
    if more > few and a_row * more < (until - time.monotonic()) / 2:
        first, second = a_row * few, seconds(more)
        a_row = max(second - first, 0.0) / (more - few)
        fixed = max(second - a_row * more, 0.0)
    # A round walks there and back.
    left = 0.8 * (until - time.monotonic())
    room = max(left / rounds / 2 - fixed for rounds in (10, _FEWEST_ROUNDS))
    rows = int(room / a_row) if a_row else len(frame)
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
    # Several steps in one call: most models cost more a call than a row.
    together = max(1, _ROWS_A_CALL // max(len(rows), 1))
    for at in range(0, len(order), together):
        part = order[at : at + together]
        table, step = _steps(step, rows, part)
        found = predict(table).reshape(len(part), len(rows))
        for feature, now in zip(part.tolist(), found, strict=True):
            values[:, feature] = now - previous
            previous = now
    return values, first


def _steps(
    start: pd.DataFrame, rows: pd.DataFrame, part: npt.NDArray[np.int64]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables after each of some features was taken from `rows`, and the last."""
    kinds = {*start.dtypes, *rows.dtypes}
    kind = next(iter(kinds))
    if len(kinds) == 1 and isinstance(kind, np.dtype) and kind.kind in "fiu":
        # One piece of memory; pandas keeps a piece a column otherwise.
        given = rows.to_numpy()
        made = np.repeat(start.to_numpy()[None], len(part), axis=0)
        for place, feature in enumerate(part):
            made[place:, :, feature] = given[:, feature]
        index = rows.index.take(np.tile(np.arange(len(rows)), len(part)))
        table = pd.DataFrame(made.reshape(-1, rows.shape[1]), index, rows.columns)
        return table, pd.DataFrame(made[-1], rows.index, rows.columns)
    steps, step = [], start
    for feature in part.tolist():
        step = step.copy(deep=False)
        step.isetitem(feature, rows.iloc[:, feature].array)
        steps.append(step)
    return pd.concat(steps), step

"""SHAP values for a model whose author wrote no get_shap().

The fastest exact way is picked by the model's class, without importing any library
that the model does not come from: the contributions that LightGBM, XGBoost and
CatBoost compute themselves; the closed form of linear models, through the
preprocessing of a scikit-learn pipeline; else sampled permutations under a time
budget, whose error comes with the values.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from codex_jupyter.errors import DriftError

from .permutation import sampled

__all__ = ["Explanation", "explain"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Explanation:
    """SHAP values, and how they were found.

    Attributes:
        values: one row a row that was explained, one column a feature.
        base: the prediction that the values start from.
        method: "lightgbm", "xgboost", "catboost", "linear" or "permutation".
        error: root mean square standard error of one value; 0 for exact methods.
        seconds: how long it took.
    """

    values: pd.DataFrame
    base: float
    method: str
    error: float
    seconds: float

    def __str__(self) -> str:
        rows, features = self.values.shape
        size = f"{rows} rows x {features} features in {self.seconds:.1f} s"
        if not self.error:
            return f"exact ({self.method}), {size}"
        mean = float(self.values.abs().to_numpy().mean())
        relative = f", {self.error / mean:.0%} of the mean |SHAP|" if mean else ""
        return (
            f"sampled permutations, {size}; standard error {self.error:.3g} a value"
            + relative
        )


def explain(
    model: Any,
    frame: pd.DataFrame,
    *,
    background: pd.DataFrame | None = None,
    output: int | None = None,
    budget: float = 30.0,
    seed: int = 0,
) -> Explanation:
    """SHAP values of a model's predictions for a frame.

    Args:
        model: a LightGBM, XGBoost or CatBoost model, a linear scikit-learn model, a
            pipeline that ends in one of these, anything with predict_proba or
            predict, or a function from a frame to numbers.
        frame: the rows to explain, as the model takes them.
        background: rows that stand for "unknown", such as training's; the frame
            itself by default.
        output: which class or target, for models with several; of two classes the
            second.
        budget: seconds that sampling may take. When it is short, fewer rows are
            explained, and `Explanation.values.index` says which.
        seed: of the sampling.

    Returns:
        Values in the model's own margin (log-odds for boosted trees and logistic
        regression), in probabilities or predictions when sampled.

    Raises:
        DriftError: for an empty frame, a budget that is not positive, or a model
            with several outputs when none is chosen.
    """
    if not len(frame) or not frame.shape[1]:
        raise DriftError("There are no rows to explain.", hint="Give some rows.")
    if not budget > 0:
        raise DriftError("The time budget must be positive.", hint="Use budget=30.")
    begun = time.monotonic()
    against = frame if background is None else background
    if lacking := [name for name in frame.columns if name not in against]:
        raise DriftError(
            f"The background lacks {', '.join(map(str, lacking[:5]))}.",
            hint="Give rows with the columns of the frame, such as training's.",
        )
    if not len(against):
        raise DriftError("The background has no rows.", hint="Give training's rows.")
    against = against[list(frame.columns)]
    exact = _exact(model, frame, against, output)
    if exact is not None:
        method, values, base = exact
        made = pd.DataFrame(values, frame.index, frame.columns)
        return Explanation(made, base, method, 0.0, time.monotonic() - begun)
    values, base, error, rows = sampled(
        _predictor(model, output), frame, against, budget=budget, seed=seed
    )
    made = pd.DataFrame(values, frame.index[rows], frame.columns)
    return Explanation(made, base, "permutation", error, time.monotonic() - begun)


def _exact(
    model: Any, frame: pd.DataFrame, against: pd.DataFrame, output: int | None
) -> tuple[str, Floats, float] | None:
    """Method, values and base, or None when no exact way is known."""
    if hasattr(model, "steps") and hasattr(model, "named_steps"):
        return _through_pipeline(model, frame, against, output)
    library = _library(model)
    if library in _NATIVE:
        table = np.asarray(_NATIVE[library](model, frame), dtype=float)
        values, base = _one_output(table, frame.shape[1], output)
        return library, values, base
    if library == "sklearn" and hasattr(model, "coef_"):
        numeric = [frame.to_numpy(dtype=float), against.to_numpy(dtype=float)]
        return _linear(model, numeric[0], numeric[1], output)
    return None


def _library(model: Any) -> str:
    # A user's subclass is a model of the library too.
    for kind in type(model).__mro__:
        name = kind.__module__.partition(".")[0]
        if name in (*_NATIVE, "sklearn") and not kind.__name__.startswith("Base"):
            return name
    return ""


def _lightgbm(model: Any, frame: pd.DataFrame) -> Any:
    booster = getattr(model, "booster_", model)
    return booster.predict(frame, pred_contrib=True)


def _xgboost(model: Any, frame: pd.DataFrame) -> Any:
    import xgboost

    booster = model.get_booster() if hasattr(model, "get_booster") else model
    matrix = xgboost.DMatrix(frame, enable_categorical=True)
    return booster.predict(matrix, pred_contribs=True)


def _catboost(model: Any, frame: pd.DataFrame) -> Any:
    import catboost

    texts = frame.select_dtypes(exclude="number").columns
    pool = catboost.Pool(frame, cat_features=list(texts))
    return model.get_feature_importance(pool, type="ShapValues")


_NATIVE: dict[str, Callable[[Any, pd.DataFrame], Any]] = {
    "lightgbm": _lightgbm,
    "xgboost": _xgboost,
    "catboost": _catboost,
}


def _one_output(
    table: Floats, features: int, output: int | None
) -> tuple[Floats, float]:
    """Values and base of one output; the base is the last column of each."""
    width = features + 1
    stacked = table.reshape(len(table), -1, width)
    place = _place(stacked.shape[1], output)
    one = stacked[:, place]
    return one[:, :-1], float(one[0, -1])


def _place(outputs: int, output: int | None) -> int:
    if output is None:
        if outputs > 2:
            raise DriftError(
                f"The model has {outputs} outputs; SHAP values are of one.",
                hint=f"Choose one: explain(model, frame, output=0) to {outputs - 1}.",
            )
        return outputs - 1
    # One margin speaks for both classes of two.
    place = 0 if outputs == 1 and output == 1 else output
    if not 0 <= place < outputs:
        raise DriftError(
            f"The model has no output {output}.", hint=f"It has {outputs}, from 0 on."
        )
    return place


def _linear(
    model: Any, rows: Floats, against: Floats, output: int | None
) -> tuple[str, Floats, float] | None:
    weights = np.atleast_2d(np.asarray(model.coef_, dtype=float))
    if weights.shape[1] != rows.shape[1] or np.isnan(rows).any():
        return None
    place = _place(len(weights), output)
    offsets = np.atleast_1d(np.asarray(model.intercept_, dtype=float))
    centre = against.mean(axis=0)
    base = float(offsets[place % len(offsets)] + centre @ weights[place])
    return "linear", (rows - centre) * weights[place], base


def _through_pipeline(
    model: Any, frame: pd.DataFrame, against: pd.DataFrame, output: int | None
) -> tuple[str, Floats, float] | None:
    """Explain the last step on transformed features, and add these up by origin."""
    if len(model.steps) == 1:
        return _exact(model.steps[0][1], frame, against, output)
    front, last = model[:-1], model.steps[-1][1]
    origin = _origins(front, frame)
    if origin is None:
        return None
    sides = [_dense(front.transform(side)) for side in (frame, against)]
    if sides[0].shape[1] != len(origin):
        return None
    names = [f"f{place}" for place in range(len(origin))]
    tables = [pd.DataFrame(side, columns=names) for side in sides]
    found = _exact(last, tables[0], tables[1], output)
    if found is None:
        return None
    method, values, base = found
    summed = np.zeros((len(frame), frame.shape[1]))
    for place, column in enumerate(origin):
        summed[:, column] += values[:, place]
    return method, summed, base


def _dense(table: Any) -> Floats:
    made = table.toarray() if hasattr(table, "toarray") else table
    return np.asarray(made, dtype=float)


def _origins(front: Any, frame: pd.DataFrame) -> list[int] | None:
    """Which input column each transformed feature comes from, or None.

    It is found by trial, so that it holds for any transformer: a feature comes from
    a column when changing that column's values changes it, and nothing else does.
    """
    try:
        head = frame.iloc[: min(len(frame), 500)]
        plain = _dense(front.transform(head))
        found: list[int | None] = [None] * plain.shape[1]
        for place in range(frame.shape[1]):
            other = head.copy()
            other.isetitem(place, head.iloc[::-1, place].to_numpy())
            moved = _dense(front.transform(other)) != plain
            moved &= ~(np.isnan(plain) & np.isnan(_dense(front.transform(other))))
            for feature in np.flatnonzero(moved.any(axis=0)):
                if found[feature] is not None:
                    return None  # a mixture of columns, as after a PCA
                found[feature] = place
    except (ValueError, TypeError, AttributeError):
        return None
    # A feature that nothing moves is constant here and contributes nothing.
    return [0 if one is None else one for one in found]


def _answers(given: Any, rows: int) -> Floats:
    """A model's answers as numbers, shape (rows, outputs)."""
    try:
        found = np.asarray(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise DriftError(
            f"The model does not answer with numbers: {str(error)[:120]}.",
            hint="Give a function from rows to numbers, such as model.predict_proba.",
        ) from error
    if not found.ndim or len(found) != rows:
        raise DriftError(
            f"The model answers {found.size} numbers to {rows} rows.",
            hint="It must answer each row with a number, or with one a class.",
        )
    return found.reshape(rows, -1)


def _predictor(model: Any, output: int | None) -> Callable[[pd.DataFrame], Floats]:
    if hasattr(model, "predict_proba"):
        call = model.predict_proba
    elif hasattr(model, "predict"):
        call = model.predict
    elif callable(model):
        call = model
    else:
        raise DriftError(
            f"A {type(model).__name__} cannot be asked for predictions.",
            hint="Give a model with predict or predict_proba, or a function.",
        )

    def predict(rows: pd.DataFrame) -> Floats:
        found = _answers(call(rows), len(rows))
        picked: Floats = found[:, _place(found.shape[1], output)]
        if np.isnan(picked).any():
            raise DriftError(
                f"The model answers nothing to {np.isnan(picked).sum()} of "
                f"{len(picked)} rows.",
                hint="SHAP values need a number for every row: leave such rows out.",
            )
        return picked

    return predict

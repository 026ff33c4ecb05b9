"""What can be told of a fitted model and its data without asking the user.

The metrics are those of scikit-learn's own functions on the data of the training, named
as autologging does; they are there only where scikit-learn is.
"""

from __future__ import annotations

from typing import Any

_MOST_CLASSES = 50
_LONGEST = 2000


def automatic_metrics(
    model: Any, x: Any, y: Any, warnings: list[str]
) -> dict[str, float]:
    """The training metrics of a scikit-learn estimator; of anything else none.

    Args:
        x: the features as the function returned them.
        y: the target, or None.
        warnings: gets a sentence when they cannot be computed.
    """
    try:
        from sklearn.base import BaseEstimator, is_classifier, is_regressor
    except ImportError:
        return {}
    if y is None or not isinstance(model, BaseEstimator):
        return {}
    try:
        target = _one_column(y)
        if target is None:
            return {}
        x = _features(model, x)
        if is_classifier(model):
            return _of_classifier(model, x, target)
        if is_regressor(model):
            return _of_regressor(model, x, target)
    except Exception as error:  # noqa: BLE001 - they are a gift, not a reason to fail
        lines = str(error).strip().splitlines() or [""]
        text = "The automatic training metrics were left out: %s: %s"
        warnings.append(text % (type(error).__name__, lines[0][:300]))
    return {}


def parameters(model: Any, x: Any, y: Any) -> dict[str, str]:
    """The model's parameters and the shape of its data, all as texts.

    Args:
        x: a frame.
        y: a frame, or None.
    """
    told: dict[str, str] = {}
    get = getattr(model, "get_params", None)
    if callable(get):
        try:
            told = {str(key): _text(value) for key, value in get().items()}
        except Exception:  # noqa: BLE001 - a class instead of an object, for instance
            told = {}
    shares = {str(name): float(x[name].isna().mean()) for name in x.columns}
    missing = [share for share in shares.values() if share > 0]
    told["shape"] = str(tuple(x.shape))
    told["cols_with_missing"] = str(len(missing))
    told["missing_distribution"] = _text(_distribution(missing))
    if y is not None:
        counted = y.value_counts(normalize=True)
        if len(counted) <= _MOST_CLASSES:
            told["target_proportion"] = _text(
                {_plain(key): float(share) for key, share in counted.items()}
            )
    return told


def _of_classifier(model: Any, x: Any, y: Any) -> dict[str, float]:
    from sklearn import metrics

    found = model.predict(x)
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        y, found, average="weighted", zero_division=0
    )
    made = {
        "training_precision_score": precision,
        "training_recall_score": recall,
        "training_f1_score": f1,
        "training_accuracy_score": metrics.accuracy_score(y, found),
    }
    if hasattr(model, "predict_proba"):
        shares = model.predict_proba(x)
        made["training_log_loss"] = metrics.log_loss(y, shares, labels=model.classes_)
        if len(model.classes_) == 2:
            made["training_roc_auc"] = metrics.roc_auc_score(y, shares[:, 1])
        elif len(model.classes_) > 2:
            made["training_roc_auc"] = metrics.roc_auc_score(
                y, shares, average="weighted", multi_class="ovo", labels=model.classes_
            )
    made["training_score"] = model.score(x, y)
    return {key: float(value) for key, value in made.items()}


def _of_regressor(model: Any, x: Any, y: Any) -> dict[str, float]:
    from sklearn import metrics

    found = model.predict(x)
    squared = float(metrics.mean_squared_error(y, found))
    return {
        "training_r2_score": float(metrics.r2_score(y, found)),
        "training_mse": squared,
        "training_mae": float(metrics.mean_absolute_error(y, found)),
        "training_rmse": squared**0.5,
        "training_score": float(model.score(x, y)),
    }


def _one_column(y: Any) -> Any:
    """The target as one column; None when it has several."""
    shape = getattr(y, "shape", (len(y),))
    if len(shape) == 1:
        return y
    if shape[1] != 1:
        return None
    return y.iloc[:, 0] if hasattr(y, "iloc") else y[:, 0]


def _features(model: Any, x: Any) -> Any:
    """The columns that the model knows: a date for monitoring may stand beside them."""
    names = getattr(model, "feature_names_in_", None)
    if names is None or list(x.columns) == list(names):
        return x
    return x[list(names)] if set(names) <= set(x.columns) else x


def _distribution(shares: list[float]) -> dict[str, float]:
    if not shares:
        return {"mean_missings": 0.0, "min_missings": 0.0, "max_missings": 0.0}
    return {
        "mean_missings": sum(shares) / len(shares),
        "min_missings": min(shares),
        "max_missings": max(shares),
    }


def _plain(key: Any) -> Any:
    """A class as Python writes it: numpy's types would be in the text otherwise."""
    if isinstance(key, tuple):
        return tuple(_plain(part) for part in key)
    return key.item() if hasattr(type(key), "item") else key


def _text(value: Any) -> str:
    try:
        text = str(value)
    except Exception:  # noqa: BLE001 - a broken __repr__ of the user's
        text = type(value).__name__
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."

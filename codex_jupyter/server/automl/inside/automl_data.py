"""The training table: its target, its features, what is left out and why."""

from __future__ import annotations

import difflib
from typing import Any, Dict, List, Tuple

import numpy as np
import pandas as pd
from automl_columns import DATE, FLAG, NUMBER, TEXT, DataError, kind_of

_FEWEST_ROWS = 10
# A text that is another in nearly every row tells one row from another, nothing else.
_ID_SHARE, _ID_FEWEST = 0.9, 20
_WORDS = {NUMBER: "number", FLAG: "flag", DATE: "date", TEXT: "category"}


def check_columns(frame: Any, configuration: Dict[str, Any]) -> None:
    """Refuse a table that lacks what the configuration names.

    Raises:
        DataError: so it is.
    """
    columns = list(frame.columns)
    twice = sorted({str(name) for name in columns if columns.count(name) > 1})
    if twice:
        raise DataError(
            "The data has two columns called '%s'. Rename one of them." % twice[0]
        )
    for key in ("target", "date_col", "stratify_col", "cat_cols"):
        named = configuration.get(key) or []
        for name in [named] if isinstance(named, str) else named:
            if name not in columns:
                close = difflib.get_close_matches(name, columns, 1)
                if close:
                    hint = "Did you mean '%s'?" % close[0]
                else:
                    some = ", ".join(columns[:8]) + (", …" if len(columns) > 8 else "")
                    hint = "It has: %s." % some
                raise DataError(
                    "The data has no column '%s', which the configuration names as %s. "
                    "%s" % (name, key, hint)
                )


def labels_of(frame: Any, target: str) -> Tuple[Any, Any]:
    """Which rows have a target, and their labels in a plain form.

    Returns:
        A boolean array over all rows, and an array of labels over those with one.

    Raises:
        DataError: there are not two classes, or too few rows.
    """
    column = frame[target]
    kind = kind_of(column)
    if kind == NUMBER:
        values = pd.to_numeric(column.astype(object).map(_bare_number))
        values = values.to_numpy(dtype="float64", na_value=np.nan)
        known = np.isfinite(values)
        labels = values[known]
        if (labels == labels.round()).all():
            labels = labels.astype("int64")
    else:
        known = column.notna().to_numpy()
        labels = column[known].astype(object).to_numpy()
        labels = labels.astype(bool) if kind == FLAG else _label_texts(labels)
    classes = np.unique(labels)
    if len(classes) == 0:
        raise DataError("The target '%s' is missing in every row." % target)
    if len(classes) == 1:
        raise DataError(
            "The target '%s' is %r in every row; two classes are needed."
            % (target, classes[0].item() if kind != TEXT else str(classes[0]))
        )
    if len(classes) > 2:
        some = ", ".join(str(one)[:20] for one in classes[:4])
        raise DataError(
            "The target '%s' has %d different values (%s, …); AutoML tells two classes "
            "apart. Make it one against the rest, or use a training of type 'Custom'."
            % (target, len(classes), some)
        )
    if len(labels) < _FEWEST_ROWS:
        raise DataError(
            "Only %d rows have a target; AutoML needs at least %d."
            % (len(labels), _FEWEST_ROWS)
        )
    return known, labels


def find_kinds(
    frame: Any, train: Any, no_features: List[str], categories: List[str]
) -> Tuple[Dict[str, str], Dict[str, str]]:
    """The kind of each feature, and why the other columns are none.

    Args:
        frame: the whole table, raw, which tells the kinds.
        train: row numbers of the training part, which tells what is of use.
        no_features: columns with another role, such as the target.
        categories: columns that are categories whatever they look like.

    Raises:
        DataError: nothing is left to learn from.
    """
    kinds: Dict[str, str] = {}
    left_out: Dict[str, str] = {}
    for name in frame.columns:
        if name in no_features:
            continue
        kind = TEXT if name in categories else kind_of(frame[name])
        reason = _unusable(frame[name].iloc[train], kind, is_asked=name in categories)
        if reason:
            left_out[name] = reason
        else:
            kinds[name] = kind
    if not kinds:
        told = "; ".join("'%s' (%s)" % pair for pair in list(left_out.items())[:3])
        raise DataError(
            "No column can be learnt from%s. Add columns that tell the classes apart."
            % (": " + told if told else "")
        )
    return kinds, left_out


def told(kinds: Dict[str, str]) -> str:
    """How many features of which kind, in words."""
    parts = []
    for kind, word in _WORDS.items():
        count = sum(1 for one in kinds.values() if one == kind)
        if count:
            plural = {"category": "categories"}.get(word, word + "s")
            parts.append("%d %s" % (count, word if count == 1 else plural))
    return ", ".join(parts)


def _unusable(column: Any, kind: str, *, is_asked: bool) -> str:
    values = column.dropna()
    if kind == NUMBER and pd.api.types.is_float_dtype(values.dtype):
        values = values[np.isfinite(values.to_numpy(dtype="float64"))]
    if not len(values):
        return "empty"
    if not kind:
        return "holds values of type %s" % type(values.iloc[0]).__name__
    try:
        distinct = values.nunique()
    except TypeError:
        return "holds values of type %s" % type(values.iloc[0]).__name__
    if distinct == 1 and len(values) == len(column):
        return "the same in every row"
    is_id = distinct >= max(_ID_FEWEST, _ID_SHARE * len(values))
    if kind == TEXT and is_id and not is_asked:
        return "%d different texts in %d rows, like an id" % (distinct, len(values))
    return ""


def _bare_number(value: Any) -> Any:
    return None if value is None or value is pd.NA else float(value)


def _label_texts(labels: Any) -> Any:
    return np.array([str(one) for one in labels], dtype=object)

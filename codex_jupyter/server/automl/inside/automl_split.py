"""The rows cut into parts: to train on, to compare pipelines on, to test on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict

import numpy as np
import pandas as pd
from automl_columns import DataError

_MOST_GROUPS = 20
_FEWEST = 2


@dataclass(frozen=True)
class Parts:
    """Row numbers of each part, in the order of the table.

    Args:
        what: how they were cut, in words.
    """

    train: Any
    validation: Any
    holdout: Any
    what: str


def split(frame: Any, labels: Any, configuration: Dict[str, Any]) -> Parts:
    """Cut the table as the configuration says.

    Args:
        frame: rows that have a target.
        labels: their labels, an array of the same length.

    Raises:
        DataError: a part would lack one of the classes, or a date cannot be read.
    """
    kind, val_size = configuration["split_type"], configuration["val_size"]
    random = np.random.RandomState(configuration["seed"])
    rows = np.arange(len(frame))
    if kind == "oot":
        is_new, what = _newest(frame[configuration["date_col"]], configuration)
        older, holdout = rows[~is_new], rows[is_new]
        drawn = random.permutation(len(older)) < round(val_size * len(older))
        parts = Parts(older[~drawn], older[drawn], holdout, what)
    else:
        order = random.permutation(len(frame))
        if kind == "stratified":
            # Rows of one group side by side, random within it: cut evenly below.
            groups = _groups(frame, labels, configuration)
            order = order[np.argsort(groups[order], kind="stable")]
        parts = _cut(order, val_size, configuration["holdout_size"], kind)
    _check(parts, labels, configuration)
    return parts


def _cut(order: Any, val_size: float, holdout_size: float, kind: str) -> Parts:
    is_holdout = _evenly(len(order), holdout_size)
    rest = order[~is_holdout]
    is_validation = _evenly(len(rest), val_size / (1 - holdout_size))
    return Parts(
        np.sort(rest[~is_validation]),
        np.sort(rest[is_validation]),
        np.sort(order[is_holdout]),
        kind,
    )


def _evenly(size: int, share: float) -> Any:
    """True for that share of the places, at even distances."""
    counts = np.floor(np.arange(size + 1) * share + 0.5)
    return np.diff(counts) > 0


def _groups(frame: Any, labels: Any, configuration: Dict[str, Any]) -> Any:
    name = configuration["stratify_col"]
    if name == configuration["target"]:
        return np.unique(labels, return_inverse=True)[1]
    column = frame[name]
    is_number = pd.api.types.is_numeric_dtype(column.dtype)
    if is_number and column.nunique() > _MOST_GROUPS:
        codes = pd.qcut(column.rank(method="first"), 10, labels=False)
        return codes.fillna(-1).to_numpy().astype(int)
    return pd.factorize(column.astype(str), sort=True)[0]


def _newest(column: Any, configuration: Dict[str, Any]) -> Any:
    """Which rows are the newest, and that in words."""
    dates = _dates(column, configuration["date_col"])
    known = np.sort(dates[~np.isnat(dates)])
    if "split_date" in configuration:
        first = np.datetime64(configuration["split_date"], "ns")
    else:
        place = int(len(known) * (1 - configuration["oot_split_size"]))
        # From a whole moment on, so that equal dates stay together.
        first = known[min(place, len(known) - 1)]
    # A row without a date compares as False: it stays with the older ones.
    is_new = dates >= first
    day = str(first)[:10]
    if is_new.all() or not is_new.any() or first <= known[0]:
        raise DataError(
            "The dates in '%s' go from %s to %s, so a cut at %s leaves one side empty. "
            "Choose another split_date or oot_split_size."
            % (configuration["date_col"], str(known[0])[:10], str(known[-1])[:10], day)
        )
    return is_new, "out of time, from %s on" % day


def _dates(column: Any, name: str) -> Any:
    texts = column.astype(object).where(column.notna(), None)
    if pd.api.types.is_numeric_dtype(column.dtype):
        # 202406 and 20240630 are common forms.
        texts = texts.map(lambda one: None if one is None else "%d" % one)
    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        texts = texts.map(_with_dashes)
    made = pd.to_datetime(texts, errors="coerce", utc=True, format="ISO8601")
    wrong = made.isna() & column.notna()
    if wrong.any():
        raise DataError(
            "date_col '%s' holds %r, which is no date. Write dates as YYYY-MM-DD."
            % (name, column[wrong].iloc[0])
        )
    if made.isna().all():
        raise DataError("date_col '%s' is empty in every row." % name)
    return made.dt.tz_localize(None).to_numpy(dtype="datetime64[ns]")


def _with_dashes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = value.strip()
    return re.sub(r"\A(\d{4})(\d\d)(\d\d)?\Z", _dashed, value)


def _dashed(found: Any) -> str:
    return "-".join(part for part in (found[1], found[2], found[3] or "01"))


def _check(parts: Parts, labels: Any, configuration: Dict[str, Any]) -> None:
    classes = np.unique(labels)
    shares = {"train": "", "validation": "val_size", "holdout": "holdout_size"}
    if configuration["split_type"] == "oot":
        shares["holdout"] = "oot_split_size, or an earlier split_date,"
    for part, key in shares.items():
        found = labels[getattr(parts, part)]
        fewest = _FEWEST if part == "train" else 1
        for one in classes:
            count = int((found == one).sum())
            if count < fewest:
                hint = "a larger %s" % key if key else "a smaller val_size"
                if configuration["split_type"] == "random":
                    hint = "split_type 'stratified', " + hint
                raise DataError(
                    "The %s part (%d rows) has %s of class '%s'. Use %s or more data."
                    % (part, len(found), "1 row" if count else "no row", one, hint)
                )

"""Scores single rows, or a list of them, with a model that AutoML made."""

from __future__ import annotations

import json
import os
import pickle
from typing import Any

import pandas as pd
from automl_columns import DataError


def score(data: str, base_path: str) -> Any:
    """The prediction of a row: ``{"pred": label, "proba": of the positive label}``.

    Args:
        data: JSON: an object with a value a column, or a list of them.
        base_path: the folder of the model.

    Raises:
        DataError: a column is missing, or a value is not of its kind.
    """
    with open(
        base_path + "/" + os.environ.get("modelFileName", "model.pkl"), "rb"
    ) as f:
        model = pickle.load(f)
    given = json.loads(data)
    rows = given if isinstance(given, list) else [given]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise DataError(
            "Send a JSON object with a value for each of: %s."
            % ", ".join(model.features)
        )
    found = model.predictions(pd.DataFrame(rows))
    answers = [
        {"pred": _plain(pred), "proba": float(proba)}
        for pred, proba in zip(found["pred"], found["proba"])
    ]
    return answers if isinstance(given, list) else answers[0]


def _plain(label: Any) -> Any:
    return label.item() if hasattr(label, "item") else label

"""Scores a file of rows with a model that AutoML made."""

from __future__ import annotations

import os
import pickle

# The platform's own reader, which every process of a model has.
from codex_runner.tables import read_table


def score(data_path: str, model_path: str) -> str:
    """Write the predictions of a file's rows, in their order, beside it.

    The columns that are no feature, such as an id, come along; ``proba`` is the
    probability of the positive label and ``pred`` the label.

    Args:
        data_path: the folder of the input, a csv, Parquet or JSON file.
        model_path: the folder of the model.

    Returns:
        The path of the new file, of the input's type.

    Raises:
        DataError: a column is missing, or a value is not of its kind.
    """
    name = os.environ["inputFileName"]
    with open(
        model_path + "/" + os.environ.get("modelFileName", "model.pkl"), "rb"
    ) as f:
        model = pickle.load(f)
    frame = read_table(os.path.join(data_path, name))
    found = model.predictions(frame)
    used = {*model.features, *found.columns}
    along = [column for column in frame.columns if column not in used]
    made = frame[along].join(found)
    stem, suffix = os.path.splitext(name)
    path = os.path.join(data_path, stem + "_predictions" + suffix.lower())
    if suffix.lower() == ".parquet":
        made.to_parquet(path, index=False)
    elif suffix.lower() == ".json":
        made.to_json(path, orient="records", date_format="iso", force_ascii=False)
    else:
        made.to_csv(path, index=False)
    return path

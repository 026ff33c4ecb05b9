"""Trains: tries pipelines, keeps the leaderboard, gives back the best one."""

from __future__ import annotations

import json
import os
import warnings
from typing import Any, Dict, List

# Read when the libraries below are loaded: threads that wait give their core to the
# others on this machine, instead of spinning for their own.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import automl_data as data
import automl_stages as stages
import numpy as np
import pandas as pd
from automl_classifier import AutoMLClassifier
from automl_columns import TEXT, Columns, DataError, example
from automl_metrics import measure
from automl_search import Search, run
from automl_split import Parts, split

_LEADERBOARD, _SCHEMA = "leaderboard.json", "schema.json"
_EXAMPLES = 5
# What the model's pickle refers to; it goes with the model wherever that goes.
_MODULES = ["automl_classifier.py", "automl_columns.py", "automl_parts.py"]


def train_model(df: Any, base_path: str) -> Dict[str, Any]:
    """Train as the configuration in ``base_path`` says.

    Returns:
        The documented dict. ``X_train`` holds the raw columns of the rows that the
        model was fitted on (training and validation part).

    Raises:
        DataError: the data cannot be used.
    """
    with open(os.path.join(base_path, "automl_configuration.json"), "rb") as file:
        configuration = json.load(file)
    with warnings.catch_warnings():
        # Of libraries, about each pipeline anew; what matters is in the leaderboard.
        warnings.simplefilter("ignore")
        return _trained(
            _separated(df, base_path, configuration), base_path, configuration
        )


def _trained(df: Any, base_path: str, configuration: Dict[str, Any]) -> Dict[str, Any]:
    df = df.reset_index(drop=True)
    df.columns = [str(name) for name in df.columns]
    data.check_columns(df, configuration)
    target, date = configuration["target"], configuration.get("date_col")
    known, labels = data.labels_of(df, target)
    X = df.loc[known].drop(columns=[target]).reset_index(drop=True)
    classes, codes = np.unique(labels, return_inverse=True)
    _say(_about(df, known, target, classes, codes))
    parts = split(X, labels, configuration)
    sizes = tuple(len(rows) for rows in (parts.train, parts.validation, parts.holdout))
    _say("split %s: %d train, %d validation, %d holdout" % (parts.what, *sizes))
    kinds, left_out = data.find_kinds(
        X, parts.train, [date] if date else [], configuration["cat_cols"]
    )
    _say("features: " + data.told(kinds))
    for name, reason in left_out.items():
        _say("left out: '%s' (%s)" % (name, reason))

    nature = _nature(X.iloc[np.r_[parts.train, parts.validation]], kinds, codes, parts)
    board = _search(X, codes, parts, kinds, nature, configuration)
    best = board[0]
    model = AutoMLClassifier(
        stages.build(best["stages"], kinds, nature, configuration["seed"])
    )
    metrics, rows = _fit(model, X, labels, codes, parts)
    _say(
        "best: pipeline %d, %s  %s %.4f on validation, %.4f on holdout"
        % (
            best["number"],
            stages.label(best["stages"]),
            configuration["metric"],
            best["score"],
            metrics["holdout_" + configuration["metric"]],
        )
    )
    about = {
        "metric": configuration["metric"],
        "seed": configuration["seed"],
        "target": target,
        "positive": classes[1].item() if hasattr(classes[1], "item") else classes[1],
        "split": dict(zip(("train", "validation", "holdout"), sizes), how=parts.what),
        "features": kinds,
        "left_out": left_out,
        "best": best["number"],
        "pipelines": board,
    }
    _write_json(base_path, _LEADERBOARD, about)
    X_fitted = X.iloc[rows].reset_index(drop=True)
    output = model.predictions(X_fitted)
    if date and date not in output:
        output[date] = X_fitted[date]
    return {
        "X_train": X_fitted,
        "y_train": pd.DataFrame({target: labels[rows]}),
        "model_output": output,
        "pipeline": model,
        "metrics": metrics,
        "extra": [
            _LEADERBOARD,
            *_schemas(X, kinds, base_path, configuration),
            *_MODULES,
        ],
    }


def _search(
    X: Any,
    codes: Any,
    parts: Parts,
    kinds: Dict[str, str],
    nature: stages.Nature,
    configuration: Dict[str, Any],
) -> List[Dict[str, Any]]:
    options, told = stages.space(configuration["stages"], nature)
    for text in told:
        _say(text)
    possible = stages.combinations(options)
    if not possible:
        raise DataError(
            "No combination of the chosen stages can work: with missing 'none', models "
            "such as logreg, preprocess 'binarizer' and unbalance 'smote' cannot be "
            "used, because numbers are missing. Add 'median' to stages.missing."
        )
    count = min(configuration["iterations"], len(possible))
    if count < configuration["iterations"]:
        _say("only %d different pipelines are possible; each is tried once" % count)
    openers = stages.openers(options)
    search = Search(options, possible, openers, configuration["seed"])

    def attempt(one: Dict[str, str]) -> Dict[str, float]:
        pipeline = stages.build(one, kinds, nature, configuration["seed"])
        pipeline.fit(X.iloc[parts.train], codes[parts.train])
        proba = pipeline.predict_proba(X.iloc[parts.validation])[:, 1]
        return measure(codes[parts.validation], proba)

    board = run(search, count, configuration["metric"], attempt, stages.label)
    if board[0]["score"] is None:
        first = board[0]
        raise DataError(
            "None of the %d pipelines could be trained. The first, %s, failed with %s"
            % (len(board), stages.label(first["stages"]), first["reason"])
        )
    return board


def _fit(model: AutoMLClassifier, X: Any, labels: Any, codes: Any, parts: Parts) -> Any:
    """Measure the winner on what it has not seen, and fit it on all but the holdout.

    Returns:
        The measures by ``part_measure``, and the rows that it was fitted on in the end.
    """
    metrics = {}
    rows = np.sort(np.r_[parts.train, parts.validation])
    for fitted, measured in (
        (parts.train, {"train": parts.train, "validation": parts.validation}),
        (rows, {"holdout": parts.holdout}),
    ):
        model.fit(X.iloc[fitted], labels[fitted])
        for part, places in measured.items():
            proba = model.predict_proba(X.iloc[places])[:, 1]
            for name, value in measure(codes[places], proba).items():
                metrics["%s_%s" % (part, name)] = value
    estimator = model.pipeline.named_steps["model"]
    if "n_jobs" in estimator.get_params():
        # Where it serves, the environment says how many threads there are.
        estimator.set_params(n_jobs=None)
    return metrics, rows


def _nature(X: Any, kinds: Dict[str, str], codes: Any, parts: Parts) -> stages.Nature:
    frame = Columns(kinds).transform(X)
    numbers = frame.select_dtypes("number")
    return stages.Nature(
        rows=len(parts.train),
        features=len(kinds),
        fewest=int(np.bincount(codes[parts.train]).min()),
        has_numbers=bool(numbers.shape[1]),
        has_missing=bool(numbers.isna().to_numpy().any()),
        has_texts=TEXT in kinds.values(),
    )


def _separated(df: Any, base_path: str, configuration: Dict[str, Any]) -> Any:
    """The table, read again where the configuration knows its separator better."""
    sep = configuration["train_data"].get("sep")
    name = os.environ.get("inputFileName", "")
    path = os.path.join(base_path, name)
    if not sep or configuration["target"] in df.columns or not os.path.isfile(path):
        return df
    try:
        return pd.read_csv(path, sep=sep, encoding="utf-8-sig", engine="python")
    except UnicodeDecodeError:
        return pd.read_csv(path, sep=sep, encoding="latin-1", engine="python")


def _about(df: Any, known: Any, target: str, classes: Any, codes: Any) -> str:
    counts = np.bincount(codes)
    text = "table: %d rows, %d columns; target '%s': %s %d, %s %d (positive: %s)" % (
        len(df),
        len(df.columns),
        target,
        *(part for pair in zip(classes, counts) for part in pair),
        classes[1],
    )
    lost = len(df) - int(known.sum())
    return text + ("; %d rows without a target are left out" % lost if lost else "")


def _schemas(
    X: Any, kinds: Dict[str, str], base_path: str, configuration: Dict[str, Any]
) -> List[str]:
    """Samples of the input, for the two operations that the model can be served by."""
    # A value that is missing would tell nothing of its type.
    whole = X[list(kinds)].notna().all(axis=1).to_numpy()
    head = X.iloc[int(whole.argmax()) :].head(_EXAMPLES)
    columns = {name: example(head[name], kind) for name, kind in kinds.items()}
    _write_json(base_path, _SCHEMA, {name: made[0] for name, made in columns.items()})
    table = "schema." + configuration["train_data"]["file_type"]
    path = os.path.join(base_path, table)
    if table.endswith(".csv"):
        pd.DataFrame(columns).to_csv(path, index=False)
    else:
        head[list(kinds)].to_parquet(path, index=False)
    return [_SCHEMA, table]


def _write_json(base_path: str, name: str, value: Any) -> None:
    with open(os.path.join(base_path, name), "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)


def _say(text: str) -> None:
    print(text, flush=True)

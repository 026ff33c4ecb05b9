"""The configuration of an AutoML run: read, checked, its defaults filled in."""

from __future__ import annotations

import datetime
import json
from typing import Any

from codex_jupyter.protocol.texts import plain_text

from .values import (
    choice,
    close_to,
    listed,
    name,
    names,
    only,
    share,
    shown,
    whole,
)

METRICS = ("auc", "precision", "recall", "f1", "gini", "ks")
SPLITS = ("random", "stratified", "oot")
STAGES = {
    "models": ("logreg", "catboost", "xgboost", "lightgbm", "rf", "dt"),
    "missing": ("mean", "median", "tail", "random", "none"),
    "cleaner": ("iqr", "rare", "none"),
    "encoding": ("rankcount", "catboost", "count", "dt"),
    "preprocess": ("norm", "robust", "minmax", "binarizer", "none"),
    "unbalance": ("smote", "random_under", "none"),
}
MOST_ITERATIONS = 1000

_TYPES = ("csv", "parquet")
_KEYS = (
    "train_data",
    "model_flow",
    "target",
    "cat_cols",
    "iterations",
    "metric",
    "split_type",
    "val_size",
    "holdout_size",
    "stratify_col",
    "date_col",
    "oot_split_size",
    "split_date",
    "stages",
    "seed",
)
_MANDATORY = _KEYS[:3]
_MOST_SEED = 2**32 - 1
# One page of the documentation spells it so.
_ALSO = {"logeg": "logreg"}


def check_configuration(raw: bytes) -> dict[str, Any]:
    """The configuration with every default filled in.

    Args:
        raw: the uploaded file. See the package's docstring for its keys.

    Returns:
        The keys that matter for the chosen split; ``stages`` has all six lists.

    Raises:
        ValueError: it cannot be used; one sentence or two name key, value and what is
            allowed.
    """
    given = _object(raw)
    only(given, _KEYS, "The AutoML configuration")
    if missing := [key for key in _MANDATORY if given.get(key) is None]:
        raise ValueError(
            f"The AutoML configuration lacks {listed(missing)}. It needs train_data, "
            "model_flow and target."
        )
    # A null means what a key that is left out means.
    given = {key: value for key, value in given.items() if value is not None}
    made: dict[str, Any] = {
        "train_data": _train_data(given["train_data"]),
        "model_flow": _model_flow(given["model_flow"]),
        "target": name(given["target"], "target"),
        "cat_cols": names(given.get("cat_cols", []), "cat_cols"),
        "iterations": whole(given.get("iterations", 1), "iterations", MOST_ITERATIONS),
        "metric": choice(given.get("metric", "auc"), "metric", METRICS),
        "split_type": choice(given.get("split_type", "random"), "split_type", SPLITS),
        "val_size": share(given.get("val_size", 0.2), "val_size"),
    }
    made |= _out_of_time(given) if made["split_type"] == "oot" else _drawn(made, given)
    made["stages"] = _stages(given.get("stages", {}))
    made["seed"] = whole(given.get("seed", 42), "seed", _MOST_SEED, least=0)
    _check_roles(made)
    return made


def _check_roles(made: dict[str, Any]) -> None:
    target, date = made["target"], made.get("date_col")
    if date == target:
        raise ValueError(f"date_col and target are both {shown(target)}.")
    for column, role in ((target, "the target"), (date, "the column of dates")):
        if column in made["cat_cols"]:
            raise ValueError(
                f"cat_cols names {shown(column)}, which is {role} and no feature. "
                "Remove it."
            )


def _object(raw: bytes) -> dict[str, Any]:
    text = plain_text(raw)
    if not text.strip():
        raise ValueError(
            "The AutoML configuration (conf_dict) is empty. "
            "Send a JSON object with train_data, model_flow and target; some clients "
            "send nothing for a dict, so write it to a file first."
        )
    try:
        made = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"The AutoML configuration (conf_dict) is not JSON: line {error.lineno}, "
            f"column {error.colno}: {error.msg}."
        ) from None
    except RecursionError:
        raise ValueError(
            "The AutoML configuration (conf_dict) is nested too deeply to be one."
        ) from None
    if not isinstance(made, dict):
        raise ValueError(
            f"The AutoML configuration (conf_dict) is {shown(made)}. Send a JSON "
            "object with train_data, model_flow and target."
        )
    return made


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(
            f"The AutoML configuration has the key {shown(twice)} twice. Remove one."
        )
    return made


def _no_constant(text: str) -> Any:
    raise ValueError(
        f"The AutoML configuration holds {text}, which JSON does not have. Write a "
        "number, or leave the key out."
    )


def _train_data(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError(
            f"train_data is {shown(value)}. Write an object such as "
            '{"file_type": "csv", "file_name": "train.csv"}.'
        )
    only(value, ("file_type", "file_name", "sep"), "train_data")
    if "file_type" not in value or "file_name" not in value:
        raise ValueError(
            "train_data needs file_type and file_name, such as "
            '{"file_type": "csv", "file_name": "train.csv"}.'
        )
    made = {
        "file_type": choice(value["file_type"], "train_data.file_type", _TYPES),
        "file_name": name(value["file_name"], "train_data.file_name", "a file name"),
    }
    sep = value.get("sep")
    if sep is not None and made["file_type"] == "csv":
        # A tab is a separator, so the text is not stripped.
        if not isinstance(sep, str) or not sep or set(sep) & set('"\r\n'):
            raise ValueError(
                f"train_data.sep is {shown(sep)}. Write the text between two values, "
                "such as ',' or ';'."
            )
        made["sep"] = sep
    return made


def _model_flow(value: Any) -> str:
    if value == "regression":
        raise ValueError(
            "model_flow is 'regression'; AutoML does 'classification' only. Write "
            '"model_flow": "classification", or use a training of type \'Custom\'.'
        )
    return choice(value, "model_flow", ("classification",))


def _drawn(made: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    holdout = share(given.get("holdout_size", 0.1), "holdout_size")
    if made["val_size"] + holdout >= 1:
        raise ValueError(
            f"val_size ({made['val_size']}) and holdout_size ({holdout}) leave nothing "
            "to train on: their sum must be below 1."
        )
    found: dict[str, Any] = {"holdout_size": holdout}
    if made["split_type"] == "stratified":
        found["stratify_col"] = name(
            given.get("stratify_col", made["target"]), "stratify_col"
        )
    return found


def _out_of_time(given: dict[str, Any]) -> dict[str, Any]:
    if "date_col" not in given:
        raise ValueError(
            "split_type is 'oot', which needs date_col: the column of dates that the "
            "rows are ordered by."
        )
    found: dict[str, Any] = {"date_col": name(given["date_col"], "date_col")}
    if "split_date" not in given:
        size = share(given.get("oot_split_size", 0.2), "oot_split_size")
        return found | {"oot_split_size": size}
    if "oot_split_size" in given:
        raise ValueError(
            "Both oot_split_size and split_date are given; they say the same thing. "
            "Leave one out."
        )
    value = given["split_date"]
    try:
        if not isinstance(value, str) or len(value) != len("YYYY-MM-DD"):
            raise ValueError
        found["split_date"] = datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(
            f"split_date is {shown(value)}. Write a day as YYYY-MM-DD, such as "
            "'2024-06-30'."
        ) from None
    return found


def _stages(value: Any) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        raise ValueError(
            f"stages is {shown(value)}. Write an object of lists, such as "
            '{"models": ["lightgbm", "rf"]}.'
        )
    only(value, tuple(STAGES), "stages")
    return {
        stage: _options(value.get(stage), f"stages.{stage}", allowed)
        for stage, allowed in STAGES.items()
    }


def _options(value: Any, key: str, allowed: tuple[str, ...]) -> list[str]:
    if value is None:
        return list(allowed)
    if not isinstance(value, list) or not value:
        hint = f'["{value}"]' if value in allowed else f'["{allowed[0]}"]'
        raise ValueError(
            f"{key} is {shown(value)}. Write a list such as {hint}, or leave the key "
            "out for all of them."
        )
    found: list[str] = []
    for one in value:
        option = _ALSO.get(one, one) if isinstance(one, str) else one
        if option not in allowed:
            raise ValueError(
                f"{key} holds {shown(one)}. Allowed are {listed(allowed)}."
                f"{close_to(one, allowed)}"
            )
        if option in found:
            raise ValueError(f"{key} holds {shown(one)} twice. Remove one.")
        found.append(option)
    return found

"""The configuration of a monitoring, read in both spellings that are in use."""

from __future__ import annotations

import difflib
import json
import math
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from codex_jupyter.protocol.texts import plain_text

from .periods import PERIODS

# The key as it is kept, and other names of it; case and underscores do not count.
_KEYS: dict[str, tuple[str, ...]] = {
    "Period": (),
    "TrainData": (),
    "InputCols": (),
    "OutputCols": (),
    "Thresholds": (),
    "Webhook": (),
}
_TRAIN_KEYS: dict[str, tuple[str, ...]] = {
    "MLOpsTrainingExecution": ("NeomarilTrainingExecution", "TrainingExecution"),
    "TrainDateRef": (),
    "TrainDateCol": (),
}
_MLFLOW = ("mlflow_model_name", "mlflow_model_version")
_EXAMPLE = (
    '{"Period": "Week", "TrainData": {"MLOpsTrainingExecution": "11", "TrainDateRef": '
    '"2026-03-01"}, "InputCols": ["age"], "OutputCols": ["proba"]}'
)


def read_configuration(raw: bytes) -> tuple[dict[str, Any], list[str]]:
    """A configuration as it was sent: in one spelling and checked.

    Returns:
        ``Period``, ``TrainData`` (``MLOpsTrainingExecution``, a number or None, and
        ``TrainDateRef`` or ``TrainDateCol``), ``InputCols``, ``OutputCols``,
        ``Thresholds``, ``Webhook``; and the names of keys that nothing is known of.

    Raises:
        ValueError: it cannot be used; one or two sentences say why.
    """
    if not raw.strip():
        raise ValueError(
            "The configuration is empty. Some clients send a dict as an empty file: "
            "write it to a JSON file and give the file's path."
        )
    try:
        given = json.loads(plain_text(raw))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"The configuration is not JSON: {error}.") from None
    if not isinstance(given, dict) or not given:
        raise ValueError(
            f"The configuration is {'an empty' if given == {} else 'no'} JSON object. "
            f"Such as: {_EXAMPLE}"
        )
    config, odd = _named(given, _KEYS, "")
    train = config.get("TrainData")
    if not isinstance(train, dict):
        raise ValueError(
            "The configuration lacks TrainData, an object with TrainDateRef or "
            "TrainDateCol and, for a model that was not promoted, "
            "MLOpsTrainingExecution."
        )
    train, odd_train = _named(train, _TRAIN_KEYS, "TrainData.")
    return {
        "Period": period_of(config.get("Period")),
        "TrainData": _train_data(train),
        "InputCols": columns_of(config, "InputCols"),
        "OutputCols": columns_of(config, "OutputCols"),
        "Thresholds": thresholds_of(config.get("Thresholds")),
        "Webhook": webhook_of(config.get("Webhook")),
    }, odd + odd_train


def period_of(given: Any) -> str:
    """A period's name in its usual spelling, from any case.

    Raises:
        ValueError: it is none.
    """
    if given is None:
        raise ValueError(
            f"The configuration lacks Period: one of {', '.join(PERIODS)}."
        )
    name = str(given).strip().capitalize()
    if name in PERIODS:
        return name
    near = difflib.get_close_matches(name, PERIODS, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Use one of {', '.join(PERIODS)}."
    raise ValueError(f"The period '{str(given)[:20]}' is not known. {hint}")


def columns_problem(inputs: list[str], outputs: list[str]) -> str | None:
    """What is wrong with the names of both lists together, or None."""
    both = sorted(set(inputs) & set(outputs))
    if both:
        return (
            f"The column '{both[0][:80]}' is in InputCols and in OutputCols. Rename "
            "one of them, in the training's frames and in those of the script."
        )
    return None


def thresholds_of(given: Any) -> dict[str, Any]:
    """PSI thresholds by column; a bare number is the significant one.

    Raises:
        ValueError: they are no such mapping.
    """
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise ValueError(
            "Thresholds is an object of columns, such as "
            '{"income": {"moderate": 0.1, "significant": 0.3}, "*": 0.25}.'
        )
    return {
        str(name): {"significant": value} if _is_number(value) else value
        for name, value in given.items()
    }


def _named(
    given: dict[str, Any], known: dict[str, tuple[str, ...]], place: str
) -> tuple[dict[str, Any], list[str]]:
    """The members under their usual names, and the names that are not known.

    Raises:
        ValueError: a name is almost one that is known, or two say the same.
    """
    spelled = {_plain(name): name for name in known}
    spelled |= {_plain(other): name for name, all_ in known.items() for other in all_}
    made: dict[str, Any] = {}
    odd: list[str] = []
    for key, value in given.items():
        name = spelled.get(_plain(key))
        if name is None:
            if key in _MLFLOW:
                raise ValueError(
                    f"'{place}{key}' is of an older platform. Name the training by "
                    "TrainData.MLOpsTrainingExecution, the number of its execution."
                )
            near = difflib.get_close_matches(_plain(key), spelled, n=1, cutoff=0.75)
            if near:
                raise ValueError(
                    f"The key '{place}{key[:60]}' is not known. Did you mean "
                    f"'{place}{spelled[near[0]]}'?"
                )
            odd.append(place + key[:60])
        elif name in made:
            raise ValueError(f"The configuration has {place}{name} twice.")
        else:
            made[name] = value
    return made, odd


def _plain(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()


def _train_data(train: dict[str, Any]) -> dict[str, Any]:
    execution = train.get("MLOpsTrainingExecution")
    text = str(execution).strip() if execution is not None else ""
    if text and not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise ValueError(
            f"TrainData.MLOpsTrainingExecution is the number of a training execution, "
            f"not '{text[:40]}'."
        )
    day, column = train.get("TrainDateRef"), train.get("TrainDateCol")
    if not day and not column:
        raise ValueError(
            "TrainData needs TrainDateRef, a day such as 2026-03-01, or TrainDateCol, "
            "the column of the training data that holds one."
        )
    if day:
        try:
            date.fromisoformat(str(day))
        except ValueError:
            raise ValueError(
                f"TrainData.TrainDateRef is a day such as 2026-03-01, not "
                f"'{str(day)[:40]}'."
            ) from None
    return {
        "MLOpsTrainingExecution": int(text) if text else None,
        "TrainDateRef": str(day) if day else None,
        "TrainDateCol": str(column) if column else None,
    }


def columns_of(config: dict[str, Any], key: str) -> list[str]:
    """The names in a list of columns.

    Raises:
        ValueError: there is none, or one is no name.
    """
    given = config.get(key)
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list) or not given:
        raise ValueError(f"The configuration lacks {key}, a list of column names.")
    wrong = [one for one in given if not isinstance(one, str) or not one.strip()]
    if wrong:
        raise ValueError(f"{key} holds {str(wrong[0])[:40]!r}, which is no name.")
    if len(set(given)) < len(given):
        twice = next(one for one in given if given.count(one) > 1)
        raise ValueError(f"{key} names '{twice[:80]}' twice.")
    return given


def webhook_of(given: Any) -> str | None:
    """The address that hears of alerts; None for none.

    Raises:
        ValueError: it is no address.
    """
    if given is None or given == "":
        return None
    text = str(given)
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and parts.hostname
        _ = parts.port
    except ValueError:
        known = None
    if not known or not text.isprintable() or " " in text or len(text) > 2000:
        raise ValueError(
            "Webhook is the address that hears of alerts, such as "
            "https://hooks.example.org/drift."
        )
    return text


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and math.isfinite(value)
    )

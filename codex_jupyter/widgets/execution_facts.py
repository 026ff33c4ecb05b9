"""What is worth telling of an execution that is over, by what it ran.

A model or a script read a file and wrote one; a training made a model, with metrics,
parameters and files; a monitoring counted a period's rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codex_jupyter.render.progress import duration
from codex_jupyter.render.words import number, t

Told = Mapping[str, Any]
_MOST_FILES = 8


def facts_of(told: Told) -> list[tuple[str, Any]]:
    """Names and values, of which those without a value are left out.

    Args:
        told: the platform's description; of a monitoring's run with its ``Result``.
    """
    given, made = told.get("InputFile") or {}, told.get("OutputFile") or {}
    rows, took = given.get("Rows"), told.get("TimeElapsed")
    return [
        (t("run"), told.get("RunName")),
        (t("training"), told.get("TrainingType")),
        (t("period"), told.get("Label")),
        (t("input"), given.get("Name")),
        (t("rows"), None if rows is None else number(rows)),
        (t("output"), made.get("Name")),
        (t("output's size"), _size(made.get("Size"))),
        *_of_period(told.get("Result") or {}),
        (t("files"), _files(told.get("Files"))),
        (t("took"), None if took is None else duration(took / 1000)),
        (t("dataset"), told.get("DatasetHash")),
    ]


def metrics_of(told: Told) -> list[tuple[str, Any]]:
    """A training's metrics, or a period's averages."""
    if result := told.get("Result"):
        return _averages(result)
    return list(_figures(told, "metrics").items())


def parameters_of(told: Told) -> list[tuple[str, Any]]:
    """A training's parameters."""
    return list(_figures(told, "parameters").items())


def _figures(told: Told, which: str) -> dict[str, Any]:
    data = told.get("RunData")
    kept = data.get("paramsAndMetrics") if isinstance(data, dict) else None
    found = kept.get(which) if isinstance(kept, dict) else None
    return found if isinstance(found, dict) else {}


def _averages(result: Told) -> list[tuple[str, Any]]:
    means = result.get("Averages") or {}
    named = [
        (t("verdict"), result.get("Verdict")),
        (t("PSI, on average"), means.get("Psi")),
        (t("PSI of inputs"), means.get("PsiInputs")),
        (t("PSI of outputs"), means.get("PsiOutputs")),
        (t("mean |SHAP|"), means.get("Shap")),
        ("NDCG", means.get("Ndcg")),
    ]
    return [(name, value) for name, value in named if value is not None]


def _of_period(result: Told) -> list[tuple[str, Any]]:
    columns = result.get("Columns") or {}
    drifted = [
        name
        for name, one in columns.items()
        if one.get("Level") in ("moderate", "significant")
    ]
    return [
        (t("records"), _count(result.get("Records"))),
        (t("rows"), _count(result.get("Rows"))),
        (t("not read"), _count(result.get("Bad")) if result.get("Bad") else None),
        (t("drifted"), ", ".join(drifted)),
    ]


def _files(files: Any) -> str:
    names = [str(file.get("Name")) for file in files or []]
    more = len(names) - _MOST_FILES
    shown = ", ".join(names[:_MOST_FILES])
    return t("{names} and {more} more", names=shown, more=more) if more > 0 else shown


def _count(value: Any) -> str | None:
    return number(value) if isinstance(value, int) else None


def _size(size: Any) -> str | None:
    if not isinstance(size, int):
        return None
    if size >= 2**20:
        return f"{number(size / 2**20, 1)} MiB"
    return f"{number(size / 2**10, 1)} KiB"

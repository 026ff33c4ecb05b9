"""What the stages of a pipeline's file mean for the calls that run them."""

from __future__ import annotations

import json
import sys
from typing import Any

from codex_jupyter.errors import PipelineError

from .pipeline_file import Stage


def version(value: str | float | None) -> str:
    """A Python version as text; the running Python's if None."""
    if value in (None, ""):
        return f"3.{sys.version_info.minor}"
    # The number 3.10 arrives as 3.1, and no Python 3.1 runs models.
    return "3.10" if str(value) == "3.1" else str(value)


def python_of(stage: Stage, python: str) -> str:
    """The stage's own Python version, else the pipeline's."""
    text = stage.text("python_version")
    return python if text is None else version(text)


def training_arguments(stage: Stage, kind: str, python: str) -> dict[str, Any]:
    """What `run_training` takes of a training stage of that kind."""
    chosen = python_of(stage, python)
    if kind == "AutoML":
        return {"train_data": stage.file("data"), "conf_dict": stage.file("config")}
    if kind == "Custom":
        return {
            "train_data": stage.file("data"),
            "source_file": stage.file("source"),
            "requirements_file": stage.file("packages"),
            "training_reference": stage.text("train_function"),
            "extra_files": stage.files("extra"),
            "env": stage.file("env"),
            "python_version": chosen,
        }
    return {
        "X_train": stage.file("X_train"),
        "y_train": stage.file("y_train"),
        "model_outputs": stage.file("model_outputs"),
        "model_file": stage.file("model_file"),
        "model_metrics": stage.file("model_metrics"),
        "model_params": stage.file("model_params"),
        "requirements_file": stage.file("packages"),
        "extra_files": stage.files("extra"),
        "python_version": chosen,
    }


def input_type(stage: Stage) -> str | None:
    """As written, where it names one: the documentation's text names three."""
    text = stage.text("input_type")
    return None if text is None or "|" in text else text


def configuration(stage: Stage, run: str | int | None) -> dict[str, Any]:
    """The monitoring's configuration, with the run that it compares with.

    Raises:
        PipelineError: the file is no JSON object.
    """
    path = stage.file("config")
    try:
        found = json.loads(path.read_text("utf-8-sig")) if path else None
    except (OSError, ValueError) as error:
        raise PipelineError(
            f"The monitoring's configuration is not JSON: {error}"
        ) from None
    if not isinstance(found, dict):
        raise PipelineError("The monitoring's configuration is no JSON object.")
    if run is not None:
        key = "train_data" if "train_data" in found else "TrainData"
        data = found.get(key)
        name = (
            "mlops_training_execution"
            if key == "train_data"
            else "MLOpsTrainingExecution"
        )
        found[key] = {**(data if isinstance(data, dict) else {}), name: str(run)}
    return found

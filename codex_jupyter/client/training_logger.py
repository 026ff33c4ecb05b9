"""What ``log_train`` collects of a training that runs here, for an External run."""

from __future__ import annotations

import importlib
import io
import pickle
from pathlib import Path
from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.protocol import names

from .batch import frame_bytes
from .files import File, part
from .payload import is_frame
from .saving import saved_as

__all__ = ["MLOpsTrainingLogger"]

_MOST_CLASSES = 50


class MLOpsTrainingLogger:
    """Takes the parts of a training; `MLOpsTrainingExperiment.log_train` makes these.

    Attributes:
        execution: the run that it became; None until the block has ended.
    """

    def __init__(
        self,
        name: str,
        X_train: Any,  # noqa: N803 - the documented name
        y_train: Any,
        description: str | None = None,
        save_path: str | Path | None = None,
    ) -> None:
        self.name = name
        self.X_train = X_train
        self.y_train = y_train
        self.description = description
        self.save_path = None if save_path is None else Path(save_path)
        self.execution: Any = None
        self.model: Any = None
        self.model_outputs: Any = None
        self.metrics: dict[str, Any] = {}
        self.python_version: str | None = None
        self.requirements: File | None = None
        self.extras: list[File] = []

    def __repr__(self) -> str:
        return f"MLOpsTrainingLogger({self.name!r}, {len(self.metrics)} metrics)"

    def save_model(self, model: Any) -> None:
        """The fitted model."""
        self.model = model

    def save_metric(self, name: str, value: float) -> None:
        """One metric."""
        self.metrics[name] = value

    def save_model_output(self, model_output: Any) -> None:
        """What the model predicts for the train data: a DataFrame, Series or array."""
        self.model_outputs = model_output

    def set_python_version(self, version: str) -> None:
        """The Python that the model needs, such as ``3.11``; the running one if unset.

        Raises:
            InputError: it is no Python 3 version.
        """
        try:
            names.python_field(version)
        except ValueError as error:
            raise InputError(f"{error}.") from None
        self.python_version = version

    def set_requirements(self, requirements: File) -> None:
        """The requirements file that the model needs.

        Raises:
            InputError: there is no such file.
        """
        part("requirements", requirements, "requirements file")
        self.requirements = requirements

    def add_requirements(self, filename: File) -> None:
        """`set_requirements` under its other name."""
        self.set_requirements(filename)

    def set_extra(self, extra: list[File]) -> None:
        """The extra files, in the place of those so far."""
        self.extras = list(extra)

    def add_extra(self, extra: Any, filename: str | None = None) -> None:
        """One extra file: its path, or a DataFrame and what to call it.

        Raises:
            InputError: there is no such file, or a DataFrame has no name.
        """
        if not is_frame(extra):
            part("extra", extra, "extra file")
            self.extras.append(extra)
            return
        if not filename:
            raise InputError(
                "A DataFrame needs a name.", hint='Give filename="scores.parquet".'
            )
        name = filename if "." in filename else f"{filename}.parquet"
        kind = "parquet" if name.endswith(".parquet") else "csv"
        self.extras.append((name, frame_bytes(extra, kind)))

    def save_plot(self, plot: Any, save_filename: str) -> None:
        """A figure of plotly, or whatever matplotlib and seaborn draw.

        Args:
            save_filename: such as ``curve.png``; plotly's are kept as HTML if it has
                no ending.

        Raises:
            InputError: it is no such figure, or cannot be drawn.
        """
        self.extras.append(_drawn(plot, save_filename))

    def save_plotly_plot(self, plot: Any, filepath: str) -> None:
        """`save_plot` of a figure of plotly; of the path, its name counts."""
        self.save_plot(plot, Path(filepath).name)

    def save_seaborn_or_matplotlib_plot(self, plot: Any, filepath: str) -> None:
        """`save_plot` of what those two draw; of the path, its name counts."""
        self.save_plot(plot, Path(filepath).name)

    def upload_arguments(self) -> dict[str, Any]:
        """The parts as ``run_training`` takes them.

        Raises:
            InputError: the model cannot be pickled.
        """
        made: dict[str, Any] = {
            "run_name": self.name,
            "training_type": "External",
            "description": self.description,
            "X_train": self.X_train,
            "y_train": self.y_train,
            "model_outputs": self.model_outputs,
            "model_params": training_params(self.X_train, self.y_train, self.model),
            "model_metrics": self.metrics or None,
            "model_file": None if self.model is None else _pickled(self.model),
            "requirements_file": self.requirements,
            "extra_files": self.extras or None,
            "python_version": self.python_version,
        }
        if self.save_path is not None and self.model is not None:
            name, content = made["model_file"]
            with saved_as(self.save_path, name) as kept:
                kept.write_bytes(content)
        return made


def training_params(x: Any, y: Any, model: Any) -> dict[str, Any]:
    """What is told of the data and the model, in the documented names.

    Args:
        x: a DataFrame; anything else tells its shape only.
        model: what has ``get_params``, or None.
    """
    told: dict[str, Any] = {"shape": list(getattr(x, "shape", (len(x),)))}
    if is_frame(x):
        shares = [float(x[name].isna().mean()) for name in x.columns]
        missing = [share for share in shares if share > 0]
        told["cols_with_missing"] = len(missing)
        told["missing_distribution"] = {
            "mean_missings": sum(missing) / len(missing) if missing else 0.0,
            "min_missings": min(missing, default=0.0),
            "max_missings": max(missing, default=0.0),
        }
    steps = getattr(model, "steps", None)
    if isinstance(steps, list):
        told["pipeline_steps"] = [str(name) for name, _ in steps]
    get = getattr(model, "get_params", None)
    if callable(get) and not isinstance(model, type):
        for name, value in get().items():
            told[f"hyperparam_{name}"] = str(value)[:2000]
    return told | _target(y)


def _target(y: Any) -> dict[str, Any]:
    column = y.iloc[:, 0] if is_frame(y) and len(y.columns) else y
    if not hasattr(column, "value_counts"):
        return {}
    shares = column.value_counts(normalize=True)
    if len(shares) <= _MOST_CLASSES:
        rows = [
            {"target": _plain(one), "proportion": float(share)}
            for one, share in shares.items()
        ]
        return {"target_proportion": rows}
    spread = column.describe()
    return {"target_distribution": {str(k): _plain(v) for k, v in spread.items()}}


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, (bool, int, float)) else str(value)


def _pickled(model: Any) -> tuple[str, bytes]:
    try:
        writer: Any = importlib.import_module("cloudpickle")
    except ModuleNotFoundError:
        writer = pickle
    try:
        # The oldest Python that models run on (3.8) reads protocol 5.
        return "model.pkl", writer.dumps(model, protocol=5)
    except Exception as error:
        raise InputError(
            f"The model cannot be pickled: {type(error).__name__}: {error}",
            hint="Save it by its own library, and use run_training(model_file=…).",
        ) from error


def _drawn(plot: Any, name: str) -> tuple[str, bytes]:
    figure: Any = plot if hasattr(plot, "savefig") else getattr(plot, "figure", None)
    try:
        if hasattr(plot, "to_html") and hasattr(plot, "to_plotly_json"):
            if name.endswith(".html") or "." not in name:
                text = plot.to_html(include_plotlyjs=True)
                return f"{name.removesuffix('.html')}.html", text.encode()
            return name, plot.to_image(format=name.rpartition(".")[2])
        if hasattr(figure, "savefig"):
            name = name if "." in name else f"{name}.png"
            buffer = io.BytesIO()
            figure.savefig(buffer, format=name.rpartition(".")[2])
            return name, buffer.getvalue()
    except Exception as error:
        raise InputError(
            f"The plot cannot be saved as {name}: {error}",
            hint="plotly needs the package kaleido for images; .html needs nothing.",
        ) from error
    raise InputError(
        f"A {type(plot).__name__} is no plot of plotly, matplotlib or seaborn."
    )

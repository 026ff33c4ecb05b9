"""The pipeline's file: its sections, their keys, and the files that they name."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codex_jupyter.errors import PipelineError

TRAINING = {
    "Custom": ("source", "train_function", "packages", "data"),
    "AutoML": ("config", "data"),
    "External": ("X_train", "y_train"),
}
"""What each type of training needs beside the names."""

_REQUIRED = {
    "training": ("training_type", "experiment_name"),
    "deploy": ("operation",),
    "monitoring": ("preprocess", "preprocess_function", "shap_function", "config"),
}
_OPTIONAL = {
    "training": (
        *("model_type", "run_name", "description", "directory", "extra", "env"),
        *("source", "train_function", "packages", "data", "config", "X_train"),
        *("y_train", "model_outputs", "model_file", "model_metrics", "model_params"),
        "python_version",
    ),
    "deploy": (
        *("name", "directory", "source", "score_function", "model", "packages"),
        *("schema", "input_type", "extra", "env", "python_version"),
    ),
    "monitoring": ("directory", "packages", "model_id", "model_hash", "name"),
}
_TOP = ("group", "python_version", "url", *_REQUIRED)


@dataclass(frozen=True, slots=True)
class Stage:
    """One section: its values, and where its files are.

    Args:
        near: a folder that a relative ``directory`` may also start from.
    """

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    near: Path | None = None

    def __post_init__(self) -> None:
        """Refuse a section that could not run.

        Raises:
            PipelineError: a key is missing or unknown.
        """
        known = (*_REQUIRED[self.name], *_OPTIONAL[self.name])
        _check_keys(self.values, known, f"the section {self.name}")
        missing = [key for key in _REQUIRED[self.name] if not self.text(key)]
        if missing:
            raise PipelineError(
                f"The section {self.name} lacks {', '.join(missing)}.",
                hint=f"It takes: {', '.join(known)}.",
            )

    def text(self, key: str) -> str | None:
        """A value as text; None when it is absent or empty."""
        value = self.values.get(key)
        return None if value in (None, "") else str(value)

    def file(self, key: str) -> Path | None:
        """The file that a key names, below the section's ``directory``.

        Raises:
            PipelineError: there is no such file.
        """
        name = self.text(key)
        return None if name is None else self._found(name, key)

    def need(self, *keys: str) -> None:
        """Refuse when a key has no value.

        Raises:
            PipelineError: names those that have none.
        """
        missing = [key for key in keys if not self.text(key)]
        if missing:
            raise PipelineError(f"The section {self.name} lacks {', '.join(missing)}.")

    def files(self, key: str) -> list[Path] | None:
        """The files that a key lists; None when it lists none.

        Raises:
            PipelineError: one of them is not there.
        """
        value = self.values.get(key) or []
        names = [value] if isinstance(value, str) else list(value)
        return [self._found(str(name), key) for name in names] or None

    def _found(self, name: str, key: str) -> Path:
        folder = Path(self.text("directory") or ".").expanduser()
        places = [folder / name]
        if self.near is not None:
            places.append(self.near / folder / name)
        for place in places:
            if place.is_file():
                return place
        raise PipelineError(
            f"The section {self.name} names the file {name} ({key}), and it is not in "
            f"{folder.absolute()}.",
            hint="'directory' is relative to the working folder, or to the pipeline's "
            "file.",
        )


@dataclass(frozen=True, slots=True)
class PipelineFile:
    """A whole pipeline, as written."""

    group: str
    python_version: str | None
    url: str | None
    stages: Mapping[str, Stage]


def read_pipeline(path: str | Path | Mapping[str, Any]) -> PipelineFile:
    """A pipeline's YAML file, or its content.

    Values stay texts: YAML would make 3.1 of an unquoted ``python_version: 3.10``.

    Raises:
        PipelineError: it cannot be read, or a key is missing or unknown.
    """
    near = None
    if isinstance(path, Mapping):
        content: Any = path
    else:
        near = Path(path).expanduser().absolute().parent
        content = _yaml(Path(path).expanduser())
    if not isinstance(content, Mapping):
        raise PipelineError(
            "The pipeline's file has no sections.",
            hint=f"It takes: {', '.join(_TOP)}.",
        )
    _check_keys(content, _TOP, "the pipeline's file")
    if not content.get("group"):
        raise PipelineError(
            "The pipeline's file names no group.", hint="Add a line: group: demo"
        )
    stages = {}
    for name in _REQUIRED:
        values = content.get(name)
        if values in (None, ""):
            continue
        if not isinstance(values, Mapping):
            raise PipelineError(f"The section {name} is no list of keys and values.")
        stages[name] = Stage(name, values, near)
    return PipelineFile(
        str(content["group"]),
        str(content["python_version"]) if content.get("python_version") else None,
        str(content["url"]) if content.get("url") else None,
        stages,
    )


def _yaml(path: Path) -> Any:
    import yaml

    try:
        return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - texts only
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise PipelineError(f"The file {path} cannot be read: {reason}.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it cannot be parsed"
        raise PipelineError(
            f"The file {path.name} is not YAML{where}: {problem}."
        ) from None


def _check_keys(values: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in values:
        if key not in known:
            close = difflib.get_close_matches(str(key), known, 1)
            raise PipelineError(
                f"There is no key '{str(key)[:60]}' in {where}.",
                hint=f"Did you mean '{close[0]}'?"
                if close
                else f"It takes: {', '.join(known)}.",
            )

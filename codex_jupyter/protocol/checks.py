"""A cell tried in the Python that it would run in: what is asked, and what is told.

Nothing of it travels: who asks writes ``check.json`` (a `Check`) into a folder of its
own and starts the embedded platform's command ``check`` on it, which tells on its
standard output what happens, as events of a live stream (see `events`):

``stage``        as of a deployment
``log``          {"OutputType", "OutputData"}  a line of the resolver or of the user's
``environment``  {"Python": "3.9.18", "Pins": ["numpy==1.24.4", …]}
``passed``       {"Told", "Answer", "Seconds"}  a sentence; what was returned, as text
``failed``       {"Message", "Detail"}

The last event is ``passed`` or ``failed``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

CHECK_FILE = "check.json"


class CheckKind(StrEnum):
    """What the function is called with."""

    ROW = "row"
    """A JSON text and the folder: synchronous models and scripts."""
    FILE = "file"
    """The folder of a file, and the folder: asynchronous models."""
    TABLES = "tables"
    """Tables: asynchronous scripts."""
    TRAINING = "training"
    """The train data and the folder."""


@dataclass(frozen=True, slots=True)
class CheckFile:
    """One file, where it lies now.

    Args:
        role: as in an upload (``source``, ``model``, ``extra``, ``schema``; of a
            training ``data``), and ``monitor`` for the script of a monitoring.
        name: its own; of a script's sample, the name that the script knows it by.
    """

    role: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Watched:
    """A monitoring, tried on what the model answers to its sample.

    Args:
        parse: the name of the function that makes two frames.
        shap: the name of the function that explains.
        requirements: the text of its own; None for the model's environment.
    """

    parse: str
    shap: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    requirements: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Everything that a check needs.

    Args:
        reference: the function to call.
        python: such as ``3.9``.
        requirements: the text of a requirements file.
        reads: json, csv or parquet: what an asynchronous model reads.
        env: the path of a file of environment variables, or None.
        named: the script takes its tables by name.
        model_type: of a training, a word of ``MODEL_TYPES``.
        watched: of a monitoring.
    """

    kind: CheckKind
    reference: str
    python: str
    requirements: str
    files: tuple[CheckFile, ...]
    reads: str = "json"
    env: str | None = None
    named: bool = False
    model_type: str = "Classification"
    watched: Watched | None = None

    def write(self, folder: Path) -> None:
        """Write it where the command looks for it.

        Raises:
            OSError: the folder cannot be written.
        """
        (folder / CHECK_FILE).write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Check:
        """The check that was written there.

        Raises:
            OSError: there is none.
            ValueError: it is damaged.
        """
        told = json.loads((folder / CHECK_FILE).read_text("utf-8"))
        try:
            files = tuple(CheckFile(**one) for one in told.pop("files"))
            kind, watched = CheckKind(told.pop("kind")), told.pop("watched")
            return cls(kind=kind, files=files, watched=_watched(watched), **told)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"{CHECK_FILE} is no check: {error}") from None


def _watched(told: Mapping[str, Any] | None) -> Watched | None:
    if told is None:
        return None
    columns = {key: tuple(told[key]) for key in ("inputs", "outputs")}
    return Watched(**{**told, **columns})

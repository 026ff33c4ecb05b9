"""The files of one deployment, gathered in a folder as the platform will hold them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codex_jupyter.client.files import clash
from codex_jupyter.errors import InputError

from . import pickled
from .requirements import Requirements
from .sample import Sample
from .values import Namespace, existing_file, file_or_object

MODEL_FILE = "model.pkl"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is uploaded.

    Args:
        folder: where the files lie.
        source: the script's text.
        sample: the schema.
        model: the model's file.
        extras: other files.
        env: the file of environment variables, or None.
        requirements: what the model's environment needs.
    """

    folder: Path
    source: str
    sample: Sample
    model: Path
    extras: list[Path]
    env: Path | None
    requirements: Requirements

    def files(self) -> dict[str, Path | tuple[str, bytes]]:
        """The files by role, but for the environment variables."""
        texts = {
            "source": ("script.py", self.source.encode()),
            "requirements": ("requirements.txt", self.requirements.text.encode()),
            "schema": (self.sample.name, self.sample.content),
        }
        extras = {f"extra {path.name}": path for path in self.extras}
        return {**texts, "model": self.model, **extras}

    @property
    def count(self) -> int:
        """How many files are uploaded."""
        return 4 + len(self.extras) + (self.env is not None)

    def upload_arguments(self) -> dict[str, Any]:
        """The files as ``create_model`` takes them."""
        return {
            "source_file": ("script.py", self.source.encode()),
            "model_file": self.model,
            "requirements_file": (
                "requirements.txt",
                self.requirements.text.encode(),
            ),
            "schema": (self.sample.name, self.sample.content),
            "input_type": self.sample.kind,
            "extra_files": self.extras or None,
            "env": self.env,
        }


def gather_extras(names: Iterable[str], folder: Path) -> list[Path]:
    """Copies of the extra files, all in one folder as the platform puts them.

    Raises:
        InputError: one is not there, or two have the same name.
    """
    copies: list[Path] = []
    for name in names:
        path = existing_file(name.removeprefix("@"))
        copy = folder / path.name
        if clash([*(one.name for one in folder.iterdir()), path.name]):
            raise InputError(
                f"Two files are called {path.name}; the platform puts them in one "
                "folder.",
                hint="Rename one of them.",
            )
        shutil.copyfile(path, copy)
        copies.append(copy)
    return copies


def put_model(text: str, names: Namespace, folder: Path) -> Path:
    """The model as a file in the folder: a copy of one, or the pickled variable.

    Raises:
        InputError: it is neither, or cannot be pickled.
    """
    model = file_or_object(text, names)
    path = folder / (model.name if isinstance(model, Path) else MODEL_FILE)
    if isinstance(model, Path):
        shutil.copyfile(model, path)
    else:
        pickled.dump(text, model, path)
    return path

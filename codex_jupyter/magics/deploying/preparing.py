"""From a cell and its line to the files of a preprocessing script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codex_jupyter.client.files import variables_of
from codex_jupyter.magics import requirements, versions
from codex_jupyter.magics.bundle import gather_extras
from codex_jupyter.magics.command import Call
from codex_jupyter.magics.function import TAKES, Entry, check_cell, run_cell, whole
from codex_jupyter.magics.preflight import try_once, try_tables
from codex_jupyter.magics.sample import Sample, row_sample, table_sample
from codex_jupyter.magics.values import existing_file, file_or_object

_REFERENCES = {"sync": "process", "async": "build_df"}


@dataclass(frozen=True, slots=True)
class ScriptParts:
    """What is uploaded for a preprocessing script.

    Args:
        folder: where the extra files lie.
        source: the script's text.
        reference: the function to call.
        samples: what it is tried on; a table without a name, and a row, under "".
        told: what was added to the script, and notices about its requirements.
    """

    folder: Path
    source: str
    reference: str
    operation: str
    samples: Mapping[str, Sample]
    requirements: requirements.Requirements
    extras: list[Path]
    env: Path | None
    told: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many files are uploaded."""
        others = len(self.samples) + len(self.extras) + (self.env is not None)
        return 2 + others

    def upload_arguments(self) -> dict[str, Any]:
        """The parts as ``create`` takes them."""
        pairs = {name: (one.name, one.content) for name, one in self.samples.items()}
        return {
            "preprocessing_reference": self.reference,
            "operation": self.operation,
            "source_file": ("script.py", self.source.encode()),
            "requirements_file": ("requirements.txt", self.requirements.text.encode()),
            "schema": pairs.get("", pairs),
            "extra_files": self.extras or None,
            "env": self.env,
        }

    def version(self, python: str) -> versions.Version:
        """The version that their upload would make."""
        settings = versions.settings_of(python, self.reference, self.operation, None)
        has_env = self.env is not None
        return versions.of_files(self.files(), settings, has_env=has_env)

    def files(self) -> dict[str, Path | tuple[str, bytes]]:
        """The files by role, but for the environment variables."""
        files: dict[str, Path | tuple[str, bytes]] = {
            "source": ("script.py", self.source.encode()),
            "requirements": ("requirements.txt", self.requirements.text.encode()),
        }
        for name, one in self.samples.items():
            key = f"table {name}" if name else "schema"
            files[key] = (name or one.name, one.content)
        return files | {f"extra {path.name}": path for path in self.extras}

    def attempt(self, call: Call) -> None:
        """Call the cell's function once in this kernel, unless that is not wanted.

        Raises:
            Exception: what the function raised, shown with the user's own frames only.
            InputError: what it returned cannot be a result.
        """
        given = call.arguments
        if given.no_run or given.no_check:
            return
        variables = variables_of(self.env) if self.env else {}
        function = call.shell.user_ns[self.reference]
        if self.operation == "async":
            try_tables(function, self.samples, self.folder, call.shell, variables)
            return
        row = json.loads(self.samples[""].content)
        try_once(function, row, self.folder, call.shell, variables)


def parts_of(call: Call, operation: str, folder: Path) -> ScriptParts:
    """The parts, once the cell was run.

    Args:
        operation: sync or async.
        folder: where files are gathered.

    Raises:
        InputError: one of them does not fit.
        Exception: what the cell raised.
    """
    given = call.arguments
    reference = given.reference or _REFERENCES[operation]
    check_cell(call, Entry(reference, f"def {reference}({TAKES['script', operation]})"))
    script = whole(call, run_cell(call))
    samples = _samples(file_or_object(given.schema, call.namespace), operation)
    extras = gather_extras(given.extra, folder)
    # A function that is given tables need not import what they are.
    needed = {"pandas"} if operation == "async" else set()
    pins = requirements.choose(
        given.requirements, lambda: requirements.detect(script.text, needed, extras)
    )
    return ScriptParts(
        folder,
        script.text,
        reference,
        operation,
        samples,
        pins,
        extras,
        existing_file(given.env.removeprefix("@")) if given.env else None,
        [*pins.notices, *script.told],
    )


def _samples(value: Any, operation: str) -> dict[str, Sample]:
    if operation == "sync":
        return {"": row_sample(value)}
    if isinstance(value, dict) and value:
        return {str(name): table_sample(one, None) for name, one in value.items()}
    return {"": table_sample(value, None)}

"""What the notebook finds out about a draft: nothing is run, nothing is uploaded."""

from __future__ import annotations

import ast
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.client import payload
from codex_jupyter.client.files import clash, variables_of
from codex_jupyter.errors import CodexError, InputError
from codex_jupyter.magics import pickled, requirements
from codex_jupyter.magics import script as scripts
from codex_jupyter.magics.bundle import MODEL_FILE
from codex_jupyter.magics.function import missing
from codex_jupyter.magics.names import bound_names, parse
from codex_jupyter.magics.sample import Sample, row_sample, table_sample
from codex_jupyter.magics.sources import definition
from codex_jupyter.magics.values import (
    Namespace,
    existing_file,
    file_or_object,
    object_value,
    text_of,
)
from codex_jupyter.render.words import t

from .harmless import is_harmless
from .variables import describe

if TYPE_CHECKING:
    from codex_jupyter.widgets.workbench import Draft, Findings, Trouble

_SUFFIXES = (".csv", ".parquet", ".json")


class Checker:
    """Looks at one draft after the other; what is slow is remembered.

    Args:
        names: the notebook's variables, as they are at each look.
        history: gives the cells that were run.
        trouble: makes a `Trouble`.
        plain: the syntax tree of a cell; raises InputError when it is not plain Python.
    """

    def __init__(
        self,
        names: Namespace,
        history: Callable[[], list[str]],
        trouble: Callable[..., Trouble],
        plain: Callable[[str], ast.Module],
    ) -> None:
        self._names = names
        self._history = history
        self._trouble = trouble
        self._plain = plain
        self._modules: tuple[Any, set[str]] = (None, set())
        self._evaluated: tuple[str, Any] = ("", None)
        self._pinned: tuple[Any, requirements.Requirements | None] = (None, None)

    def look(self, draft: Draft, found: Findings, *, settled: bool) -> None:
        """Add to the findings what is there to say about each field."""
        source = "script" if draft.source == "file" else draft.source
        script = self._part(found, source, lambda: self._script(draft))
        model = self._part(found, "model", lambda: self._model(draft))
        sample = self._part(
            found, "schema", lambda: self._sample(draft, found, settled)
        )
        self._part(found, "env", lambda: self._env(draft, found))
        extras = self._part(found, "extras", lambda: self._extras(draft, sample)) or []
        if script is None:
            return
        self._part(
            found,
            "requirements",
            lambda: self._pins(draft, found, script, model, extras),
        )

    def body(self, draft: Draft) -> str:
        """The function's own text, the file's, or the cell's.

        Raises:
            InputError: there is none.
        """
        if draft.source == "file":
            path = existing_file(draft.script)
            if path.suffix != ".py":
                raise InputError(f"{path.name} is no Python file.")
            text = text_of(path)
            names, is_open = bound_names(parse(text, path.name))
            if draft.reference not in names and not is_open:
                raise InputError(
                    f"{path.name} does not define {draft.reference}.",
                    hint="Name the function to call in the field below.",
                )
            return text
        if draft.source == "code":
            tree = self._plain(draft.code)
            # What is no name at all is told at its own field.
            named = draft.reference.isidentifier()
            if problem := named and missing(tree, draft.reference):
                raise InputError(
                    problem, hint="Name the function to call in the field below."
                )
            return draft.code
        name = draft.function
        if name not in self._names:
            raise InputError(
                f"The notebook has no function {name} now.",
                hint="Run the cell that defines it; the list follows.",
            )
        source = definition(name, self._names[name], self._history())
        if source is None:
            raise InputError(
                f"{name} has no source of its own: it was made inside another "
                "function, or its cell is gone.",
                hint="Define it with def in a cell, and run that.",
            )
        return source

    def _part(self, found: Findings, field: str, look: Callable[[], Any]) -> Any:
        """What the look gives; None when it finds a trouble, which is then told."""
        try:
            return look()
        except CodexError as error:
            told = error.message, error.hint or "", error.detail or ""
            found.troubles.append(self._trouble(field, *told))
        except OSError as error:
            told = f"It cannot be read: {error.strerror}.", "", ""
            found.troubles.append(self._trouble(field, *told))
        return None

    def _script(self, draft: Draft) -> str | None:
        if not draft.origin:
            return None
        body = self.body(draft)
        if draft.source == "file":
            return body
        built = scripts.build(body, self._names, self._history(), draft.model_object)
        return built.text

    def _model(self, draft: Draft) -> Path | tuple[str, Any] | None:
        if draft.model == "file":
            return existing_file(draft.model_file) if draft.model_file else None
        text = draft.model_object
        if not text:
            return None
        if text in self._names:
            return text, self._names[text]
        return text, object_value(text, self._names)

    def _sample(self, draft: Draft, found: Findings, settled: bool) -> str | None:  # noqa: FBT001 - one use
        """The name of the sample's file; None where it is not known yet."""
        text = {
            "object": draft.schema_object,
            "file": f"@{draft.schema_file}" if draft.schema_file else "",
        }.get(draft.schema, draft.schema_text)
        if not text:
            return None
        if is_harmless(text):
            value = file_or_object(text, self._names)
        elif settled:
            value = self._once(text)
        else:
            found.sample = "read when you leave the field"
            return None
        if draft.operation == "async":
            sample = table_sample(value, draft.input or None)
            found.sample, found.value = _table_words(value, sample)
            return sample.name
        if isinstance(value, Path) and value.suffix in (".csv", ".parquet"):
            raise InputError(
                f"A sync model reads one row as JSON; {value.name} is a table.",
                hint="Choose Async, or give a JSON file with one row.",
            )
        sample = row_sample(value)
        found.value = json.loads(sample.content)
        if isinstance(value, Path):
            found.sample = value.name
        elif payload.is_frame(value):
            found.sample = f"The first row of {describe(value)}"
        return sample.name

    def _once(self, text: str) -> Any:
        """The value of an expression with consequences: of each text only once."""
        if self._evaluated[0] != text:
            self._evaluated = text, file_or_object(text, self._names)
        return self._evaluated[1]

    def _env(self, draft: Draft, found: Findings) -> None:
        if not draft.env:
            return
        variables = variables_of(existing_file(draft.env))
        names = [name for name, value in variables.items() if value]
        if not names:
            raise InputError(
                "No variable is set in this file.", hint="A line is NAME=value."
            )
        shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
        found.env = t("It sets {names}.", names=shown)

    def _extras(self, draft: Draft, sample: str | None) -> list[Path]:
        paths = [existing_file(one) for one in draft.extras]
        model = MODEL_FILE
        if draft.model == "file" and draft.model_file:
            model = Path(draft.model_file).name
        given = [model, "script.py", "requirements.txt", *(p.name for p in paths)]
        if sample is not None:
            given.append(sample)
        if name := clash(given):
            raise InputError(
                f"Two files are called {name}; the platform puts them in one folder.",
                hint="Rename one of them.",
            )
        return paths

    def _pins(
        self, draft: Draft, found: Findings, script: str, model: Any, extras: list[Path]
    ) -> None:
        try:
            pins = self._detect(script, self._imported(model), extras)
        except InputError:
            # What was written instead may be right all the same.
            if draft.requirements is None:
                raise
            return
        found.detected = pins.text
        found.notices = pins.notices
        if pins.pins and draft.requirements is not None:
            requirements.given(draft.requirements)

    def forget(self) -> None:
        """A cell was run: other packages may be installed now."""
        self._pinned = (None, None)

    def _detect(
        self, script: str, modules: set[str], extras: list[Path]
    ) -> requirements.Requirements:
        """Pins; looking through what is installed takes too long for each key."""
        times = [path.stat().st_mtime_ns for path in extras]
        key = (script, sorted(modules), extras, times)
        known, pins = self._pinned
        if known != key or pins is None:
            pins = requirements.detect(script, modules, extras)
            self._pinned = key, pins
        return pins

    def _imported(self, model: Any) -> set[str]:
        """The modules that loading the model imports; a variable is pickled once."""
        if model is None:
            return set()
        if isinstance(model, Path):
            status = model.stat()
            key: Any = (model, status.st_mtime_ns, status.st_size)
        else:
            key = (model[0], id(model[1]))
        if self._modules[0] != key:
            self._modules = key, _modules(model)
        return self._modules[1]


def _modules(model: Any) -> set[str]:
    if isinstance(model, Path):
        return pickled.modules(model)
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        path = Path(place) / MODEL_FILE
        pickled.dump(model[0], model[1], path)
        return pickled.modules(path)


def _table_words(value: Any, sample: Sample) -> tuple[str, Any]:
    """What the sample of an asynchronous model is, and its first row where known."""
    size = f"{len(sample.content):,} bytes of {sample.kind}"
    if isinstance(value, Path):
        return f"{value.name}, {size}", None
    try:
        first = json.loads(row_sample(value).content)
    except CodexError:
        return size, None
    return f"{describe(value)}, sent as {sample.kind}; its first row", first

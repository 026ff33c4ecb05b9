"""A draft of the form as the magic that does the same, and such a magic as a draft."""

from __future__ import annotations

import ast
import json
import re
from argparse import Namespace as Arguments
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics.function import check_one_source
from codex_jupyter.magics.parser import HelpRequested, Parser
from codex_jupyter.magics.requirements import given as listed
from codex_jupyter.magics.tokens import split
from codex_jupyter.magics.values import (
    Namespace,
    existing_file,
    names_file,
    text_of,
    text_value,
)

if TYPE_CHECKING:
    from codex_jupyter.widgets.workbench import Draft

MOST_CODE = 100_000  # characters of a cell; a page shows and sends it at each change

_USUAL = "score"
_MAGIC = re.compile(r"\s*(%%?)codex\s+deploy\b[ \t]*(.*)\Z", re.DOTALL)


def line_of(draft: Draft, names: Namespace) -> str:
    """The options of the draft as a line, without ``%codex deploy``.

    Raises:
        InputError: a value cannot be written on a line.
    """
    words = [quoted(draft.name) if draft.name else "NAME"]

    def add(option: str, value: str) -> None:
        words.append(f"{option} {quoted(value)}")

    if draft.source == "file":
        add("--source", draft.script or "FILE")
    if draft.called not in ("", _USUAL):
        add("--reference", draft.called)
    if draft.model == "object":
        add("--model", draft.model_object or "VAR")
    else:
        words.append(f"--model {file_word(draft.model_file or 'FILE', names)}")
    words.append(f"--schema {_schema(draft, names)}")
    if draft.group:
        add("--group", draft.group)
    if draft.operation == "async":
        add("--operation", "async")
        if draft.input:
            add("--input", draft.input)
    if draft.python:
        add("--python", draft.python)
    if draft.requirements is not None:
        add("--requirements", ", ".join(draft.requirements.splitlines()))
    for path in draft.extras:
        add("--extra", path)
    if draft.env:
        add("--env", draft.env)
    if not draft.check and draft.source != "file":
        # A function of the notebook was run already; a cell is then not run at all.
        words.append("--no-check" if draft.source == "function" else "--no-run")
    return " ".join(words)


def quoted(text: str) -> str:
    """A value as one word of a line.

    Raises:
        InputError: no quotes can hold it.
    """
    escaped = text.replace('"', '\\"')
    for word in (text, f"'{text}'", f'"{text}"', f'"{escaped}"'):
        try:
            found = split(f"x {word}")
        except InputError:
            continue
        bare = word is text
        if (
            len(found) == 2
            and found[1].text == text
            and not (bare and text.startswith(("-", '"', "'")))
        ):
            return word
    raise InputError(f"This cannot be written on a line: {text[:60]}")


def file_word(path: str, names: Namespace) -> str:
    """A path where a variable may stand too; ``@`` tells that it is a file."""
    return quoted(path if names_file(path, names) else f"@{path}")


def arguments_of(
    text: str, parser: Parser, names: Namespace
) -> tuple[Arguments, str | None]:
    """What a line or a cell of ``%codex deploy`` says, and the cell's own text.

    Raises:
        InputError: it is another command, or does not fit it.
    """
    found = _MAGIC.match(text)
    if found is None:
        raise InputError(
            "This is no %codex deploy line.",
            hint="Paste one such as %%codex deploy NAME --model VAR --schema EXPR",
        )
    mark, rest = found.groups()
    line, _, cell = rest.partition("\n")
    while line.endswith("\\") and cell:
        more, _, cell = cell.partition("\n")
        line = f"{line[:-1]} {more.strip()}"
    try:
        given = parser.parse(line.strip(), lambda word: text_value(word, names))
    except HelpRequested:
        raise InputError("This line only asks for help.") from None
    return given, cell if mark == "%%" else None


def fields_of(given: Arguments, cell: str | None, names: Namespace) -> dict[str, Any]:
    """The fields of the draft that stands for the arguments, but for its Python.

    Args:
        cell: what stands below the line.

    Raises:
        InputError: the script has no place, or two; or the cell is too long.
    """
    if cell is None and given.source is None:
        raise InputError(
            "This line names no --source, and stands above no cell.",
            hint="Paste the whole cell, from %%codex deploy on.",
        )
    reference = given.reference
    model, schema = given.model, given.schema
    model_kind = "file" if names_file(model, names) else "object"
    schema_kind = "object" if schema in names else "text"
    if names_file(schema, names):
        schema_kind = "file"
    more = {
        f"model_{model_kind}": model.removeprefix("@"),
        f"schema_{schema_kind}": schema.removeprefix("@"),
    }
    if cell is not None and cell.strip():
        check_one_source(cell, given.source)
        if len(cell) > MOST_CODE:
            raise InputError(
                f"This cell has {len(cell):,} characters; the form takes "
                f"{MOST_CODE:,}.",
                hint="Save it as a .py file, and choose File in the form.",
            )
        reference = _entry_point(cell, reference)
        more |= {"source": "code", "code": cell}
    elif given.source is None:
        # Copied without its cell: the notebook may have the function.
        more |= {"source": "function", "function": reference}
    else:
        more |= {"source": "file", "script": given.source.removeprefix("@")}
    return dict(
        name=given.name,
        group=given.group or "",
        operation=given.operation,
        input=given.input or "",
        reference=reference,
        model=model_kind,
        schema=schema_kind,
        requirements=_requirements(given.requirements),
        env=(given.env or "").removeprefix("@"),
        extras=tuple(one.removeprefix("@") for one in given.extra),
        check=not (given.no_check or given.no_run),
        **more,
    )


def _entry_point(cell: str, named: str) -> str:
    """The function to call; the cell's only one where none has the usual name."""
    try:
        body = ast.parse(cell).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # The form says at the cell what is wrong with it.
        return named
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node.name for node in body if isinstance(node, kinds)]
    return found[0] if named == _USUAL and len(found) == 1 else named


def _requirements(text: str | None) -> str | None:
    if text is None:
        return None
    if text.startswith("@") or text.endswith(".txt"):
        return text_of(existing_file(text.removeprefix("@")))
    return "\n".join(listed(text).pins)


def _schema(draft: Draft, names: Namespace) -> str:
    if draft.schema == "file":
        return file_word(draft.schema_file or "FILE", names)
    if draft.schema == "object":
        return quoted(draft.schema_object or "EXPR")
    return quoted(one_line(draft.schema_text) or "EXPR")


def one_line(text: str) -> str:
    """JSON or an expression without its line breaks."""
    if "\n" not in text:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        pass
    try:
        return ast.unparse(ast.parse(text.strip(), mode="eval"))
    except (SyntaxError, ValueError):
        return " ".join(text.split())

"""Calling the function once in this kernel, so that a bug shows before the upload."""

from __future__ import annotations

import inspect
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.client import payload
from codex_jupyter.client.saving import read_table
from codex_jupyter.errors import InputError

from .capture import raise_as_users
from .sample import Sample, check_answer, check_file

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_ADVICE = (
    "Nothing was uploaded: %s failed on the schema, in this kernel. "
    "--no-check uploads without trying."
)
_HEAD = 2000  # bytes of a written file that are given back


def try_once(
    function: Callable[..., Any],
    sample: Any,
    folder: Path,
    shell: InteractiveShell,
    variables: Mapping[str, str | None],
    advice: str = _ADVICE,
) -> Any:
    """Call the function as the platform will: JSON text in, and a folder of files.

    Args:
        function: the entry point, as the cell defined it.
        sample: the schema's row, JSON types only.
        folder: holds ``model.pkl`` and the extra files.
        shell: shows the user's own error.
        variables: of the ``.env`` file; set during the call.
        advice: a line below the traceback of its error.

    Returns:
        What it returned.

    Raises:
        Exception: what the function raised, shown with the user's own frames only.
        InputError: what it returned cannot be an answer.
    """
    first = json.dumps(sample)
    answer = _call(function, (first, str(folder)), shell, variables, advice)
    check_answer(answer, function.__name__)
    return answer


def try_file(
    function: Callable[..., Any],
    sample: Sample,
    folder: Path,
    shell: InteractiveShell,
    variables: Mapping[str, str | None],
    advice: str = _ADVICE,
) -> Any:
    """Call an asynchronous function as the platform will: with a folder and a folder.

    Args:
        function: the entry point, as the cell defined it.
        sample: the schema's file, which lies in the first folder.
        folder: holds ``model.pkl`` and the extra files.
        shell: shows the user's own error.
        variables: of the ``.env`` file; set during the call.
        advice: a line below the traceback of its error.

    Returns:
        The beginning of the file that it wrote, as text.

    Raises:
        Exception: what the function raised, shown with the user's own frames only.
        InputError: it did not return the path of a file.
    """
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        data = Path(place) / "data"
        # The documented logger looks for a file below these.
        (Path(place) / "host" / "output").mkdir(parents=True)
        data.mkdir()
        for name in {sample.name, f"input.{sample.kind}"}:
            (data / name).write_bytes(sample.content)
        told = {
            "inputFileName": sample.name,
            "BASE_PATH": place,
            "EXECUTION_ID": "host",
        }
        variables = {**variables, **told}
        both = str(data), str(folder)
        answer = _call(function, both, shell, variables, advice)
        check_file(answer, data, function.__name__)
        with (data / answer).open("rb") as written:
            return written.read(_HEAD).decode("utf-8", "replace")


def try_tables(
    function: Callable[..., Any],
    tables: Mapping[str, Sample],
    folder: Path,
    shell: InteractiveShell,
    variables: Mapping[str, str | None],
) -> Any:
    """Call the function of a script that makes a table, as the platform will.

    Args:
        function: takes by the names of its parameters: ``df`` the one table, ``dfs``
            all of them by name, a table's own name, ``data_path`` or ``extra_path``.
        tables: by the names that the script knows them by; one under "" has none.
        folder: holds the extra files.
        shell: shows the user's own error.
        variables: of the ``.env`` file; set during the call.

    Returns:
        What it returned: a DataFrame, or the path of a file.

    Raises:
        Exception: what the function raised, shown with the user's own frames only.
        InputError: a table cannot be read, or the function did not make one.
    """
    name = function.__name__
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        data, frames = Path(place), {}
        for number, (key, sample) in enumerate(tables.items()):
            # Of several, each has a folder of its own: their names may clash.
            home = data / str(number) if len(tables) > 1 else data
            home.mkdir(exist_ok=True)
            (home / sample.name).write_bytes(sample.content)
            frames[key] = read_table(sample.name, sample.content)
        given = _tables_for(function, frames, str(data), str(folder))
        made = _call(function, given, shell, variables, _ADVICE)
        if _is_table(made):
            return made
        if not isinstance(made, (str, os.PathLike)):
            raise InputError(
                f"{name} returned a {type(made).__name__}, not a table.",
                hint=f"Return a DataFrame from {name}, or the path of a file.",
            )
        check_file(made, data, name)
        return made


def _is_table(made: Any) -> bool:
    """Whether the platform makes a table of it: of a Series, an array, dicts too."""
    if isinstance(made, list):
        return bool(made) and isinstance(made[0], dict)
    return payload.is_frame(made) or type(made).__name__ in ("Series", "ndarray")


_FOLDER = ("data_path", "input_path", "path")
_EXTRA = ("extra_path", "base_path", "model_path")


def _tables_for(
    function: Callable[..., Any], frames: Mapping[str, Any], data: str, folder: str
) -> list[Any]:
    known: dict[str, Any] = {
        "dfs": frames,
        **dict.fromkeys(_FOLDER, data),
        **dict.fromkeys(_EXTRA, folder),
        **frames,
    }
    single = next(iter(frames.values())) if len(frames) == 1 else None
    if single is not None:
        known["df"] = single
    names = [
        one.name
        for one in inspect.signature(function).parameters.values()
        if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
    ]
    if names and names[0] not in known:
        if names[0] == "df":
            raise InputError(
                f"{function.__name__} takes one table as df, and there are "
                f"{len(frames)}.",
                hint="Call the parameter dfs to get them all by their names.",
            )
        known[names[0]] = frames if single is None else single
    # Those after an unknown one keep their defaults, or Python names what is missing.
    unknown = next((i for i, one in enumerate(names) if one not in known), len(names))
    return [known[one] for one in names[:unknown]]


def _call(
    function: Callable[..., Any],
    arguments: Iterable[Any],
    shell: InteractiveShell,
    variables: Mapping[str, str | None],
    advice: str,
) -> Any:
    try:
        with _environment(variables):
            return function(*arguments)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code
        code = getattr(function, "__code__", None)
        file = code.co_filename if code else ""
        told = advice.replace("%s", function.__name__)
        raise_as_users(error, file, shell, told)


@contextmanager
def _environment(variables: Mapping[str, str | None]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update({k: v for k, v in variables.items() if v is not None})
    try:
        yield
    finally:
        for name in variables:
            if name in before:
                os.environ[name] = before[name]
            else:
                os.environ.pop(name, None)

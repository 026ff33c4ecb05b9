"""Calling the function once in this kernel, so that a bug shows before the upload."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .capture import raise_as_users
from .sample import Sample, check_answer, check_file

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_ADVICE = (
    "Nothing was uploaded: {reference} failed on the schema, in this kernel. "
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
    answer = _call(function, json.dumps(sample), folder, shell, variables, advice)
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
        answer = _call(function, str(data), folder, shell, variables, advice)
        check_file(answer, data, function.__name__)
        with (data / answer).open("rb") as written:
            return written.read(_HEAD).decode("utf-8", "replace")


def _call(
    function: Callable[..., Any],
    first: str,
    folder: Path,
    shell: InteractiveShell,
    variables: Mapping[str, str | None],
    advice: str,
) -> Any:
    try:
        with _environment(variables):
            return function(first, str(folder))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code
        code = getattr(function, "__code__", None)
        file = code.co_filename if code else ""
        told = advice.format(reference=function.__name__)
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

"""Calling the function once in this kernel, so that a bug shows before the upload."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .capture import raise_as_users
from .sample import check_answer

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_ADVICE = (
    "Nothing was uploaded: {reference} failed on the schema's row, in this kernel. "
    "--no-check uploads without trying."
)


def try_once(
    function: Callable[..., Any],
    sample: Any,
    folder: Path,
    shell: InteractiveShell,
    variables: Mapping[str, str | None],
) -> None:
    """Call the function as the platform will: JSON text in, and a folder of files.

    Args:
        function: the entry point, as the cell defined it.
        sample: the schema's row, JSON types only.
        folder: holds ``model.pkl`` and the extra files.
        shell: shows the user's own error.
        variables: of the ``.env`` file; set during the call.

    Raises:
        Exception: what the function raised, shown with the user's own frames only.
        InputError: what it returned cannot be an answer.
    """
    reference = function.__name__
    try:
        with _environment(variables):
            answer = function(json.dumps(sample), str(folder))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code
        code = getattr(function, "__code__", None)
        file = code.co_filename if code else ""
        raise_as_users(error, file, shell, _ADVICE.format(reference=reference))
    check_answer(answer, reference)


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

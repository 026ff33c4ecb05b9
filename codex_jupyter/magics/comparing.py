"""The notebook's own function beside a deployed model, and its frames in a panel."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError

from .bundle import put_model
from .values import Namespace, evaluate

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from codex_jupyter.widgets.batch import Tables
    from codex_jupyter.widgets.kernel_model import KernelModel
    from codex_jupyter.widgets.preparing import Scripts

    from .session import Session


class LocalCall:
    """Calls a function of the notebook as the platform would: with a folder of files.

    Args:
        model: a variable or a file that becomes ``model.pkl`` there; "" for none.

    Raises:
        InputError: there is no such function or model.
    """

    def __init__(self, function: str, model: str, names: Namespace) -> None:
        self._function = evaluate(function, names)
        if not callable(self._function):
            kind = type(self._function).__name__
            raise InputError(
                f"{function[:60]} is no function; its type is {kind}.",
                hint="Name the function that was deployed, such as --local score",
            )
        folder = Path(tempfile.mkdtemp(prefix="codex-"))
        # Goes with the object, or with the kernel.
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._folder = folder
        if model:
            put_model(model, names, folder)

    def __call__(self, text: str) -> Any:
        """What the function returns for an input's JSON text."""
        return self._function(text, str(self._folder))


def kernel_model(
    function: str, model: str | None, group: str, names: Namespace
) -> KernelModel:
    """The notebook's function, to compare with a deployed model.

    Raises:
        InputError: there is no such function or model.
    """
    from codex_jupyter.widgets.kernel_model import KernelModel

    call = LocalCall(function, (model or "").strip("${}"), names)
    return KernelModel(f"{function}() of this notebook", group, call)


def tables(shell: InteractiveShell) -> Tables:
    """The notebook's DataFrames, as a panel may see and add to them."""
    from codex_jupyter.widgets.batch import Tables

    return Tables(lambda: _frames(shell.user_ns), lambda n, f: _keep(shell, n, f))


def scripts(session: Session) -> Scripts:
    """The preprocessing scripts of the session's platform, for a panel to choose."""
    from codex_jupyter.client.payload import encode
    from codex_jupyter.widgets.preparing import Scripts

    def rows(group: str) -> list[dict[str, Any]]:
        with session.script_client() as client:
            return client.search_preprocessing(group=group, only_deployed=True)

    def run(script: str, text: str) -> str:
        with session.script_client() as client:
            return encode(client.find_preprocessing(script).run(text)).decode()

    return Scripts(rows, run)


def _frames(names: Mapping[str, Any]) -> dict[str, Any]:
    import pandas as pd

    return {
        name: value
        for name, value in list(names.items())
        if isinstance(value, pd.DataFrame) and not name.startswith("_")
    }


def _keep(shell: InteractiveShell, name: str, frame: Any) -> None:
    if not name.isidentifier():
        raise InputError(
            f"'{name[:60]}' is not the name of a variable.",
            hint="Use letters, digits and underscores, such as predictions.",
        )
    shell.user_ns[name] = frame

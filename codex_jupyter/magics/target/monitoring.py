"""A monitoring's cell tried on what the deployed model answers to its sample."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics.command import Call
from codex_jupyter.magics.hosting import quoted
from codex_jupyter.magics.known import short_python
from codex_jupyter.magics.monitoring import requirements_of
from codex_jupyter.magics.shown import show
from codex_jupyter.render.messages import note

from .requests import check_files
from .trying import Asked, try_there

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel
    from codex_jupyter.render.html import Displayable

    from .requests import Files


def try_monitoring(
    call: Call, model: MLOpsModel, configuration: dict[str, Any], script: str
) -> Displayable:
    """Let a copy of the model answer its sample, then parse and explain that.

    Args:
        configuration: names the columns.
        script: defines both functions.

    Raises:
        InputError: the platform does not hand the model's files out.
        CheckError: it fails there.
    """
    from codex_jupyter.client.checking import Check, CheckKind, Watched

    info = model.info()
    files = _files_of(model, info)
    own = requirements_of(call)
    text = own[1].decode() if own else None
    if info.get("HasEnv"):
        show(note("The model's own variables are secret, so they are not set here."))
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        monitor = {"monitor": ("monitor.py", script.encode())}
        is_sync = str(info.get("Operation")).lower() == "sync"
        request = Check(
            kind=CheckKind.ROW if is_sync else CheckKind.FILE,
            reference=str(info.get("ModelReference")),
            python=short_python(str(info["PythonVersion"]).replace("Python3", "3.")),
            requirements=str(info.get("Requirements") or ""),
            files=check_files({**files, **monitor}, Path(place)),
            reads=str(info.get("Input") or "json").lower(),
            watched=Watched(
                parse=call.arguments.parse,
                shap=call.arguments.shap,
                inputs=tuple(configuration["InputCols"]),
                outputs=tuple(configuration["OutputCols"]),
                requirements=text,
            ),
        )
        asked = Asked(
            request,
            "monitor",
            model.name,
            next="The same cell without --check registers it.",
        )
        return try_there(call, asked)


def _files_of(model: MLOpsModel, info: dict[str, Any]) -> Files:
    rows = info.get("Files")
    if not isinstance(rows, list):
        raise InputError(
            "This platform does not hand a model's files out, so there is nothing to "
            "try the functions on.",
            hint=f"%%codex monitor {quoted(model.name)} without --check registers the "
            "cell, and the platform tries it.",
        )
    return {
        f"{row['Role']} {row['Name']}": (
            str(row["Name"]),
            model.file_content(str(row["Name"])),
        )
        for row in rows
    }

"""What failed last, gathered from the session and from the platform."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import CheckError, CodexError
from codex_jupyter.magics.function import TAKES

from .failure import Failure

if TYPE_CHECKING:
    from codex_jupyter.client.deployed import Deployed
    from codex_jupyter.client.model import MLOpsModel
    from codex_jupyter.client.training import MLOpsTrainingExecution

_DEPLOYED = "Deployed"
_SHORT = 12  # characters of a hash that may be typed
_WARNED = 50  # rows of a log that are looked at beside the failure itself


@dataclass(frozen=True, slots=True)
class Found:
    """A failure and what surrounds it.

    Args:
        failure: what the rules look at.
        what: what happened, in a line.
        at: the moment, ISO 8601; "" when it is not known.
        more: what to type to see more; "" for nothing.
        hint: what the error itself says to do; for when no rule knows better.
        aside: log lines beside the failure, for when it says nothing itself.
    """

    failure: Failure
    what: str
    at: str = ""
    more: str = ""
    hint: str = ""
    aside: str = ""


def of_error(error: BaseException, command: str, name: str, *, local: bool) -> Found:
    """What an error of this notebook tells.

    Args:
        command: the subcommand that it ended.
        name: the model that the command was about, or "".
        local: True when the platform is the embedded one.
    """
    if isinstance(error, CodexError):
        text = "\n".join(part for part in (error.message, error.detail) if part)
        hint = error.hint or ""
    else:
        hint = ""
        text = "".join(traceback.format_exception(error)).strip()
    if isinstance(error, CheckError) and isinstance(error.failure, Failure):
        return Found(error.failure, f"%%codex {command} --check of {name} failed")
    python = here()
    failure = Failure(
        text,
        name=name,
        local=local,
        python=python,
        kernel_python=python,
        kernel=kernel(),
    )
    return Found(failure, f"%codex {command} failed", hint=hint)


def of_deployed(made: Deployed, *, local: bool) -> Found | None:
    """The last failure of a model or a script: of its build, else of a call, if any.

    Raises:
        CodexError: the platform does not tell.
    """
    info = made.info()
    rows = made.get_logs()["Results"]
    state = str(info.get("Status") or made.status)
    failed = "Fail" in state
    last = _last_error(rows, "Host" if failed else "Run")
    text, at = str(last.get("OutputData", "")), last.get("RegisteredAt")
    warned = [str(r.get("OutputData", "")) for r in rows if _is(r, "Warning")]
    if failed:
        title = f"{made.name} failed while it was deployed"
        text = str(info.get("Message") or text or "The platform gave no reason.")
    elif state != _DEPLOYED:
        # What failed before matters less: it does not answer at all now.
        at = info.get("ChangedAt")
        title = f"{made.name} cannot answer: it is {state}"
        text = f"The {made.noun} '{made.name}' is {state}, so it cannot answer."
    elif last:
        title = f"{made.name} failed in a call"
    elif warned:
        title = f"{made.name} answers, with warnings in its log"
    else:
        return None
    failure = replace(
        _described(made, info),
        text=text,
        kernel_python=here(),
        local=local,
        building=failed,
    )
    return Found(
        failure,
        title,
        str(at or info.get("ChangedAt") or "") if text else "",
        # A newer version may have the same name, but not the same hash.
        f"%codex logs {made.hash[:_SHORT]} shows its whole log",
        aside="\n".join(warned[-_WARNED:]),
    )


def of_run(run: MLOpsTrainingExecution, *, local: bool) -> Found | None:
    """Why a run of a training failed; None where it did not.

    Raises:
        CodexError: the platform does not tell.
    """
    info = run.execution_info()
    if info.get("ExecutionState") != "Failed":
        return None
    files = info.get("Files") or []
    failure = Failure(
        str(info.get("Message") or "The platform gave no reason."),
        name=run.name,
        reference=str(info.get("TrainingReference") or "train_model"),
        python=str(info.get("PythonVersion") or "").replace("Python3", "3."),
        kernel_python=here(),
        requirements=str(info.get("Requirements") or ""),
        kernel=kernel(),
        files=tuple(str(file.get("Name")) for file in files),
        local=local,
        building=True,
        command="train",
        takes=TAKES["training", ""],
    )
    return Found(
        failure,
        f"Run {run.exec_id} of {run.name} failed",
        str(info.get("FinishedAt") or ""),
        f"%codex logs {failure.quoted_name} --run {run.exec_id} shows its whole log",
    )


def of_monitoring(model: MLOpsModel, *, local: bool) -> Found | None:
    """Why a model's monitoring is not valid; None where it is, or there is none."""
    try:
        rows = model.monitorings()
    except CodexError:
        # Not every platform can tell.
        return None
    for row in rows:
        if row.get("Status") == "Invalidated":
            failure = Failure(
                str(row.get("Message") or ""),
                name=model.name,
                local=local,
                python=here(),
                kernel_python=here(),
                kernel=kernel(),
            )
            return Found(
                failure,
                f"The monitoring of {model.name} by {row.get('Period')} is not valid",
                str(row.get("RegisteredAt") or ""),
                f"%codex monitor {model.name} shows where it stands",
            )
    return None


def _described(made: Deployed, info: Mapping[str, Any]) -> Failure:
    files = info.get("Files")
    kind = made.noun, str(info.get("Operation") or "Sync").lower()
    return Failure(
        "",
        name=made.name,
        reference=str(
            info.get("ModelReference") or info.get("ScriptReference") or "score"
        ),
        python=str(info.get("PythonVersion") or "").replace("Python3", "3."),
        requirements=str(info.get("Requirements") or ""),
        kernel=kernel(),
        sample=_sample(info.get("Schema")),
        files=tuple(
            str(file.get("Name")) for file in files if file.get("Role") != "schema"
        )
        if isinstance(files, list)
        else (),
        command="deploy" if made.noun == "model" else "preprocess",
        takes=TAKES.get(kind, TAKES["model", "sync"]),
    )


def _last_error(rows: list[Mapping[str, Any]], routine: str) -> Mapping[str, Any]:
    errors = [r for r in rows if _is(r, "Error") and r.get("Routine") == routine]
    return errors[-1] if errors else {}


def _is(row: Mapping[str, Any], type_: str) -> bool:
    return row.get("OutputType") == type_


def _sample(schema: Any) -> Any:
    try:
        return json.loads(schema) if isinstance(schema, str) else schema
    except ValueError:
        return None


def here() -> str:
    """The Python of this kernel, such as ``3.11``."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def kernel() -> dict[str, str]:
    """The packages of this kernel and their versions."""
    found: dict[str, str] = {}
    for one in metadata.distributions():
        name = one.metadata["Name"]
        if name:
            # The first is the one that an import finds.
            found.setdefault(str(name), one.version)
    return found

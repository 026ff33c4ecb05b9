"""``%codex explain``: the last failure, its cause and its fix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from codex_jupyter.errors import (
    CheckError,
    ExecutionError,
    ModelError,
    PlatformError,
    PreprocessingError,
    TrainingError,
)
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.explaining import explain
from codex_jupyter.magics.explaining.gathering import (
    Found,
    of_deployed,
    of_error,
    of_monitoring,
    of_run,
)
from codex_jupyter.magics.hosting import SHORT
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.trainings import find_experiment
from codex_jupyter.render.ages import age
from codex_jupyter.render.explanations import explained, unexplained
from codex_jupyter.render.messages import note
from codex_jupyter.render.said import said
from codex_jupyter.render.words import t

if TYPE_CHECKING:
    from codex_jupyter.client.deployed import Deployed
    from codex_jupyter.client.model import MLOpsModel
    from codex_jupyter.magics.session import Failed

_NOT_FOUND = 404


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.MODEL,
        nargs="?",
        metavar="NAME",
        help="the name or hash of a model, script or training; what failed last here "
        "when left out",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")


def _run(call: Call) -> Any:
    given, failed = call.arguments, call.session.failed
    name = given.name or (failed.name if failed else "")
    local = call.session.is_local
    is_last = failed is not None and name == failed.name
    # Most of what went wrong on the platform is best told by it; what kept this
    # notebook from reaching it is known here only.
    if failed is not None and is_last and not (name and _is_told_there(failed)):
        return _shown(of_error(failed.error, failed.command, name, local=local))
    if not name:
        return note(
            "Nothing has failed in this notebook yet.",
            "%codex explain NAME tells of the last failure of a model, a script or "
            "a training",
        )
    if failed is not None and is_last and failed.command == "train":
        # A model may have the experiment's name.
        return _of_training(call, name)
    try:
        made = _newest(call, name, given.group)
    except PlatformError as error:
        if error.status != _NOT_FOUND:
            raise
        try:
            return _of_training(call, name)
        except TrainingError:
            raise error from None
    past = of_deployed(made, local=local)
    if past is None and made.noun == "model":
        past = of_monitoring(cast("MLOpsModel", made), local=local)
    if past is None:
        return note(
            f"{made.name} ({made.hash[:SHORT]}) is {made.status}, and its log "
            "holds no error of the last seven days."
        )
    return _shown(past)


def _is_told_there(failed: Failed) -> bool:
    """Whether the platform knows of the failure, and more than its error says."""
    error = failed.error
    if failed.command == "monitor" or isinstance(error, CheckError):
        return False
    of_platform = (ModelError, PreprocessingError, ExecutionError)
    return isinstance(error, of_platform) and error.status != _NOT_FOUND


def _newest(call: Call, name: str, group: str | None) -> Deployed:
    """What was deployed last by that name, whether it answers or not.

    Raises:
        ModelError: there is neither a model nor a script of that name.
    """
    for shelf in (call.session.client().rows, _scripts(call)):
        rows = [
            row
            for row in shelf(name=name, group=group)
            if row.get("Name") == name and row.get("Status") != "Deleted"
        ]
        if rows:
            newest = max(rows, key=lambda row: str(row.get("UploadedAt", "")))
            hash_ = str(newest.get("ModelHash") or newest.get("Hash"))
            return call.session.deployed(hash_, str(newest["Group"]))
    return call.session.deployed(name, group)


def _scripts(call: Call) -> Callable[..., list[dict[str, Any]]]:
    def rows(**given: Any) -> list[dict[str, Any]]:
        with call.session.script_client() as client:
            return client.search_preprocessing(**given)

    return rows


def _of_training(call: Call, name: str) -> Any:
    """What the newest failed run of an experiment tells.

    Raises:
        TrainingError: there is no such experiment.
    """
    experiment = find_experiment(call.session, name, call.arguments.group)
    rows = experiment.list_executions(state="Failed", limit=1)
    if not rows:
        return note(f"No run of {experiment.name} has failed.")
    run = experiment.get_training_execution(str(rows[0]["ExecutionId"]))
    past = of_run(run, local=call.session.is_local)
    return _shown(past) if past else note(f"Run {run.exec_id} has not failed.")


def _shown(found: Found) -> Any:
    text = found.failure.text
    told = explain(found.failure)
    if told is None and found.aside:
        told = explain(replace(found.failure, text=found.aside))
    when = age(found.at, datetime.now(UTC))
    title = said(found.what)
    if when:
        title = t("{title}, {when} ago", title=title, when=when)
    if told is not None:
        shown = text or found.aside
        return explained(title, told.cause, told.fix, told.line, shown, found.more)
    if not text:
        return note(f"{title}; none of them is known.", found.more)
    return unexplained(title, text, found.more or found.hint)


COMMAND = Command(
    name="explain",
    summary="Say why something failed and what to type: a deployment, a call, a "
    "training, a check, a login.",
    examples=("%codex explain", "%codex explain credit-score"),
    configure=_configure,
    run=_run,
)

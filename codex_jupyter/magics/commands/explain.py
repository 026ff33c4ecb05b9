"""``%codex explain``: the last failure, its cause and its fix."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import ModelError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.explaining import explain
from codex_jupyter.magics.explaining.gathering import (
    Found,
    of_error,
    of_model,
    of_monitoring,
)
from codex_jupyter.magics.hosting import SHORT
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.render.ages import age
from codex_jupyter.render.explanations import explained, unexplained
from codex_jupyter.render.messages import note

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel

_NO_SUCH_MODEL = 404


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.MODEL,
        nargs="?",
        metavar="NAME",
        help="a model's name or hash; what failed last here when left out",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")


def _run(call: Call) -> Any:
    given, failed = call.arguments, call.session.failed
    name = given.name or (failed.name if failed else "")
    # Most of what went wrong with a model is best told by the platform; what kept
    # this notebook from reaching it is known here only.
    if (
        failed is not None
        and name == failed.name
        and (
            failed.command == "monitor" or not (name and _is_of_the_model(failed.error))
        )
    ):
        local = call.session.is_local
        return _shown(of_error(failed.error, failed.command, name, local=local))
    if not name:
        return note(
            "Nothing has failed in this notebook yet.",
            "%codex explain NAME tells of a model's last failure",
        )
    model = _newest(call, name, given.group)
    local = call.session.is_local
    past = of_model(model, local=local) or of_monitoring(model, local=local)
    if past is None:
        return note(
            f"{model.name} ({model.model_hash[:SHORT]}) is {model.status}, and its log "
            "holds no error of the last seven days."
        )
    return _shown(past)


def _is_of_the_model(error: Exception) -> bool:
    return isinstance(error, ModelError) and error.status != _NO_SUCH_MODEL


def _newest(call: Call, name: str, group: str | None) -> MLOpsModel:
    """The model that was deployed last by that name, whether it answers or not."""
    rows = [
        row
        for row in call.session.client().rows(name=name, group=group)
        if row.get("Name") == name and row.get("Status") != "Deleted"
    ]
    if not rows:
        return call.session.model(name, group)
    newest = max(rows, key=lambda row: str(row.get("UploadedAt", "")))
    return call.session.model(str(newest["ModelHash"]), str(newest["Group"]))


def _shown(found: Found) -> Any:
    text = found.failure.text
    told = explain(found.failure)
    if told is None and found.aside:
        told = explain(replace(found.failure, text=found.aside))
    when = age(found.at, datetime.now(UTC))
    title = f"{found.what}, {when} ago" if when else found.what
    if told is not None:
        shown = text or found.aside
        return explained(title, told.cause, told.fix, told.line, shown, found.more)
    if not text:
        return note(f"{title}; none of them is known.", found.more)
    return unexplained(title, text, found.more or found.hint)


COMMAND = Command(
    name="explain",
    summary="Say why something failed and what to type: a deployment, a call, a login.",
    examples=("%codex explain", "%codex explain credit-score"),
    configure=_configure,
    run=_run,
)

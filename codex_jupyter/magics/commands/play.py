"""``%codex play``: a model's playground in the cell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.explaining import explain
from codex_jupyter.magics.explaining.gathering import of_error
from codex_jupyter.magics.hosting import quoted
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import has_widgets
from codex_jupyter.magics.shown import Live
from codex_jupyter.render.messages import note

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel
    from codex_jupyter.render.html import Displayable


def _configure(parser: Parser) -> None:
    parser.add("name", kind=Kind.MODEL, metavar="NAME", help="the model's name or hash")
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")
    parser.add(
        "--local",
        kind=Kind.OBJECT,
        metavar="FUNCTION",
        help="a function of this notebook, to compare its answers with the model's",
    )
    parser.add(
        "--model",
        kind=Kind.OBJECT,
        metavar="VAR",
        help="what that function finds as model.pkl: a variable or a file",
    )


def _run(call: Call) -> Any:
    given = call.arguments
    client = call.session.client()
    model = call.session.model(given.name, given.group)
    if not has_widgets(call.shell):
        return _how_to_call(model)
    if given.model and not given.local:
        raise InputError(
            "--model belongs to --local.",
            hint=f"Add --local score, or leave out --model {given.model}.",
        )
    from codex_jupyter.magics.comparing import kernel_model, scripts, tables
    from codex_jupyter.widgets.playground import Playground

    kernel = None
    if given.local:
        kernel = kernel_model(given.local, given.model, model.group, call.namespace)
    return Live(
        Playground(
            model,
            given.name,
            lambda: client.search_models(only_deployed=True),
            kernel,
            tables(call.shell),
            lambda error: _advice(error, model.name, local=call.session.is_local),
            scripts(call.session),
        )
    )


def _advice(error: Exception, name: str, *, local: bool) -> str:
    """What `%codex explain` would say of a failure, in three lines; "" for nothing."""
    told = explain(of_error(error, COMMAND.name, name, local=local).failure)
    return f"{told.cause}\n{told.fix}\n{told.line}" if told else ""


def _how_to_call(model: MLOpsModel) -> Displayable:
    """What a terminal can do instead of a form: a line to edit."""
    if model.operation == "Async":
        return note(
            f"{model.name} reads {model.input_type} files.",
            f"%codex predict {quoted(model.name)} rows.{model.input_type} --wait",
        )
    if model.schema is None:
        model.openapi()
    sample = json.dumps(model.schema, ensure_ascii=False)
    return note(
        f"{model.name} takes an input such as {sample}. "
        "The playground is a form, and needs a notebook.",
        f"%codex predict {quoted(model.name)} {sample}",
    )


COMMAND = Command(
    name="play",
    summary="Try a model by hand: a form made from its sample row, what-if sweeps, "
    "comparisons, many rows at once, history.",
    examples=(
        "%codex play credit-score",
        "%codex play credit-score --local score --model pipe",
    ),
    configure=_configure,
    run=_run,
)

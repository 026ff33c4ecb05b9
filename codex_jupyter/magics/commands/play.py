"""``%codex play``: a model's playground in the cell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from codex_jupyter.magics.command import Call, Command
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


def _run(call: Call) -> Any:
    given = call.arguments
    client = call.session.client()
    model = call.session.model(given.name, given.group)
    if not has_widgets(call.shell):
        return _how_to_call(model)
    from codex_jupyter.widgets.playground import Playground

    return Live(
        Playground(model, given.name, lambda: client.search_models(only_deployed=True))
    )


def _how_to_call(model: MLOpsModel) -> Displayable:
    """What a terminal can do instead of a form: a line to edit."""
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
    "comparisons, history.",
    examples=("%codex play credit-score",),
    configure=_configure,
    run=_run,
)

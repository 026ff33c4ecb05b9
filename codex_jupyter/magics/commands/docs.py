"""``%codex docs``: the model's OpenAPI document, in the cell."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import has_widgets
from codex_jupyter.magics.shown import Live
from codex_jupyter.render.cards import api_card


def _configure(parser: Parser) -> None:
    parser.add("name", kind=Kind.MODEL, metavar="NAME", help="the model's name or hash")
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")


def _run(call: Call) -> Any:
    model = call.session.model(call.arguments.name, call.arguments.group)
    if not has_widgets(call.shell):
        return api_card(model.openapi())
    from codex_jupyter.widgets.api_viewer import ApiViewer

    return Live(ApiViewer(model))


COMMAND = Command(
    name="docs",
    summary="Show a model's API document in the cell, where it can be tried out.",
    examples=("%codex docs credit-score",),
    configure=_configure,
    run=_run,
)

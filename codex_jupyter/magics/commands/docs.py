"""``%codex docs``: a model's OpenAPI document, or the platform's, in the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import has_widgets
from codex_jupyter.magics.shown import Live
from codex_jupyter.render.cards import api_card

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel
    from codex_jupyter.client.platform_api import PlatformApi


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.MODEL,
        nargs="?",
        metavar="NAME",
        help="the model's name or hash; the platform's own API without it",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")


def _run(call: Call) -> Any:
    model = _described(call)
    if not has_widgets(call.shell):
        return api_card(model.openapi())
    from codex_jupyter.widgets.api_viewer import ApiViewer

    return Live(ApiViewer(model))


def _described(call: Call) -> MLOpsModel | PlatformApi:
    given = call.arguments
    if given.name:
        return call.session.model(given.name, given.group)
    from codex_jupyter.client.platform_api import PlatformApi

    call.session.client()
    return PlatformApi(settings=call.session.settings)


COMMAND = Command(
    name="docs",
    summary="Show the API document of a model, or of the platform, and try it out.",
    examples=("%codex docs credit-score", "%codex docs"),
    configure=_configure,
    run=_run,
)

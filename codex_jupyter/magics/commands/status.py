"""``%codex status``: one model, live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import follow
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import has_widgets, progress
from codex_jupyter.magics.shown import Live
from codex_jupyter.render.cards import status_card

if TYPE_CHECKING:
    from codex_jupyter.client.deployed import Deployed
    from codex_jupyter.render.html import Displayable

_ROWS = 8


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.DEPLOYED,
        metavar="NAME",
        help="name or hash, of a model or script",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")


def _run(call: Call) -> Any:
    model = call.session.deployed(call.arguments.name, call.arguments.group)
    shown = progress(call.shell, model.name, model.group)
    if has_widgets(call.shell):
        return Live(shown, lambda: shown.attach(model))
    from codex_jupyter.client.stream import is_moving

    if is_moving(model.refresh()):
        follow(shown, model)
    return _card(model)


def _card(model: Deployed) -> Displayable:
    """The panel's static form, from what the platform tells of the past."""
    from codex_jupyter.widgets.status_view import StatusView

    view = StatusView(model.name, model.group)
    view.found(model.status, model.hash)
    for event in model.watch():
        view.apply(event)
    return status_card({**view.fields(), "rows": list(view.rows)[-_ROWS:]})


COMMAND = Command(
    name="status",
    summary="Show a model's state, its build's steps and its log, live.",
    examples=("%codex status credit-score",),
    configure=_configure,
    run=_run,
)

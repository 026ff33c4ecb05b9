"""``%codex groups``: the groups of the platform."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Parser
from codex_jupyter.magics.session import group_names
from codex_jupyter.render.messages import note
from codex_jupyter.render.tables import table


def _configure(_: Parser) -> None:
    """It takes no arguments."""


def _run(call: Call) -> Any:
    client = call.session.client()
    names = group_names(client)
    if not names:
        return note("There is no group yet.", "%%codex deploy … --group demo makes one")
    rows = [
        {
            "group": name,
            "token on this machine": str(client.group_token(name)),
            "in use": "yes" if name == call.session.last_group else "",
        }
        for name in names
    ]
    return table(rows, ("group", "token on this machine", "in use"))


COMMAND = Command(
    name="groups",
    summary="List the groups, and whether this machine holds their tokens.",
    examples=("%codex groups",),
    configure=_configure,
    run=_run,
)

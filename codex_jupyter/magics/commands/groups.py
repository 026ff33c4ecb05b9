"""``%codex groups``: the groups of the platform, and new tokens for them."""

from __future__ import annotations

from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.session import group_names
from codex_jupyter.render.messages import note
from codex_jupyter.render.tables import table
from codex_jupyter.render.words import t


def _configure(parser: Parser) -> None:
    parser.add(
        "--new-token",
        kind=Kind.GROUP,
        metavar="G",
        help="get a new token for this group and keep it here; the old one ends",
    )
    parser.add("--yes", kind=Kind.FLAG, help="--new-token: do it")


def _run(call: Call) -> Any:
    client = call.session.client()
    if name := call.arguments.new_token:
        if not call.arguments.yes:
            raise InputError(
                f"Nothing was done yet. Whoever uses the old token of the group "
                f"'{name}' is locked out by a new one.",
                hint=f"%codex groups --new-token {name} --yes",
            )
        client.refresh_group_token(name, force=True)
        return note(t("The group {name} has a new token, kept here.", name=name))
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
    summary="List the groups and whether this machine holds their tokens, or get one.",
    examples=("%codex groups", "%codex groups --new-token demo --yes"),
    configure=_configure,
    run=_run,
)

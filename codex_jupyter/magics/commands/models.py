"""``%codex models``: what is there, as a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.earlier import DEPLOYED
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import has_widgets
from codex_jupyter.magics.shown import LiveListing, Panel
from codex_jupyter.magics.versions import numbered
from codex_jupyter.render.messages import note
from codex_jupyter.render.models import models_table


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.MODEL,
        nargs="?",
        metavar="NAME",
        help="only those of this name",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="only those of this group")
    parser.add("--deployed", kind=Kind.FLAG, help="only those that answer")
    parser.add("--all", kind=Kind.FLAG, help="deleted ones too")


def _run(call: Call) -> Any:
    given = call.arguments
    client = call.session.client()

    def ask() -> list[dict[str, Any]]:
        rows = numbered(client.rows(name=given.name, group=given.group, activity=True))
        return [
            row
            for row in reversed(rows)
            if (given.all or row.get("Status") != "Deleted")
            and (not given.deployed or row.get("Status") == DEPLOYED)
        ]

    found = ask()
    if not found:
        return note(
            "There is no such model."
            if given.name or given.group
            else "There is no model yet.",
            "%%codex deploy --help shows how to deploy one",
        )
    listing = models_table(found, datetime.now(UTC))
    if not has_widgets(call.shell):
        return listing
    return LiveListing(
        listing.text,
        listing.html,
        listing.value,
        lambda: _panel(found, ask, client.base_url),
    )


def _panel(found: list[dict[str, Any]], ask: Callable[[], Any], address: str) -> Panel:
    from codex_jupyter.widgets.models import ModelsTable

    panel = ModelsTable(found, ask)
    panel.bridge.platform = address
    return panel


COMMAND = Command(
    name="models",
    summary="List the models: version, state, age, calls, drift; live in a notebook.",
    examples=("%codex models", "%codex models --group demo --deployed"),
    configure=_configure,
    run=_run,
)

"""``%codex whoami``: which platform, which user, which group."""

from __future__ import annotations

from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Parser
from codex_jupyter.render.tables import table


def _configure(_: Parser) -> None:
    """It takes no arguments."""


def _run(call: Call) -> Any:
    session = call.session
    client = session.client()
    settings = session.settings
    assert settings is not None  # noqa: S101
    group = session.last_group
    facts = {
        "profile": session.profile or "none",
        "platform": settings.address,
        "kind": "embedded" if session.data_dir else "remote",
        "version": client.version,
        "user": settings.user,
        "tenant": settings.tenant or "not set",
        "language": session.language or "of the locale",
        "group": group or "none used yet",
        "group token": str(client.group_token(group)) if group else "not set",
    }
    rows = [{"what": key, "value": value} for key, value in facts.items()]
    return table(rows, ("what", "value"))


COMMAND = Command(
    name="whoami",
    summary="Show the platform, the user and the group in use.",
    examples=("%codex whoami",),
    configure=_configure,
    run=_run,
)

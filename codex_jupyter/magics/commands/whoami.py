"""``%codex whoami``: which platform, which user, which group."""

from __future__ import annotations

from typing import Any

from codex_jupyter.config import Secret
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Parser
from codex_jupyter.render.tables import table
from codex_jupyter.render.words import mark


def _configure(_: Parser) -> None:
    """It takes no arguments."""


def _run(call: Call) -> Any:
    session = call.session
    client = session.client()
    settings = session.settings
    assert settings is not None  # noqa: S101
    group = session.last_group
    facts = {
        mark("profile"): session.profile or mark("none in use"),
        mark("platform"): settings.address,
        mark("kind"): mark("embedded") if session.data_dir else mark("remote"),
        mark("version"): client.version,
        mark("user"): settings.user,
        mark("tenant"): settings.tenant or mark("not set"),
        mark("language"): session.language or mark("of the locale"),
        mark("group"): group or mark("none used yet"),
        mark("group token"): str(client.group_token(group) if group else Secret("")),
    }
    rows = [{"what": key, "value": value} for key, value in facts.items()]
    return table(rows, ("what", "value"), words=("what", "value"))


COMMAND = Command(
    name="whoami",
    summary="Show the platform, the user and the group in use.",
    examples=("%codex whoami",),
    configure=_configure,
    run=_run,
)

"""``%codex connect``: a remote platform."""

from __future__ import annotations

from typing import Any

from codex_jupyter.config import load_settings
from codex_jupyter.errors import ConfigError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Parser
from codex_jupyter.render.messages import note


def _configure(parser: Parser) -> None:
    parser.add(
        "url",
        nargs="?",
        metavar="URL",
        help="the platform's address (MLOPS_URL when left out)",
    )
    parser.add("--tenant", metavar="T", help="the tenant (MLOPS_TENANT)")


def _run(call: Call) -> Any:
    given = call.arguments
    try:
        settings = load_settings(url=given.url, tenant=given.tenant)
    except ConfigError as error:
        raise ConfigError(
            error.message,
            hint="Set MLOPS_USER and MLOPS_PASSWORD (MLOPS_TENANT where there are "
            "tenants) in the environment or in a .env file beside the notebook; "
            "never on the line, which is saved.",
        ) from None
    groups = call.session.use_remote(settings)
    known = f"its groups are {', '.join(groups)}" if groups else "it has no group yet"
    return note(
        f"Connected to {settings.address} as {settings.user}; {known}.",
        "%codex models lists what is there",
    )


COMMAND = Command(
    name="connect",
    summary="Connect to a platform by its address; user and password come from "
    "MLOPS_USER and MLOPS_PASSWORD or a .env file.",
    examples=("%codex connect https://codex.example.com", "%codex connect"),
    configure=_configure,
    run=_run,
)

"""``%codex connect``: a remote platform."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from codex_jupyter.config import Keyring, Profile, Profiles, load_settings
from codex_jupyter.errors import ConfigError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.language import add_language, choose_language
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import has_widgets
from codex_jupyter.magics.shown import Live
from codex_jupyter.render.messages import note
from codex_jupyter.render.words import t

if TYPE_CHECKING:
    from codex_jupyter.config import Settings
    from codex_jupyter.magics.session import Session

# Stands for what is not known yet, where only the address is wanted.
_NOBODY = "-"


def _configure(parser: Parser) -> None:
    parser.add(
        "url",
        kind=Kind.ADDRESS,
        nargs="?",
        metavar="URL",
        help="the platform's address (MLOPS_URL when left out)",
    )
    parser.add("--tenant", metavar="T", help="the tenant (MLOPS_TENANT)")
    parser.add(
        "--profile",
        kind=Kind.PROFILE,
        metavar="NAME",
        help="keep the connection under this name; %%codex use NAME takes it up again",
    )
    add_language(parser)


def _run(call: Call) -> Any:
    given = call.arguments
    choose_language(call)
    try:
        settings = load_settings(url=given.url, tenant=given.tenant)
    except ConfigError as error:
        if has_widgets(call.shell):
            return _form(call.session, given.url, given.tenant, given.profile)
        raise ConfigError(
            error.message,
            hint="Set MLOPS_USER and MLOPS_PASSWORD (MLOPS_TENANT where there are "
            "tenants) in the environment or in a .env file beside the notebook; "
            "never on the line, which is saved.",
        ) from None
    groups = call.session.use_remote(settings)
    told = _told(settings, groups)
    if given.profile:
        told += f"\n{keep(call.session, settings, given.profile)}"
    return note(told, "%codex models lists what is there")


def keep(session: Session, settings: Settings, name: str) -> str:
    """Keep the connection as a profile; what to say about it.

    Raises:
        InputError: the name is not allowed.
    """
    profile = Profile(
        name,
        settings.address,
        settings.user,
        settings.tenant,
        session.last_group,
        session.language,
    )
    try:
        Profiles().put(profile)
    except OSError as error:
        raise ConfigError(
            f"The profile {name} cannot be kept: {error.strerror or error}."
        ) from None
    session.profile = name
    keyring = Keyring()
    if keyring.put(settings.address, settings.user, settings.password):
        where = f"its password is in the keyring ({keyring.backend})"
    else:
        where = "no keyring keeps its password, so MLOPS_PASSWORD is read again then"
    return f"%codex use {name} connects so again; {where}."


def _told(settings: Settings, groups: list[str]) -> str:
    names = {"address": settings.address, "user": settings.user}
    if not groups:
        return t("Connected to {address} as {user}; it has no group yet.", **names)
    return t(
        "Connected to {address} as {user}; its groups are {groups}.",
        **names,
        groups=", ".join(groups),
    )


def _form(
    session: Session, url: str | None, tenant: str | None, profile: str | None
) -> Live:
    """A form for what is missing; it begins with what is known."""
    from codex_jupyter.widgets.connect import Connected, ConnectForm, SignIn

    used: Settings | None = None

    def connect(typed: SignIn, test: bool, /) -> Connected:  # noqa: FBT001 - a callback
        settings = load_settings(
            url=typed.address,
            login=typed.user,
            password=typed.password,
            tenant=typed.tenant,
        )
        if test:
            groups = session.try_remote(settings)
            text = t(
                "{address} takes {user}.", address=settings.address, user=settings.user
            )
            return Connected(text, groups)
        nonlocal used
        groups = session.use_remote(settings)
        used = settings
        text = _told(settings, groups)
        if typed.group:
            session.last_group = typed.group
            if typed.group not in groups:
                made = t(
                    "The first deployment makes the group {group}.", group=typed.group
                )
                text += f" {made}"
        if profile:
            text += f" {keep(session, settings, profile)}"
        return Connected(text, groups)

    def look() -> None:
        now = session.settings
        if now is not used:
            told = (
                t("This notebook talks to {address} now.", address=now.address)
                if now
                else t("This notebook talks to no platform now.")
            )
            raise ConfigError(told, hint=t("Connect here to come back."))
        session.client().list_groups()

    known = load_settings(url=url, tenant=tenant, login=_NOBODY, password=_NOBODY)
    return Live(
        ConnectForm(
            connect,
            look,
            address=known.address,
            user=os.environ.get("MLOPS_USER", ""),
            tenant=known.tenant or "",
        )
    )


COMMAND = Command(
    name="connect",
    summary="Connect to a platform by its address; user and password come from "
    "MLOPS_USER and MLOPS_PASSWORD or a .env file, else from a form.",
    examples=(
        "%codex connect https://codex.example.com",
        "%codex connect https://codex.example.com --profile work",
        "%codex connect --lang pt-BR",
        "%codex connect",
    ),
    configure=_configure,
    run=_run,
)

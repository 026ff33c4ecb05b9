"""``%codex use``: a profile; or the group and the language of later lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codex_jupyter.config import Keyring, Profile, Profiles, profile_settings
from codex_jupyter.errors import InputError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser, near
from codex_jupyter.magics.session import group_names
from codex_jupyter.render.messages import note
from codex_jupyter.render.tables import table
from codex_jupyter.render.words import LANGUAGES, mark, t

if TYPE_CHECKING:
    from codex_jupyter.magics.session import Session

_COLUMNS = (
    *("profile", "address", "user", "tenant", "group", "language"),
    *("password", "in use"),
)
_WORDS = ("tenant", "group", "language", "password", "in use")


def _configure(parser: Parser) -> None:
    parser.add(
        "profile",
        kind=Kind.PROFILE,
        nargs="?",
        metavar="PROFILE",
        help="the profile to connect with; a line without anything lists them",
    )
    parser.add(
        "--group", kind=Kind.GROUP, metavar="G", help="what later lines need not name"
    )
    parser.add(
        "--lang",
        choices=LANGUAGES,
        help="the language of panels, notebooks and dossiers",
    )
    parser.add("--forget", kind=Kind.FLAG, help="take the profile away")


def _run(call: Call) -> Any:
    given, session = call.arguments, call.session
    if given.forget:
        return _forget(call)
    if not (given.profile or given.group or given.lang):
        return _list(call)
    if given.profile is not None:
        profile = Profiles().get(given.profile)
        session.use_remote(profile_settings(profile))
        session.last_group, session.profile = profile.group, profile.name
        session.language = profile.language
    told = _group(call) if given.group else []
    if given.lang:
        session.language = given.lang
        _keep(session, language=given.lang)
    if session.language:
        told.append(
            f"Panels, notebooks and dossiers are written in {session.language}."
        )
    where = session.settings
    if where is not None:
        group = session.last_group or t("none yet")
        told.insert(0, f"In use: {where.address} as {where.user}, group {group}.")
    return note("\n".join(told), "%codex models lists what is there")


def _group(call: Call) -> list[str]:
    """Make it the group of later lines; what to say about it."""
    session, group = call.session, call.arguments.group
    names = group_names(session.client())
    session.last_group = group
    _keep(session, group=group)
    if group in names:
        return []
    found = near(group, names, 1)
    meant = f" Did you mean {found[0]}?" if found else ""
    return [f"There is no group {group} yet; the first deployment makes it.{meant}"]


def _keep(session: Session, **changes: str) -> None:
    """Keep it in the profile in use, if there is one."""
    if session.profile:
        Profiles().put(replace(Profiles().get(session.profile), **changes))


def _forget(call: Call) -> Any:
    given = call.arguments
    if given.profile is None:
        raise InputError(
            "--forget takes away one profile.", hint="%codex use NAME --forget"
        )
    profile = Profiles().get(given.profile)
    Profiles().forget(profile.name)
    Keyring().forget(profile.address, profile.user)
    if call.session.profile == profile.name:
        call.session.profile = None
    return note(f"The profile {profile.name} is forgotten, and its kept password.")


def _list(call: Call) -> Any:
    profiles = Profiles().all()
    if not profiles:
        return note(
            "There is no profile yet.",
            "%codex connect https://… --profile NAME makes one",
        )
    return table(
        [_row(one, call.session.profile) for one in profiles], _COLUMNS, words=_WORDS
    )


def _row(profile: Profile, used: str | None) -> dict[str, str]:
    return {
        "profile": profile.name,
        "address": profile.address,
        "user": profile.user,
        "tenant": profile.tenant or mark("not set"),
        "group": profile.group or mark("none yet"),
        "language": profile.language or mark("of the locale"),
        "password": str(Keyring().get(profile.address, profile.user)),
        "in use": mark("yes") if profile.name == used else "",
    }


COMMAND = Command(
    name="use",
    summary="Connect with a profile, or choose the group and language of later lines.",
    examples=(
        "%codex use work",
        "%codex use --group demo",
        "%codex use --lang pt-BR",
        "%codex use",
    ),
    configure=_configure,
    run=_run,
)

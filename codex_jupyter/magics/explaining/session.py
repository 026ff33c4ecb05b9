"""Rules about the connection: the platform, the login, tokens, groups, names."""

from __future__ import annotations

import re

from .failure import Explanation, Failure, Rule

_ADDRESS = r"(https?://[^\s,]+?)(?:/api)?"


def _nothing_answers(found: re.Match[str], failure: Failure) -> Explanation:
    address = found[1]
    if failure.local:
        return Explanation(
            f"The embedded platform does not run any more: nothing answers at "
            f"{address}.",
            "Start it again; its models and their data are kept:",
            "%codex local",
        )
    return Explanation(
        f"Nothing answers at {address}: the address is wrong, or the network or a "
        "proxy is in between.",
        "Check the address, then:",
        f"%codex connect {address}",
    )


def _login(found: re.Match[str], _: Failure) -> Explanation:
    return Explanation(
        f"{found[1]} does not know the user '{found[2]}', or not with this password.",
        "Set MLOPS_USER and MLOPS_PASSWORD in a .env file beside the notebook, then:",
        f"%codex connect {found[1]}",
    )


def _group_token(found: re.Match[str], _: Failure) -> Explanation:
    group = found[1] or found[2]
    cause = (
        f"The token of the group '{group}' is wrong or has expired (they last a year)."
        if found[1]
        else f"This machine does not know the token of the group '{group}': a "
        "platform shows it only once, where it was made."
    )
    return Explanation(
        cause,
        "Put it into MLOPS_GROUP_TOKEN, or get a new one, which locks out whoever "
        "uses the old one:",
        f"%codex groups --new-token {group} --yes",
    )


def _group(found: re.Match[str], _: Failure) -> Explanation:
    return Explanation(
        f"The platform has no group '{found[1]}'.",
        "See those there are; %%codex deploy with --group makes a new one:",
        "%codex groups",
    )


def _nowhere(_: re.Match[str], __: Failure) -> Explanation:
    return Explanation(
        "No platform was named, and no embedded platform runs on this machine.",
        "Start one here, or connect to yours with %codex connect https://…:",
        "%codex local",
    )


def _no_user(found: re.Match[str], _: Failure) -> Explanation:
    return Explanation(
        f"No {found[1]} was given; they are never typed on a line, which is saved.",
        "Set MLOPS_USER and MLOPS_PASSWORD in a .env file beside the notebook, then:",
        "%codex connect",
    )


def _no_model(found: re.Match[str], _: Failure) -> Explanation:
    return Explanation(
        f"No model of the platform that you are connected to is called '{found[1]}'.",
        "See those there are:",
        "%codex models --all",
    )


def _not_deployed(found: re.Match[str], failure: Failure) -> Explanation | None:
    name, state = found[1] or failure.name, found[2]
    quoted = f'"{name}"' if " " in name else name
    if state.startswith("Disabled"):
        return Explanation(
            f"{name} is {state}: it was told to stop answering.",
            "Bring it back:",
            f"%codex restart {quoted} --yes",
        )
    if state in ("Ready", "Building", "Recovering"):
        return Explanation(
            f"{name} is {state}: its deployment is not over yet.",
            "Watch it:",
            f"%codex status {quoted}",
        )
    return None


RULES = (
    Rule(
        "unreachable",
        re.compile(rf"Nothing answers at {_ADDRESS}\.(?:\s|$)"),
        _nothing_answers,
    ),
    Rule("login", re.compile(rf"{_ADDRESS} refused the user '([^']*)'"), _login),
    Rule(
        "group token",
        re.compile(
            r"refused the token of the group '([^']+)'"
            r"|No token of the group '([^']+)' is known"
        ),
        _group_token,
    ),
    Rule("group", re.compile(r"There is no group '([^']+)'"), _group),
    Rule("not connected", re.compile(r"not connected to a platform"), _nowhere),
    Rule("no user", re.compile(r"\ANo (user|password) was given"), _no_user),
    Rule("no model", re.compile(r"\AThere is no model '([^']+)'"), _no_model),
    Rule(
        "not deployed",
        re.compile(r"(?:The model )?'([^']+)' is (\w+)(?:,|:) (?:so it|\w+ is not)"),
        _not_deployed,
    ),
)

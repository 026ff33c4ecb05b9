"""``%codex diff``: what changed between two versions of a model, or of a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError, PlatformError
from codex_jupyter.magics import earlier, versions
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import SHORT, quoted
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.render.changes import changes
from codex_jupyter.render.messages import note

if TYPE_CHECKING:
    from codex_jupyter.client.deployed import Deployed


_LISTED_BY = {"model": "models --all", "script": "preprocess"}


def _configure(parser: Parser) -> None:
    add = parser.add
    add(
        "name",
        kind=Kind.DEPLOYED,
        metavar="NAME",
        help="the model's or the script's name or hash",
    )
    add(
        "--from",
        kind=Kind.VERSION,
        metavar="HASH",
        dest="old",
        help="the version to start from (the one before)",
    )
    add(
        "--to",
        kind=Kind.VERSION,
        metavar="HASH",
        dest="new",
        help="the version to compare with it (the one that answers)",
    )
    add("--group", kind=Kind.GROUP, metavar="G", help="its group")


def _run(call: Call) -> Any:
    given, session = call.arguments, call.session
    new = session.deployed(given.new or given.name, given.group)
    old = session.deployed(given.old, given.group) if given.old else _before(call, new)
    if old is None:
        return note(
            f"{new.name} {new.hash[:SHORT]} is its first version: there is "
            "nothing to compare it with.",
            f"%codex diff {quoted(new.name)} --from HASH compares it with any other",
        )
    if old.noun != new.noun:
        raise InputError(
            f"{old.name} {old.hash[:SHORT]} is a {old.noun} and {new.name} "
            f"{new.hash[:SHORT]} a {new.noun}; only two of a kind can be compared.",
            hint=f"%codex {_LISTED_BY[old.noun]} lists the {old.noun}s with their "
            "hashes.",
        )
    if old.hash == new.hash:
        listing = f"models {quoted(new.name)} --all"
        if new.noun == "script":
            listing = _LISTED_BY["script"]
        raise InputError(
            f"--from and --to are the same version, {new.hash[:SHORT]}.",
            hint=f"%codex {listing} lists the versions.",
        )
    sides = [versions.of_deployed(old), versions.of_deployed(new)]
    if sides[0] is None or sides[1] is None:
        raise PlatformError(
            f"The platform does not tell what its {new.noun}s were made of."
        )
    found = versions.compare(sides[0], sides[1])
    pair = f"{_named(old, new)} → {new.name} {new.hash[:SHORT]}"
    if not found:
        return note(f"Nothing differs: {pair}.")
    return changes(pair, [(c.what, c.told, c.diff) for c in found])


def _before(call: Call, new: Deployed) -> Deployed | None:
    """The version of the same name that was uploaded last before this one."""
    session = call.session
    if new.noun == "model":
        shelf = earlier.models(session.client(), new.name, new.group, state=None)
    else:
        shelf = earlier.scripts(session, new.name, new.group, state=None)
    hashes = [hash_ for hash_, _ in earlier.of_name(shelf.rows(), new.name, new.group)]
    older = hashes[hashes.index(new.hash) + 1 :]
    return shelf.get(older[0]) if older else None


def _named(old: Deployed, new: Deployed) -> str:
    name = "" if old.name == new.name else f"{old.name} "
    return f"{name}{old.hash[:SHORT]}"


COMMAND = Command(
    name="diff",
    summary="Show what changed between two versions of a model or a script: code, "
    "requirements, schema, model, settings.",
    examples=(
        "%codex diff credit-score",
        "%codex diff credit-score --from M1a2b3c --to M4d5e6f",
        "%codex diff clean-row",
    ),
    configure=_configure,
    run=_run,
)

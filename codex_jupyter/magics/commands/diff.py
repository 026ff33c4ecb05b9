"""``%codex diff``: what changed between two versions of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError, ModelError
from codex_jupyter.magics import earlier, versions
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import SHORT, quoted
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.render.changes import changes
from codex_jupyter.render.messages import note

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel


def _configure(parser: Parser) -> None:
    add = parser.add
    add("name", kind=Kind.MODEL, metavar="NAME", help="the model's name or hash")
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
    add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")


def _run(call: Call) -> Any:
    given, session = call.arguments, call.session
    new = session.model(given.new or given.name, given.group)
    old = session.model(given.old, given.group) if given.old else _before(call, new)
    if old is None:
        return note(
            f"{new.name} {new.model_hash[:SHORT]} is its first version: there is "
            "nothing to compare it with.",
            f"%codex diff {quoted(new.name)} --from HASH compares it with any other",
        )
    if old.model_hash == new.model_hash:
        raise InputError(
            f"--from and --to are the same version, {new.model_hash[:SHORT]}.",
            hint=f"%codex models {quoted(new.name)} --all lists the versions.",
        )
    sides = [versions.of_deployed(old), versions.of_deployed(new)]
    if sides[0] is None or sides[1] is None:
        raise ModelError("The platform does not tell what its models were made of.")
    found = versions.compare(sides[0], sides[1])
    pair = f"{_named(old, new)} → {new.name} {new.model_hash[:SHORT]}"
    if not found:
        return note(f"Nothing differs: {pair}.")
    return changes(pair, [(c.what, c.told, c.diff) for c in found])


def _before(call: Call, new: MLOpsModel) -> MLOpsModel | None:
    """The version of the same name that was uploaded last before this one."""
    client = call.session.client()
    rows = client.rows(name=new.name, group=new.group)
    hashes = [hash_ for hash_, _ in earlier.of_name(rows, new.name, new.group)]
    older = hashes[hashes.index(new.model_hash) + 1 :]
    if not older:
        return None
    return client.get_model(older[0], group=new.group, wait_for_ready=False)


def _named(old: MLOpsModel, new: MLOpsModel) -> str:
    name = "" if old.name == new.name else f"{old.name} "
    return f"{name}{old.model_hash[:SHORT]}"


COMMAND = Command(
    name="diff",
    summary="Show what changed between two versions of a model: code, requirements, "
    "schema, model, settings.",
    examples=(
        "%codex diff credit-score",
        "%codex diff credit-score --from M1a2b3c --to M4d5e6f",
    ),
    configure=_configure,
    run=_run,
)

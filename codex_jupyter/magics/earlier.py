"""What is deployed already under a name: the same again, or versions to retire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import CodexError
from codex_jupyter.render.ages import age
from codex_jupyter.render.changes import changes
from codex_jupyter.render.messages import note

from . import versions
from .shown import show

if TYPE_CHECKING:
    from codex_jupyter.client.deployed import Deployed
    from codex_jupyter.client.model import MLOpsModelClient

    from .session import Session

DEPLOYED = "Deployed"
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a platform holds under one name of one group: models, or scripts.

    Args:
        rows: gives the platform's rows of them.
        get: gives one by its hash.
    """

    name: str
    group: str
    rows: Callable[[], Iterable[Mapping[str, Any]]]
    get: Callable[[str], Deployed]


def models(
    client: MLOpsModelClient, name: str, group: str, state: str | None = DEPLOYED
) -> Shelf:
    """The models of a name: those that answer, or with None all of them."""
    return Shelf(
        name,
        group,
        lambda: client.rows(name=name, state=state, group=group),
        lambda hash_: client.get_model(hash_, group=group, wait_for_ready=False),
    )


def scripts(
    session: Session, name: str, group: str, state: str | None = DEPLOYED
) -> Shelf:
    """The preprocessing scripts of a name: those that answer, or with None all."""

    def rows() -> Iterable[Mapping[str, Any]]:
        with session.script_client() as client:
            return client.search_preprocessing(name, state, group)

    return Shelf(name, group, rows, lambda hash_: session.script(hash_, group))


def of_name(
    rows: Iterable[Mapping[str, Any]], name: str, group: str
) -> list[tuple[str, Mapping[str, Any]]]:
    """The versions among a search's rows, by their hashes, the newest first."""
    found = [
        (str(row.get("ModelHash") or row.get("Hash")), row)
        for row in rows
        if row.get("Name") == name and row.get("Group") == group
    ]
    found.sort(key=lambda pair: str(pair[1].get("UploadedAt", "")), reverse=True)
    return found


def unchanged(shelf: Shelf, new: versions.Version, *, force: bool) -> Deployed | None:
    """The version that answers, where the new one is the same; else tells the changes.

    Args:
        force: deploy also when nothing changed.
    """
    try:
        found = of_name(shelf.rows(), shelf.name, shelf.group)
        if not found:
            return None
        made = shelf.get(found[0][0])
        old = versions.of_deployed(made)
    except CodexError:
        # Without the earlier version there is nothing to compare; the upload tells
        # what is wrong with the platform or the name.
        return None
    if old is None:
        return None
    differing = versions.compare(old, new)
    if differing:
        title = f"What changes in {made.name} since {old.label}:"
        show(changes(title, [(c.what, c.told, c.diff) for c in differing]))
    if differing or force:
        return None
    row = found[0][1]
    since = str(row.get("ChangedAt") or row.get("UploadedAt") or "")
    ago = age(since, datetime.now(UTC))
    show(
        note(
            f"Nothing changed; {made.name} version {old.label} answers since "
            f"{since[:16].replace('T', ' ')} UTC{f', {ago} ago' if ago else ''}.",
            "--force deploys it again",
        )
    )
    return made


def retire(shelf: Shelf, made: Deployed) -> list[str]:
    """Disable what answers under the same name and was uploaded before.

    Returns:
        One line each, that says how to bring it back; and one of a newer version that
        another notebook has deployed meanwhile.
    """
    try:
        found = of_name(shelf.rows(), shelf.name, shelf.group)
    except CodexError as error:
        return [f"Earlier versions could not be looked for: {error.message}"]
    when = {hash_: str(row.get("UploadedAt", "")) for hash_, row in found}
    # Another notebook may have deployed a newer version, and retired this one, since.
    mine = when.pop(made.hash, "")
    told: list[str] = []
    for hash_, uploaded in when.items():
        short = hash_[:_SHORT]
        if uploaded > mine:
            # It could not retire this one, which was still being built.
            if mine:
                told.append(
                    f"Meanwhile another notebook has deployed the newer {short}; the "
                    f"name stands for that one. %codex disable {made.hash[:_SHORT]} "
                    "--yes takes this one out of service."
                )
            continue
        try:
            shelf.get(hash_).disable()
        except CodexError as error:
            # The new version answers; an old one that stays is worth a line, no more.
            told.append(f"The earlier version {short} is still there: {error.message}")
        else:
            told.append(
                f"The earlier version {short} is disabled; "
                f"%codex restart {short} --yes brings it back."
            )
    return told

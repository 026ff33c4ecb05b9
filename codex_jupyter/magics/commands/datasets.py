"""``%codex datasets``: files that the platform keeps, as DataFrames."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics import lake
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import SHORT
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.render.ages import age
from codex_jupyter.render.messages import note
from codex_jupyter.render.tables import table

_COLUMNS = (
    "dataset", "name", "group", "from", "state", "format", "size", "age", "message",
)  # fmt: skip
_ORIGINS = ("model", "training", "preprocessing", "datasource")


def _configure(parser: Parser) -> None:
    parser.add(
        "what",
        kind=Kind.DATASET,
        nargs="?",
        metavar="[delete]",
        help="this word before it removes the dataset",
    )
    parser.add(
        "dataset",
        kind=Kind.DATASET,
        nargs="?",
        metavar="DATASET",
        help="its hash, the start of it, or its name; gives a DataFrame",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="only those of this group")
    parser.add("--origin", choices=_ORIGINS, help="only those that came from such")
    parser.add(
        "--datasource",
        kind=Kind.DATASOURCE,
        metavar="NAME",
        help="only those that were imported from it",
    )
    parser.add(
        "--save",
        kind=Kind.FILE,
        metavar="FOLDER",
        help="save it there, as it is, instead of reading it",
    )
    parser.add("--yes", kind=Kind.FLAG, help="delete: do it")


def _run(call: Call) -> Any:
    given = call.arguments
    with lake.dataset_client(call.session) as client:
        removes = given.what == "delete"
        name = given.dataset if removes else given.what
        if name is None and not removes and not given.save:
            return _list(call, client)
        if name is None:
            raise InputError(
                "Which dataset? None was named.", hint="%codex datasets lists them."
            )
        if given.dataset is not None and not removes:
            raise InputError(
                "One dataset at a time: two values were given.",
                hint="%codex datasets --help shows how it is used.",
            )
        dataset = lake.find_dataset(client, name, given.group)
        if removes:
            return _delete(dataset, yes=given.yes)
        if given.save:
            return note(f"Saved as {dataset.download(given.save)}.")
        return dataset.to_frame()


def _list(call: Call, client: Any) -> Any:
    given = call.arguments
    origin = "datasource" if given.datasource else given.origin
    found = client.list_datasets(
        origin=origin.capitalize() if origin else None,
        datasource_name=given.datasource,
        group=given.group,
    )
    if not found:
        which = " that fits" if given.group or origin else " yet"
        return note(
            f"There is no dataset{which}.",
            "%codex datasources import NAME ADDRESS makes one, and so does every "
            "asynchronous execution",
        )
    now = datetime.now(UTC)
    rows = [
        lake.described(one) | {"age": age(str(one.get("CreationDate", "")), now)}
        for one in found
    ]
    used = [c for c in _COLUMNS if any(row.get(c) is not None for row in rows)]
    return table(rows, used)


def _delete(dataset: Any, *, yes: bool) -> Any:
    short = dataset.dataset_hash[:SHORT]
    if not yes:
        raise InputError(
            f"Nothing was done yet. This removes a dataset: {dataset.name} "
            f"({short}, group {dataset.group}).",
            hint=f"%codex datasets delete {short} --yes",
        )
    dataset.delete()
    return note(f"{dataset.name} ({short}) is deleted.")


COMMAND = Command(
    name="datasets",
    summary="List the datasets, read one into a DataFrame, save or delete it.",
    examples=(
        "%codex datasets",
        "df = %codex datasets sales",
        "%codex datasets D1f3a9c27b04 --save data",
        "%codex datasets --datasource lake",
        "%codex datasets delete sales --yes",
    ),
    configure=_configure,
    run=_run,
)

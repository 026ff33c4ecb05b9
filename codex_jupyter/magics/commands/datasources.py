"""``%codex datasources``: where the platform copies datasets from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics import lake
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import SHORT, quoted
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.render.ages import age
from codex_jupyter.render.messages import note
from codex_jupyter.render.tables import table

# Those of the client, which brings httpx: help has no use for it.
PROVIDERS = ("aws", "azure", "gcp", "local")
_COLUMNS = ("datasource", "provider", "group", "age")
_EXAMPLE = "%codex datasources register lake --provider aws --credentials keys.json"


def _configure(parser: Parser) -> None:
    parser.add(
        "action",
        nargs="?",
        choices=list(_ACTIONS),
        default="list",
        help="list (default), register, import or delete",
    )
    parser.add(
        "name", kind=Kind.DATASOURCE, nargs="?", metavar="NAME", help="the datasource"
    )
    parser.add(
        "uri",
        nargs="?",
        metavar="ADDRESS",
        help="what to import: a file, a folder or a pattern, such as s3://b/2026/*.csv",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="the datasource's group")
    parser.add(
        "--provider",
        choices=PROVIDERS,
        help="register: whose store it is; local is the platform's own machine",
    )
    parser.add(
        "--credentials",
        kind=Kind.FILE_OR_OBJECT,
        metavar="FILE_OR_VAR",
        help="register: a JSON file, or a variable that holds a dict; never the "
        "credentials themselves",
    )
    parser.add("--as", metavar="LABEL", help="import: the dataset's name (the file's)")
    parser.add("--force", kind=Kind.FLAG, help="import: copy again what was imported")
    parser.add("--wait", kind=Kind.FLAG, help="import: return when it is there")
    parser.add("--yes", kind=Kind.FLAG, help="delete: do it")


def _run(call: Call) -> Any:
    given = call.arguments
    return _ACTIONS[given.action](call)


def _list(call: Call) -> Any:
    given = call.arguments
    with lake.datasource_client(call.session) as client:
        rows = client.list_datasources(provider=given.provider, group=given.group)
    if not rows:
        return note("There is no datasource yet.", _EXAMPLE)
    now = datetime.now(UTC)
    shown = [
        {
            "datasource": row.get("Name"),
            "provider": row.get("Provider"),
            "group": row.get("Group"),
            "age": age(str(row.get("RegisteredAt", "")), now),
        }
        for row in rows
    ]
    return table(shown, _COLUMNS)


def _register(call: Call) -> Any:
    given = call.arguments
    name = _name(call)
    if given.provider is None:
        raise InputError(
            "Whose store is it? --provider was not given.",
            hint=f"Add --provider {' | '.join(PROVIDERS)}.",
        )
    keys = None
    if given.credentials is not None:
        keys = lake.credentials(given.credentials, call.namespace)
    group = call.session.group(given.group)
    with lake.datasource_client(call.session) as client:
        made = client.register_datasource(
            datasource_name=name,
            provider=given.provider,
            cloud_credentials=keys,
            group=group,
        )
    kept = " Its credentials are kept encrypted." if keys is not None else ""
    return note(
        f"{name} is registered: {made.provider}, group {group}.{kept}",
        f"%codex datasources import {quoted(name)} ADDRESS",
    )


def _import(call: Call) -> Any:
    given = call.arguments
    name = _name(call)
    if given.uri is None:
        raise InputError(
            "What is to be imported? No address was given.",
            hint=f"%codex datasources import {quoted(name)} s3://bucket/file.csv",
        )
    label = getattr(given, "as") or _label(given.uri)
    with lake.datasource_client(call.session) as client:
        source = lake.find_datasource(client, name, given.group)
        made = source.import_dataset(
            dataset_uri=given.uri,
            dataset_name=label,
            force=given.force,
            wait_complete=given.wait,
        )
        datasets = list(made.values()) if isinstance(made, dict) else [made]
        rows = [
            {
                "dataset": one.dataset_hash,
                "name": one.name,
                "state": one.get_status().get("Status"),
            }
            for one in datasets
        ]
    first = datasets[0].dataset_hash[:SHORT]
    title = f"From {given.uri}. To read: df = %codex datasets {first}"
    return table(rows, ("dataset", "name", "state"), title)


def _delete(call: Call) -> Any:
    given = call.arguments
    name = _name(call)
    with lake.datasource_client(call.session) as client:
        source = lake.find_datasource(client, name, given.group)
        if not given.yes:
            raise InputError(
                "Nothing was done yet. This forgets a datasource and its credentials: "
                f"{name} ({source.provider}, group {source.group}).",
                hint=f"%codex datasources delete {quoted(name)} --group "
                f"{source.group} --yes",
            )
        source.delete()
    return note(f"{name} is deleted; what was imported from it is kept.")


def _name(call: Call) -> str:
    given = call.arguments
    if given.name is None:
        raise InputError(
            f"Which datasource? %codex datasources {given.action} needs its name.",
            hint=_EXAMPLE
            if given.action == "register"
            else "%codex datasources lists them.",
        )
    return str(given.name)


def _label(uri: str) -> str:
    """A dataset's name from its address: the file's without its suffix."""
    last = uri.rstrip("/").rpartition("/")[2]
    plain = "".join(c for c in last.partition(".")[0] if c not in "*?[]")
    return plain.strip()[:100] or "dataset"


_ACTIONS = {
    "list": _list,
    "register": _register,
    "import": _import,
    "delete": _delete,
}

COMMAND = Command(
    name="datasources",
    summary="Cloud stores and folders that datasets are imported from: list, register, "
    "import, delete.",
    examples=(
        "%codex datasources",
        _EXAMPLE,
        "%codex datasources import lake s3://bucket/2026/*.parquet --as sales --wait",
        "%codex datasources register home --provider local",
        "%codex datasources delete lake --yes",
    ),
    configure=_configure,
    run=_run,
)

"""``%codex preprocess`` and ``%%codex preprocess``: scripts before models."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics import earlier, hosting
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.deploying.preparing import parts_of
from codex_jupyter.magics.function import TAKES
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.rows import RowsBar
from codex_jupyter.magics.shown import show
from codex_jupyter.magics.values import input_value
from codex_jupyter.render.ages import age
from codex_jupyter.render.messages import note
from codex_jupyter.render.tables import table

if TYPE_CHECKING:
    from codex_jupyter.client.preprocessing import MLOpsPreprocessing

_COLUMNS = ("script", "state", "operation", "group", "age", "hash")
_ONLY_CELL = (
    *("schema", "reference", "operation", "requirements", "extra", "env", "python"),
    *("force", "check", "no_run", "no_check"),
)


def _configure(parser: Parser) -> None:
    add = parser.add
    add(
        "name",
        kind=Kind.SCRIPT,
        nargs="?",
        metavar="NAME",
        help="the script's name or hash",
    )
    add(
        "input",
        kind=Kind.OBJECT,
        nargs="?",
        rest=True,
        metavar="DATA",
        help="what to run it on: a row for a sync script; a DataFrame, a file, a "
        "dataset's hash, or a dict of tables by name for an async one",
    )
    add("--group", kind=Kind.GROUP, metavar="G", help="the script's group")
    add("--wait", kind=Kind.FLAG, help="wait for an async run; returns a DataFrame")
    add(
        "--schema",
        kind=Kind.FILE_OR_OBJECT,
        metavar="EXPR",
        help="of a cell: a sample row, or for --operation async a table or a dict of "
        "tables by name",
    )
    add(
        "--reference",
        kind=Kind.FUNCTION,
        metavar="NAME",
        help="of a cell: the function to call (process; async: build_df)",
    )
    add(
        "--operation",
        choices=["sync", "async"],
        help="of a cell: sync answers rows, async makes a table of tables (sync)",
    )
    add(
        "--requirements",
        kind=Kind.FILE,
        metavar="LIST",
        help='of a cell: "a==1, b==2" or @requirements.txt; else pinned from here',
    )
    add("--extra", kind=Kind.FILES, metavar="FILE", help="files beside the script")
    add("--env", kind=Kind.FILE, metavar="FILE", help="variables; kept encrypted")
    add("--python", kind=Kind.PYTHON, metavar="3.x", help="the Python to run in")
    add(
        "--force",
        kind=Kind.FLAG,
        help="deploy also when nothing changed since the version that answers",
    )
    add(
        "--check",
        kind=Kind.FLAG,
        help="of a cell: only try it, in the Python and the environment that it would "
        "have; nothing is uploaded",
    )
    add("--no-run", kind=Kind.FLAG, help="do not run the cell in this kernel")
    add("--no-check", kind=Kind.FLAG, help="do not try the function before the upload")


def _run(call: Call) -> Any:
    given = call.arguments
    if call.cell is not None:
        return _deploy(call)
    if used := [name for name in _ONLY_CELL if getattr(given, name)]:
        raise InputError(
            f"--{used[0].replace('_', '-')} is for a cell that holds the script.",
            hint="Start that cell with %%codex preprocess.",
        )
    if given.name is None:
        return _list(call)
    if given.input is None:
        raise InputError(
            f"What is {given.name} to run on?",
            hint=f"%codex preprocess {hosting.quoted(given.name)} DATA runs it; "
            f"%codex status {hosting.quoted(given.name)} shows how it is.",
        )
    # Read first: a mistyped variable needs no platform to be noticed.
    data = input_value(given.input, call.namespace)
    script = call.session.script(given.name, given.group)
    if script.operation != "Async":
        return script.run(data, progress=RowsBar(call.shell, script.name))
    from codex_jupyter.magics.running import follow, started

    execution = script.run(data)
    return follow(call.shell, execution) if given.wait else started(execution)


def _list(call: Call) -> Any:
    with call.session.script_client() as client:
        rows = client.search_preprocessing(group=call.arguments.group)
    rows = [row for row in rows if row.get("Status") != "Deleted"]
    if not rows:
        return note(
            "There is no script yet.",
            "%%codex preprocess --help shows how to deploy one",
        )
    now = datetime.now(UTC)
    shown = [
        {
            "script": row.get("Name") or str(row.get("Hash"))[: hosting.SHORT],
            "state": row.get("Status"),
            "operation": row.get("Operation"),
            "group": row.get("Group"),
            "age": age(str(row.get("UploadedAt", "")), now),
            "hash": str(row.get("Hash"))[: hosting.SHORT],
        }
        for row in rows
    ]
    return table(shown, _COLUMNS)


def _check(call: Call, operation: str) -> Any:
    """Try it here and there, and upload nothing."""
    from codex_jupyter.client.checking import Check, CheckKind
    from codex_jupyter.magics.target import requests, trying

    given = call.arguments
    trying.refuse_both(call)
    python, told = trying.target_python(call.session, given.python)
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        parts = parts_of(call, operation, Path(place))
        parts.attempt(call)
        listed = parts.requirements.listed(given.requirements)
        show(note("\n".join([listed, *parts.told, *told])))
        is_sync = operation == "sync"
        request = Check(
            kind=CheckKind.ROW if is_sync else CheckKind.TABLES,
            reference=parts.reference,
            python=python,
            requirements=parts.requirements.text,
            files=requests.check_files(parts.files(), Path(place)),
            env=str(parts.env) if parts.env else None,
            named="" not in parts.samples,
        )
        asked = trying.Asked(
            request,
            "preprocess",
            given.name,
            sample=json.loads(parts.samples[""].content) if is_sync else None,
            files=tuple(path.name for path in parts.extras),
            next="The same cell without --check deploys it.",
            takes=TAKES["script", operation],
        )
        return trying.try_there(call, asked)


def _deploy(call: Call) -> Any:
    given, session = call.arguments, call.session
    operation = given.operation or "sync"
    if given.name is None or given.schema is None:
        raise InputError(
            "A script needs a name and a sample of its input.",
            hint="%%codex preprocess NAME --schema row",
        )
    if given.check:
        return _check(call, operation)
    client = session.client()
    group = session.group(given.group)
    python, told = hosting.choose_python(client, given.python)
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        parts = parts_of(call, operation, Path(place))
        parts.attempt(call)
        shelf = earlier.scripts(session, given.name, group)
        same = earlier.unchanged(shelf, parts.version(python), force=given.force)
        if same is not None:
            session.last_group = group
            return same
        listed = parts.requirements.listed(given.requirements)
        also = hosting.group_notice(client, group)
        show(note("\n".join([listed, *parts.told, *told, *also])))

        def upload() -> MLOpsPreprocessing:
            with session.script_client() as maker:
                return maker.create(
                    preprocessing_name=given.name,
                    group=group,
                    python_version=python,
                    wait_for_ready=False,
                    **parts.upload_arguments(),
                )

        made = hosting.bring_up(
            call,
            given.name,
            group,
            lambda: hosting.with_group(client, group, upload),
            text=f"Uploading {parts.count} files.",
        )
    if retired := earlier.retire(shelf, made):
        show(note("\n".join(retired)))
    return made


COMMAND = Command(
    name="preprocess",
    summary="Deploy a script that prepares the input of models, run one, or list them.",
    examples=(
        "%%codex preprocess clean-row --reference process --schema row --group demo",
        "%%codex preprocess clean-row --schema row --check",
        "%%codex preprocess join --operation async --schema tables",
        "row = %codex preprocess clean-row row",
        "frame = %codex preprocess join {tables} --wait",
        "%codex preprocess",
    ),
    configure=_configure,
    run=_run,
    takes_cell=True,
)

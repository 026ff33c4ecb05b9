"""``%codex preprocess`` and ``%%codex preprocess``: scripts before models."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics import hosting, requirements
from codex_jupyter.magics import script as scripts
from codex_jupyter.magics.bundle import gather_extras
from codex_jupyter.magics.capture import check_plain, run_body
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.names import top_level_names
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.sample import row_sample, table_sample
from codex_jupyter.magics.shown import show
from codex_jupyter.magics.values import (
    existing_file,
    file_or_object,
    input_value,
    text_of,
)
from codex_jupyter.render.ages import age
from codex_jupyter.render.messages import note
from codex_jupyter.render.tables import table

if TYPE_CHECKING:
    from codex_jupyter.client.preprocessing import MLOpsPreprocessing

_COLUMNS = ("script", "state", "operation", "group", "age", "hash")
_REFERENCES = {"sync": "process", "async": "build_df"}
_TAKES = {"sync": "data, base_path", "async": "df, data_path, extra_path=None"}
_ONLY_CELL = ("schema", "reference", "operation", "requirements", "env", "python")


def _configure(parser: Parser) -> None:
    add = parser.add
    add("name", nargs="?", metavar="NAME", help="the script's name or hash")
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
    add("--no-run", kind=Kind.FLAG, help="do not run the cell in this kernel")


def _run(call: Call) -> Any:
    given = call.arguments
    if call.cell is not None:
        return _deploy(call)
    if used := [name for name in _ONLY_CELL if getattr(given, name) is not None]:
        raise InputError(
            f"--{used[0]} is for a cell that holds the script.",
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
        return script.run(data)
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


def _deploy(call: Call) -> MLOpsPreprocessing:
    given = call.arguments
    operation = given.operation or "sync"
    reference = given.reference or _REFERENCES[operation]
    if given.name is None or given.schema is None:
        raise InputError(
            "A script needs a name and a sample of its input.",
            hint="%%codex preprocess NAME --schema row",
        )
    cell = _cell(call, reference, operation)
    schema = _sample(file_or_object(given.schema, call.namespace), operation)
    group = call.session.group(given.group)
    client = call.session.client()
    python, told = hosting.choose_python(client, given.python)
    env = existing_file(given.env.removeprefix("@")) if given.env else None
    history = [str(one) for one in call.shell.user_ns.get("In", [])]
    script = scripts.build(cell, call.namespace, history)
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        extras = gather_extras(given.extra, Path(place))
        pins = _pins(given.requirements, script.text, extras)
        listed = ", ".join(pins.pins) or "none"
        notes = [f"Requirements: {listed}", *pins.notices, *told]
        if script.added:
            notes.append(f"Added to the script from the notebook: {script.added}")
        show(note("\n".join([*notes, *hosting.group_notice(client, group)])))

        def upload() -> MLOpsPreprocessing:
            with call.session.script_client() as maker:
                return maker.create(
                    preprocessing_name=given.name,
                    preprocessing_reference=reference,
                    source_file=("script.py", script.text.encode()),
                    requirements_file=("requirements.txt", pins.text.encode()),
                    group=group,
                    schema=schema,
                    extra_files=extras or None,
                    env=env,
                    python_version=python,
                    operation=operation,
                    wait_for_ready=False,
                )

        count = 3 + len(extras) + (env is not None)
        return hosting.bring_up(
            call, group, count, lambda: hosting.with_group(client, group, upload)
        )


def _cell(call: Call, reference: str, operation: str) -> str:
    """The cell's text, once it was run here."""
    cell = call.cell or ""
    defined = top_level_names(check_plain(cell, call.shell))
    if reference not in defined:
        also = f" It defines {', '.join(sorted(defined))}." if defined else ""
        raise InputError(
            f"The cell does not define {reference}, the function to call.{also}",
            hint=f"Define def {reference}({_TAKES[operation]}), or name yours: "
            "--reference NAME",
        )
    if not call.arguments.no_run:
        run_body(cell, call.shell)
    return cell


def _sample(value: Any, operation: str) -> Any:
    if operation == "sync":
        sample = row_sample(value)
        return sample.name, sample.content
    if isinstance(value, dict) and value:
        return {str(name): _table(one) for name, one in value.items()}
    return _table(value)


def _table(value: Any) -> tuple[str, bytes]:
    sample = table_sample(value, None)
    return sample.name, sample.content


def _pins(
    text: str | None, script: str, extras: list[Path]
) -> requirements.Requirements:
    if text is None:
        return requirements.detect(script, set(), extras)
    if text.startswith("@") or text.endswith(".txt"):
        return requirements.from_file(text_of(existing_file(text.removeprefix("@"))))
    return requirements.given(text)


COMMAND = Command(
    name="preprocess",
    summary="Deploy a script that prepares the input of models, run one, or list them.",
    examples=(
        "%%codex preprocess clean-row --reference process --schema row --group demo",
        "%%codex preprocess join --operation async --schema tables",
        "row = %codex preprocess clean-row row",
        "frame = %codex preprocess join {tables} --wait",
        "%codex preprocess",
    ),
    configure=_configure,
    run=_run,
    takes_cell=True,
)

"""``%codex deploy`` and ``%%codex deploy``: from a cell or files to an API."""

from __future__ import annotations

import json
import tempfile
from argparse import Namespace as Arguments
from pathlib import Path
from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics import earlier, hosting, versions
from codex_jupyter.magics.bundle import Bundle
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.deploying.packing import bundle_of, try_bundle
from codex_jupyter.magics.function import TAKES, Entry, body_of
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import has_widgets
from codex_jupyter.magics.shown import Live, show
from codex_jupyter.render.messages import note


def _configure(parser: Parser) -> None:
    add = parser.add
    add("name", kind=Kind.MODEL, metavar="NAME", help="the model's name")
    add(
        "--model",
        kind=Kind.FILE_OR_OBJECT,
        required=True,
        metavar="VAR",
        help="the variable that holds the model, or its file",
    )
    add(
        "--schema",
        kind=Kind.FILE_OR_OBJECT,
        required=True,
        metavar="EXPR",
        help="a sample row: X.head(1), a dict, or a JSON file; for --operation async "
        "a few rows, or a csv, parquet or JSON file",
    )
    add(
        "--group",
        kind=Kind.GROUP,
        metavar="G",
        help="where it goes; made when it does not exist",
    )
    add(
        "--source",
        kind=Kind.FILE,
        metavar="FILE",
        help="the script, when there is no cell below",
    )
    add(
        "--reference",
        kind=Kind.FUNCTION,
        default="score",
        metavar="NAME",
        help="the function to call (score)",
    )
    add(
        "--requirements",
        kind=Kind.FILE,
        metavar="LIST",
        help='"a==1, b==2" or @requirements.txt; else pinned from this kernel',
    )
    add(
        "--extra",
        kind=Kind.FILES,
        metavar="FILE",
        help="files that lie beside the script; may be given often",
    )
    add(
        "--env",
        kind=Kind.FILE,
        metavar="FILE",
        help="environment variables for the function; kept encrypted",
    )
    add(
        "--python",
        kind=Kind.PYTHON,
        metavar="3.x",
        help="the Python to run in (this kernel's)",
    )
    add(
        "--operation",
        choices=["sync", "async"],
        default="sync",
        help="sync answers rows at once, async reads a file and writes one (sync)",
    )
    add(
        "--input",
        choices=["csv", "parquet", "json"],
        help="what an async model reads (as the schema's file, else csv)",
    )
    add(
        "--force",
        kind=Kind.FLAG,
        help="deploy also when nothing changed since the version that answers",
    )
    add(
        "--check",
        kind=Kind.FLAG,
        help="only try it, in the Python and the environment that it would have; "
        "nothing is uploaded",
    )
    add("--no-run", kind=Kind.FLAG, help="do not run the cell in this kernel")
    add("--no-check", kind=Kind.FLAG, help="do not try the function before the upload")


def _run(call: Call) -> Any:
    given = call.arguments
    if given.check:
        return _check(call)
    client = call.session.client()
    group = call.session.group(given.group)
    python, told = hosting.choose_python(client, given.python)
    body = body_of(call, _entry(given))
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        bundle, more = bundle_of(call, body, Path(place))
        _try(call, bundle)
        settings = versions.settings_of(
            python, given.reference, given.operation, bundle.sample.kind
        )
        new = versions.of_files(
            bundle.files(), settings, has_env=bundle.env is not None
        )
        shelf = earlier.models(client, given.name, group)
        same = earlier.unchanged(shelf, new, force=given.force)
        if same is not None:
            call.session.last_group = group
            return same
        told = [
            bundle.requirements.listed(given.requirements),
            *more,
            *told,
            *hosting.group_notice(client, group),
        ]
        show(note("\n".join(told)))
        return hosting.deploy(call, bundle, group, python)


def _check(call: Call) -> Any:
    """Try it here and there, and upload nothing."""
    from codex_jupyter.client.checking import Check, CheckKind
    from codex_jupyter.magics.target import requests, trying

    given = call.arguments
    trying.refuse_both(call)
    python, told = trying.target_python(call.session, given.python)
    body = body_of(call, _entry(given))
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        bundle, more = bundle_of(call, body, Path(place))
        _try(call, bundle)
        listed = bundle.requirements.listed(given.requirements)
        show(note("\n".join([listed, *more, *told])))
        is_sync = given.operation == "sync"
        files = bundle.files()
        request = Check(
            kind=CheckKind.ROW if is_sync else CheckKind.FILE,
            reference=given.reference,
            python=python,
            requirements=bundle.requirements.text,
            files=requests.check_files(files, Path(place)),
            reads=bundle.sample.kind,
            env=str(bundle.env) if bundle.env else None,
        )
        asked = trying.Asked(
            request,
            "deploy",
            given.name,
            sample=json.loads(bundle.sample.content) if is_sync else None,
            files=(bundle.model.name, *(path.name for path in bundle.extras)),
            next="The same cell without --check deploys it.",
            takes=TAKES["model", given.operation],
        )
        return trying.try_there(call, asked)


def _entry(given: Arguments) -> Entry:
    return Entry(given.reference, f"def score({TAKES['model', given.operation]})")


def _try(call: Call, bundle: Bundle) -> None:
    """Call the cell's function once, when the cell was run here."""
    given = call.arguments
    if call.cell is None or given.no_run or given.no_check:
        return
    try_bundle(call, bundle, call.shell.user_ns[given.reference])


def _form(call: Call) -> Live:
    """The same as a form, where there are widgets."""
    if not has_widgets(call.shell):
        raise InputError(
            "The deploy form needs a notebook.",
            hint="Type %%codex deploy NAME --model VAR --schema EXPR above the cell "
            "that defines score(), or %codex deploy --help.",
        )
    from codex_jupyter.magics.deploying.bench import NotebookBench
    from codex_jupyter.widgets.deploy import DeployForm

    bench = NotebookBench(call.session, call.shell, COMMAND.parser)
    return Live(DeployForm(bench))


COMMAND = Command(
    name="deploy",
    summary="Deploy a model as an API, from the cell that defines its function or "
    "from files; without arguments, from a form.",
    examples=(
        "%%codex deploy credit-score --model pipe --schema X.head(1) --group demo",
        "%codex deploy credit-score --source score.py --model m.pkl --schema row.json",
        "%%codex deploy credit-score --model pipe --schema X.head(1) --check",
        "%%codex deploy churn-batch --operation async --model pipe --schema X.head(5)",
    ),
    configure=_configure,
    run=_run,
    bare=_form,
    takes_cell=True,
)

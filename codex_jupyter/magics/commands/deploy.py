"""``%codex deploy`` and ``%%codex deploy``: from a cell or files to an API."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import CodexError, InputError
from codex_jupyter.magics import hosting, versions
from codex_jupyter.magics.bundle import Bundle
from codex_jupyter.magics.capture import check_plain, run_body
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.deploying.packing import bundle_of, source_of, try_bundle
from codex_jupyter.magics.names import top_level_names
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import has_widgets
from codex_jupyter.magics.shown import Live, show
from codex_jupyter.render.ages import age
from codex_jupyter.render.changes import changes
from codex_jupyter.render.messages import note

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel

_TAKES = {"sync": "data, base_path", "async": "data_path, model_path"}


def _configure(parser: Parser) -> None:
    add = parser.add
    add("name", metavar="NAME", help="the model's name")
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
    add("--no-run", kind=Kind.FLAG, help="do not run the cell in this kernel")
    add("--no-check", kind=Kind.FLAG, help="do not try the function before the upload")


def _run(call: Call) -> Any:
    given = call.arguments
    if (call.cell is None) == (given.source is None):
        raise InputError(
            "The script comes from the cell or from --source: one of them.",
            hint="Start the cell that defines the function with %%codex deploy, "
            "or add --source FILE.",
        )
    client = call.session.client()
    group = call.session.group(given.group)
    python, told = hosting.choose_python(client, given.python)
    body = _body(call)
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        bundle, more = bundle_of(call, body, Path(place))
        _try(call, bundle)
        if (same := _unchanged(call, bundle, group, python)) is not None:
            return same
        told = [
            _listed(bundle, given.requirements),
            *more,
            *told,
            *hosting.group_notice(client, group),
        ]
        show(note("\n".join(told)))
        return hosting.deploy(call, bundle, group, python)


def _listed(bundle: Bundle, given: str | None) -> str:
    """The requirements in a line; a magic has no editor to show them in."""
    pins = ", ".join(bundle.requirements.pins) or "none"
    if given:
        return f"Requirements, as given: {pins}"
    return f"Requirements, pinned from this kernel: {pins}; change with --requirements"


def _body(call: Call) -> str:
    """The script before anything is added; a cell is run in the kernel now."""
    given = call.arguments
    if call.cell is None:
        return source_of(given.source)
    defined = top_level_names(check_plain(call.cell, call.shell))
    if given.reference not in defined:
        also = f" It defines {', '.join(sorted(defined))}." if defined else ""
        raise InputError(
            f"The cell does not define {given.reference}, the function to call.{also}",
            hint=f"Define def score({_TAKES[given.operation]}), or name yours: "
            "--reference NAME",
        )
    if not given.no_run:
        run_body(call.cell, call.shell)
    return call.cell


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


def _unchanged(
    call: Call, bundle: Bundle, group: str, python: str
) -> MLOpsModel | None:
    """The deployed version when this one is the same; else tells what changed."""
    given, session = call.arguments, call.session
    client = session.client()
    try:
        rows = versions.history(client, given.name, group, hosting.DEPLOYED)
        if not rows:
            return None
        model = client.get_model(
            str(rows[0]["ModelHash"]), group=group, wait_for_ready=False
        )
        old = versions.of_model(model)
    except CodexError:
        # Without the earlier version there is nothing to compare; the upload tells
        # what is wrong with the platform or the name.
        return None
    if old is None:
        return None
    new = versions.of_bundle(bundle, python, given.reference, given.operation)
    found = versions.compare(old, new)
    if found:
        title = f"What changes in {model.name} since {old.label}:"
        show(changes(title, [(c.what, c.told, c.diff) for c in found]))
    if found or given.force:
        return None
    session.last_group = group
    since = str(rows[0].get("ChangedAt") or rows[0].get("UploadedAt") or "")
    ago = age(since, datetime.now(UTC))
    show(
        note(
            f"Nothing changed; {model.name} version {old.label} answers since "
            f"{since[:16].replace('T', ' ')} UTC{f', {ago} ago' if ago else ''}.",
            "--force deploys it again",
        )
    )
    return model


COMMAND = Command(
    name="deploy",
    summary="Deploy a model as an API, from the cell that defines its function or "
    "from files; without arguments, from a form.",
    examples=(
        "%%codex deploy credit-score --model pipe --schema X.head(1) --group demo",
        "%codex deploy credit-score --source score.py --model m.pkl --schema row.json",
        "%%codex deploy churn-batch --operation async --model pipe --schema X.head(5)",
    ),
    configure=_configure,
    run=_run,
    bare=_form,
    takes_cell=True,
)

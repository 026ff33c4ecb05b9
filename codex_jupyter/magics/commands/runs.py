"""``%codex runs``: an experiment's runs with their metrics, or the experiments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import quoted
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.trainings import figure, find_experiment, training_client
from codex_jupyter.render.ages import age
from codex_jupyter.render.messages import note
from codex_jupyter.render.progress import duration
from codex_jupyter.render.tables import table

_COLUMNS = ("id", "run", "type", "state", "age", "took")
_MOST_METRICS = 5
_STATES = ("requested", "running", "succeeded", "failed")
_EXPERIMENTS = ("experiment", "group", "type", "runs", "changed")


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.EXPERIMENT,
        nargs="?",
        metavar="NAME",
        help="the experiment; all experiments are listed without it",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="only those of this group")
    parser.add("--state", choices=_STATES, help="only runs in this state")
    parser.add("--all", kind=Kind.FLAG, help="every metric, also the automatic ones")


def _run(call: Call) -> Any:
    given = call.arguments
    now = datetime.now(UTC)
    if given.name is None:
        return _experiments(call, now)
    experiment = find_experiment(call.session, given.name, given.group)
    state = given.state.capitalize() if given.state else None
    rows = experiment.list_executions(state=state)
    if not rows:
        which = f"{state} run" if state else "run"
        return note(
            f"There is no {which} of {experiment.name}.",
            f"%%codex train {quoted(experiment.name)} --data df starts one",
        )
    chosen = _metrics(rows, every=given.all)
    shown = [_shown(row, chosen, now) for row in rows]
    more = ("message",) if any(row["message"] for row in shown) else ()
    return table(shown, (*_COLUMNS, *chosen, *more))


def _experiments(call: Call, now: datetime) -> Any:
    rows = training_client(call.session).rows(call.arguments.group)
    if not rows:
        return note(
            "There is no training experiment yet.",
            "%%codex train churn --data df makes one, and its first run",
        )
    return table(
        [
            {
                "experiment": row.get("ExperimentName"),
                "group": row.get("GroupName"),
                "type": row.get("ModelType"),
                "runs": row.get("ExperimentsQuantity"),
                "changed": age(str(row.get("LastModificationDate") or ""), now),
            }
            for row in rows
        ],
        _EXPERIMENTS,
    )


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    data = row.get("RunData") or {}
    found: dict[str, Any] = data.get("paramsAndMetrics", {}).get("metrics") or {}
    return found


def _metrics(rows: list[dict[str, Any]], *, every: bool) -> list[str]:
    """The names to show: the user's own, and the automatic ones where it has none."""
    names = list(dict.fromkeys(name for row in rows for name in _figures(row)))
    own = [name for name in names if not name.startswith("training_")]
    chosen = names if every else (own or names)[:_MOST_METRICS]
    # A metric may be called as a column is.
    return [name for name in chosen if name not in (*_COLUMNS, "message")]


def _shown(row: dict[str, Any], chosen: list[str], now: datetime) -> dict[str, Any]:
    took, failed = row.get("TimeElapsed"), row.get("ExecutionState") == "Failed"
    told = str(row.get("Message") or "").partition("\n")[0]
    return {
        "id": row.get("ExecutionId"),
        "run": row.get("RunName"),
        "type": row.get("TrainingType"),
        "state": row.get("ExecutionState"),
        "age": age(str(row.get("RequestedAt", "")), now),
        "took": None if took is None else duration(took / 1000),
        **{name: figure(_figures(row).get(name)) for name in chosen},
        "message": told if failed else None,
    }


COMMAND = Command(
    name="runs",
    summary="List an experiment's training runs and their metrics, the newest first.",
    examples=("%codex runs", "%codex runs churn", "%codex runs churn --all"),
    configure=_configure,
    run=_run,
)

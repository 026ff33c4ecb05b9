"""Monitorings as tables and cards: for terminals, and for saved notebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .html import Displayable, tag
from .messages import note
from .said import said
from .tables import table
from .words import mark, t

_ALL = ("model", "period", "group", "state", "last", "verdict", "alerts")
_PERIODS = ("period", "verdict", "rows", "bad", "psi", "shap", "ndcg", "drifted")
_BY_PERIOD = {
    "Day": mark("{name} by day: {state}."),
    "Week": mark("{name} by week: {state}."),
    "Month": mark("{name} by month: {state}."),
    "Quarter": mark("{name} by quarter: {state}."),
    "Year": mark("{name} by year: {state}."),
}
_WORDS = ("period", "state", "verdict")
_MOST = 26
_MOST_ALERTS = 5


def monitorings_table(rows: Sequence[Mapping[str, Any]]) -> Displayable:
    """Every monitoring with its state and its last verdict."""
    shown = []
    for row in rows:
        last = row.get("Last") or {}
        shown.append(
            {
                "model": row.get("Name"),
                "period": row.get("Period"),
                "group": row.get("Group"),
                "state": row.get("Status"),
                "last": last.get("Label"),
                "verdict": last.get("Verdict"),
                "alerts": len(row.get("Alerts") or []) or None,
            }
        )
    return table(shown, _ALL, words=_WORDS)


def monitoring_card(told: Mapping[str, Any], name: str) -> Displayable:
    """One monitoring: its state, its alerts, its periods, the newest first.

    Args:
        told: as the platform answers for all results of a monitoring.

    Returns:
        Its ``value`` is what was told.
    """
    row = told["Monitoring"]
    head = t(
        _BY_PERIOD.get(row["Period"], "{name}: {state}."),
        name=name,
        state=t(row["Status"]),
    )
    lines = [f"{head} {said(_first_line(row.get('Message')))}".strip()]
    alerts = row.get("Alerts") or []
    lines += [f"! {said(alert)}" for alert in alerts[:_MOST_ALERTS]]
    if len(alerts) > _MOST_ALERTS:
        lines.append("! " + t("{n} more alerts", n=len(alerts) - _MOST_ALERTS))
    lines += [_of_run(run) for run in told.get("Runs", []) if _is_worth(run)]
    periods = list(told["Periods"].values())[::-1]
    if not periods:
        when = str(row.get("NextRunAt", ""))[:10]
        block = note(
            "\n".join(lines),
            t(
                "The first period is run when it ends ({when}); "
                "%codex monitor {name} --run does it now",
                when=when,
                name=name,
            ),
        )
        return Displayable(block.text, block.html, dict(told))
    block = note("\n".join(lines), t("%codex drift {name} shows what moved", name=name))
    part = table([_of_period(one) for one in periods[:_MOST]], _PERIODS, words=_WORDS)
    html = None
    if block.html is not None and part.html is not None:
        html = tag("div", block.html, part.html)
    return Displayable(f"{block.text}\n\n{part.text}", html, dict(told))


def _of_period(one: Mapping[str, Any]) -> dict[str, Any]:
    means = one.get("Averages") or {}
    names = [
        name
        for name, column in (one.get("Columns") or {}).items()
        if column["Level"] in ("moderate", "significant")
    ]
    shown = ", ".join(names[:4]) + (f" +{len(names) - 4}" if len(names) > 4 else "")
    return {
        "period": one["Label"]
        if one["IsComplete"]
        else t("{label} (so far)", label=one["Label"]),
        "verdict": one["Verdict"] if one["Records"] else "no records",
        "rows": one["Rows"],
        "bad": one["Bad"] or None,
        "psi": _number(means.get("Psi")),
        "shap": _number(means.get("Shap")),
        "ndcg": _number(means.get("Ndcg")),
        "drifted": shown,
    }


def _is_worth(run: Mapping[str, Any]) -> bool:
    """True for a run that is under way, or that failed."""
    return run.get("Task") == "run" and run.get("ExecutionState") != "Succeeded"


def _of_run(run: Mapping[str, Any]) -> str:
    state, reason = run["ExecutionState"], _first_line(run.get("Message"))
    told = t(
        "{label}, run {number}: {state}.",
        label=run["Label"],
        number=str(run["ExecutionId"]),
        state=t(state),
    )
    return f"{told} {said(reason)}".strip()


def _first_line(text: Any) -> str:
    return str(text or "").partition("\n")[0]


def _number(value: Any) -> str | None:
    return None if value is None else f"{value:.3f}"

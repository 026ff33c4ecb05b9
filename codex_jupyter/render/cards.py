"""The static twins of the panels: what a saved notebook shows without a kernel.

Inline styles only, because scripts and style blocks are stripped where notebooks are
shown to others; each card reads well without any style too, in light and in dark.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .html import Displayable, Markup, tag
from .text import clean, one_line

# Middle tones: they stand out on white and on black. The words keep the page's colour.
_OK, _BUSY, _WARN, _BAD, _OFF = "#2e9e4f", "#3b82d0", "#b7791f", "#d9534f", "#8a8f98"
_LINE = "1px solid rgba(128,128,128,.4)"

_FRAME = (
    f"border:{_LINE};border-radius:6px;padding:12px 14px;margin:4px 0;"
    "max-width:960px;font-family:system-ui,sans-serif;font-size:13px;line-height:1.45"
)
_TABLE = "border-collapse:collapse;margin:8px 0 0;font-size:13px"
_CELL = "padding:2px 14px 2px 0;text-align:left;border:0;background:none"
_PRE = (
    "margin:8px 0 0;padding:8px 10px;max-height:260px;overflow:auto;"
    f"white-space:pre-wrap;overflow-wrap:anywhere;border:{_LINE};border-radius:4px;"
    "font-size:12px;background:none;color:inherit"
)
_QUIET = "margin:8px 0 0;opacity:.75;font-size:12px"

_STATES = {
    "Deployed": ("✓", _OK),
    "Failed": ("✗", _BAD),
    "FailedRecovery": ("✗", _BAD),
    "DisabledFailed": ("✗", _BAD),
    "Disabled": ("‖", _OFF),
    "DisabledRecovery": ("‖", _OFF),
    "Deleted": ("✕", _OFF),
}
_PROGRESS = {"done": ("✓", _OK), "running": ("…", _BUSY), "failed": ("✗", _BAD)}

_MAX_DETAIL = 1500
_MAX_SAMPLE = 1200


def status_card(data: Mapping[str, Any]) -> Displayable:
    """A deployment as it stood when the notebook was saved.

    Args:
        data: the fields of the status panel (``name``, ``group``, ``state``, ``line``,
            ``reason``, ``detail``, ``steps``, ``hash``, ``python``, ``updated`` in
            seconds since 1970) and ``rows``, the last lines of its log.
    """
    name, group, state = (one_line(data[k], 120) for k in ("name", "group", "state"))
    mark, tone = _STATES.get(state, ("…", _BUSY))
    reason, detail = one_line(data["reason"], 400), _tail(clean(data["detail"]))
    line = one_line(data["line"])
    steps = [
        (one_line(s["name"], 20), _PROGRESS.get(s["progress"], ("", _OFF)), _took(s))
        for s in data["steps"]
    ]
    rows = [_log_line(row) for row in data["rows"]] if not detail else []
    foot = " · ".join(
        part
        for part in (
            str(data["hash"])[:13],
            f"Python {data['python']}" if data["python"] else "",
            f"as of {_day(data['updated'])}",
        )
        if part
    )
    text = "\n".join(
        part
        for part in (
            f"{name} (group {group}): {state}",
            "  ".join(f"{m or '.'} {n} {t}".rstrip() for n, (m, _), t in steps),
            line,
            reason,
            detail,
            foot,
        )
        if part
    )
    html = tag(
        "div",
        _heading(name, f"group {group}", _state(mark, tone, state)),
        _steps(steps),
        tag("p", line, style="margin:6px 0 0") if line else None,
        _failure(reason, detail),
        tag("pre", "\n".join(rows), style=_PRE) if rows else None,
        tag("p", foot, style=_QUIET),
        style=_FRAME,
    )
    return Displayable(text, html)


def api_card(document: Mapping[str, Any]) -> Displayable:
    """A model's OpenAPI document: its operations, a sample call and its answer.

    Args:
        document: an OpenAPI 3.1 document whose first server is absolute.
    """
    title = one_line(document["info"]["title"], 120)
    base = str((document.get("servers") or [{"url": ""}])[0]["url"]).rstrip("/")
    calls = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    blocks: list[tuple[str, str]] = []
    for method, path, operation in calls:
        sample = _example(operation.get("requestBody"))
        answer = _example(operation.get("responses", {}).get("200"))
        if sample is None:
            continue
        blocks += [("Sample request", _json(sample))]
        if answer is not None:
            blocks += [("Its answer", _json(answer))]
        blocks += [("With curl", _curl(method, base + path, sample))]
        break
    listed = [(m, p, one_line(o.get("summary", ""))) for m, p, o in calls]
    text = "\n".join(
        [f"{title}: API at {base}"]
        + [f"  {method:6} {path}  {summary}" for method, path, summary in listed]
        + [f"\n{name}:\n{body}" for name, body in blocks]
    )
    words = ("Method", "Path", "What it does")
    head = [tag("th", word, scope="col", style=_CELL) for word in words]
    body = [
        tag(
            "tr",
            tag("td", tag("strong", method), style=_CELL),
            tag(
                "td",
                tag("code", path, style="font-size:12px;background:none"),
                style=f"{_CELL};overflow-wrap:anywhere",
            ),
            tag("td", summary, style=_CELL),
        )
        for method, path, summary in listed
    ]
    html = tag(
        "div",
        _heading(title, f"API at {base}"),
        tag(
            "table",
            tag("thead", tag("tr", head)),
            tag("tbody", body),
            style=_TABLE,
        ),
        [
            [
                tag("p", tag("strong", name), style="margin:10px 0 0"),
                tag("pre", block, style=_PRE),
            ]
            for name, block in blocks
        ],
        style=_FRAME,
    )
    return Displayable(text, html, value=dict(document))


def _heading(name: str, beside: str, state: Markup | None = None) -> Markup:
    return tag(
        "p",
        tag("strong", name, style="font-size:15px", dir="auto"),
        " ",
        tag("span", beside, style="opacity:.75"),
        " " if state else None,
        state,
        style="margin:0",
    )


def _state(mark: str, tone: str, state: str) -> Markup:
    shape = tag("span", mark, style=f"color:{tone};font-weight:700")
    border = f"border:1px solid {tone};border-radius:99px;padding:1px 9px"
    return tag(
        "strong", shape, f" {state}", style=f"{border};margin-left:8px;font-size:12px"
    )


def _steps(steps: list[tuple[str, tuple[str, str], str]]) -> Markup:
    names = [tag("th", name, scope="col", style=_CELL) for name, _, _ in steps]
    times = [
        tag(
            "td",
            tag("span", mark or "·", style=f"color:{tone};font-weight:700"),
            f" {took}" if took else None,
            style=_CELL,
        )
        for _, (mark, tone), took in steps
    ]
    return tag(
        "table",
        tag("thead", tag("tr", names)),
        tag("tbody", tag("tr", times)),
        style=_TABLE,
    )


def _failure(reason: str, detail: str) -> Markup | None:
    if not reason:
        return None
    return tag(
        "div",
        tag("strong", reason, dir="auto"),
        tag("pre", detail, style=_PRE) if detail else None,
        style=f"border-left:4px solid {_BAD};padding:4px 0 4px 12px;margin:8px 0 0",
    )


def _tail(detail: str) -> str:
    """A failure's end: that is where the cause stands."""
    return detail if len(detail) <= _MAX_DETAIL else f"…{detail[-_MAX_DETAIL:]}"


def _took(step: Mapping[str, Any]) -> str:
    seconds = step["seconds"]
    if seconds is None:
        return ""
    return f"{seconds:.1f} s" if seconds >= 0.095 else f"{seconds * 1000:.0f} ms"


def _log_line(row: Mapping[str, str]) -> str:
    time, level = one_line(row["time"], 20), one_line(row["level"], 20)
    mark = "" if level == "Ok" else f"{level}: "
    return f"{time}  {mark}{one_line(row['text'], 140)}"


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _example(part: Mapping[str, Any] | None) -> Any:
    media = (part or {}).get("content", {}).get("application/json", {})
    return media.get("example")


def _json(value: Any) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text if len(text) <= _MAX_SAMPLE else f"{text[:_MAX_SAMPLE]}\n…"


def _curl(method: str, url: str, sample: Any) -> str:
    body = json.dumps(sample, ensure_ascii=False)
    # A shell's single quotes end and begin again around each one inside.
    quoted = body.replace("'", "'\\''")
    data = quoted if len(quoted) <= _MAX_SAMPLE else "@sample.json"
    return (
        f"curl -X {method} '{url}' \\\n"
        '  -H "Authorization: Bearer $MLOPS_GROUP_TOKEN" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{data}'"
    )

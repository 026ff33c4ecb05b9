"""The static twins of the panels: what a saved notebook shows without a kernel.

Inline styles only, because scripts and style blocks are stripped where notebooks are
shown to others; each card reads well without any style too, in light and in dark.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .card_parts import (
    BAD,
    BUSY,
    CELL,
    FRAME,
    OFF,
    OK,
    PRE,
    QUIET,
    STATES,
    TABLE,
    day,
    failure,
    heading,
    log_line,
    state_badge,
    tail,
)
from .html import Displayable, Markup, tag
from .said import said
from .text import clean, one_line
from .words import mark, number, t

_PROGRESS = {"done": ("✓", OK), "running": ("…", BUSY), "failed": ("✗", BAD)}

_MAX_SAMPLE = 1200
_MOST_CALLS = 40
# What the steps of a deployment are called, the states before and after them apart.
_STEPS = (mark("Resolve"), mark("Install"), mark("Start"), mark("Test"))


def status_card(data: Mapping[str, Any]) -> Displayable:
    """A deployment as it stood when the notebook was saved.

    Args:
        data: the fields of the status panel (``name``, ``group``, ``state``, ``line``,
            ``reason``, ``detail``, ``steps``, ``hash``, ``python``, ``updated`` in
            seconds since 1970) and ``rows``, the last lines of its log.
    """
    name, group, state = (one_line(data[k], 120) for k in ("name", "group", "state"))
    sign, tone = STATES.get(state, ("…", BUSY))
    reason, detail = (
        one_line(said(data["reason"]), 400),
        tail(clean(said(data["detail"]))),
    )
    line = one_line(said(data["line"]))
    steps = [
        (t(one_line(s["name"], 20)), _PROGRESS.get(s["progress"], ("", OFF)), _took(s))
        for s in data["steps"]
    ]
    rows = [log_line(row) for row in data["rows"]] if not detail else []
    foot = " · ".join(
        part
        for part in (
            str(data["hash"])[:13],
            f"Python {data['python']}" if data["python"] else "",
            t("as of {time}", time=day(data["updated"])),
        )
        if part
    )
    where = t("group {group}", group=group)
    text = "\n".join(
        part
        for part in (
            f"{name} ({where}): {t(state)}",
            "  ".join(f"{m or '.'} {n} {took}".rstrip() for n, (m, _), took in steps),
            line,
            reason,
            detail,
            foot,
        )
        if part
    )
    html = tag(
        "div",
        heading(name, where, state_badge(sign, tone, state)),
        _steps(steps),
        tag("p", line, style="margin:6px 0 0") if line else None,
        failure(reason, detail),
        tag("pre", "\n".join(rows), style=PRE) if rows else None,
        tag("p", foot, style=QUIET),
        style=FRAME,
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
        blocks += [(t("Sample request"), _json(sample))]
        if answer is not None:
            blocks += [(t("Its answer"), _json(answer))]
        blocks += [(t("With curl"), _curl(method, base + path, sample))]
        break
    at = t("API at {address}", address=base)
    listed = [(m, p, one_line(o.get("summary", ""))) for m, p, o in calls[:_MOST_CALLS]]
    more = len(calls) - len(listed)
    text = "\n".join(
        [f"{title}: {at}"]
        + [f"  {method:6} {path}  {summary}" for method, path, summary in listed]
        + ([t("{n} more", n=more)] if more > 0 else [])
        + [f"\n{name}:\n{body}" for name, body in blocks]
    )
    words = (t("Method"), t("Path"), t("What it does"))
    head = [tag("th", word, scope="col", style=CELL) for word in words]
    body = [
        tag(
            "tr",
            tag("td", tag("strong", method), style=CELL),
            tag(
                "td",
                tag("code", path, style="font-size:12px;background:none"),
                style=f"{CELL};overflow-wrap:anywhere",
            ),
            tag("td", summary, style=CELL),
        )
        for method, path, summary in listed
    ]
    html = tag(
        "div",
        heading(title, at),
        tag(
            "table",
            tag("thead", tag("tr", head)),
            tag("tbody", body),
            style=TABLE,
        ),
        tag("p", t("{n} more", n=more), style=QUIET) if more > 0 else None,
        [
            [
                tag("p", tag("strong", name), style="margin:10px 0 0"),
                tag("pre", block, style=PRE),
            ]
            for name, block in blocks
        ],
        style=FRAME,
    )
    return Displayable(text, html, value=dict(document))


def _steps(steps: list[tuple[str, tuple[str, str], str]]) -> Markup:
    names = [tag("th", name, scope="col", style=CELL) for name, _, _ in steps]
    times = [
        tag(
            "td",
            tag("span", mark or "·", style=f"color:{tone};font-weight:700"),
            f" {took}" if took else None,
            style=CELL,
        )
        for _, (mark, tone), took in steps
    ]
    return tag(
        "table",
        tag("thead", tag("tr", names)),
        tag("tbody", tag("tr", times)),
        style=TABLE,
    )


def _took(step: Mapping[str, Any]) -> str:
    seconds = step["seconds"]
    if seconds is None:
        return ""
    return f"{number(seconds, 1)} s" if seconds >= 0.095 else f"{seconds * 1000:.0f} ms"


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

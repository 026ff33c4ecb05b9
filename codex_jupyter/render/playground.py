"""The playground's static twin: the last request and its answer, and the fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .card_parts import (
    BUSY,
    CELL,
    FRAME,
    PRE,
    QUIET,
    STATES,
    TABLE,
    day,
    failure,
    heading,
    state_badge,
)
from .html import Displayable, Markup, tag
from .text import clean, one_line

_MAX_FIELDS = 40
_MAX_OUTPUTS = 12
_MAX_TEXT = 1500
_KINDS = {
    "number": "number",
    "boolean": "true or false",
    "text": "text",
    "date": "date",
    "moment": "date and time",
    "choice": "one of a few",
    "json": "JSON",
}


def playground_card(data: Mapping[str, Any]) -> Displayable:
    """A model's playground as it stood when the notebook was saved.

    Args:
        data: ``name``, ``group``, ``hash``, ``state``, ``fields`` (each with ``name``,
            ``kind`` and its sample's JSON ``text``), ``sample`` as JSON text, and
            ``run``, the last call (``at``, ``input``, ``results``), or None; ``reads``,
            what files an asynchronous model reads, else ""; and ``execution``, the
            fields of its last execution, or None.
    """
    if data["reads"]:
        return _files_card(data)
    name, group, state = (one_line(data[k], 120) for k in ("name", "group", "state"))
    mark, tone = STATES.get(state, ("…", BUSY))
    fields = [
        (
            one_line(field["name"], 80),
            _KINDS.get(field["kind"], ""),
            one_line(field["text"], 80),
        )
        for field in data["fields"][:_MAX_FIELDS]
    ]
    more = len(data["fields"]) - len(fields)
    run = data["run"]
    lines = [f"{name} (group {group}): {state}"]
    if run:
        lines += ["Last request:", _cut(run["input"])]
        lines += [_answer_text(result) for result in run["results"]]
    else:
        lines.append("No request was made yet.")
    if fields:
        lines.append("It takes:")
        lines += [f"  {n}: {kind}, such as {text}" for n, kind, text in fields]
        lines += [f"  … and {more} more"] if more else []
    else:
        lines += ["It takes:", _cut(data["sample"])]
    html = tag(
        "div",
        heading(name, f"group {group}", state_badge(mark, tone, state)),
        _run(run) if run else tag("p", "No request was made yet.", style=QUIET),
        _schema(fields, more) if fields else _block("Its input", data["sample"]),
        tag("p", one_line(data["hash"], 13), style=QUIET),
        style=FRAME,
    )
    return Displayable("\n".join(lines), html)


def _files_card(data: Mapping[str, Any]) -> Displayable:
    """The same of a model that answers files."""
    name, group, state = (one_line(data[k], 120) for k in ("name", "group", "state"))
    mark, tone = STATES.get(state, ("…", BUSY))
    what = f"It reads {one_line(data['reads'], 20)} files."
    execution = data["execution"]
    told, again, reason = "No file was sent yet.", "", ""
    if execution:
        number, line = (one_line(execution[k], 200) for k in ("number", "line"))
        told = f"{number}: {one_line(execution['state'], 40)}. {line}".strip()
        again = f"→ {one_line(execution['again'], 200)}"
        reason = one_line(execution["reason"], 400)
    lines = [f"{name} (group {group}): {state}", what, told, reason, again]
    html = tag(
        "div",
        heading(name, f"group {group}", state_badge(mark, tone, state)),
        tag("p", what, style=QUIET),
        tag("p", told, dir="auto"),
        failure(reason, _cut(execution["detail"])) if reason else None,
        tag("p", again, style=QUIET) if again else None,
        tag("p", one_line(data["hash"], 13), style=QUIET),
        style=FRAME,
    )
    return Displayable("\n".join(filter(None, lines)), html)


def _run(run: Mapping[str, Any]) -> list[Markup | None]:
    shown: list[Markup | None] = [_block("Last request", run["input"])]
    if run["prepared"]:
        text = f"prepared by {one_line(run['prepared'], 80)}"
        shown.append(tag("p", text, style=QUIET, dir="auto"))
    for result in run["results"]:
        title = f"Answer of {one_line(result['name'], 80)} after {_took(result)}"
        shown.append(tag("p", tag("strong", title), style="margin:10px 0 0"))
        if result["error"]:
            detail = _cut(result["detail"] or result["hint"])
            shown.append(failure(one_line(result["error"], 400), detail))
            continue
        rows = [
            tag(
                "tr",
                tag("th", one_line(o["name"], 80), scope="row", style=CELL, dir="auto"),
                tag("td", one_line(o["text"], 200), style=CELL, dir="auto"),
            )
            for o in result["outputs"][:_MAX_OUTPUTS]
        ]
        shown.append(tag("table", tag("tbody", rows), style=TABLE))
        if len(result["outputs"]) > _MAX_OUTPUTS:
            left = len(result["outputs"]) - _MAX_OUTPUTS
            shown.append(tag("p", f"… and {left} more", style=QUIET))
        if result["why"]:
            shown += _why(result["why"])
    shown.append(tag("p", f"asked {day(run['at'])}", style=QUIET))
    return shown


def _why(why: Mapping[str, Any]) -> list[Markup | None]:
    head = ("Input", "Value", "Contribution")
    rows = [
        tag("tr", [tag("td", cell, style=CELL, dir="auto") for cell in part])
        for part in _parts(why)
    ]
    title = f"Why, by {one_line(why['function'], 80)}"
    if why["base"] is not None:
        title += f", from the base value {why['base']:.4g}"
    return [
        tag("p", tag("strong", title), style="margin:10px 0 0"),
        tag(
            "table",
            tag(
                "thead",
                tag("tr", [tag("th", h, scope="col", style=CELL) for h in head]),
            ),
            tag("tbody", rows),
            style=TABLE,
        ),
    ]


def _parts(why: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, value and contribution of what moved the answer most."""
    return [
        (
            one_line(part["name"], 80),
            one_line(part["value"], 80),
            "no number" if part["number"] is None else f"{part['number']:+.4g}",
        )
        for part in why["parts"][:_MAX_OUTPUTS]
    ]


def _schema(fields: list[tuple[str, str, str]], more: int) -> list[Markup | None]:
    head = [tag("th", w, scope="col", style=CELL) for w in ("Field", "Takes", "Sample")]
    body = [
        tag("tr", [tag("td", cell, style=CELL, dir="auto") for cell in field])
        for field in fields
    ]
    return [
        tag("table", tag("thead", tag("tr", head)), tag("tbody", body), style=TABLE),
        tag("p", f"… and {more} more", style=QUIET) if more else None,
    ]


def _block(title: str, text: str) -> Markup:
    return tag(
        "div",
        tag("strong", title),
        tag("pre", _cut(text), style=PRE, dir="auto"),
        style="margin:10px 0 0",
    )


def _answer_text(result: Mapping[str, Any]) -> str:
    head = f"Answer of {one_line(result['name'], 80)} after {_took(result)}:"
    if result["error"]:
        return f"{head} {one_line(result['error'], 400)}"
    lines = [head, _cut(result["text"])]
    if result["why"]:
        lines.append("Why:")
        lines += [f"  {n} {v}: {number}" for n, v, number in _parts(result["why"])]
    return "\n".join(lines)


def _took(result: Mapping[str, Any]) -> str:
    milliseconds = result["ms"]
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1000:.1f} s"


def _cut(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}\n…"

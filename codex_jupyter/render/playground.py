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
from .said import said
from .text import clean, one_line
from .words import mark, number, t

_MAX_FIELDS = 40
_MAX_OUTPUTS = 12
_MAX_TEXT = 1500
_KINDS = {
    "number": mark("number"),
    "boolean": mark("true or false"),
    "text": mark("text"),
    "date": mark("date"),
    "moment": mark("date and time"),
    "choice": mark("one of a few"),
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
    sign, tone = STATES.get(state, ("…", BUSY))
    fields = [
        (
            one_line(field["name"], 80),
            t(_KINDS.get(field["kind"], "")),
            one_line(field["text"], 80),
        )
        for field in data["fields"][:_MAX_FIELDS]
    ]
    more = len(data["fields"]) - len(fields)
    run = data["run"]
    where = t("group {group}", group=group)
    lines = [f"{name} ({where}): {t(state)}"]
    if run:
        lines += [f"{t('Last request')}:", _cut(run["input"])]
        lines += [_answer_text(result) for result in run["results"]]
    else:
        lines.append(t("No request was made yet."))
    if fields:
        lines.append(t("It takes:"))
        lines += [
            f"  {n}: " + t("{kind}, such as {example}", kind=kind, example=text)
            for n, kind, text in fields
        ]
        lines += ["  " + t("… and {n} more", n=more)] if more else []
    else:
        lines += [t("It takes:"), _cut(data["sample"])]
    html = tag(
        "div",
        heading(name, where, state_badge(sign, tone, state)),
        _run(run) if run else tag("p", t("No request was made yet."), style=QUIET),
        _schema(fields, more) if fields else _block(t("Its input"), data["sample"]),
        tag("p", one_line(data["hash"], 13), style=QUIET),
        style=FRAME,
    )
    return Displayable("\n".join(lines), html)


def _files_card(data: Mapping[str, Any]) -> Displayable:
    """The same of a model that answers files."""
    name, group, state = (one_line(data[k], 120) for k in ("name", "group", "state"))
    sign, tone = STATES.get(state, ("…", BUSY))
    where = t("group {group}", group=group)
    what = t("It reads {kind} files.", kind=one_line(data["reads"], 20))
    execution = data["execution"]
    told, again, reason = t("No file was sent yet."), "", ""
    if execution:
        number, line = (one_line(execution[k], 200) for k in ("number", "line"))
        told = f"{number}: {t(one_line(execution['state'], 40))}. {line}".strip()
        again = f"→ {one_line(execution['again'], 200)}"
        reason = one_line(said(execution["reason"]), 400)
    lines = [f"{name} ({where}): {t(state)}", what, told, reason, again]
    html = tag(
        "div",
        heading(name, where, state_badge(sign, tone, state)),
        tag("p", what, style=QUIET),
        tag("p", told, dir="auto"),
        failure(reason, _cut(execution["detail"])) if reason else None,
        tag("p", again, style=QUIET) if again else None,
        tag("p", one_line(data["hash"], 13), style=QUIET),
        style=FRAME,
    )
    return Displayable("\n".join(filter(None, lines)), html)


def _run(run: Mapping[str, Any]) -> list[Markup | None]:
    shown: list[Markup | None] = [_block(t("Last request"), run["input"])]
    if run["prepared"]:
        text = t("prepared by {script}", script=one_line(run["prepared"], 80))
        shown.append(tag("p", text, style=QUIET, dir="auto"))
    for result in run["results"]:
        title = _answer_of(result)
        shown.append(tag("p", tag("strong", title), style="margin:10px 0 0"))
        if result["error"]:
            detail = _cut(result["detail"] or said(result["hint"]))
            shown.append(failure(one_line(said(result["error"]), 400), detail))
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
            shown.append(tag("p", t("… and {n} more", n=left), style=QUIET))
        if result["why"]:
            shown += _why(result["why"])
    shown.append(tag("p", t("asked {time}", time=day(run["at"])), style=QUIET))
    return shown


def _why(why: Mapping[str, Any]) -> list[Markup | None]:
    head = (t("Input"), t("Value"), t("Contribution"))
    rows = [
        tag("tr", [tag("td", cell, style=CELL, dir="auto") for cell in part])
        for part in _parts(why)
    ]
    function = one_line(why["function"], 80)
    title = t("Why, by {function}", function=function)
    if why["base"] is not None:
        base = f"{why['base']:.4g}"
        title = t(
            "Why, by {function}, from the base value {base}",
            function=function,
            base=base,
        )
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
            t("no number") if part["number"] is None else f"{part['number']:+.4g}",
        )
        for part in why["parts"][:_MAX_OUTPUTS]
    ]


def _schema(fields: list[tuple[str, str, str]], more: int) -> list[Markup | None]:
    head = [
        tag("th", w, scope="col", style=CELL)
        for w in (t("Field"), t("Takes"), t("Sample"))
    ]
    body = [
        tag("tr", [tag("td", cell, style=CELL, dir="auto") for cell in field])
        for field in fields
    ]
    return [
        tag("table", tag("thead", tag("tr", head)), tag("tbody", body), style=TABLE),
        tag("p", t("… and {n} more", n=more), style=QUIET) if more else None,
    ]


def _block(title: str, text: str) -> Markup:
    return tag(
        "div",
        tag("strong", title),
        tag("pre", _cut(text), style=PRE, dir="auto"),
        style="margin:10px 0 0",
    )


def _answer_text(result: Mapping[str, Any]) -> str:
    head = f"{_answer_of(result)}:"
    if result["error"]:
        return f"{head} {one_line(said(result['error']), 400)}"
    lines = [head, _cut(result["text"])]
    if result["why"]:
        lines.append(t("Why:"))
        lines += [f"  {n} {v}: {number}" for n, v, number in _parts(result["why"])]
    return "\n".join(lines)


def _answer_of(result: Mapping[str, Any]) -> str:
    name = one_line(result["name"], 80)
    return t("Answer of {name} after {time}", name=name, time=_took(result))


def _took(result: Mapping[str, Any]) -> str:
    milliseconds = result["ms"]
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    return f"{number(milliseconds / 1000, 1)} s"


def _cut(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}\n…"

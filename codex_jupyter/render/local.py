"""The local panel's static twin: how the platform was, and what to type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .card_parts import (
    BAD,
    BUSY,
    CELL,
    FRAME,
    OFF,
    OK,
    QUIET,
    TABLE,
    WARN,
    day,
    failure,
    heading,
    state_badge,
)
from .html import Displayable, tag
from .said import said
from .text import clean, one_line
from .words import mark, number, t

_STATES = {
    "running": ("✓", OK, mark("Running")),
    "stopped": ("‖", OFF, mark("Stopped")),
    "starting": ("…", BUSY, mark("Starting")),
    "stopping": ("…", BUSY, mark("Stopping")),
    "silent": ("!", WARN, mark("Does not answer")),
    "crashed": ("✗", BAD, mark("Crashed")),
}


def local_card(data: Mapping[str, Any]) -> Displayable:
    """The embedded platform as it stood when the notebook was saved.

    Args:
        data: the fields of the ``local`` message, and ``said``, what the command did.
    """
    sign, tone, word = _STATES.get(data["state"], ("…", BUSY, data["state"]))
    facts = facts_of(data)
    did, problem = clean(said(data["said"])).strip(), clean(said(data["problem"]))
    lines = [
        did or t("Embedded platform: {state}", state=t(word)),
        *(f"{k}: {v}" for k, v in facts),
    ]
    if problem:
        lines.append(problem)
    next_ = clean(data["lines"][0]) if data["lines"] else ""
    html = tag(
        "div",
        heading(
            t("Embedded platform"), t("on this machine"), state_badge(sign, tone, word)
        ),
        failure(problem, clean(data["detail"])),
        tag(
            "table",
            tag(
                "tbody",
                [
                    tag(
                        "tr",
                        tag("th", name, scope="row", style=CELL),
                        tag("td", value, style=CELL, dir="auto"),
                    )
                    for name, value in facts
                ],
            ),
            style=TABLE,
        ),
        tag("p", tag("code", next_), style=QUIET) if next_ else None,
        tag("p", t("as of {time}", time=day(data["updated"])), style=QUIET),
        style=FRAME,
    )
    return Displayable("\n".join([*lines, *([f"→ {next_}"] if next_ else [])]), html)


def facts_of(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known of it, as names and texts."""
    counts = [f"{one['value']} {t(one['name'])}" for one in data["models"]]
    known = [
        (t("Address"), data["address"]),
        (t("Data"), data["folder"]),
        (t("Models"), ", ".join(counts)),
        (t("Version"), data["version"]),
        (t("Disk used"), "" if data["disk"] is None else _size(data["disk"])),
        (t("Process"), "" if data["pid"] is None else str(data["pid"])),
    ]
    return [(name, one_line(value, 300)) for name, value in known if value]


def _size(count: int) -> str:
    if count < 1 << 20:
        return f"{number(count / 1024)} KiB"
    if count < 1 << 30:
        return f"{number(count / (1 << 20))} MiB"
    return f"{number(count / (1 << 30), 1)} GiB"

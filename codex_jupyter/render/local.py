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
from .text import clean, one_line

_STATES = {
    "running": ("✓", OK, "Running"),
    "stopped": ("‖", OFF, "Stopped"),
    "starting": ("…", BUSY, "Starting"),
    "stopping": ("…", BUSY, "Stopping"),
    "silent": ("!", WARN, "Does not answer"),
    "crashed": ("✗", BAD, "Crashed"),
}


def local_card(data: Mapping[str, Any]) -> Displayable:
    """The embedded platform as it stood when the notebook was saved.

    Args:
        data: the fields of the ``local`` message, and ``said``, what the command did.
    """
    mark, tone, word = _STATES.get(data["state"], ("…", BUSY, data["state"]))
    facts = facts_of(data)
    said = clean(data["said"]).strip()
    lines = [said or f"Embedded platform: {word}", *(f"{k}: {v}" for k, v in facts)]
    if data["problem"]:
        lines.append(clean(data["problem"]))
    next_ = clean(data["lines"][0]) if data["lines"] else ""
    html = tag(
        "div",
        heading("Embedded platform", "on this machine", state_badge(mark, tone, word)),
        failure(clean(data["problem"]), clean(data["detail"])),
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
        tag("p", f"as of {day(data['updated'])}", style=QUIET),
        style=FRAME,
    )
    return Displayable("\n".join([*lines, *([f"→ {next_}"] if next_ else [])]), html)


def facts_of(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known of it, as names and texts."""
    counts = [f"{one['value']} {one['name']}" for one in data["models"]]
    known = [
        ("Address", data["address"]),
        ("Data", data["folder"]),
        ("Models", ", ".join(counts)),
        ("Version", data["version"]),
        ("Disk used", "" if data["disk"] is None else _size(data["disk"])),
        ("Process", "" if data["pid"] is None else str(data["pid"])),
    ]
    return [(name, one_line(value, 300)) for name, value in known if value]


def _size(count: int) -> str:
    if count < 1 << 20:
        return f"{count / 1024:.0f} KiB"
    if count < 1 << 30:
        return f"{count / (1 << 20):.0f} MiB"
    return f"{count / (1 << 30):.1f} GiB"

"""The deploy form's static twin, before anything was deployed with it."""

from __future__ import annotations

from .card_parts import FRAME, OFF, heading, state_badge
from .html import Displayable, tag
from .words import mark, t


def deploy_card() -> Displayable:
    """What the form is for, and how to have it again; nothing that was typed."""
    line = t(
        "Nothing was deployed with this form. Run the cell again to fill it in, or "
        "write the line: %codex deploy --help shows how."
    )
    html = tag(
        "div",
        heading(t("Deploy a model"), "", state_badge("·", OFF, mark("Not deployed"))),
        tag("p", line, style="margin:6px 0 0"),
        style=FRAME,
    )
    return Displayable(line, html)

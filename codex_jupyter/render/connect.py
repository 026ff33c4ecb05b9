"""The connect form's static twin: whether there is a connection, and whose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .card_parts import FRAME, OFF, OK, heading, state_badge
from .html import Displayable, tag
from .text import one_line
from .words import mark, t


def connect_card(data: Mapping[str, Any]) -> Displayable:
    """The connection as it stood when the notebook was saved; no secret is known here.

    Args:
        data: ``address`` and ``connected``, a sentence, "" while there is none.
    """
    address = one_line(data["address"], 120)
    told = one_line(data["connected"], 400)
    line = told or t(
        "Not connected: run the cell again and fill in the form, or set MLOPS_USER "
        "and MLOPS_PASSWORD."
    )
    badge = (
        state_badge("✓", OK, mark("Connected"))
        if told
        else state_badge("·", OFF, mark("Not connected"))
    )
    html = tag(
        "div",
        heading(t("Connect"), address, badge),
        tag("p", line, style="margin:6px 0 0"),
        style=FRAME,
    )
    return Displayable(line, html)

"""Code to copy: a plain string for Python, a selectable block for the page."""

from __future__ import annotations

from typing import Any

from .html import Markup, tag


class Snippet(str):
    """A string of code that a notebook shows as a block ready to be copied."""

    __slots__ = ()

    def _repr_html_(self) -> Markup:
        return tag(
            "pre",
            tag("code", str(self)),
            class_="cx-snippet",
            tabindex="0",
            style="user-select:text;white-space:pre;overflow-x:auto;margin:4px 0",
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002, FBT001
        # A str would be shown quoted, its line breaks as \n.
        printer.text(str(self))

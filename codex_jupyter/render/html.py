"""HTML that escapes by default, and displayable results with a plain-text form.

`tag` escapes every child and attribute that is not `Markup`; nothing else in the
package writes angle brackets.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .text import clean

_VOID = frozenset({"br", "col", "hr", "img", "input", "meta"})


class Markup(str):
    """Text that is HTML already, because `tag` made it."""

    __slots__ = ()


Child = Markup | str | int | float | None | Sequence["Child"]


def escape(value: object) -> Markup:
    """Any value as HTML text without control characters; `Markup` passes through."""
    if isinstance(value, Markup):
        return value
    return Markup(html.escape(clean(value), quote=True))


def tag(name: str, /, *children: Child, **attributes: object) -> Markup:
    """One element.

    Args:
        name: the element's name.
        children: text (escaped), markup, lists of them; None is left out.
        attributes: ``class_`` becomes ``class`` and ``aria_label`` ``aria-label``;
            True gives the bare attribute, None and False leave it out.
    """
    opening = name + "".join(
        f" {_attribute(key)}"
        if value is True
        else f' {_attribute(key)}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return Markup(f"<{opening}>")
    return Markup(f"<{opening}>{join(children)}</{name}>")


def join(children: Child) -> Markup:
    """Children as one piece of markup."""
    if children is None:
        return Markup("")
    if isinstance(children, (list, tuple)):
        return Markup("".join(join(child) for child in children))
    return escape(children)


@dataclass(frozen=True)
class Displayable:
    """Something a cell shows: HTML where it can be shown, text everywhere.

    Args:
        text: the plain form, complete in itself.
        html: the rich form, or None for text only.
        value: what the command found, for callers that want the data.
    """

    text: str
    html: Markup | None = None
    value: Any = None

    def _repr_mimebundle_(self, **_: object) -> Mapping[str, str]:
        bundle = {"text/plain": self.text}
        if self.html is not None:
            bundle["text/html"] = self.html
        return bundle

    def __repr__(self) -> str:
        return self.text


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")

"""Small text files as they arrive, read by the same rule at both ends.

What a form says of a .env file, what a trial sets, and what a model gets are one thing.
"""

from __future__ import annotations

import codecs
import io
import re

_VARIABLE = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)


def plain_text(raw: bytes) -> str:
    """A text file of unknown origin: UTF-8 or UTF-16 by its mark, else Latin-1."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def parse_env(raw: bytes) -> dict[str, str]:
    """The variables of a .env file; ``${NAME}`` in a value stays as it is.

    Lines that are no assignment are left out.
    """
    from dotenv import dotenv_values

    text = "\n".join(plain_text(raw).splitlines()) + "\n"
    # Not interpolated: what would be filled in are the reader's own variables.
    values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    return {
        name: value
        for name, value in values.items()
        if value is not None and _VARIABLE.match(name) and "\0" not in value
    }

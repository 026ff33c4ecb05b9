"""Where an export goes, and writing it without losing what is there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from codex_jupyter.errors import InputError
from codex_jupyter.protocol.names import file_name


def destination(name: str, suffix: str, to: str | None) -> Path:
    """The file to write.

    Args:
        name: the model's; any text, of which a file name is made that stays in the
            working directory.
        suffix: such as ``.ipynb``.
        to: a file or a folder that the user chose, or None.

    Raises:
        InputError: the chosen file has another suffix, or its folder does not exist.
    """
    own = file_name(name, "model") + suffix
    if to is None:
        return Path(own)
    chosen = Path(to).expanduser()
    if chosen.is_dir():
        return chosen / own
    if chosen.suffix.lower() != suffix:
        raise InputError(
            f"The file is to end in {suffix}, not {chosen.name}.",
            hint=f"Write --to {chosen.with_suffix(suffix)}",
        )
    if not chosen.parent.is_dir():
        raise InputError(f"There is no folder {chosen.parent}.")
    return chosen


def save(
    path: Path, text: str, *, force: bool, again: str, option: str = "--to"
) -> None:
    """Write the file, all of it or nothing.

    Args:
        force: replace a file that exists.
        again: what to type to replace it, told when it exists.
        option: which one names the file.

    Raises:
        InputError: it exists, or cannot be written.
    """
    half = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}")
    try:
        try:
            half.write_text(text, "utf-8")
            if force:
                half.replace(path)
            else:
                # A link fails where a file is, also one made a moment ago.
                os.link(half, path)
        finally:
            half.unlink(missing_ok=True)
    except FileExistsError:
        raise InputError(
            f"The file {path} exists already; it was left as it is.",
            hint=f"{again} replaces it; {option} FILE writes another.",
        ) from None
    except OSError as error:
        raise InputError(
            f"The file {path} cannot be written: {error.strerror or error}."
        ) from None

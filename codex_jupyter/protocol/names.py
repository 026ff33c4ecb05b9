"""Names, hashes and versions as they travel: what is allowed, and how to read them.

Every check returns None when the value is fine, else one sentence for a person.
Server and client call the same checks, so a form and an upload never disagree.
"""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 32
# Of what no client of the protocol limits.
MAX_LABEL = 100
MIN_EXPERIMENT = 3
# File systems take 255 bytes; a suffix is kept when it is one.
_MAX_FILE, _MAX_SUFFIX = 200, 16

_GROUP = re.compile(r"[^\W]+\Z")
_MODEL = re.compile(r"[\w .()\-]+\Z")
_HASH = re.compile(r"[MTSDE][0-9a-f]{63}\Z")
_PYTHON = re.compile(r"(?:Python)?3\.?(\d{1,2})\Z")
_DEVICES = frozenset({"con", "prn", "aux", "nul", "com1", "com2", "lpt1", "lpt2"})


def group_problem(name: str) -> str | None:
    """What is wrong with a group's name, or None."""
    if not name:
        return "The group has no name."
    if len(name) > MAX_NAME:
        return f"The group's name has {len(name)} characters; {MAX_NAME} are allowed."
    if not _GROUP.match(name):
        return "A group's name is made of letters, digits and underscores only."
    return None


def model_problem(name: str, noun: str = "model") -> str | None:
    """What is wrong with the name of a model, or of another noun, or None."""
    if not name.strip():
        return f"The {noun} has no name."
    if len(name) > MAX_NAME:
        return f"The {noun}'s name has {len(name)} characters; {MAX_NAME} are allowed."
    if not _MODEL.match(name) or name != name.strip():
        return (
            f"A {noun}'s name is made of letters, digits, blanks, dots, dashes, "
            "underscores and parentheses only, and starts and ends without a blank."
        )
    return None


def datasource_problem(name: str) -> str | None:
    """What is wrong with a datasource's name, or None."""
    if not name.strip():
        return "The datasource has no name."
    if len(name) > MAX_LABEL:
        return (
            f"The datasource's name has {len(name)} characters; {MAX_LABEL} are "
            "allowed."
        )
    if not _MODEL.match(name) or name != name.strip() or not name.strip("."):
        return (
            "A datasource's name is made of letters, digits, blanks, dots, dashes, "
            "underscores and parentheses only, and starts and ends without a blank."
        )
    return None


def dataset_problem(name: str) -> str | None:
    """What is wrong with a dataset's name, or None."""
    if not name.strip():
        return "The dataset has no name."
    if len(name) > MAX_LABEL:
        return (
            f"The dataset's name has {len(name)} characters; {MAX_LABEL} are allowed."
        )
    if not name.isprintable():
        return "A dataset's name is made of characters that can be printed only."
    return None


def experiment_problem(name: str) -> str | None:
    """What is wrong with a training experiment's name, or None."""
    if not MIN_EXPERIMENT <= len(name.strip()) <= MAX_NAME:
        return (
            f"An experiment's name has {MIN_EXPERIMENT} to {MAX_NAME} characters; "
            f"'{name[:40]}' has {len(name.strip())}."
        )
    if not _MODEL.match(name) or name != name.strip():
        return (
            "An experiment's name is made of letters, digits, blanks, dots, dashes, "
            "underscores and parentheses only, and starts and ends without a blank."
        )
    return None


def run_problem(name: str) -> str | None:
    """What is wrong with the name of a training run, or None."""
    if not name.strip():
        return "The run has no name."
    if len(name) > MAX_LABEL:
        return f"The run's name has {len(name)} characters; {MAX_LABEL} are allowed."
    if not name.isprintable():
        return "A run's name is made of characters that can be printed only."
    return None


def reference_problem(name: str) -> str | None:
    """What is wrong with an entry point's name, or None."""
    if not name.isidentifier():
        return f"'{name[:60]}' is not the name of a function."
    if len(name) > MAX_LABEL:
        return (
            f"The function's name has {len(name)} characters; {MAX_LABEL} are allowed."
        )
    return None


def is_hash(text: str) -> bool:
    """True for the platform's 64-character hashes, such as ``M…`` of models."""
    return _HASH.match(text) is not None


def python_minor(text: str) -> int | None:
    """The minor version in ``Python39``, ``3.9`` or ``39``; else None."""
    found = _PYTHON.match(text)
    return int(found.group(1)) if found else None


def python_field(version: str) -> str:
    """``3.9`` as the wire's ``Python39``.

    Raises:
        ValueError: the text is no Python 3 version.
    """
    minor = python_minor(version)
    if minor is None:
        raise ValueError(f"'{version}' is not a Python version such as 3.11")
    return f"Python3{minor}"


def file_name(raw: str, default: str) -> str:
    """The last component of an uploaded file's name, safe to create in a folder.

    Full paths of either system arrive in practice, as do empty names, so the text
    is cut at both separators; what is left never climbs, hides or names a device.
    """
    base = unicodedata.normalize("NFC", re.split(r"[/\\]", raw)[-1])
    base = "".join(c for c in base if c.isprintable() and c not in '<>:"|?*').strip()
    base = re.sub(r"\.{2,}", ".", base).lstrip(".").rstrip(". ")
    if not base or base.partition(".")[0].lower() in _DEVICES:
        return default
    stem, dot, suffix = base.rpartition(".")
    if not stem or len(suffix) > _MAX_SUFFIX:
        return _cut(base, _MAX_FILE)
    return f"{_cut(stem, _MAX_FILE - _MAX_SUFFIX)}{dot}{suffix}"


def kept_as(name: str) -> str:
    """What a file's name is told from others by, where files lie in one folder.

    Two of which this is the same would hide each other, on some systems at least.
    """
    return file_name(name, name).casefold()


def _cut(text: str, size: int) -> str:
    """The beginning of a text, in at most so many bytes of UTF-8."""
    return text.encode()[:size].decode(errors="ignore")

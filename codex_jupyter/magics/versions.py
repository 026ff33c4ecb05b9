"""What differs between two versions of a model or a script: code, files, settings."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import CodexError

from .known import short_python

if TYPE_CHECKING:
    from codex_jupyter.client.deployed import Deployed

# How a file is called to a person, by the role that the protocol gives it.
_TITLES = {"source": "code", "model": "model", "requirements": "requirements",
           "schema": "schema"}  # fmt: skip
_TEXTS = frozenset({".cfg", ".csv", ".ini", ".json", ".md", ".py", ".sql", ".toml",
                    ".txt", ".yaml", ".yml"})  # fmt: skip
_LARGEST_TEXT = 200_000  # bytes; comparing lines takes long beyond
_MOST_LINES = 60
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a version.

    Args:
        sha256: of its content, in hexadecimal digits.
        size: in bytes.
    """

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a model or a script, deployed or about to be.

    Args:
        label: how a person tells it from the other.
        settings: such as its Python and its entry point.
        files: by role; extra files by role and name.
        has_env: environment variables go with it, whose values nobody is told.
        read: the content of a file; raises `CodexError` where it cannot be had.
    """

    label: str
    settings: Mapping[str, str]
    files: Mapping[str, Kept]
    has_env: bool
    read: Callable[[Kept], bytes]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Args:
        what: code, requirements, schema, model, a setting or a file's name.
        told: it in a line.
        diff: the lines of a unified diff; () where there is no text to compare.
    """

    what: str
    told: str
    diff: tuple[str, ...] = ()


def of_files(
    files: Mapping[str, Path | tuple[str, bytes]],
    settings: Mapping[str, str],
    *,
    has_env: bool,
) -> Version:
    """The version that an upload of these files would make.

    Args:
        files: by role; paths, or names with contents.
        settings: see `settings_of`.
    """
    contents = dict(one for one in files.values() if isinstance(one, tuple))
    paths = {one.name: one for one in files.values() if isinstance(one, Path)}
    kept = {role: _kept(file) for role, file in files.items()}

    def read(file: Kept) -> bytes:
        if file.name in contents:
            return contents[file.name]
        return paths[file.name].read_bytes()

    return Version("this cell", settings, kept, has_env, read)


def of_deployed(made: Deployed) -> Version | None:
    """A version that the platform holds; None when it does not tell its files.

    Raises:
        CodexError: it cannot be described.
    """
    info = made.info()
    rows = info.get("Files")
    if not isinstance(rows, list):
        return None
    files = {}
    for row in rows:
        role, name = str(row.get("Role")), str(row.get("Name"))
        key = role if role in _TITLES else f"extra {name}"
        if role == "schema" and info.get("Named"):
            key = f"table {name}"
        files[key] = Kept(name, str(row.get("Sha256")), int(row.get("Size") or 0))
    settings = settings_of(
        str(info.get("PythonVersion") or "").replace("Python3", "3."),
        str(info.get("ModelReference") or info.get("ScriptReference") or ""),
        str(info.get("Operation") or ""),
        # What a script reads is told by its tables.
        str(info.get("Input") or "") if made.noun == "model" else None,
    )
    return Version(
        made.hash[:_SHORT],
        settings,
        files,
        bool(info.get("HasEnv")),
        lambda file: made.file_content(file.name),
    )


def settings_of(
    python: str, reference: str, operation: str, reads: str | None
) -> dict[str, str]:
    """What a version has beside files, for a person.

    Args:
        reads: json, csv or parquet; None where that is no setting.
    """
    settings = {
        "Python": short_python(python),
        "entry point": reference,
        "operation": operation.lower(),
    }
    return settings | ({} if reads is None else {"reads": reads.lower()})


def numbered(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows, the oldest first, each with its ``Version`` from 1 on.

    Args:
        rows: all of a name and group, deleted ones too: they keep their numbers.
    """
    counts: Counter[tuple[Any, Any]] = Counter()
    made = []
    for row in sorted(rows, key=lambda row: str(row.get("UploadedAt", ""))):
        key = row.get("Group"), row.get("Name")
        counts[key] += 1
        made.append({**row, "Version": counts[key]})
    return made


def compare(old: Version, new: Version) -> list[Change]:
    """What differs; [] when nothing does."""
    found = [
        Change(what, f"{value or 'not told'} → {new.settings[what] or 'not told'}")
        for what, value in old.settings.items()
        if value != new.settings[what]
    ]
    for key in [*old.files, *(key for key in new.files if key not in old.files)]:
        before, after = old.files.get(key), new.files.get(key)
        if before is None or after is None:
            there = after or before
            assert there is not None  # noqa: S101 - the key came from one of them
            did = "added" if before is None else "no longer there"
            found.append(Change(_title(key), f"{there.name} is {did}"))
        elif before.sha256 != after.sha256:
            found.append(_file_change(key, before, after, old, new))
    if old.has_env and new.has_env:
        found.append(
            Change(
                "environment",
                "both have variables; they are kept encrypted and cannot be compared",
            )
        )
    elif old.has_env or new.has_env:
        told = "variables are added" if new.has_env else "no variables any more"
        found.append(Change("environment", told))
    return found


def _file_change(
    key: str, before: Kept, after: Kept, old: Version, new: Version
) -> Change:
    told = (
        f"{before.sha256[:_SHORT]} ({before.size:,} bytes) → "
        f"{after.sha256[:_SHORT]} ({after.size:,} bytes)"
    )
    small = max(before.size, after.size) <= _LARGEST_TEXT
    if key == "model" or not small or not _is_text(before) or not _is_text(after):
        return Change(_title(key), told)
    try:
        was = _lines(old.read(before), before.name)
        now = _lines(new.read(after), after.name)
    except (CodexError, UnicodeDecodeError):
        # A platform that hands no files out still tells that they differ.
        return Change(_title(key), f"{told}; the text is not told")
    lines = list(unified_diff(was, now, old.label, new.label, n=2, lineterm=""))
    added = sum(line.startswith("+") for line in lines[2:])
    removed = sum(line.startswith("-") for line in lines[2:])
    shown = list(islice(lines, _MOST_LINES))
    if len(lines) > len(shown):
        shown.append(f"… {len(lines) - len(shown)} more lines")
    if not lines:
        return Change(_title(key), "only blanks or line ends differ")
    noun = "line" if added == 1 else "lines"
    told = f"{added} {noun} added, {removed} removed"
    return Change(_title(key), told, tuple(shown))


def _lines(content: bytes, name: str) -> list[str]:
    text = content.decode()
    if name.endswith(".json"):
        # A schema is one long line; a field a line shows which of them changed.
        try:
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=1)
        except ValueError:
            return text.splitlines()
    return text.splitlines()


def _is_text(file: Kept) -> bool:
    return Path(file.name).suffix.lower() in _TEXTS


def _title(key: str) -> str:
    return _TITLES.get(key) or key.removeprefix("extra ")


def _kept(file: Path | tuple[str, bytes]) -> Kept:
    if isinstance(file, Path):
        return Kept(file.name, _sha256(file), file.stat().st_size)
    name, content = file
    return Kept(name, hashlib.sha256(content).hexdigest(), len(content))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""The command ``clean``: tells what nothing uses, and removes it when told to."""

from __future__ import annotations

import shlex
import sys

from sqlalchemy import URL

from codex_jupyter.config import DataDir
from codex_jupyter.server.database import (
    DatabaseError,
    claimed,
    database_of,
    has_database,
    shown,
)
from codex_jupyter.server.environments.keeping import Borrowed, unborrowed
from codex_jupyter.server.host import HostError, locked
from codex_jupyter.server.store.named import Unknown

from .finding import Disk, Kind, look

_MOST_TOLD = 10


def run_clean(
    data: DataDir, database: str | None = None, *, yes: bool, deleted: bool
) -> int:
    """Tell of the data folder of a stopped platform; 0 when it did what it was asked.

    Args:
        database: as the platform is started with; None for the folder's file.
        yes: also remove what nothing uses.
        deleted: files of deleted models and scripts count as unused.
    """
    again = _line(data, "--deleted" if deleted else "", "--yes" if yes else "")
    if not data.root.is_dir():
        print(f"There is no data folder {data.root}.", file=sys.stderr)
        return 2
    # In a folder that is no platform's, all that there is would seem unused.
    if not has_database(data):
        print(
            f"Nothing was removed: {data.root} does not say where a platform's rows "
            "are. Name the folder of a platform with --data-dir.",
            file=sys.stderr,
        )
        return 2
    try:
        with locked(data, _stop(data, again)), unborrowed(data.root / "environments"):
            url = database_of(data, database)
            with claimed(url):
                return _clean(data, url, yes=yes, deleted=deleted)
    except Borrowed:
        print(
            "A check of a notebook's cell works in one of the environments.\n"
            f"When it is over, type again: {again}",
            file=sys.stderr,
        )
    except (HostError, DatabaseError) as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(
            f"The cleaning stopped: {error}.\nWhat was removed until then is used by "
            f"nothing. To go on, type again: {again}",
            file=sys.stderr,
        )
    return 2


def _clean(data: DataDir, url: URL, *, yes: bool, deleted: bool) -> int:
    try:
        disk = look(data, url, deleted=deleted)
    except Unknown as error:
        print(
            f"Nothing was removed: the database {shown(url)} does not tell what is in "
            f"use ({error}).",
            file=sys.stderr,
        )
        return 2
    print(f"{data.root}\n")
    _table(disk)
    for kind in disk.kinds:
        _listed(kind)
    print()
    if not any(kind.unused for kind in disk.kinds):
        print("Everything is in use: there is nothing to remove.")
    elif not yes:
        line = _line(data, "--deleted" if deleted else "", "--yes")
        print(f"Nothing was removed. To remove what is unused, type: {line}")
    else:
        _remove(disk, data)
    if disk.archived:
        print(
            f"{_bytes(disk.archived)} are files of deleted models and scripts, which "
            "are kept. To count them as unused too, type: "
            f"{_line(data, '--deleted')}"
        )
    return 0


def _remove(disk: Disk, data: DataDir) -> None:
    freed, waiting = 0, 0
    for kind in disk.kinds:
        for item in kind.unused:
            if item.remove():
                freed += item.size
            else:
                waiting += 1
    print(f"Removed {_bytes(freed)}.")
    if waiting:
        print(
            f"{waiting} of the environments are being built still. Later, type again: "
            f"{_line(data, '--yes')}"
        )


def _table(disk: Disk) -> None:
    rows = [("", "all", "", "unused", "")]
    for kind in disk.kinds:
        unused = (_bytes(kind.freed), f"({len(kind.unused)})") if kind.unused else ()
        rows.append(
            (kind.name, _bytes(kind.size), f"({kind.count})", *(unused or ("-", "")))
        )
    whole = sum(kind.size for kind in disk.kinds)
    free = sum(kind.freed for kind in disk.kinds)
    rows.append(("together", _bytes(whole), "", _bytes(free), ""))
    for name, size, count, unused_size, unused_count in rows:
        line = f"{name:<28}{size:>10} {count:<7}{unused_size:>12} {unused_count}"
        print(line.rstrip())


def _listed(kind: Kind) -> None:
    if not kind.unused:
        return
    print(f"\nUnused {kind.name}:")
    items = sorted(kind.unused, key=lambda item: -item.size)
    for item in items[:_MOST_TOLD]:
        print(f"  {_bytes(item.size):>10}  {item.name}")
    if len(items) > _MOST_TOLD:
        rest = sum(item.size for item in items[_MOST_TOLD:])
        print(f"  {_bytes(rest):>10}  in {len(items) - _MOST_TOLD} more")


def _stop(data: DataDir, again: str) -> str:
    folder = shlex.quote(str(data.root))
    return (
        "Only a stopped platform is cleaned. Stop it: "
        f"codex-jupyter stop --data-dir {folder}\nThen type again: {again}"
    )


def _line(data: DataDir, *options: str) -> str:
    given = " ".join(one for one in options if one)
    folder = shlex.quote(str(data.root))
    return f"codex-jupyter clean {given + ' ' if given else ''}--data-dir {folder}"


def _bytes(size: int) -> str:
    value, unit = float(size), "B"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"

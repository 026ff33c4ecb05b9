"""The command ``codex-jupyter``: serve, status, stop, check, clean."""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import sys
import time
from pathlib import Path

from codex_jupyter import __version__
from codex_jupyter.config import DataDir, default_data_dir

_NEEDED = ("uvicorn", "starlette", "sqlalchemy", "uv", "psutil", "fsspec", "jwt")
_STOP_S = 75.0


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit status is 0 when it did what it was asked."""
    options = _parser().parse_args(arguments)
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        print(
            f"The embedded platform needs packages that are missing: "
            f"{', '.join(missing)}.\nInstall them: pip install 'codex_jupyter[local]'",
            file=sys.stderr,
        )
        return 3
    data = DataDir(Path(options.data_dir).expanduser().resolve())
    if options.command == "serve":
        return _serve(data, options)
    if options.command == "check":
        from .checking import run_check

        return run_check(Path(options.folder).resolve(), data)
    if options.command == "clean":
        from .cleaning import run_clean

        return run_clean(
            data, options.database, yes=options.yes, deleted=options.deleted
        )
    return _status(data) if options.command == "status" else _stop(data)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="codex-jupyter", description="The embedded platform of codex_jupyter."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run a platform in the foreground")
    status = commands.add_parser("status", help="say whether a platform runs")
    stop = commands.add_parser("stop", help="stop the platform that runs")
    check = commands.add_parser(
        "check", help="try a cell, as a notebook's --check asks for it in a folder"
    )
    check.add_argument("folder", metavar="FOLDER", help="where it was asked for")
    clean = commands.add_parser(
        "clean", help="tell what of a stopped platform's data nothing uses"
    )
    clean.add_argument("--yes", action="store_true", help="and remove it")
    clean.add_argument(
        "--deleted",
        action="store_true",
        help="files of deleted models and scripts are unused too; their descriptions "
        "and predictions stay",
    )
    for command in (serve, clean):
        command.add_argument(
            "--database",
            default=os.environ.get("CODEX_JUPYTER_DATABASE") or None,
            metavar="URL",
            help="a PostgreSQL database for all rows, such as "
            "postgresql://user@host/name; a file in the data folder if not given. With "
            "a password, name it in CODEX_JUPYTER_DATABASE: a command's options can be "
            "read by every user of the machine",
        )
    for command in (serve, status, stop, check, clean):
        command.add_argument(
            "--data-dir",
            default=str(default_data_dir().root),
            metavar="DIR",
            help="the folder of all its data (%(default)s)",
        )
    serve.add_argument("--host", default="127.0.0.1", help="%(default)s")
    serve.add_argument(
        "--port", type=int, default=0, help="0, the default, takes a free one"
    )
    serve.add_argument(
        "--deadline",
        type=float,
        metavar="SECONDS",
        help="how long one prediction may take (50)",
    )
    serve.add_argument(
        "--memory",
        type=int,
        metavar="MIB",
        help="how much memory one model may use (half of the machine's)",
    )
    serve.add_argument(
        "--run-time",
        type=float,
        metavar="SECONDS",
        help="how long one asynchronous execution may run (21600)",
    )
    serve.add_argument(
        "--executions",
        type=int,
        metavar="COUNT",
        help="how many asynchronous executions run at once (the cores)",
    )
    serve.add_argument(
        "--input",
        type=int,
        metavar="MIB",
        help="how large the input of an asynchronous execution may be (4096)",
    )
    serve.add_argument(
        "--local-data",
        action="append",
        metavar="DIR",
        help="a folder that datasources of the provider Local may read, hidden files "
        "never; again for more ('' for none). Your home, when only this machine can "
        "reach the platform; else none",
    )
    return parser


def _serve(data: DataDir, options: argparse.Namespace) -> int:
    from .database import DatabaseError
    from .host import HostError, serve
    from .limits import MIB, Limits

    asked: dict[str, float | int] = {}
    if options.deadline is not None:
        asked["deadline_s"] = options.deadline
    if options.memory is not None:
        asked["memory_bytes"] = options.memory * MIB
    if options.run_time is not None:
        asked["execution_s"] = options.run_time
    if options.executions is not None:
        asked["executions"] = options.executions
    if options.input is not None:
        asked["input_bytes"] = options.input * MIB
    try:
        limits = Limits(**asked)  # type: ignore[arg-type]
        folders = _folders(options.local_data)
        serve(data, options.host, options.port, limits, folders, options.database)
    except (HostError, DatabaseError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"The data folder {data.root} cannot be used: {error}", file=sys.stderr)
        return 2
    return 0


def _folders(given: list[str] | None) -> list[Path] | None:
    """The named folders; None where none was named.

    Raises:
        ValueError: one of them is no folder.
    """
    if given is None:
        return None
    found = [Path(one).expanduser() for one in given if one]
    for folder in found:
        if not folder.is_dir():
            raise ValueError(f"--local-data: there is no folder {folder}.")
    return found


def _status(data: DataDir) -> int:
    from .host import running

    found = running(data)
    if found is None:
        print(f"No platform runs on {data.root}.")
        return 1
    print(f"{found['address']}  pid {found['pid']}  since {found['started']}")
    print(f"data: {data.root}")
    return 0


def _stop(data: DataDir) -> int:
    from .host import running

    found = running(data)
    if found is None:
        print(f"No platform runs on {data.root}.")
        return 0
    os.kill(int(str(found["pid"])), signal.SIGTERM)
    until = time.monotonic() + _STOP_S
    while running(data) is not None:
        if time.monotonic() > until:
            print(f"pid {found['pid']} has not stopped yet.", file=sys.stderr)
            return 1
        time.sleep(0.05)
    print("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``%codex local``: the embedded platform on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from codex_jupyter.config import DataDir, default_data_dir
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import quoted
from codex_jupyter.magics.language import add_language, choose_language
from codex_jupyter.magics.localhost import NotebookLocal
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import has_widgets
from codex_jupyter.magics.shown import Live
from codex_jupyter.render.messages import note


def _configure(parser: Parser) -> None:
    parser.add(
        "action",
        nargs="?",
        choices=["start", "stop", "status"],
        default="start",
        help="start or attach (default), stop, or look",
    )
    parser.add(
        "--data-dir",
        kind=Kind.FILE,
        metavar="DIR",
        help="where it keeps its data (your user data folder)",
    )
    add_language(parser)


def _run(call: Call) -> Any:
    choose_language(call)
    chosen = call.arguments.data_dir
    folder = (
        DataDir(Path(chosen).expanduser().resolve()) if chosen else default_data_dir()
    )
    again = f"%codex local --data-dir {quoted(chosen)}" if chosen else "%codex local"
    return _ACTIONS[call.arguments.action](call, folder, again)


def _start(call: Call, folder: DataDir, again: str) -> Any:
    from codex_jupyter.client import local

    platform = local.start(folder)
    call.session.use_local(platform)
    did = "Attached to the" if platform.attached else "Started an"
    said = (
        f"{did} embedded platform at {platform.address} "
        f"(process {platform.pid}, data in {folder.root})."
    )
    if has_widgets(call.shell):
        return _panel(call, folder, again, said)
    stop = again.replace("local", "local stop", 1)
    return note(
        f"{said}\nIt goes on when the kernel restarts; {stop} ends it.",
        "%%codex deploy --help shows how to deploy a model",
    )


def _panel(call: Call, folder: DataDir, again: str, said: str) -> Live:
    from codex_jupyter.widgets.local import LocalPanel

    return Live(LocalPanel(NotebookLocal(call.session, folder, again), said))


def _stop(call: Call, folder: DataDir, again: str) -> Any:
    from codex_jupyter.client import local

    told = "stopped" if local.stop(folder) else "was not running"
    if call.session.data_dir == folder:
        call.session.forget()
    return note(
        f"The embedded platform in {folder.root} {told}.",
        f"{again} starts it; its models and data are kept",
    )


def _look(call: Call, folder: DataDir, again: str) -> Any:
    from codex_jupyter.client import local

    if has_widgets(call.shell):
        return _panel(call, folder, again, "")
    running = local.find(folder)
    if running is None:
        return note(
            f"No embedded platform runs in {folder.root}.", f"{again} starts one"
        )
    return note(
        f"The embedded platform runs at {running.address} "
        f"(process {running.pid}, data in {folder.root})."
    )


_ACTIONS = {"start": _start, "stop": _stop, "status": _look}

COMMAND = Command(
    name="local",
    summary="Start the embedded platform on this machine, or attach to the one that "
    "runs.",
    examples=("%codex local", "%codex local status", "%codex local stop"),
    configure=_configure,
    run=_run,
)

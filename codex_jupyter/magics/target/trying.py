"""A check from its request to what is shown of it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import CheckError, ConfigError, InputError
from codex_jupyter.magics import hosting
from codex_jupyter.magics.command import Call
from codex_jupyter.magics.explaining import Failure, explain
from codex_jupyter.magics.explaining.gathering import here, kernel
from codex_jupyter.magics.known import short_python
from codex_jupyter.magics.shown import show, show_as
from codex_jupyter.render.checked import checked
from codex_jupyter.render.messages import note

from .packages import Versions, compared
from .steps import Steps

if TYPE_CHECKING:
    from codex_jupyter.client.checking import Check
    from codex_jupyter.magics.session import Session
    from codex_jupyter.render.html import Displayable

_NO_PYTHON = re.compile(
    r"Python (3\.\d+) is (?:not on|too old).*?Found(?: on the .*?)?: (.*?)\.(?:\s|$)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is checked, for a person and for the rules that explain failures.

    Args:
        request: what the check needs.
        command: the subcommand.
        sample: the row that the function gets, where it gets one.
        files: names of the files in its folder.
        next: what to type when it passes.
        takes: the parameters of the function.
    """

    request: Check
    command: str
    name: str
    sample: Any = None
    files: tuple[str, ...] = ()
    next: str = ""
    takes: str = "data, base_path"


@dataclass(slots=True)
class _Found:
    python: str
    pins: tuple[str, ...] = ()
    ended: Mapping[str, Any] = field(default_factory=dict)
    passed: bool = False


def refuse_both(call: Call) -> None:
    """Make sure that a check is not wished for and unwanted at once.

    Raises:
        InputError: so it is, or the cell is not to be run.
    """
    if call.arguments.no_check:
        raise InputError("--check or --no-check: one of them.")


def target_python(session: Session, asked: str | None) -> tuple[str, list[str]]:
    """The Python to check in: as a deployment's, and this kernel's without a platform.

    Raises:
        InputError: the platform does not offer it.
    """
    try:
        client = session.client()
    except ConfigError:
        return short_python(asked or here()), []
    return hosting.choose_python(client, asked)


def try_there(call: Call, asked: Asked) -> Displayable:
    """Try the cell in the environment that it would have, and show what differs.

    Returns:
        What was found.

    Raises:
        CheckError: it fails there; what is known of that was shown.
        LocalPlatformError: this machine cannot build environments.
        KeyboardInterrupt: the cell was interrupted; the check is stopped.
    """
    from codex_jupyter.client.checking import check

    title = f"Checking {asked.name} in Python {asked.request.python}, on this machine"
    found, steps = _Found(asked.request.python), None
    with tempfile.TemporaryDirectory(prefix="codex-check-") as place:
        try:
            for event in check(asked.request, Path(place), call.session.data_dir):
                steps = steps or Steps(call.shell, title)
                steps.tell(event.name, event.data)
                _take(found, event.name, event.data)
        except KeyboardInterrupt:
            if steps is not None:
                steps.stop()
            stop = KeyboardInterrupt()
            block = note(
                "The check was stopped; nothing was uploaded.",
                "what it built is kept, so the same cell goes on from there",
            )
            show_as(stop, block.text)
            raise stop from None
    return _told(asked, found)


def _take(found: _Found, name: str, told: Mapping[str, Any]) -> None:
    if name == "environment":
        found.python, found.pins = str(told["Python"]), tuple(told["Pins"])
    elif name in ("passed", "failed"):
        found.ended, found.passed = told, name == "passed"


def _told(asked: Asked, found: _Found) -> Displayable:
    installed = kernel()
    rows, same = compared(
        found.python, found.pins, asked.request.requirements.splitlines(), installed
    )
    # Without pins nothing was resolved, so of packages there is nothing to compare.
    table = [_row(one) for one in rows] if found.pins or found.passed else []
    if found.passed:
        spent = f"{found.ended['Seconds']:.2f} s"
        title = f"{asked.name} runs in Python {found.python}: {found.ended['Told']}"
        return checked(
            f"{title} in {spent}.",
            passed=True,
            told=str(found.ended["Answer"]),
            versions=table,
            same=same,
            next=asked.next,
        )
    failure = _failure(asked, found, installed)
    message, _, rest = failure.text.partition("\n")
    if missing := _NO_PYTHON.match(message):
        raise CheckError(
            f"This machine has no Python {missing[1]} to check in, only {missing[2]}.",
            hint=f"Install it with !python -m uv python install {missing[1]}, or name "
            "another: --python 3.x",
        )
    known = explain(failure)
    show(
        checked(
            f"{asked.name} fails in Python {found.python}: {message}",
            passed=False,
            told=rest,
            versions=table,
            same=same,
            explained=(known.cause, known.fix, known.line) if known else None,
        )
    )
    raise CheckError(
        f"The check failed in Python {found.python}: {message}",
        failure=failure,
        hint="Nothing was uploaded. "
        + ("%codex explain says cause and fix again." if known else ""),
    )


def _failure(asked: Asked, found: _Found, installed: Mapping[str, str]) -> Failure:
    request = asked.request
    parts = str(found.ended["Message"]), str(found.ended["Detail"])
    failure = Failure(
        "\n".join(part for part in parts if part),
        name=asked.name,
        reference=request.reference,
        python=request.python,
        kernel_python=here(),
        requirements=request.requirements,
        kernel=installed,
        sample=asked.sample,
        files=asked.files,
        local=True,
        building=True,
    )
    return replace(failure, command=asked.command, takes=asked.takes)


def _row(one: Versions) -> tuple[str, str, str, bool]:
    return one.name, one.kernel, one.target, one.differs

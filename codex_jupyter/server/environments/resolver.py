"""uv, run as a child: its lines told as they come, its failures put into a sentence."""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import uv

from codex_jupyter.protocol.states import LogType

from .faults import DISK_FULL, BuildFault

Say = Callable[[LogType, str], None]
Cancelled = Callable[[], bool]

# Nothing else of the platform's variables reaches uv, for it runs the build scripts
# of packages: its secrets must not be there.
_PASSED_ON = re.compile(
    r"PATH|HOME|USER|TMPDIR|TZ|LANG|LC_\w+|XDG_\w+|NETRC|SSL_CERT_(FILE|DIR)"
    r"|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|UV_\w+|CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS"
    r"|LD_LIBRARY_PATH|PKG_CONFIG_PATH|MACOSX_DEPLOYMENT_TARGET"
    r"|(?i:https?_proxy|all_proxy|no_proxy)"
)
# Set for somebody's own project, these would lead a build astray.
_NOT_PASSED_ON = frozenset(
    {
        "UV_BREAK_SYSTEM_PACKAGES",
        "UV_CONSTRAINT",
        "UV_PROJECT",
        "UV_PROJECT_ENVIRONMENT",
        "UV_PYTHON",
        "UV_REQUIRE_HASHES",
        "UV_SYSTEM_PYTHON",
        "UV_WORKING_DIR",
    }
)
# A machine set up for pip is set up for uv: its own variables win.
_OF_PIP = {
    "PIP_INDEX_URL": ("UV_DEFAULT_INDEX", "UV_INDEX_URL"),
    "PIP_EXTRA_INDEX_URL": ("UV_INDEX", "UV_EXTRA_INDEX_URL"),
    "PIP_FIND_LINKS": ("UV_FIND_LINKS",),
    "PIP_CERT": ("SSL_CERT_FILE",),
}
_GLANCE_S = 0.2
_NETWORK = re.compile(
    r"failed to fetch|error sending request|dns error|client error \(connect\)"
    r"|network connectivity|request failed after",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"no space left on device|os error 28|disk quota exceeded", re.IGNORECASE
)
# Newer versions write "error:" and "cause:", older ones a cross and a drawn arrow.
_HEAD = re.compile(r"^(?:error:|\s*\u00d7)\s*")
_CAUSE = re.compile(r"^\s*(?:cause:|[╰├]─▶|Caused by:|│)\s*")
_ADDRESS = re.compile(r"https?://[^\s/`'\"]+")
_MOST_MESSAGE = 700
# Lines about the platform's own folders.
_NOISE = ("Using Python ", "Using CPython ", "Creating virtual ", "Activate with")


def run_uv(
    arguments: Sequence[str],
    *,
    folder: Path,
    say: Say,
    cancelled: Cancelled,
    keep_open: int | None = None,
) -> None:
    """Run uv and tell every line of it.

    Args:
        folder: the working directory.
        keep_open: a descriptor (a lock's) that uv holds open for as long as it runs.

    Raises:
        BuildFault: uv failed, or the build was cancelled.
        OSError: uv cannot be started.
    """
    command = [uv.find_uv_bin(), "--color=never", "--no-progress", *arguments]
    lines: list[str] = []
    with subprocess.Popen(
        command,
        cwd=folder,
        env=_environ(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        pass_fds=() if keep_open is None else (keep_open,),
    ) as process:
        try:
            for line in _lines(process, cancelled):
                lines.append(line)
                say(LogType.DEBUG, line)
        except BaseException:
            # Its session is its own: the build scripts that it runs end too.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode != 0:
        raise _fault(lines, process.returncode)


def _environ() -> dict[str, str]:
    made = {
        name: value
        for name, value in os.environ.items()
        if _PASSED_ON.fullmatch(name) and name not in _NOT_PASSED_ON
    }
    for name, ours in _OF_PIP.items():
        if name in os.environ and not any(own in made for own in ours):
            value = os.environ[name]
            # pip separates by blanks, which uv does for indexes only.
            made[ours[0]] = ",".join(value.split()) if "LINKS" in name else value
    made["UV_PYTHON_DOWNLOADS"] = "never"
    return made


def _lines(process: subprocess.Popen[bytes], cancelled: Cancelled) -> Iterator[str]:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    pipe, rest = process.stdout.fileno(), b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if cancelled():
                raise BuildFault("The build was cancelled.")
            if not selector.select(_GLANCE_S):
                continue
            piece = os.read(pipe, 1 << 16)
            *lines, rest = (rest + piece).split(b"\n")
            if not piece:
                lines.append(rest)
            for line in lines:
                text = _without_address(line.decode("utf-8", "replace").rstrip())
                if text and not text.startswith(_NOISE):
                    yield text
            if not piece:
                return


def _fault(lines: list[str], code: int) -> BuildFault:
    text = "\n".join(lines)
    if _FULL.search(text):
        return BuildFault(DISK_FULL, text)
    begin = next((i for i, line in enumerate(lines) if _HEAD.match(line)), None)
    if begin is None:
        return BuildFault(f"The resolver ended with code {code}.", text)
    head, *rest = lines[begin:]
    causes = [_CAUSE.sub("", line).strip() for line in rest if line.strip(" ^~│")]
    essence = " ".join(causes)
    # Where the sentence says all that uv said, there is nothing to add.
    detail = "" if begin == 0 and len(essence) < _MOST_MESSAGE // 2 else text
    if "No solution found" in head:
        message = f"The requirements cannot be installed. {essence}"
    elif "parse requirement" in head:
        message = f"A line of the requirements cannot be read. {': '.join(causes)}"
    elif _NETWORK.search(text):
        message = (
            "The package registry could not be reached, and not all packages are in "
            f"the cache. {': '.join(causes[-1:])}"
        )
    else:
        message = f"{_HEAD.sub('', head)}: {essence}" if essence else head
        detail = text
    message = message.strip()
    if len(message) > _MOST_MESSAGE:
        message = message[:_MOST_MESSAGE] + "…"
    return BuildFault(
        message if message.endswith((".", "…")) else message + ".", detail
    )


def _without_address(line: str) -> str:
    """The line without the registry's host, which may also hold a password."""
    return _ADDRESS.sub("(registry)", line)

"""The life of a model's process: it serves one platform and ends with it."""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import signal
import socket
import sys
from typing import Any

from .faults import Fault
from .frames import READY, RESULT, receive, send, send_fault, send_note
from .memo import Memo
from .modes import mode
from .script import Script

_MIB = 1 << 20
_NAN_NOTE = "%s() returned NaN or an infinity; JSON has neither, so null was sent."


def main(arguments: list[str]) -> None:
    """Become the process of one model.

    Args:
        arguments: the number of an inherited stream socket, the platform's process
            id, and a JSON object: folder, script, reference, memory_bytes, memoise,
            data and mode.
    """
    channel = socket.socket(fileno=int(arguments[0]))
    channel.set_inheritable(False)
    parent, options = int(arguments[1]), json.loads(arguments[2])
    _live_under(parent, options["memory_bytes"])
    ours = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [options["folder"]] + [p for p in sys.path if p != ours]
    # Last, so that the real package is found first where it is installed.
    sys.path.append(os.path.join(ours, "provided"))
    sys.argv[:] = [options["script"]]
    if options["memoise"]:
        Memo(options["folder"]).install()
    try:
        _serve(channel, options)
    except (BrokenPipeError, ConnectionResetError):
        # The platform is gone, and so is who would read of it.
        pass


def _live_under(parent: int, memory_bytes: int) -> None:
    """End with the platform, ignore its terminal, keep to the memory limit."""
    if sys.platform == "linux":
        try:
            import ctypes

            pr_set_pdeathsig = 1
            ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
        except ImportError:
            # A Python built without it: the process ends after its current call.
            pass
    if os.getppid() != parent:
        os._exit(0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # The platform watches what is resident; this stops what is faster than its
        # glances. Memory that is reserved is not all used, hence the room above.
        most = memory_bytes + memory_bytes // 2 + 512 * _MIB
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _serve(channel: socket.socket, options: dict[str, Any]) -> None:
    me = os.getpid()
    try:
        script = Script(
            options["folder"],
            options["script"],
            options["reference"],
            options["memory_bytes"],
            options["data"],
        )
        answer = mode(options["mode"])
    except Fault as fault:
        send_fault(channel, fault.message, fault.detail)
        return
    # What the import made stays: the collector need not look at it again.
    gc.freeze()
    send(channel, READY, b"")
    while True:
        payload = receive(channel)
        if payload is None:
            return
        fault_text = None
        body, has_nan = b"", False
        try:
            body, has_nan = answer(script, payload)
        except Fault as fault:
            # Only its text: the exception would keep the failed call's data alive.
            fault_text = (fault.message, fault.detail or script.place(fault.message))
        if os.getpid() != me:
            # The script forked and both sides came back: only one may answer.
            os._exit(0)
        if script.said:
            for type_, text in script.said:
                send_note(channel, type_, text)
            script.said.clear()
        if fault_text is not None:
            send_fault(channel, *fault_text)
            continue
        if has_nan:
            send_note(channel, "Warning", _NAN_NOTE % options["reference"])
        send(channel, RESULT, body)

"""Alerts, told to an address of the user's."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from codex_jupyter.protocol.states import LogType

if TYPE_CHECKING:
    from .workspace import Workspace

_TIMEOUT_S = 10.0
_WAITS_S = (0.0, 1.0, 5.0)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the verdict to an address that nobody gave."""

    def redirect_request(self, *_: Any) -> None:
        return None


def deliver(place: Workspace, told: dict[str, Any]) -> None:
    """Post a result's verdict if it has alerts; what goes wrong is a row of the log."""
    sealed = place.monitoring.webhook
    if sealed is None or not told["Alerts"]:
        return
    say = place.execution.on_log
    try:
        address = place.platform.keys.decrypt(sealed.encode()).decode()
    except Exception:  # noqa: BLE001 - whatever the cipher says of another key
        say(
            LogType.WARNING,
            "The webhook's address was kept with another key of this platform. "
            "Register the monitoring again.",
        )
        return
    shown, problem = host_of(address), ""
    for wait in _WAITS_S:
        time.sleep(wait)
        problem, again = post(address, payload_of(place, told))
        if not problem:
            say(LogType.OK, f"The alert was told to {shown}.")
            return
        if not again or place.platform.stopping:
            break
    say(LogType.WARNING, f"The alert could not be told to {shown}: {problem}.")


def payload_of(place: Workspace, told: dict[str, Any]) -> bytes:
    """The verdict as it travels."""
    monitoring = place.monitoring
    names = ("Label", "Period", "Verdict", "Alerts", "Sentences", "Rows", "Averages")
    body = {
        "Monitoring": monitoring.hash,
        "Model": monitoring.model,
        "Name": monitoring.name,
        "Group": monitoring.group,
        "ExecutionId": told["Execution"],
    } | {name: told[name] for name in names}
    return json.dumps(body).encode()


def post(address: str, body: bytes) -> tuple[str, bool]:
    """Post JSON; what went wrong ("" for nothing), and whether to try again."""
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        address,
        data=body,
        method="POST",
        headers={"Content-Type": "application/json", "User-Agent": "codex-jupyter"},
    )
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=_TIMEOUT_S):
            return "", False
    except urllib.error.HTTPError as error:
        error.close()
        return f"it answered {error.code}", error.code >= 500 or error.code == 429
    except (OSError, ValueError) as error:
        # An error's text may hold the address: only its kind is told.
        reason = getattr(error, "reason", error)
        return type(reason).__name__, True


def host_of(address: str) -> str:
    """What may be shown of an address: neither its path nor its query."""
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"

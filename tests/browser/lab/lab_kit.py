"""What the journeys through a real JupyterLab look at."""

from __future__ import annotations

import re


def plain(outputs):
    """The text forms of a cell's outputs."""
    texts = []
    for output in outputs:
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        texts.append("".join(text))
    return "\n".join(texts)


def assert_clean(nb):
    """Nothing wrong in the console, nothing asked of others, no secret anywhere."""
    assert not nb.errors, nb.errors
    assert not nb.foreign, nb.foreign
    secrets = nb.lab.secrets()
    assert secrets
    places = {
        "the page": nb.text(),
        "what the page sent": "\n".join(nb.sent),
        "what the page received": "\n".join(nb.received),
        "the saved notebook": nb.path.read_text("utf-8"),
    }
    for where, text in places.items():
        for secret in secrets:
            assert secret not in text, where
        assert not re.search(r"Bearer [0-9a-f]{32}|eyJ[\w-]{20,}\.", text), where


def see(place, text):
    """Wait until a text is visible: the static twin, hidden, may hold it as well."""
    place.get_by_text(text).filter(visible=True).first.wait_for()


def live(cell, name):
    """A cell's live panel, as opposed to its static twin."""
    return cell.get_by_role("region", name=name)

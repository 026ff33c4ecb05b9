"""A panel speaks one language, whatever the notebook speaks after it was made."""

from __future__ import annotations

import pytest
from widget_kit import FakeModel, state, until

from codex_jupyter.errors import UnreachableError
from codex_jupyter.render.words import kept, speak, speaking, spoken, t
from codex_jupyter.widgets.models import ModelsTable
from codex_jupyter.widgets.status import StatusPanel

AWAY = UnreachableError(
    "Nothing answers at http://127.0.0.1:4321.",
    hint="Check the address, the network and the proxy, then try again.",
)


@pytest.fixture(autouse=True)
def english():
    speak("en")
    yield
    speak(None)


def asked(panel, kind, **fields):
    panel.comm.say({"kind": kind, "id": "a.1", **fields})
    until(lambda: panel.comm.of("reply") or panel.comm.of("fault"))


def test_what_a_panel_hears_stays_in_its_language():
    def ask():
        raise AWAY

    panel = ModelsTable([], ask)
    speak("pt-BR")
    asked(panel, "look")
    assert AWAY.hint in panel.comm.of("models")[-1]["problem"]
    later = ModelsTable([], ask)
    asked(later, "look")
    assert AWAY.hint not in later.comm.of("models")[-1]["problem"]
    for one in (panel, later):
        one.close()


def test_what_happens_on_a_panels_threads_is_told_in_its_language():
    model = FakeModel()
    panel = StatusPanel(model.name, model.group)
    frozen = []
    panel._handle = type(
        "Handle", (), {"update": lambda _, twin: frozen.append(twin)}
    )()
    panel.attach(model)
    speak("pt-BR")
    model.feed(state("Building"), RuntimeError("secret"))
    until(lambda: panel.comm.of("status")[-1]["reason"])
    told = panel.comm.of("status")[-1]
    assert told["reason"] == "It ended with a RuntimeError."
    assert told["line"] == "It is not followed any more. Refresh tries again."
    until(lambda: frozen and "It ended with a RuntimeError." in str(frozen[-1].html))
    assert 'lang="en"' in str(frozen[-1].html)
    assert "As saved with the notebook." in str(frozen[-1].html)
    panel.close()


def test_a_language_is_kept_for_what_is_done_later_and_given_back():
    with speaking("pt-BR"):
        later = kept(lambda: (spoken(), t("Refresh")))
        assert spoken() == "pt-BR"
    assert spoken() == "en"
    assert later()[0] == "pt-BR"
    assert spoken() == "en"

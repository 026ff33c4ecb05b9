"""The models table without a page: what it sends, and when it asks again."""

from __future__ import annotations

import json
import threading

import pytest
from widget_kit import until

from codex_jupyter.errors import UnreachableError
from codex_jupyter.widgets import models as module
from codex_jupyter.widgets.models import ModelsTable


def row(number, name=None, state="Deployed", **more):
    return {
        "ModelHash": f"M{number:063x}",
        "Name": name or f"model-{number}",
        "Status": state,
        "Operation": "Sync",
        "Group": "demo",
        "PythonVersion": "Python311",
        "UploadedAt": f"2026-01-02T10:00:{number % 60:02}+00:00",
    } | more


class Platform:
    """Rows that a test changes, and a count of how often they were asked for."""

    def __init__(self, *rows):
        self.rows = list(rows)
        self.asked = 0
        self.error = None

    def ask(self):
        self.asked += 1
        if self.error:
            raise self.error
        return list(self.rows)


@pytest.fixture
def platform():
    return Platform(row(1), row(2))


@pytest.fixture
def panel(platform):
    made = ModelsTable(platform.rows, platform.ask)
    yield made
    made.close()


def look(panel, number=1):
    panel.comm.say({"kind": "look", "id": f"l{number}"})
    until(lambda: any(m["id"] == f"l{number}" for m in panel.comm.of("reply")))
    return panel.comm.of("models")[-1]


def test_displaying_sends_every_row_without_asking_again(panel, platform):
    panel._repr_mimebundle_()
    [sent] = panel.comm.of("models")
    assert sent["full"]
    assert sent["rows"][0] == {
        "hash": f"M{1:063x}",
        "name": "model-1",
        "state": "Deployed",
        "operation": "Sync",
        "group": "demo",
        "python": "3.11",
        "uploaded": 1767348001.0,
        "version": None,
        "calls": None,
        "called": None,
        "drift": "",
        "period": "",
    }
    assert platform.asked == 0


def test_a_look_sends_only_what_is_different(panel, platform):
    assert look(panel, 1)["rows"] == []
    platform.rows = [row(2, state="Disabled"), row(3)]
    sent = look(panel, 2)
    assert not sent["full"]
    assert [r["name"] for r in sent["rows"]] == ["model-2", "model-3"]
    assert sent["gone"] == [row(1)["ModelHash"]]


def test_a_platform_that_is_away_is_told_and_the_rows_stay(panel, platform):
    platform.error = UnreachableError("Nothing answers there.")
    sent = look(panel, 1)
    assert sent["problem"] == "Nothing answers there."
    assert (sent["rows"], sent["gone"]) == ([], [])
    platform.error = RuntimeError("Bearer s3cr3t")
    assert "s3cr3t" not in json.dumps(look(panel, 2))
    platform.error = None
    assert look(panel, 3)["problem"] == ""


@pytest.mark.parametrize("fails", [True, False])
def test_what_is_answered_late_does_not_undo_what_was_asked_since(
    panel, platform, monkeypatch, fails
):
    begun, held, ask = threading.Event(), threading.Event(), platform.ask

    def late():
        begun.set()
        assert held.wait(30)
        if fails:
            raise UnreachableError("Nothing answered.")
        return [row(1)]

    monkeypatch.setattr(panel, "_ask", late)
    panel.comm.say({"kind": "look", "id": "old"})
    assert begun.wait(30)
    monkeypatch.setattr(panel, "_ask", ask)
    platform.rows = [row(1, state="Disabled"), row(2), row(3)]
    look(panel, 2)
    held.set()
    until(lambda: any(m["id"] == "old" for m in panel.comm.of("reply")))
    panel.push()
    sent = panel.comm.of("models")[-1]
    assert [r["state"] for r in sent["rows"]] == ["Disabled", "Deployed", "Deployed"]
    assert {m["problem"] for m in panel.comm.of("models")} == {""}


def test_while_a_model_is_built_the_kernel_looks_by_itself(platform, monkeypatch):
    monkeypatch.setattr(module, "AGAIN", 0.02)
    platform.rows = [row(1, state="Building")]
    panel = ModelsTable(platform.rows, platform.ask)
    panel.push()
    until(lambda: platform.asked >= 3)
    platform.rows = [row(1)]
    until(lambda: any(m["rows"] for m in panel.comm.of("models")[1:]))
    assert panel.comm.of("models")[-1]["rows"][0]["state"] == "Deployed"
    until(lambda: not panel._following)
    asked = platform.asked
    platform.rows = [row(1, state="Recovering")]
    look(panel)
    until(lambda: platform.asked > asked + 2)
    panel.close()
    until(
        lambda: (
            not [t for t in threading.enumerate() if t.name == "codex-models-follow"]
        )
    )


def test_rows_of_another_platform_that_lack_things_are_shown_all_the_same():
    bare = {"ModelHash": "M1", "Name": None, "UploadedAt": "yesterday"}
    panel = ModelsTable([bare], lambda: [bare])
    panel.push()
    [sent] = panel.comm.of("models")[-1]["rows"]
    assert (sent["name"], sent["uploaded"], sent["python"]) == ("M1", None, "")
    panel.close()


def test_the_twin_of_thousands_of_models_stays_small():
    rows = [row(number) for number in range(5000)]
    panel = ModelsTable(rows, lambda: rows)
    card = panel.card()
    assert "The first 50 of 5,000 models." in card.text
    assert len(card.html) < 60_000
    assert len(card.value) == 5000
    panel.close()


def test_what_is_saved_of_the_widget_itself_holds_no_model(panel):
    panel.push()
    saved = json.dumps({key: str(value) for key, value in panel.get_state().items()})
    assert "model-1" not in saved

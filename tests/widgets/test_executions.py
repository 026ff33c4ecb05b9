"""The list of executions without a page: what it asks for, sends and opens."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime

import pytest
from execution_kit import TABLE
from list_kit import Listing, row
from widget_kit import log, state, until

from codex_jupyter.errors import UnreachableError
from codex_jupyter.widgets.executions import PAGE, ExecutionsPanel, Query

MANY = [row(number) for number in range(1, 121)]


@pytest.fixture
def hands():
    return Listing(*MANY)


@pytest.fixture
def panel(hands):
    count, rows = hands.page(Query(), PAGE)
    made = ExecutionsPanel(hands, count, rows)
    yield made
    made.close()


def answer(panel, request):
    ends = [*panel.comm.of("reply"), *panel.comm.of("fault")]
    return next((m for m in ends if m["id"] == request), None)


def ask(panel, kind, view="a", **fields):
    request = f"{view}.{kind}{len(panel.comm.sent)}"
    panel.comm.say({"kind": kind, "id": request, **fields})
    until(lambda: answer(panel, request))
    return answer(panel, request)


def browse(panel, tag="1", view="a", **fields):
    query = {"what": "", "state": "", "text": "", "hours": None, "skip": 0} | fields
    ended = ask(panel, "browse", tag=tag, view=view, **query)
    return ended if ended["kind"] == "fault" else panel.comm.of("executions")[-1]


def test_displaying_sends_the_first_page_and_asks_nothing(panel, hands):
    asked = len(hands.asked)
    panel.push()
    [sent] = panel.comm.of("executions")
    assert (sent["count"], sent["skip"], len(sent["rows"])) == (120, 0, PAGE)
    assert sent["rows"][0] == {
        "number": 120,
        "what": "model",
        "name": "model-of-1",
        "group": "demo",
        "state": "Succeeded",
        "asked": 1767348000.0,
        "took": "1.3 s",
        "given": "rows.csv",
        "made": "output.csv",
    }
    assert len(hands.asked) == asked


def test_filters_and_pages_are_the_platforms_work(panel, hands):
    assert browse(panel, skip=100)["rows"][0]["number"] == 20
    sent = browse(panel, "2", text="of-3 ", what="model", state="Succeeded", hours=1)
    asked = hands.asked[-1]
    assert (asked.kind, asked.state, asked.text) == ("model", "Succeeded", "of-3")
    assert 3599 < (datetime.now(UTC) - asked.since).total_seconds() < 3700
    assert (sent["tag"], sent["count"]) == ("2", 0)


def test_a_page_that_is_gone_gives_the_last_there_is(panel, hands):
    hands.rows = hands.rows[:60]
    sent = browse(panel, skip=100)
    assert (sent["skip"], len(sent["rows"]), sent["count"]) == (50, 10, 60)
    hands.rows = []
    assert browse(panel, skip=50)["skip"] == 0


def test_a_platform_that_is_away_is_told_and_the_rows_stay(panel, hands):
    hands.error = UnreachableError("Nothing answers there.")
    sent = browse(panel)
    assert sent["problem"] == "Nothing answers there."
    assert len(sent["rows"]) == PAGE
    hands.error = RuntimeError("Bearer s3cr3t")
    assert "s3cr3t" not in json.dumps(browse(panel, "2"))
    hands.error = None
    assert browse(panel, "3")["problem"] == ""


@pytest.mark.parametrize("fails", [True, False])
def test_what_is_answered_late_does_not_undo_what_was_asked_since(
    panel, hands, monkeypatch, fails
):
    begun, released, page = threading.Event(), threading.Event(), hands.page

    def slow(query, count):
        if query.skip == 50:
            begun.set()
            assert released.wait(10)
            if fails:
                raise UnreachableError("Nothing answers.", hint="Wait.")
        return page(query, count)

    monkeypatch.setattr(hands, "page", slow)
    first = {"what": "", "state": "", "text": "", "hours": None, "skip": 50}
    panel.comm.say({"kind": "browse", "id": "a.first", "tag": "1", **first})
    assert begun.wait(10)
    assert browse(panel, "2", skip=100)["rows"][0]["number"] == 20
    released.set()
    until(lambda: answer(panel, "a.first"))
    panel.push()
    sent = panel.comm.of("executions")[-1]
    assert (sent["skip"], sent["rows"][0]["number"], sent["problem"]) == (100, 20, "")


def test_a_new_view_gets_what_was_shown_with_its_filters(panel):
    browse(panel, "x.7", text="of-3 ", what="model", state="Succeeded")
    ask(panel, "hello", view="b")
    sent = panel.comm.of("executions")[-1]
    assert (sent["tag"], sent["count"], sent["rows"][0]["number"]) == ("", 17, 115)
    told = (sent["what"], sent["state"], sent["text"], sent["hours"])
    assert told == ("model", "Succeeded", "of-3", None)
    browse(panel, hours=24)
    ask(panel, "hello", view="c")
    assert panel.comm.of("executions")[-1]["hours"] == 24


def test_each_view_gets_its_own_answer(panel, hands, monkeypatch):
    begun, released, page = threading.Event(), threading.Event(), hands.page

    def slow(query, count):
        if query.skip == 50:
            begun.set()
            assert released.wait(30)
        return page(query, count)

    monkeypatch.setattr(hands, "page", slow)
    query = {"what": "", "state": "", "text": "", "hours": None, "skip": 50}
    panel.comm.say({"kind": "browse", "id": "a.1", "tag": "x.1", **query})
    assert begun.wait(30)
    assert browse(panel, "y.1", "b", skip=100)["rows"][0]["number"] == 20
    released.set()
    until(lambda: answer(panel, "a.1"))
    sent = panel.comm.of("executions")[-1]
    assert (sent["tag"], sent["rows"][0]["number"]) == ("x.1", 70)
    # What the other one shows since is neither opened nor told in its place.
    browse(panel, "y.2", "b", text="no such")
    assert ask(panel, "open", "a", number=70)["kind"] == "reply"
    assert "not on the page" in ask(panel, "open", "b", number=70)["message"]
    hands.error = UnreachableError("Nothing answers.")
    assert browse(panel, "x.2", skip=50)["rows"][0]["number"] == 70


def test_views_that_came_and_went_are_forgotten(panel):
    for number in range(40):
        browse(panel, view=f"v{number}")
    assert len(panel._views) < 20


@pytest.mark.parametrize("hours", [0, -1, float("nan"), float("inf"), 1e300])
def test_an_age_that_is_none_is_refused(panel, hours):
    assert "number of hours" in browse(panel, hours=hours)["message"]


def test_opening_one_follows_it_and_shutting_ends_that(panel, hands):
    assert ask(panel, "open", number=118)["kind"] == "reply"
    [run] = hands.opened
    run.feed(state("Running"))
    until(lambda: panel.comm.of("execution")[-1]["state"] == "Running")
    assert panel.comm.of("execution")[-1]["name"] == "model-of-6"
    assert ask(panel, "act", action="cancel")["kind"] == "reply"
    assert "cancel" in run.asked
    assert ask(panel, "shut")["kind"] == "reply"
    assert "not on the page" in ask(panel, "open", number=3)["message"]


def test_another_one_takes_the_place_of_the_first(panel, hands):
    ask(panel, "open", number=118)
    ask(panel, "open", number=117)
    first, second = hands.opened
    second.feed(state("Succeeded"), None)
    until(lambda: panel.comm.of("execution")[-1]["state"] == "Succeeded")
    assert panel.comm.of("execution")[-1]["name"] == "model-of-5"
    assert ask(panel, "preview")["kind"] == "reply"
    assert (first.asked, len(panel.comm.of("preview"))) == ([], 1)


def gone(name):
    """Nobody follows that one any more."""
    return not any(one.name.endswith(name) for one in threading.enumerate())


def test_one_that_was_left_says_nothing_in_the_view_of_the_next(
    panel, hands, monkeypatch
):
    ask(panel, "open", number=118)
    [first] = hands.opened
    asked = []
    monkeypatch.setattr(first, "execution_info", lambda: asked.append(1) or {})
    first.feed(state("Running"))
    until(lambda: panel.comm.of("execution") and fields(panel)["state"] == "Running")
    ask(panel, "shut")
    sent = len(panel.comm.of("execution"))
    assert "cannot be done" in ask(panel, "act", action="cancel")["message"]
    assert "cannot be done" in ask(panel, "preview")["message"]
    ask(panel, "open", number=117)
    hands.opened[1].feed(state("Succeeded"), None)
    until(lambda: panel.comm.of("execution")[sent:] and fields(panel)["offers"])
    until(lambda: gone("model-of-6"))
    assert {m["name"] for m in panel.comm.of("execution")[sent:]} == {"model-of-5"}
    assert asked == []


def test_rows_that_are_read_late_are_not_shown_as_those_of_the_next(
    panel, hands, monkeypatch
):
    ask(panel, "open", number=118)
    [first] = hands.opened
    read, held = threading.Event(), threading.Event()

    def result():
        read.set()
        assert held.wait(30)
        return TABLE

    monkeypatch.setattr(first, "result", result)
    first.feed(state("Succeeded"), None)
    until(lambda: panel.comm.of("execution") and fields(panel)["offers"])
    panel.comm.say({"kind": "preview", "id": "late"})
    assert read.wait(30)
    ask(panel, "open", number=117)
    held.set()
    until(lambda: answer(panel, "late"))
    assert panel.comm.of("preview") == []


def test_rows_of_another_platform_that_lack_things_are_shown(hands):
    bare = {"ExecutionId": 7, "RequestedAt": "soon", "Message": "a\nb", "Label": "W1"}
    panel = ExecutionsPanel(hands, 1, [bare], "churn")
    panel.push()
    [sent] = panel.comm.of("executions")
    [shown] = sent["rows"]
    assert (shown["name"], shown["made"], shown["asked"]) == ("· W1", "a", None)
    assert sent["of"] == "churn"
    panel.close()


def test_the_twin_tells_the_page_that_is_shown(panel):
    browse(panel, skip=100)
    card = panel.card()
    assert card.text.startswith("20 of 120 executions.")
    assert "rows.csv" in card.html
    assert "rows.csv" not in json.dumps(str(panel.get_state()))


def fields(panel):
    return panel.comm.of("execution")[-1]


def test_a_failed_run_of_a_model_is_run_again_in_its_place(panel, hands):
    ask(panel, "open", number=118)
    [first] = hands.opened
    first.feed(log(1, "of the first"), state("Failed", "It ran out of memory."), None)
    until(lambda: panel.comm.of("execution") and fields(panel)["state"] == "Failed")
    assert fields(panel)["what"] == "asynchronous model"
    assert (fields(panel)["actions"], fields(panel)["repeat"]) == (["again"], "")
    assert ask(panel, "act", action="again")["kind"] == "reply"
    until(lambda: fields(panel)["number"] == "execution 122")
    assert fields(panel)["again"].endswith(" 122 --wait")
    assert fields(panel)["reason"] == ""
    first.next.feed(log(1, "of the second"), state("Succeeded"), None)
    until(lambda: fields(panel)["state"] == "Succeeded")
    assert fields(panel)["actions"] == []
    newest = panel.comm.of("rows")[-1]
    assert (newest["first"], newest["rows"][0]["text"]) == (0, "of the second")
    assert ask(panel, "act", action="again")["kind"] == "fault"


def test_what_no_button_can_run_again_has_its_line():
    hands = Listing(row(1, "script"))
    made = ExecutionsPanel(hands, 1, hands.rows)
    ask(made, "open", number=1)
    hands.opened[0].feed(state("Failed", "no"), None)
    until(lambda: made.comm.of("execution") and fields(made)["state"] == "Failed")
    assert fields(made)["actions"] == []
    assert fields(made)["repeat"] == "%codex preprocess script-of-1 FILE --wait"
    made.close()

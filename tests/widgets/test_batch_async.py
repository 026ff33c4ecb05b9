"""A file for an asynchronous model: sent by the panel, followed, read, cancelled."""

from __future__ import annotations

import json
import threading

import pandas as pd
import pytest
from execution_kit import INFO, TABLE, FakeExecution, progress
from widget_kit import playable, state, until

from codex_jupyter.errors import (
    AuthenticationError,
    ExecutionError,
    InputError,
    UnreachableError,
)
from codex_jupyter.widgets.batch import Tables
from codex_jupyter.widgets.playground import Playground
from codex_jupyter.widgets.preparing import Scripts

ROWS = pd.DataFrame({"x": range(100)})
SCRIPT = "S" + "a" * 63


@pytest.fixture
def held():
    return {"rows": ROWS}


@pytest.fixture
def execution():
    return FakeExecution(info=INFO)


@pytest.fixture
def model(execution):
    made = playable(operation="Async", name="churn batch")
    made.input_type = "csv"
    made.sent = []

    def predict(data, **options):
        made.sent.append((data, options))
        if isinstance(made.refused, Exception):
            raise made.refused
        return execution

    made.predict = predict
    return made


@pytest.fixture
def panel(model, held):
    def keep(name, frame):
        if not name.isidentifier():
            raise InputError(f"'{name}' is not the name of a variable.")
        held[name] = frame

    rows = [
        {"Hash": SCRIPT, "Name": "clean", "Operation": "async"},
        {"Hash": "S" + "b" * 63, "Name": "one row", "Operation": "Sync"},
    ]
    scripts = Scripts(lambda group: rows, lambda script, text: text)
    made = Playground(model, tables=Tables(lambda: held, keep), scripts=scripts)
    yield made
    made.close()


def ask(panel, kind, **fields):
    name = f"{kind}-{len(panel.comm.sent)}"
    panel.comm.say({"kind": kind, "id": name, **fields})

    def ends():
        every = [*panel.comm.of("reply"), *panel.comm.of("fault")]
        return [one for one in every if one["id"] == name]

    until(ends)
    return ends()[0]


def send(panel, source="rows", keep="predictions", script=""):
    return ask(panel, "batch", tag="t", source=source, keep=keep, script=script)


def last(panel):
    told = panel.comm.of("execution")
    return told[-1] if told else {"state": "", "line": "", "reason": ""}


def test_a_frame_is_sent_followed_read_and_kept(panel, model, execution, held):
    assert send(panel)["result"] == "5"
    assert model.sent[0][0] is ROWS
    execution.feed(state("Running"), progress(0.5))
    until(lambda: last(panel).get("fraction") == 0.5)
    assert last(panel)["actions"] == ["cancel"]
    execution.feed(state("Succeeded"), None)
    until(lambda: "Kept as" in last(panel)["line"])
    assert held["predictions"] is TABLE
    assert len(panel.comm.of("preview")[0]["rows"]) == 20
    assert last(panel)["again"] == '%codex attach "churn batch" 5 --wait'
    assert ask(panel, "save")["result"].endswith("execution-5.zip.")
    card = panel.card()
    assert "execution 5: Succeeded. It is done. Kept as" in str(card)
    assert "customer 3" not in json.dumps(panel.get_state(), default=str)
    # A view that comes later is told the same.
    panel.comm.sent.clear()
    panel.push()
    kinds = [content["kind"] for content, _ in panel.comm.sent]
    assert kinds == ["play", "execution", "preview"]


def test_a_path_is_sent_as_it_is_with_the_script_that_was_chosen(panel, model):
    assert send(panel, "data/big.csv", script=SCRIPT)["kind"] == "fault"
    found = ask(panel, "scripts")["result"]
    assert found == [{"hash": SCRIPT, "name": "clean"}]
    send(panel, "data/big.csv", script=SCRIPT)
    assert model.sent == [("data/big.csv", {"preprocessing": SCRIPT})]
    line = ask(panel, "snippet", language="magic", input="", script=SCRIPT)["result"]
    assert line == (
        '%codex predict "churn batch" rows.csv --group demo '
        "--preprocessing Saaaaaaaaaaa --wait"
    )
    code = ask(panel, "snippet", language="python", input="", script="")["result"]
    assert "rows.csv" in code


def test_one_at_a_time_and_cancelled_on_the_platform(panel, execution):
    assert "Nothing runs" in ask(panel, "act", action="cancel")["message"]
    send(panel)
    assert "execution 5 is not over." in send(panel)["message"]
    ask(panel, "act", action="cancel")
    execution.feed(state("Failed", "It was cancelled."), None)
    until(lambda: last(panel)["state"] == "Failed")
    assert last(panel)["reason"] == "It was cancelled."
    assert send(panel)["kind"] == "reply"


def test_what_is_asked_while_a_file_is_sent_is_refused(panel, model, execution):
    go = threading.Event()
    model.predict = lambda data, **options: go.wait(20) and execution
    fields = {"tag": "t", "source": "rows", "keep": "", "script": ""}
    panel.comm.say({"kind": "batch", "id": "first", **fields})
    until(lambda: panel.comm.of("ack"))
    assert "A file is being sent." in send(panel)["message"]
    go.set()
    # The execution is told before its request is answered.
    until(lambda: panel.comm.of("execution") and panel.comm.of("reply"))
    assert [one["id"] for one in panel.comm.of("reply")] == ["first"]


def test_closing_the_panel_leaves_it_running(panel, execution):
    send(panel)
    execution.feed(state("Running"))
    until(lambda: last(panel)["state"] == "Running")
    panel.close()
    assert "cancel" not in execution.asked


def test_what_was_refused_is_told_with_the_next_step(panel, model):
    model.refused = InputError("The file x.csv does not exist.", hint="Give another.")
    told = send(panel, "x.csv")
    assert (told["message"], told["hint"]) == (
        "The file x.csv does not exist.",
        "Give another.",
    )
    assert panel.comm.of("execution") == []
    assert "No file was sent yet." in str(panel.card())


def test_a_lost_platform_is_waited_for_and_a_refused_token_is_told(panel, execution):
    send(panel)
    execution.feed(state("Running"), UnreachableError("Nothing answers there."))
    until(lambda: last(panel).get("link") == "waiting")
    assert last(panel)["line"].endswith("Trying again. Nothing answers there.")
    execution.feed(progress(0.9))
    until(lambda: last(panel).get("fraction") == 0.9)
    assert last(panel)["link"] == ""
    execution.feed(AuthenticationError("The token was refused.", hint="Get a new one."))
    until(lambda: last(panel)["reason"] == "The token was refused.")
    # No button here would try again.
    assert last(panel)["line"] == "It is not followed any more."
    assert (last(panel)["link"], last(panel)["told"]) == ("lost", "")
    assert last(panel)["actions"] == []
    assert "Get a new one." in last(panel)["detail"]


def test_a_result_that_is_no_table_and_a_bad_name_are_told(panel, execution, held):
    execution.unreadable = ExecutionError("It wrote a png, which is no table.")
    send(panel)
    execution.feed(state("Succeeded"), None)
    until(lambda: "It wrote a png" in last(panel)["line"])
    execution.unreadable = None
    send(panel, keep="not a name")
    execution.feed(state("Succeeded"), None)
    until(lambda: "is not the name of a variable" in last(panel)["line"])
    assert list(held) == ["rows"]


def test_a_row_cannot_be_asked_and_without_tables_it_is_refused(panel, model):
    told = ask(panel, "predict", input="{}", models=[model.model_hash], script="")
    assert told["kind"] == "fault"
    assert model.sent == []
    with pytest.raises(InputError, match="it has no direct answer"):
        Playground(model)

"""Cards, reports and pages in Portuguese: nothing of ours is left in English.

Each is made in both languages. A line that is the same in both and holds a word that
only English has is a text that was not translated.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import numpy as np
import pandas as pd
import pytest

from codex_jupyter.drift import compare
from codex_jupyter.errors import InputError
from codex_jupyter.render import cards, checked, checks, execution_list, models
from codex_jupyter.render.changes import changes
from codex_jupyter.render.connect import connect_card
from codex_jupyter.render.executions import execution_card
from codex_jupyter.render.explanations import explained, unexplained
from codex_jupyter.render.local import local_card
from codex_jupyter.render.messages import error_block, note
from codex_jupyter.render.monitoring import monitoring_card, monitorings_table
from codex_jupyter.render.playground import playground_card
from codex_jupyter.render.progress import progress_line
from codex_jupyter.render.steps import steps
from codex_jupyter.render.words import speak
from codex_jupyter.server.monitoring.judging import placed
from codex_jupyter.widgets.drift_report import report

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
THEN = "2026-11-23T17:00:00+00:00"
# Words of English sentences that Portuguese does not have.
ENGLISH = re.compile(
    r"\b(the|is|are|was|were|has|have|of|to|and|not|with|from|there|it|its|in|on|yet|"
    r"no|shows?|makes?|said|did|this|that|than|before|after|more|row|rows|failed|"
    r"moderate|significant|missing|noise|current|reference|group|state|name)\b"
)
STEPS = [
    {"name": name, "progress": "done", "seconds": 1.2, "note": ""}
    for name in ("Ready", "Resolve", "Install", "Start", "Test", "Deployed")
]
REASON = "The schema cannot be used: abc. Give a sample row: the model is tried on it."
EXECUTION = {
    "ExecutionId": 5,
    "Kind": "Training",
    "Name": "churn",
    "ExecutionState": "Failed",
    "RequestedAt": THEN,
    "TimeElapsed": 1200,
    "Message": "The model was deleted.",
}


def status():
    return cards.status_card(
        {
            "name": "credit-score",
            "group": "demo",
            "state": "Failed",
            "line": "",
            "reason": REASON,
            "detail": "",
            "steps": STEPS,
            "hash": "M0",
            "python": "3.11",
            "updated": 1.76e9,
            "rows": [{"time": "10:00:01", "level": "Warning", "text": "abc"}],
        }
    )


def execution():
    return execution_card(
        {
            "name": "churn",
            "group": "demo",
            "number": "5",
            "state": "Failed",
            "line": "",
            "told": "",
            "reason": "The model was deleted.",
            "detail": "",
            "facts": [],
            "metrics": [],
            "params": [],
            "again": "%codex attach churn 5",
            "updated": 1.76e9,
            "rows": [],
        }
    )


def local():
    return local_card(
        {
            "state": "stopped",
            "said": "",
            "detail": "",
            "address": "",
            "problem": "The platform (process 7) belongs to another user.",
            "folder": "/tmp/x",
            "models": [{"name": "Deployed", "value": 2}],
            "version": "0.1",
            "disk": 1 << 22,
            "pid": 7,
            "lines": ["%codex local"],
            "updated": 1.76e9,
        }
    )


def playground():
    result = {
        "name": "credit-score",
        "ms": 12.5,
        "text": "",
        "outputs": [],
        "why": None,
        "error": "The input 'a' has no rows.",
        "hint": "Check the path.",
        "detail": "",
    }
    run = {"at": 1.76e9, "input": "{}", "prepared": "p", "results": [result]}
    return playground_card(
        {
            "name": "credit-score",
            "group": "demo",
            "hash": "M0",
            "state": "Deployed",
            "reads": "",
            "execution": None,
            "sample": "{}",
            "fields": [{"name": "age", "kind": "number", "text": "41"}],
            "run": run,
        }
    )


def drift():
    days = pd.date_range("2026-01-05", periods=600, freq="4h")
    before = pd.DataFrame({"age": np.arange(600.0), "city": "x", "gone": 1, "at": days})
    after = before.assign(age=before["age"] + 500, city=["y", None] * 300)
    after = after.drop(columns="gone")
    return report("a → b", before, after, period="week", date_col="at")


def monitoring():
    where = "week 2026-W14"
    frames = [pd.DataFrame({"age": np.arange(300) + shift}) for shift in (0, 250)]
    told = [placed(one, where) for one in compare(*frames).sentences()]
    alert = "`age` drifted in week 2026-W14: PSI 0.40, above 0.25 (noise floor 0.1)."
    period = {
        "Label": "2026-W14",
        "IsComplete": False,
        "Verdict": "significant",
        "Records": 9,
        "Rows": 9,
        "Bad": 1,
        "Averages": {"Psi": 0.4},
        "Columns": {"age": {"Level": "significant"}},
    }
    row = {"Period": "Week", "Status": "Validated", "Alerts": [alert]}
    row["Message"] = "Validated on the newest 12 records."
    run = {
        "Task": "run",
        "Label": "2026-W15",
        "ExecutionId": 7,
        "ExecutionState": "Failed",
        "Message": "The model was deleted.",
    }
    whole = {"Monitoring": row, "Periods": {"2026-W14": period}, "Runs": [run]}
    card = monitoring_card(whole, "credit-score")
    return replace(card, text="\n".join([card.text, *(note(one).text for one in told)]))


def empty_monitoring():
    row = {"Period": "Month", "Status": "Requested", "NextRunAt": THEN}
    return monitoring_card({"Monitoring": row, "Periods": {}}, "credit-score")


def monitorings():
    last = {"Label": "2026-W14", "Verdict": "moderate"}
    rows = [{"Name": "m", "Period": "Week", "Status": "Validated", "Last": last}]
    return monitorings_table(rows)


def models_list():
    row = {"Name": "m", "Status": "Deployed", "UploadedAt": THEN, "Version": 1}
    return models.models_table([{**row, "Drift": {"Verdict": "moderate"}}] * 3, NOW, 2)


def check():
    versions = [("numpy", "1", "2", True), ("pandas", "", "2", True)]
    return checked.checked(
        "The check failed in Python 3.11: abc",
        passed=False,
        told="KeyError",
        versions=versions,
        same=2,
        explained=(
            "The script calculates with a number and a text.",
            "Convert the text, if it holds a number:",
            "float(x)",
        ),
        next="Nothing was uploaded.",
    )


def doctor():
    rows = [
        ("ok", "packages", "codex_jupyter 1, all it needs", ""),
        ("warn", "clock", "the platform does not tell its time", ""),
        ("bad", "platform", "Nothing answers at http://a.", "Check the path."),
    ]
    return checks.checks(rows)


def known_failure():
    told = "The model 'm' is Disabled, so it cannot answer."
    cause = "m is Disabled: it was told to stop answering."
    more = "%codex logs m shows its whole log"
    line = "%codex restart m"
    title = "m failed in a call"
    return explained(title, cause, "Bring it back:", line, told, more)


def error():
    hint = "Check the address, the network and the proxy, then try again."
    return error_block(InputError("Nothing answers at http://a.", hint=hint))


CARDS = {
    "status": status,
    "execution": execution,
    "local": local,
    "playground": playground,
    "connect": lambda: connect_card({"address": "http://a", "connected": ""}),
    "drift": drift,
    "monitoring": monitoring,
    "a monitoring without periods": empty_monitoring,
    "monitorings": monitorings,
    "models": models_list,
    "executions": lambda: execution_list.executions_table([EXECUTION], NOW, 3),
    "check": check,
    "doctor": doctor,
    "a known failure": known_failure,
    "another failure": lambda: unexplained("Run 3 of churn failed", "abc", ""),
    "steps": lambda: steps(
        "Checking m in Python 3.11, on this machine",
        [("resolve", "done", 1.0, ""), ("test", "failed", None, "")],
    ),
    "changes": lambda: changes(
        "m", [("environment", "variables are added", ())], "--force deploys it again"
    ),
    "progress": lambda: progress_line("execution 3", "Running", {"Rows": 3}),
    "error": error,
}


def lines_of(card):
    """The texts of its two forms."""
    html = str(card.html or "")
    html = re.sub(r"<(pre|code|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    parts = re.findall(r'(?:aria-label|title)="([^"]*)"', html)
    parts += re.split(r"<[^>]*>", html) + card.text.split("\n")
    cells = [cell for part in parts for cell in re.split(r"\s{2,}", part)]
    return [unescape(part).strip() for part in cells if part.strip()]


@pytest.fixture
def in_both():
    """What a card says in both languages, word by word the same."""

    def same(make):
        speak("en")
        english = set(lines_of(make()))
        speak("pt-BR")
        return english & set(lines_of(make()))

    yield same
    speak(None)


@pytest.mark.parametrize("name", CARDS)
def test_a_card_in_portuguese_has_no_english_left(name, in_both):
    assert sorted(x for x in in_both(CARDS[name]) if ENGLISH.search(x.lower())) == []


def test_the_cards_do_say_something_in_english():
    speak("en")
    try:
        told = [x for make in CARDS.values() for x in lines_of(make())]
    finally:
        speak(None)
    assert sum(bool(ENGLISH.search(x.lower())) for x in told) > 60

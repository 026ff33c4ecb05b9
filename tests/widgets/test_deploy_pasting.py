"""A line or a cell that is pasted into the deploy form."""

from __future__ import annotations

import json
import os

import pytest
from deploy_kit import CELLS, succeeds
from widget_kit import until


@pytest.mark.parametrize(
    "line",
    [
        "%codex deploy a --source score.py --model m.pkl --schema row.json --group g",
        "%%codex deploy 'a b' --model card --schema row --group g --python 3.9\nx",
        "%%codex deploy a --model grid.best --schema X.head(1) --no-check\nx",
        "%%codex deploy a --model @card --schema @row --extra a.csv --extra b.py\nx",
        "%%codex deploy a --model card --schema {'a': \"it's\"} --env .env\nx",
        "%%codex deploy a --model card --schema row --operation async --input csv\nx",
        '%%codex deploy a --model card --schema row --requirements "a, b[x,y]>2,<3"\nx',
    ],
)
def test_a_line_that_is_read_is_written_as_what_means_the_same(page, line):
    one, _, _ = page(*CELLS, "from types import SimpleNamespace as N\ngrid = N(best=1)")
    draft = one.ask("paste", text=line)["result"]
    one.ask("draft", draft=draft, seq=5000, settled=True)
    until(lambda: any(m["seq"] == 5000 for m in one.comm.of("checked")))
    written = one.comm.of("checked")[-1]["line"]
    assert one.ask("paste", text=written)["result"] == draft


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "no %codex deploy line"),
        ("%codex models", "no %codex deploy line"),
        ("%codex deploy a --model m --schema s", "names no --source"),
        ("%codex deploy", "it needs NAME"),
        ("%%codex deploy a --password x", "saved with the notebook"),
        ("%%codex deploy --help", "only asks for help"),
        ("%%codex deploy a --model 'x", "not closed"),
        ("%%codex train a --data X\ndef score(d, b): ...", "no %codex deploy line"),
        ("%%codex deploy a --model m --schema s --source f.py\nx = 1", "one of them"),
        (f"%%codex deploy a --model m --schema s\n{'#' * 100_001}", "takes 100,000"),
    ],
)
def test_a_pasted_text_that_is_no_such_line_says_why(page, text, word):
    one, _, _ = page()
    assert word in one.ask("paste", text=text)["message"]


PASTED = """%%codex deploy credit-score --model card --schema row --group demo
import json, os
os.environ["CX_RAN"] = str(int(os.environ.get("CX_RAN", "0")) + 1)
print("defined")

def answer(data: str, base_path: str):
    return {"age": json.loads(data)["age"], "twice": twice(2)}

twice = lambda x: 2 * x"""


def pasted(one, text):
    """Paste, and let what the page then has be checked."""
    draft = one.ask("paste", text=text)["result"]
    return draft, one.type(**draft)


def test_a_pasted_cell_is_the_function_and_runs_when_it_is_tried(page, monkeypatch):
    monkeypatch.setenv("CX_RAN", "0")
    one, shell, platform = page(CELLS[0])
    draft, found = pasted(one, PASTED)
    assert (draft["source"], draft["reference"]) == ("code", "answer")
    assert (found["troubles"], found["reason"]) == ([], "")
    cell = PASTED.partition("\n")[2]
    lines = found["line"].split("\n", 1)
    assert lines[0].startswith("%%codex deploy credit-score --reference answer")
    assert lines[1] == draft["code"] == cell
    assert os.environ["CX_RAN"] == "0"  # nothing pasted is run unasked
    assert "answer" not in shell.user_ns
    trial = one.ask("try")["result"]
    assert json.loads(trial["answer"]) == {"age": 41, "twice": 4}
    assert trial["printed"] == "defined\n"
    succeeds(platform)
    one.ask("deploy")
    until(lambda: one.comm.of("attempt")[-1]["state"] == "Deployed")
    sent = platform.sent[0]
    assert sent["model_reference"] == "answer"
    assert sent["source_file"][1].decode().strip() == cell.strip()


def test_a_pasted_cell_that_is_not_to_be_tried_is_not_run(page, monkeypatch):
    monkeypatch.setenv("CX_RAN", "0")
    one, _, platform = page(CELLS[0])
    draft, found = pasted(one, PASTED.replace("--group", "--no-run --group"))
    assert not draft["check"]
    assert found["line"].partition("\n")[0].endswith("--no-run")
    succeeds(platform)
    one.ask("deploy")
    until(lambda: one.comm.of("attempt")[-1]["state"] == "Deployed")
    assert os.environ["CX_RAN"] == "0"
    # Asked for, the trial runs it all the same.
    assert one.ask("try")["result"]["answer"]
    assert os.environ["CX_RAN"] == "1"


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("def score(data, base_path):\n    return (", "not valid Python"),
        ("%pip install x\ndef score(d, b): ...", "IPython syntax"),
        ("def one(d, b): ...\ndef two(d, b): ...", "It defines one, two."),
        ("x = 1", "does not define score"),
        ("def score(d, b): return undefined_name", "deployed script will not have"),
        ("def score(d, b):\n\treturn '\0'", "not valid Python"),
        ("x = " + "(" * 5000 + "\ndef score(d, b): ...", "The cell"),
        ("x = " + "-" * 90_000 + "1", "The cell"),
        ("def score(d, b): return '\ud800'", "not valid Python"),
    ],
)
def test_what_is_wrong_with_a_pasted_cell_is_told_at_it(page, cell, word):
    one, _, platform = page()
    head = "%%codex deploy a --model card --schema row --group demo\n"
    _, found = pasted(one, head + cell)
    told = next(t for t in found["troubles"] if t["field"] == "code")
    assert word in told["text"]
    assert found["reason"] == "The cell needs a look."
    assert one.ask("deploy")["kind"] == "fault" or one.ask("try")
    assert platform.sent == []


def test_a_pasted_cell_that_fails_when_it_is_run_is_not_uploaded(page):
    one, _, platform = page()
    head = "%%codex deploy a --model card --schema row --group demo\n"
    _, found = pasted(one, f"{head}1 / 0\ndef score(d, b): ...")
    assert found["reason"] == ""
    trial = one.ask("deploy")["result"]
    assert trial["error"] == "ZeroDivisionError: division by zero"
    assert platform.sent == []

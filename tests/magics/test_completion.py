from __future__ import annotations

import threading
import time

import pytest

from codex_jupyter.config import Profile, Profiles
from codex_jupyter.magics.command import NAMES
from codex_jupyter.magics.known import Known


def test_commands_are_completed_with_or_without_an_assignment(notebook):
    assert notebook.complete("%codex ") == list(NAMES)
    assert notebook.complete("%%codex de") == ["deploy", "delete"]
    assert notebook.complete("x = %codex mod") == ["models"]
    assert notebook.complete("  a, b = %codex hel") == ["help"]
    assert notebook.complete("%codex --debug mod") == ["models"]


def test_options_are_completed_and_not_offered_twice(notebook):
    assert notebook.complete("%codex deploy m --gr") == ["--group"]
    assert notebook.complete("%codex deploy m --mo") == ["--model"]
    assert "--group" not in notebook.complete("%codex deploy --group g --")
    assert "--extra" in notebook.complete("%codex deploy --extra f --")
    assert "--help" in notebook.complete("%codex models --")


def test_choices_are_completed(notebook):
    assert notebook.complete("%codex code m --language ") == [
        "curl", "python", "javascript",
    ]  # fmt: skip
    assert notebook.complete("%codex code m --language=p") == ["--language=python"]
    assert notebook.complete("%codex local st") == ["start", "stop", "status"]
    assert notebook.complete("%codex help lo") == ["local", "logs"]


def test_variables_are_completed_where_an_object_is_expected(notebook):
    notebook.run("import pandas as pd\nrow = {'a': 1}\nrows = [row]\nframe = 1")
    assert notebook.complete("%codex predict m ro") == ["row", "rows"]
    assert notebook.complete("%codex predict m {ro") == ["{row}", "{rows}"]
    assert notebook.complete("%codex predict m $fr") == ["$frame"]
    assert "pd" not in notebook.complete("%codex predict m ")
    assert "rows.append" in notebook.complete("%codex predict m rows.ap")
    assert notebook.complete("%%codex deploy m --model fr") == ["frame"]
    assert "rows" in notebook.complete("%%codex deploy m --schema ")


def test_files_are_completed_after_an_at_sign_and_for_file_options(notebook, tmp_path):
    work = tmp_path / "work"
    (work / "row.json").write_text("{}")
    (work / "data").mkdir()
    (work / "data" / "a b.csv").write_text("")
    (work / ".hidden").write_text("")
    assert notebook.complete("%codex predict m @r") == ["@row.json"]
    assert notebook.complete("%codex deploy m --source ") == ["data/", "row.json"]
    assert notebook.complete("%codex deploy m --extra x r") == ["row.json"]
    assert notebook.complete("%codex deploy m --env .h") == [".hidden"]
    assert notebook.complete("%codex deploy m --requirements @r") == ["@row.json"]
    assert notebook.complete("%codex deploy m --extra nowhere/x") == []


@pytest.mark.parametrize(
    "line", ["codex de", "print('%codex", "# %codex de", "%codexx de", "%codex nope "]
)
def test_other_lines_are_left_alone(notebook, line):
    assert notebook.complete(line) == []


def test_a_cell_magic_is_completed_in_its_first_line_only(notebook):
    cell = "%%codex deploy m --gr\n%%codex de"
    assert notebook.complete("%%codex deploy m --gr", cell) == ["--group"]
    assert notebook.complete("%%codex de", cell) == []


def test_the_shell_completes_an_option_as_a_whole(notebook):
    from IPython.core.completer import provisionalcompleter

    line = "%codex deploy m --gr"
    with provisionalcompleter():
        found = list(notebook.shell.Completer.completions(line, len(line)))
    assert [(c.text, c.start, c.end) for c in found] == [
        ("--group", line.index("--gr"), len(line))
    ]


def test_names_of_functions_and_columns_are_completed(notebook, tmp_path):
    cell = "%%codex deploy m --reference \ndef score(a, b):\n  def inner(): ...\n"
    assert notebook.complete("%%codex deploy m --reference ", cell) == ["score"]
    (tmp_path / "work" / "app.py").write_text("async def one(): ...\nclass A: ...\n")
    line = "%codex deploy m --source app.py --reference "
    assert notebook.complete(line) == ["one"]
    notebook.run("def mine(): ...")
    assert notebook.complete("%codex promote m --reference ") == ["mine"]
    notebook.run("import pandas as pd; frame = pd.DataFrame({'age': [1], 'pay': [2]})")
    line = "%codex drift frame frame --columns "
    assert notebook.complete(line) == ["age", "pay"]
    assert notebook.complete(line + "age,") == ["age,pay"]
    assert notebook.complete("%codex drift {frame} x --date-col p") == ["pay"]
    (tmp_path / "work" / "t.csv").write_text('\ufeffa,"b c"\n1,2\n')
    assert notebook.complete("%codex drift t.csv t.csv --columns ") == ["a", "b c"]
    (tmp_path / "work" / "bad.csv").write_bytes(b"\xff\x00")
    for other in ("bad.csv", "none.csv", "mine", "/etc"):
        found = notebook.complete(f"%codex drift {other} x --columns nothing")
        assert found == []


def test_addresses_of_profiles_are_completed(notebook):
    Profiles().put(Profile("work", "https://codex.example.com/api", "ana"))
    found = notebook.complete("%codex connect https")
    assert found == ["https://codex.example.com/api"]


class Slow:
    """A session whose platform answers when it is told to."""

    settings = "a platform"
    commands = 0

    def __init__(self):
        self.gate = threading.Event()
        self.asked = 0

    def client(self):
        return self

    def rows(self):
        self.asked += 1
        assert self.gate.wait(30)
        return [
            {"Name": "old", "Status": "Deployed", "UploadedAt": "2024-01-01"},
            {"Name": "new one", "Status": "Failed", "UploadedAt": "2024-02-01"},
            {"Name": "gone", "Status": "Deleted", "UploadedAt": "2024-03-01"},
            {"Name": "old", "Status": "Disabled", "UploadedAt": "2023-01-01"},
        ]


def wait():
    for thread in threading.enumerate():
        if thread.name == "codex-completion":
            thread.join(30)


def test_completion_never_waits_for_a_slow_platform_and_shows_its_answer_later():
    slow, now = Slow(), [0.0]
    known = Known(slow, clock=lambda: now[0])
    assert known.models() == []
    assert known.models() == []
    wait_until(lambda: slow.asked == 1)
    now[0] = 3.0
    slow.gate.set()
    wait()
    assert known.models() == ["new one", "old"]
    assert slow.asked == 1
    # It took three seconds: it is kept for thirty, and then not waited for.
    now[0] = 29.0
    assert known.models() == ["new one", "old"]
    assert slow.asked == 1
    slow.gate.clear()
    now[0] = 60.0
    assert known.models() == ["new one", "old"]
    wait_until(lambda: slow.asked == 2)
    slow.gate.set()
    wait()
    slow.settings = "another platform"
    known.models()
    wait()
    assert slow.asked == 3


def wait_until(so):
    until = time.monotonic() + 30
    while not so():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_command_puts_what_was_known_in_doubt():
    slow = Slow()
    slow.gate.set()
    known = Known(slow, clock=lambda: 0.0)
    known.renew()
    wait()
    known.models()
    assert slow.asked == 1
    slow.commands = 1
    known.models()
    wait()
    assert slow.asked == 2


def test_a_platform_that_fails_leaves_the_last_answer():
    slow, now = Slow(), [0.0]
    slow.gate.set()
    known = Known(slow, clock=lambda: now[0])
    known.models()
    wait()
    slow.rows = None
    now[0] = 60.0
    assert known.models() == ["new one", "old"]

"""The deploy form without a page: what it finds out, and what it never tells."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from deploy_kit import BROKEN, CELLS, READY, Platform, fails, succeeds
from widget_kit import until

from codex_jupyter.errors import InputError, PlatformError, UnreachableError
from codex_jupyter.widgets.uploads import MAX_PART, MAX_SIZE, Uploads

SECRET = "s3cr3t-value"


def troubles(found):
    return {one["field"]: one["text"] for one in found["troubles"]}


def test_it_begins_with_what_there_is_one_of_and_offers_what_fits(page):
    one, _, _ = page()
    one.panel._repr_mimebundle_()
    draft = one.comm.of("draft")[-1]["draft"]
    assert draft["function"] == "score"
    assert (draft["model_object"], draft["schema_object"]) == ("card", "row")
    variables = {v["name"]: v for v in one.comm.of("offers")[-1]["variables"]}
    assert variables["score"]["kinds"] == ["function"]
    assert variables["card"] == {
        "name": "card",
        "kinds": ["model"],
        "what": "Scorecard",
    }
    assert "json" not in variables
    assert "limit" not in variables


def test_a_filled_draft_is_fine_and_its_cell_does_the_same(page):
    one, _, platform = page()
    found = one.type()
    assert (found["troubles"], found["reason"]) == ([], "")
    assert [c["kind"] for c in found["columns"]] == [
        *("number", "number", "boolean", "text", "date"),
    ]
    first, _, body = found["line"].partition("\n")
    assert first.startswith("%%codex deploy credit-score --model card --schema row ")
    assert body == CELLS[1].strip()
    succeeds(platform)
    assert one.ask("deploy")["result"] is None
    until(lambda: one.comm.of("attempt")[-1]["state"] == "Deployed")
    [sent] = platform.sent
    assert "limit = 0.5" in sent["source_file"][1].decode()
    assert json.loads(sent["schema"][1])["income"] == 3200.5
    assert (sent["group"], sent["operation"]) == ("demo", "sync")


@pytest.mark.parametrize(
    ("changed", "field", "word"),
    [
        ({"name": "a/b"}, "name", "letters, digits"),
        ({"name": "x" * 33}, "name", "33 characters"),
        ({"group": "a b"}, "group", "letters, digits and underscores"),
        ({"function": "nothing"}, "function", "no function nothing now"),
        ({"source": "file", "script": "no.py"}, "script", "no.py is not there"),
        ({"source": "file", "reference": "1x"}, "reference", "not the name"),
        ({"model_object": "nothing"}, "model", "no variable named nothing"),
        ({"model": "file", "model_file": "m.pkl"}, "model", "m.pkl is not there"),
        ({"schema": "text", "schema_text": "{"}, "schema", "neither JSON nor"),
        ({"schema": "text", "schema_text": "{}"}, "schema", "The schema is empty"),
        ({"requirements": "-e ."}, "requirements", "only on your machine"),
        ({"requirements": "${HOME}"}, "requirements", "holds a variable"),
        ({"requirements": " \n "}, "requirements", "No requirement was given"),
        ({"env": "none.env"}, "env", "none.env is not there"),
        ({"extras": ["none.csv"]}, "extras", "none.csv is not there"),
        ({"python": "3.4"}, "python", "The platform has 3.9, 3.11, 3.12"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_blocks(page, changed, field, word):
    one, _, platform = page()
    until(lambda: one.comm.of("offers")[-1]["pythons"])
    found = one.type(**changed)
    assert word in troubles(found)[field]
    assert found["reason"]
    assert one.ask("deploy")["kind"] == "fault"
    assert platform.sent == []


def test_a_name_that_cannot_be_carried_along_is_told_with_the_function(page):
    one, _, _ = page(
        "import threading, json\nlock = threading.Lock()\nm = {'a': 1}",
        "def score(data, base_path):\n    return lock.locked()",
    )
    found = one.type(model_object="m", schema_object="m")
    [trouble] = [t for t in found["troubles"] if t["field"] == "function"]
    assert "lock: used in the cell" in trouble["detail"]


def test_an_expression_with_consequences_waits_until_its_field_is_left(page):
    one, shell, _ = page(*CELLS, "stock = [{'x': 1}]")
    typed = {"schema": "text", "schema_text": "stock.pop()"}
    found = one.type(settled=False, **typed)
    assert (found["columns"], found["troubles"]) == ([], [])
    assert shell.user_ns["stock"]
    shell.run_cell("pass")
    one.ask("look")
    assert shell.user_ns["stock"]
    assert one.type(**typed)["columns"][0]["name"] == "x"
    assert not shell.user_ns["stock"]
    # Looking again at the same text is no second call.
    assert one.type(**typed)["troubles"] == []
    for harmless in ("row", '{"a": 1}', "{'a': row['age']}", "-row['age']"):
        found = one.type(settled=False, schema="text", schema_text=harmless)
        assert found["sample"] != "read when you leave the field", harmless


def test_a_new_definition_in_the_notebook_is_seen_without_being_asked(page):
    one, shell, _ = page()
    one.type()
    shell.run_cell(BROKEN, store_history=True)
    until(lambda: "not there" in one.comm.of("checked")[-1]["line"])
    shell.run_cell("import threading\nscore = None")
    until(lambda: "function" in troubles(one.comm.of("checked")[-1]))


def test_trying_gives_answer_prints_and_the_users_own_frames(page):
    one, shell, platform = page()
    one.type()
    found = one.ask("try")["result"]
    assert json.loads(found["answer"])["label"] == "good"
    assert found["printed"] == "share 0.52505\n"
    shell.run_cell(BROKEN, store_history=True)
    found = one.ask("try")["result"]
    assert found["error"] == "KeyError: 'not there'"
    assert "preflight" not in found["detail"]
    assert "\x1b" not in found["detail"]
    assert platform.sent == []


def test_an_asynchronous_function_is_tried_on_a_file(page):
    one, _, _ = page(
        CELLS[0],
        "import os\ndef score(data_path, model_path):\n"
        "    out = os.path.join(data_path, 'out.csv')\n"
        "    with open(out, 'w') as file:\n        file.write('a,b\\n1,2\\n')\n"
        "    return out",
    )
    found = one.type(operation="async")
    assert "--operation async" in found["line"]
    assert found["troubles"] == []
    assert one.ask("try")["result"]["answer"] == "a,b\n1,2\n"


def test_a_function_that_fails_on_the_sample_is_not_uploaded(page):
    one, _, platform = page(*CELLS, BROKEN)
    one.type()
    assert one.ask("deploy")["result"]["error"] == "KeyError: 'not there'"
    assert platform.sent == []
    one.type(check=False)
    fails(platform)
    assert one.ask("deploy")["result"] is None
    until(lambda: one.comm.of("attempt")[-1]["state"] == "Failed")
    assert "%codex explain credit-score" in one.comm.of("attempt")[-1]["notes"][-1]


def test_a_refused_upload_is_told_in_place_and_the_next_one_works(page):
    one, _, platform = page()
    one.type()
    platform.error = PlatformError("The disk is full.", status=507)
    one.ask("deploy")
    until(lambda: not one.comm.of("attempt")[-1]["running"])
    platform.error = None
    one.ask("look")
    succeeds(platform)
    one.ask("deploy")
    until(lambda: one.comm.of("attempt")[-1]["state"] == "Deployed")
    assert "credit-score" in one.panel.card().text


def test_one_deployment_at_a_time(page):
    one, _, platform = page()
    one.type()
    platform.hold = threading.Event()
    one.ask("deploy")
    refused = one.ask("deploy")
    assert refused["message"] == "A deployment is running."
    assert one.type()["reason"] == "A deployment is running."
    # The platform is silent from now on: what is known without it is told.
    silent = threading.Event()
    platform.list_groups = lambda: silent.wait(90) and []
    succeeds(platform)
    platform.hold.set()
    until(lambda: not one.comm.of("attempt")[-1]["running"])
    until(lambda: one.comm.of("checked")[-1]["reason"] == "")
    silent.set()


def test_what_is_deployed_is_what_its_view_has_shown(page):
    one, _, platform = page()
    draft = one.panel._draft.fields() | READY
    # Another view of the form is typed in meanwhile.
    one.type(name="another")
    succeeds(platform)
    one.ask("deploy", draft=draft)
    until(lambda: one.comm.of("attempt")[-1]["state"] == "Deployed")
    assert [sent["model_name"] for sent in platform.sent] == [READY["name"]]
    assert len(platform.sent) == 1


def test_a_second_deployment_says_what_it_updates(page):
    row = {
        "Name": "credit-score",
        "Group": "demo",
        "Status": "Deployed",
        "ModelHash": "M" + "a" * 63,
        "UploadedAt": "2026-01-02T10:00:00Z",
    }
    one, _, _ = page(platform=Platform(rows_=[row, row | {"Group": "other"}]))
    until(lambda: one.comm.of("offers")[-1]["groups"])
    found = one.type()
    assert found["update"].startswith("Updates credit-score: this is version 2. Maaaa")
    assert one.type(name="another")["update"] == ""


def test_a_platform_that_is_away_blocks_with_its_own_words(page):
    away = UnreachableError("Nothing answers.", hint="%codex local starts it.")
    one, _, platform = page(platform=Platform(error=away))
    until(lambda: one.comm.of("offers")[-1]["problem"])
    assert one.comm.of("offers")[-1]["hint"] == "%codex local starts it."
    assert one.type()["reason"] == "Nothing answers."
    platform.error = None
    one.ask("look")
    assert one.comm.of("offers")[-1]["problem"] == ""
    assert one.type()["reason"] == ""


def test_what_is_typed_is_checked_while_the_platform_hangs(page):
    one, _, platform = page()
    until(lambda: one.comm.of("offers")[-1]["pythons"])
    held, answer = threading.Event(), platform._answer
    platform._answer = lambda value: held.wait(30) and answer(value)
    one.comm.say({"kind": "look", "id": "hangs"})
    address = "http://127.0.0.1:4321/api"
    until(
        lambda: (
            {"kind": "ack", "id": "hangs", "platform": address} in one.comm.of("ack")
        )
    )
    assert "python" in troubles(one.type(python="3.4"))
    assert one.type(python="3.11")["reason"] == ""
    assert not held.is_set()
    held.set()
    until(lambda: any(m["id"] == "hangs" for m in one.comm.of("reply")))


def test_an_old_question_that_fails_at_last_does_not_outlive_a_newer_answer(page):
    one, _, platform = page()
    until(lambda: one.comm.of("offers")[-1]["pythons"])
    held, answer = threading.Event(), platform._answer

    def late(_):
        held.wait(30)
        raise UnreachableError("Nothing answered.")

    platform._answer = late
    one.comm.say({"kind": "look", "id": "old"})
    until(lambda: any(m["id"] == "old" for m in one.comm.of("ack")))
    platform._answer = answer
    one.ask("look")
    held.set()
    until(lambda: any(m["id"] == "old" for m in one.comm.of("reply")))
    assert one.comm.of("offers")[-1]["problem"] == ""


def test_the_values_of_an_env_file_never_leave_the_kernel(page, tmp_path):
    env = tmp_path / "prod.env"
    env.write_text(f"API_KEY={SECRET}\nEMPTY=\n")
    one, _, platform = page()
    found = one.type(env=str(env))
    assert found["env"] == "It sets API_KEY."
    succeeds(platform)
    one.ask("deploy")
    until(lambda: one.comm.of("attempt")[-1]["state"] == "Deployed")
    assert str(platform.sent[0]["env"]) == str(env)
    told = json.dumps([content for content, _ in one.comm.sent])
    assert SECRET not in told + str(one.panel._twin()._repr_mimebundle_())


def test_a_trial_sets_what_the_model_will_get_of_an_env_file(page, tmp_path):
    env = tmp_path / "prod.env"
    env.write_bytes(
        "export CX_A='${HOME}'\nCX B=1\n2C=1\nCX_C=\xe7\n".encode("latin-1")
    )
    one, _, _ = page(
        CELLS[0],
        "import os\ndef score(data, base_path):\n"
        "    return [os.environ[n] for n in ('CX_A', 'CX_C')]",
    )
    found = one.type(env=str(env))
    assert found["env"] == "It sets CX_A, CX_C."
    assert json.loads(one.ask("try")["result"]["answer"]) == ["${HOME}", "ç"]


@pytest.mark.parametrize("name", ["SCRIPT.py", "Model.pkl", "schema.JSON", "b.csv"])
def test_files_that_would_hide_each_other_are_told_before_the_upload(
    page, tmp_path, name
):
    one, _, _ = page()
    paths = [tmp_path / name, tmp_path / "B.CSV"]
    for path in paths:
        path.touch()
    told = troubles(one.type(extras=[str(path) for path in paths]))
    assert f"two files are called {name}; ".lower() in told["extras"].lower()
    assert one.type(extras=[str(paths[1])])["troubles"] == []


def test_what_is_saved_of_the_widget_holds_nothing_of_the_user(page):
    one, _, _ = page()
    one.type(schema="text", schema_text='{"age": 98765432109}')
    state = {key: str(value) for key, value in one.panel.get_state().items()}
    saved = json.dumps(state) + str(one.panel._twin()._repr_mimebundle_())
    assert "98765432109" not in saved
    assert "credit-score" not in saved
    assert len(saved) < 8 * 1024


def test_paths_are_those_that_fit(page, tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("a.py", "b.csv", ".hidden.py"):
        (tmp_path / name).touch()
    one, _, _ = page()
    found = one.ask("paths", text=f"{tmp_path}/", ends=[".py"])["result"]
    assert found == [f"{tmp_path}/a.py", f"{tmp_path}/sub/"]
    assert one.ask("paths", text="/no/such/place/", ends=[])["result"] == []


def put(one, name, size, at, part, tag="t"):
    return one.ask("put", [part], tag=tag, name=name, size=size, at=at)


def test_an_upload_arrives_in_parts_and_is_gone_with_the_form(page):
    one, _, _ = page()
    assert put(one, "../../m.pkl", 6, 0, b"abc")["result"] == ""
    path = Path(put(one, "../../m.pkl", 6, 3, b"def")["result"])
    assert (path.name, path.read_bytes()) == ("m.pkl", b"abcdef")
    assert path.stat().st_mode & 0o077 == 0
    one.panel.close()
    assert not path.parents[1].exists()


def test_an_upload_that_does_not_fit_together_is_refused(page):
    one, _, _ = page()
    assert "larger than" in put(one, "m", MAX_SIZE + 1, 0, b"a")["message"]
    assert "fit together" in put(one, "m", 2, 0, b"abc")["message"]
    assert "missing" in put(one, "m", 9, 3, b"abc")["message"]
    put(one, "m", 9, 0, b"abc")
    one.ask("drop", tag="t")
    assert "missing" in put(one, "m", 9, 3, b"abc")["message"]
    assert Path(put(one, "", 0, 0, b"")["result"]).read_bytes() == b""
    with pytest.raises(InputError):
        Uploads().put("t", "m", MAX_PART + 1, 0, b"x" * (MAX_PART + 1))

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from starlette.responses import JSONResponse, Response

from codex_jupyter.client.model import MLOpsModel, MLOpsModelClient
from codex_jupyter.config import Secret
from codex_jupyter.errors import (
    AuthenticationError,
    GroupError,
    InputError,
    ModelError,
    PredictionError,
    ProtocolError,
    ServerError,
    UnexpectedError,
)
from codex_jupyter.protocol import routes

SCRIPT = "def score(data, base_path):\n    return {}\n"


def files(**more):
    return {
        "model_name": "credit",
        "model_reference": "score",
        "source_file": ("app.py", SCRIPT.encode()),
        "model_file": ("model.pkl", b"\x80"),
        "requirements_file": ("requirements.txt", b"numpy==2.0\n"),
        "schema": {"age": 41},
        "group": "demo",
    } | more


def problem(status, kind, message):
    return JSONResponse({"Error": {"Type": kind, "Message": message}}, status)


def test_a_model_goes_from_files_to_a_prediction(stand_in, tmp_path):
    (tmp_path / "input.csv").write_text("a\n1\n")
    stand_in.states = [("Ready", None), ("Building", None), ("Deployed", None)]
    with stand_in.client() as client:
        client.refresh_group_token("demo")
        model = client.create_model(
            **files(extra_files=["input.csv"], env={"KEY": "it's"}),
            python_version="3.9",
        )
        assert isinstance(model, MLOpsModel)
        assert model.status == "Deployed"
        assert model.predict({"age": 41}) == {"seen": {"age": 41}}
        assert model(data={"age": 41}) == {"seen": {"age": 41}}
    (parts,) = stand_in.uploads
    assert [(name, file) for name, file, _ in parts] == [
        ("name", None),
        ("model_reference", None),
        ("operation", None),
        ("input_type", None),
        ("python_version", None),
        ("source", "app.py"),
        ("model", "model.pkl"),
        ("requirements", "requirements.txt"),
        ("schema", "schema.json"),
        ("env", ".env"),
        ("extra", "input.csv"),
    ]
    sent = {name: content for name, _, content in parts}
    assert sent["python_version"] == "Python39"
    assert json.loads(sent["schema"]) == {"age": 41}
    assert sent["env"] == b"KEY='it\\'s'\n"


def test_a_failed_deployment_tells_the_reason_and_the_end_of_the_log(stand_in):
    stand_in.states = [("Building", None), ("Failed", "No matching distribution")]
    stand_in.logs = [
        {"RegisteredAt": "2025", "OutputType": "Error", "OutputData": "no nunpy==9"}
    ]
    with stand_in.client() as client, pytest.raises(ModelError) as caught:
        client.create_model(**files())
    assert "No matching distribution" in caught.value.message
    assert "no nunpy==9" in caught.value.detail


def test_without_waiting_the_model_comes_back_while_it_is_built(stand_in):
    stand_in.states = [("Building", None)]
    with stand_in.client() as client:
        assert client.create_model(**files(), wait_for_ready=False).status == "Building"


def test_what_was_uploaded_is_not_lost_with_the_look_that_follows(stand_in):
    stand_in.overrides[routes.MODEL_STATUS] = lambda request: Response("away", 502)
    with stand_in.client() as client:
        model = client.create_model(**files(), wait_for_ready=False)
        assert model.status == "Ready"
        del stand_in.overrides[routes.MODEL_STATUS]
        assert model.refresh() == "Deployed"


@pytest.mark.parametrize("route", [routes.MODEL_UPLOAD, routes.MODEL_HOST])
def test_an_error_tells_whether_the_model_may_be_there(stand_in, route):
    stand_in.overrides[route] = lambda request: problem(500, "Internal", "It failed.")
    with stand_in.client() as client, pytest.raises(ServerError) as caught:
        client.create_model(**files(), wait_for_ready=False)
    assert caught.value.in_doubt is (route is routes.MODEL_HOST)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"model_name": "<script>"}, "model's name"),
        ({"model_name": "x" * 40}, "40 characters"),
        ({"group": "a b"}, "group's name"),
        ({"model_reference": "not a name"}, "name of a function"),
        ({"source_file": "missing.py"}, "'missing.py' does not exist"),
        ({"source_file": "."}, "is a folder"),
        ({"schema": {}}, "schema is empty"),
        ({"schema": None}, "schema is empty"),
        ({"python_version": "snake"}, "not a Python version"),
        ({"operation": "Sometimes"}, "Sync or Async"),
        ({"input_type": "csv"}, "json for Sync"),
        ({"extra_files": [("model.pkl", b"")]}, "Two files are called 'model.pkl'"),
        ({"env": {"A B": "1"}}, "name of a variable"),
    ],
)
def test_what_cannot_be_deployed_is_refused_before_anything_is_sent(
    stand_in, more, told
):
    with stand_in.client() as client:
        before = len(stand_in.seen)
        with pytest.raises(InputError, match=told):
            client.create_model(**files(**more))
        assert len(stand_in.seen) == before


def test_a_missing_file_is_told_with_the_working_directory(stand_in, tmp_path):
    with stand_in.client() as client, pytest.raises(InputError) as caught:
        client.create_model(**files(model_file="model.pkl"))
    assert str(tmp_path) in caught.value.hint


def test_an_unknown_group_is_refused_with_the_nearest_name(stand_in):
    with (
        stand_in.client() as client,
        pytest.raises(GroupError, match="Did you mean 'demo'"),
    ):
        client.create_model(**files(group="dem"))
    assert not stand_in.uploads


def test_a_group_that_exists_is_told_whatever_code_the_platform_uses(stand_in):
    with stand_in.client() as client:
        assert client.create_group("new_one", "for a test") is True
        assert client.group_token("new_one").reveal() == "group-token-of-new_one"
        with pytest.raises(GroupError, match="already exists"):
            client.create_group("demo")
        for status in (400, 500):
            stand_in.overrides[routes.GROUPS_CREATE] = lambda request, s=status: (
                problem(s, "UnexpectedError", "Database produced an unexpected error.")
            )
            with pytest.raises(GroupError, match="exists already"):
                client.create_group("demo")
            with pytest.raises((InputError, ServerError), match="Database"):
                client.create_group("other")


def test_a_group_token_is_remembered_for_the_next_session(stand_in):
    with stand_in.client() as client:
        client.create_group("later")
    with stand_in.client() as again:
        assert again.group_token("later").reveal() == "group-token-of-later"
        assert not again.group_token("never")


def test_a_token_that_cannot_be_kept_on_disk_is_not_lost(stand_in, tmp_path):
    (tmp_path / "home").write_text("a file where the folder should be")
    with stand_in.client() as client:
        with pytest.warns(UserWarning, match="refresh_group_token"):
            client.create_group("later")
        assert client.group_token("later").reveal() == "group-token-of-later"


def test_a_stale_given_token_gives_way_to_the_remembered_one(stand_in, make_row):
    stand_in.rows = [make_row()]
    with stand_in.client() as client:
        client.refresh_group_token("demo", force=True)
    with stand_in.client(group_token=Secret("of-another-group")) as again:
        model = again.find_model("credit")
        assert model.predict({"a": 1}) == {"seen": {"a": 1}}
        before = stand_in.asked(routes.MODEL_RUN)
        model.predict({"a": 1})
        assert stand_in.asked(routes.MODEL_RUN) == before + 1


def test_a_wrong_group_token_says_how_to_get_a_new_one(model):
    model.set_token("wrong")
    with pytest.raises(AuthenticationError, match="not seen as valid") as caught:
        model.predict({"a": 1})
    assert 'refresh_group_token("demo", force=True)' in caught.value.hint


def test_no_group_token_is_told_before_anything_is_sent(stand_in, make_row):
    stand_in.rows = [make_row()]
    with stand_in.client() as client:
        model = client.find_model("credit")
        with pytest.raises(AuthenticationError, match="No token"):
            model.predict({"a": 1})
    assert not stand_in.asked(routes.MODEL_RUN)


@pytest.mark.parametrize("data", [{}, [], None, "", "{}", "null", pd.DataFrame()])
def test_an_empty_input_is_refused(model, data):
    with pytest.raises(InputError):
        model.predict(data=data)


def test_notebook_objects_arrive_as_json(model):
    frame = pd.DataFrame(
        {
            "n": [np.int64(3)],
            "f": [float("nan")],
            "when": [pd.Timestamp("2024-01-02")],
            "gone": [pd.NaT],
            "kind": pd.Categorical(["a"]),
            "flag": np.array([1]).astype(bool),
        }
    )
    sent = {
        "n": 3,
        "f": None,
        "when": "2024-01-02T00:00:00",
        "gone": None,
        "kind": "a",
        "flag": True,
    }
    assert model.predict(frame) == {"seen": sent}
    assert model.predict(frame.iloc[0]) == {"seen": sent}
    assert model.predict('{"age": 41}') == {"seen": {"age": 41}}
    assert model.predict([1, 2]) == {"seen": [1, 2]}


def test_many_rows_come_back_as_a_frame_with_the_same_index(stand_in, model):
    stand_in.score = lambda value: {"pred": value["x"] * 2, "why": None}
    frame = pd.DataFrame({"x": range(50)}, index=[f"row {n}" for n in range(50)])
    told = []
    found = model.predict(frame, progress=lambda *row: told.append(row), timeout=60)
    assert list(found.index) == list(frame.index)
    assert told == [(n, 50) for n in range(1, 51)]
    assert list(found["pred"]) == [2 * n for n in range(50)]
    stand_in.score = lambda value: value["x"]
    assert list(model.predict(frame)["prediction"]) == list(range(50))


def test_a_row_that_fails_is_named(stand_in, model):
    stand_in.score = lambda value: (
        problem(422, "ModelFailed", "ValueError: no") if value["x"] == 7 else {"ok": 1}
    )
    frame = pd.DataFrame({"x": range(30)}, index=[f"r{n}" for n in range(30)])
    with pytest.raises(PredictionError, match="Row r7: ValueError: no"):
        model.predict(frame)


def test_the_awaitable_side_does_the_same(run, stand_in, make_row):
    stand_in.rows = [make_row()]
    stand_in.score = lambda value: {"pred": value["x"]}

    async def session():
        async with await MLOpsModelClient.aopen(settings=stand_in.settings()) as client:
            await client.arefresh_group_token("demo")
            model = await client.afind_model("credit")
            frame = pd.DataFrame({"x": range(20)}, index=range(100, 120))
            assert list((await model.apredict(frame))["pred"]) == list(range(20))
            with pytest.raises(InputError):
                await model.apredict({})
            assert await model.ahealth() == "OK"
            return await model.await_ready()

    assert run(session()) == "Deployed"


def test_a_user_error_is_told_with_its_traceback_apart(stand_in, model):
    trace = 'Traceback (most recent call last):\n  File "app.py", line 3\nKeyError: 1'
    stand_in.score = lambda value: problem(500, "ModelFailed", trace)
    with pytest.raises(PredictionError) as caught:
        model.predict({"a": 1})
    assert caught.value.message == "KeyError: 1"
    assert "line 3" in caught.value.detail


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, b'{"Error":{"Type":"BadInput","Message":"no"}}', InputError),
        (422, b'"a bare string"', InputError),
        (413, b"{}", InputError),
        (404, b'{"Error":{"Type":"NotFound","Message":"no"}}', ModelError),
        (409, b'{"Error":{"Type":"WrongState","Message":"no"}}', ModelError),
        (503, b'{"Error":{"Type":"DeadlineExceeded","Message":"no"}}', PredictionError),
        (500, b'{"Error":{"Type":"WorkerDied","Message":"no"}}', PredictionError),
        (500, b"<html>nginx</html>", ServerError),
        (503, b'{"Error":{"Type":"Overloaded","Message":"no"}}', ServerError),
        (403, b"", UnexpectedError),
        (201, b"{}", UnexpectedError),
        (307, b"", UnexpectedError),
        (200, b"<html>a login page</html>", ProtocolError),
        (200, b'{"truncated": ', ProtocolError),
    ],
)
def test_every_status_has_its_error(stand_in, model, status, body, expected):
    stand_in.overrides[routes.MODEL_RUN] = lambda request: Response(body, status)
    with pytest.raises(expected) as caught:
        model.predict({"a": 1})
    assert type(caught.value) is expected
    assert caught.value.message
    assert "<html>" not in str(caught.value)
    assert stand_in.asked(routes.MODEL_RUN) == 1


def test_a_410_with_a_state_is_an_answer_and_without_one_an_error(stand_in, model):
    gone = JSONResponse({"Status": "Deployed", "Message": None}, 410)
    stand_in.overrides[routes.MODEL_STATUS] = lambda request: gone
    assert model.refresh() == "Deployed"
    stand_in.overrides[routes.MODEL_STATUS] = lambda request: JSONResponse({}, 410)
    with pytest.raises(UnexpectedError):
        model.refresh()


def test_a_model_is_managed(model):
    assert "is now disabled" in model.disable()
    assert model.status == "Disabled"
    assert model.restart_model() == "Deployed"
    assert model.delete() == "Model removed"
    assert model.status == "Deleted"
    assert model.health() == "OK"
    assert model.model_info()["ModelReference"] == "score"
    assert model.docs.endswith(f"/api/model/sync/docs/demo/{model.model_hash}")


def test_logs_are_asked_for_by_day(stand_in, model):
    asked = []
    stand_in.overrides[routes.MODEL_LOGS] = lambda request: (
        asked.append(dict(request.query_params)) or JSONResponse({"Results": [{}]})
    )
    assert model.get_logs(start="2025-01-31", routine="run") == {"Results": [{}]}
    assert model.get_logs(end="10-02-2025", type="error")
    assert asked == [
        {"start": "31-01-2025", "end": "06-02-2025", "routine": "Run"},
        {"start": "04-02-2025", "end": "10-02-2025", "type": "Error"},
    ]
    for wrong in ({"start": "soon"}, {"start": "2025-02-02", "end": "2025-01-01"}):
        with pytest.raises(InputError):
            model.get_logs(**wrong)


def test_logs_are_found_by_the_hash_alone(stand_in, make_row):
    stand_in.logs = [{"OutputData": "built"}]
    with stand_in.client() as client:
        assert client.get_logs("M" * 64) == {"Results": [{"OutputData": "built"}]}


def test_a_model_is_found_by_name_the_deployed_and_newest_first(stand_in, make_row):
    hashes = ["M" + digit * 63 for digit in "12345"]
    stand_in.rows = [
        make_row(
            ModelHash=hashes[0],
            Status="Failed",
            UploadedAt="2025-05-01T00:00:00.5Z",
        ),
        make_row(ModelHash=hashes[1], UploadedAt="2023-01-31T16:06:45.5955220Z"),
        make_row(ModelHash=hashes[2], UploadedAt="2024-10-17T19:52:52.55242+00:00"),
        make_row(ModelHash=hashes[3], Status="Deleted", Name="old"),
        make_row(ModelHash=hashes[4], Name="churn", Schema='{"x": 1}'),
    ]
    with stand_in.client() as client:
        assert client.find_model("credit").model_hash == hashes[2]
        assert client.find_model(hashes[0]).status == "Failed"
        assert client.find_model(hashes[3], group="demo").status == "Deleted"
        assert client.find_model("churn").schema == {"x": 1}
        with pytest.raises(ModelError, match="Did you mean 'churn'"):
            client.find_model("chrun")
        with pytest.raises(ModelError, match="There is no model 'old'"):
            client.find_model("old")
        assert len(client.search_models(only_deployed=True)) == 3
        assert len(client.rows(name="churn")) == 1


def test_get_model_waits_and_tells_of_failures(stand_in, make_row):
    stand_in.rows = [make_row(Status="Building")]
    model_hash = stand_in.rows[0]["ModelHash"]
    with stand_in.client() as client:
        assert client.get_model(model_hash, group="demo").status == "Deployed"
        stand_in.rows = [make_row(Status="Failed")]
        stand_in.states = [("Failed", "it raised")]
        with pytest.raises(ModelError, match="it raised"):
            client.get_model(model_hash=model_hash, group="demo")
        found = client.get_model(model_hash, group="demo", wait_for_ready=False)
        assert found.status == "Failed"
        with pytest.raises(ModelError, match="no such model"):
            client.get_model("M" + "0" * 63, group="demo")
        for wrong in ({"model_id": None}, {"model_id": ".."}):
            with pytest.raises(InputError):
                client.get_model(**wrong, group="demo")


def test_a_platform_without_an_info_route_still_tells_its_version(stand_in):
    with stand_in.client() as client:
        assert client.platform_info() == {"Version": "1.0"}

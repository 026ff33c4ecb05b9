"""Executions through the client, against a stand-in that answers as was recorded."""

from __future__ import annotations

import io
import json
import zipfile

import pandas as pd
import pytest
from starlette.responses import JSONResponse, Response, StreamingResponse

from codex_jupyter.client.execution import MLOpsExecution
from codex_jupyter.config import Secret
from codex_jupyter.errors import (
    AuthenticationError,
    ExecutionError,
    InputError,
    ModelError,
    ProtocolError,
)
from codex_jupyter.protocol import routes

DATASET = "D" + "0" * 63


def zipped(name="output.csv", content=b"a,b\n1,2\n"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def sent(stand_in):
    """What executions were started with: fields by name, files as (name, content)."""
    seen = []

    async def start(request):
        async with request.form() as form:
            given = {}
            for name, value in form.multi_items():
                is_text = isinstance(value, str)
                given[name] = value if is_text else (value.filename, await value.read())
        seen.append(given)
        text = "Execution '5' started. Use the id to check its status."
        return JSONResponse({"ExecutionId": 5, "Message": text}, 202)

    stand_in.overrides[routes.MODEL_RUN_ASYNC] = start
    return seen


@pytest.fixture
def batch(stand_in, sent, make_row):
    """A deployed asynchronous model that reads csv."""
    stand_in.rows = [make_row(Operation="Async", Input="csv")]
    token = Secret(stand_in.groups["demo"])
    with stand_in.client(group_token=token) as client:
        yield client.find_model("credit")


def answering(stand_in, *states):
    """Let the status route tell these states, the last one for good."""
    left = list(states)

    def status(request):
        state, message = left[0]
        if len(left) > 1:
            left.pop(0)
        number = request.path_params["execution"]
        return JSONResponse(
            {"ExecutionId": number, "Status": state, "Message": message}
        )

    stand_in.overrides[routes.EXECUTION_STATUS] = status


def test_a_file_is_sent_under_its_own_name(batch, sent, tmp_path):
    file = tmp_path / "março.csv"
    file.write_bytes(b"\xef\xbb\xbfa;b\r\n1;2\r\n")
    for given in (file, str(file)):
        execution = batch.predict(given)
        assert isinstance(execution, MLOpsExecution)
        assert (execution.exec_id, execution.status) == ("5", "Requested")
        assert sent[-1] == {"input": ("março.csv", b"\xef\xbb\xbfa;b\r\n1;2\r\n")}
    batch.predict(data=("rows.csv", b"a\n1\n"))
    assert sent[-1] == {"input": ("rows.csv", b"a\n1\n")}


def test_a_frame_is_written_as_the_model_reads_it(batch, sent):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]}, index=[7, 9])
    batch.predict(frame)
    assert sent[-1] == {"input": ("input.csv", b"a,b\n1,x\n2,\n")}
    batch.input_type = "parquet"
    batch.predict(frame)
    name, content = sent[-1]["input"]
    assert name == "input.parquet"
    read = pd.read_parquet(io.BytesIO(content))
    assert list(read["a"]) == [1, 2]
    batch.input_type = "json"
    batch.predict(frame)
    assert json.loads(sent[-1]["input"][1])[1] == {"a": 2, "b": None}
    batch.predict([{"a": 1}])
    assert sent[-1] == {"input": ("input.json", b'[{"a":1}]')}


def test_a_datasets_hash_is_sent_in_the_place_of_a_file(batch, sent):
    batch.predict(DATASET)
    batch.predict(dataset=DATASET)
    assert sent == [{"dataset_hash": DATASET}] * 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "is empty"),
        ("", "is empty"),
        ("nowhere.csv", "does not exist"),
        (pd.DataFrame({"a": []}), "no rows"),
        ({"a": 1}, "of type dict"),
        (7, "of type int"),
        (("empty.csv", b""), "is empty"),
    ],
)
def test_what_cannot_be_an_input_is_refused_before_anything_is_sent(
    batch, sent, data, said
):
    with pytest.raises(InputError, match=said):
        batch.predict(data)
    assert sent == []


def test_a_number_that_is_only_in_the_message_is_found(batch, stand_in):
    body = {"Message": "Execution '12' started. Use the id to check its status."}
    stand_in.overrides[routes.MODEL_RUN_ASYNC] = lambda _: JSONResponse(body, 202)
    assert batch.predict(("a.csv", b"1")).exec_id == "12"
    stand_in.overrides[routes.MODEL_RUN_ASYNC] = lambda _: JSONResponse({}, 202)
    with pytest.raises(ProtocolError, match="names no execution"):
        batch.predict(("a.csv", b"1"))


def test_a_platform_without_a_stream_is_polled_until_it_is_over(batch, stand_in):
    answering(
        stand_in, ("Requested", None), ("Running", None), ("Succeeded", "a message")
    )
    execution = batch.predict(("a.csv", b"1"))
    seen = [(e.name, e.data.get("Status")) for e in execution.watch(timeout=30)]
    assert seen == [
        ("state", "Requested"),
        ("state", "Running"),
        ("state", "Succeeded"),
        ("end", None),
    ]
    assert execution.wait_ready() == "Succeeded"
    assert execution.get_status() == {
        "ExecutionId": "5",
        "Status": "Succeeded",
        "Message": "a message",
    }


def test_the_stream_is_followed_where_there_is_one(batch, stand_in, say):
    def stream(_request):
        yield say("state", Status="Running", Message=None, At="")
        yield say("progress", Elapsed=1.0, Rows=10, Fraction=0.5)
        yield say("log", 3, OutputData="half way")
        yield say("state", Status="Succeeded", Message=None, At="")
        yield say("end")

    stand_in.overrides[routes.EXECUTION_EVENTS] = lambda request: StreamingResponse(
        stream(request), media_type="text/event-stream"
    )
    execution = batch.predict(("a.csv", b"1"), wait_complete=True)
    assert execution.status == "Succeeded"
    assert execution.progress == {"Elapsed": 1.0, "Rows": 10, "Fraction": 0.5}


def test_a_failure_tells_the_models_own_traceback_once(batch, stand_in):
    reason = (
        "score() raised KeyError: 'x'\nTraceback (most recent call last):\n  in score"
    )
    answering(stand_in, ("Failed", reason))
    execution = batch.predict(("a.csv", b"1"))
    with pytest.raises(ExecutionError) as caught:
        execution.wait_ready()
    assert "execution 5 of 'credit' failed: score() raised KeyError" in str(
        caught.value
    )
    assert str(caught.value).count("in score") == 1
    with pytest.raises(ExecutionError):
        execution.result()


def test_the_result_is_saved_whole_or_not_at_all(batch, stand_in, tmp_path):
    answering(stand_in, ("Succeeded", None))
    content = zipped()
    stand_in.overrides[routes.EXECUTION_RESULT] = lambda _: Response(content)
    execution = batch.predict(("a.csv", b"1"))
    saved = execution.download_result(path=tmp_path / "new", filename="r.zip")
    assert saved == tmp_path / "new" / "r.zip"
    assert saved.read_bytes() == content
    assert execution.download(path=tmp_path).name == "predictions.zip"

    stand_in.overrides[routes.EXECUTION_RESULT] = lambda _: JSONResponse(
        {"Error": {"Type": "WrongState", "Message": "It is Running."}}, 409
    )
    with pytest.raises(ExecutionError, match="It is Running"):
        execution.download_result(path=tmp_path / "other")
    assert list((tmp_path / "other").iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        execution.download_result(path=tmp_path / "file")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("out.csv", b"a,b\n1,2\n"),
        ("out.csv", b"\xef\xbb\xbfa;b\n1;2\n"),
        ("out", b"a\tb\n1\t2\n"),
        ("out.json", b'[{"a":1,"b":2}]'),
    ],
)
def test_the_result_becomes_a_frame(batch, stand_in, name, content):
    answering(stand_in, ("Succeeded", None))
    packed = zipped(name, content)
    stand_in.overrides[routes.EXECUTION_RESULT] = lambda _: Response(packed)
    found = batch.predict(("a.csv", b"1")).result()
    assert found.to_dict("records") == [{"a": 1, "b": 2}]


def test_a_result_that_is_no_table_is_told_with_the_way_to_save_it(batch, stand_in):
    answering(stand_in, ("Succeeded", None))
    execution = batch.predict(("a.csv", b"1"))
    for content, error in (
        (zipped("plot.png"), InputError),
        (zipped("bad.parquet"), InputError),
        (b"no zip", ProtocolError),
    ):
        stand_in.overrides[routes.EXECUTION_RESULT] = lambda _, c=content: Response(c)
        with pytest.raises(error):
            execution.result()


def test_without_a_group_token_it_is_told_what_to_set(stand_in, sent, make_row):
    stand_in.rows = [make_row(Operation="Async", Input="csv")]
    with stand_in.client() as client:
        model = client.find_model("credit")
        with pytest.raises(AuthenticationError, match="MLOPS_GROUP_TOKEN"):
            model.predict(("a.csv", b"1"))


def test_a_model_that_is_not_deployed_is_the_models_error(batch, stand_in):
    stand_in.overrides[routes.MODEL_RUN_ASYNC] = lambda _: JSONResponse(
        {"Error": {"Type": "WrongState", "Message": "It is Disabled."}}, 409
    )
    with pytest.raises(ModelError, match="Disabled"):
        batch.predict(("a.csv", b"1"))


def test_the_token_is_in_no_repr(batch):
    execution = batch.predict(("a.csv", b"1"), group_token="0123456789abcdef" * 2)
    assert "0123456789abcdef" not in repr(execution) + str(vars(execution))

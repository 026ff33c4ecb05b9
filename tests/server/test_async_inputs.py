"""What may be sent to asynchronous models, and what becomes of what they write."""

from __future__ import annotations

import io
import sys
import zipfile

import httpx
import pandas as pd
import pytest

pytestmark = pytest.mark.platform

TABLE = b"id,x\n1,10\n2,20\n"
# Returns the very bytes that it was given.
ECHO = """
import os, shutil
def score(data_path, model_path):
    source = os.path.join(data_path, os.environ["inputFileName"])
    return shutil.copyfile(source, os.path.join(data_path, "same.bin"))
"""


def message(answer):
    return answer.json()["Error"]["Message"]


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def parquet(rows):
    buffer = io.BytesIO()
    pd.DataFrame({"x": range(rows)}).to_parquet(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def echo(platform):
    return platform.deploy_batch(ECHO)


@pytest.fixture(scope="module")
def echo_parquet(platform):
    schema = ("schema.parquet", parquet(3))
    return platform.deploy_batch(ECHO, schema=schema, input_type="parquet")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfa;b\r\n1;2\r\n",
        "a\tb\nção\t🎈\n".encode(),
        "a,b\n1,2\n".encode("utf-16"),
        b'"a\nb",c\n"1\n2",3',
        b"a,a\n1,2\n",
        b"only a heading\n",
        b"\x00\xff binary, but text to nobody",
    ],
)
def test_text_is_handed_over_as_it_was_sent(platform, echo, content):
    number = platform.execute(echo, content)
    platform.wait_run(number)
    assert platform.result_of(number) == {"same.bin": content}


READS = """
import os
import pandas as pd
def score(data_path, model_path):
    return pd.read_parquet(os.path.join(data_path, os.environ["inputFileName"]))
"""


def test_a_parquet_file_that_pandas_alone_cannot_read_fails_with_what_to_add(platform):
    # The function opens the file itself, under its own name: it is handed over as it
    # is, for another package than pyarrow may read it.
    model = platform.deploy_batch(
        READS,
        schema=("schema.parquet", parquet(3)),
        input_type="parquet",
        files={"requirements": ("requirements.txt", b"pandas")},
        python_version=f"Python3{sys.version_info.minor}",
        expect="Failed",
    )
    reason = platform.get(f"/model/status/demo/{model}").json()["Message"]
    assert reason.startswith(
        "score() needs the package 'pyarrow', which is not in the model's environment. "
        "Add 'pyarrow' to its requirements."
    )


def test_a_file_without_a_suffix_is_known_by_its_content(platform, echo, echo_parquet):
    number = platform.execute(echo, name="result_preprocessing")
    platform.wait_run(number)
    content = parquet(2)
    number = platform.execute(echo_parquet, content, name="dataset")
    platform.wait_run(number)
    assert platform.result_of(number) == {"same.bin": content}
    found = platform.get(f"/model/describe/demo/{echo_parquet}/{number}").json()
    assert found["Description"]["InputFile"]["Rows"] == 2


def test_a_zip_with_one_file_is_unpacked_under_that_files_name(platform, echo):
    packed = zipped(**{"__MACOSX/._rows.csv": b"x", "deep/rows.csv": TABLE})
    number = platform.execute(echo, packed, name="output.zip")
    platform.wait_run(number)
    assert platform.result_of(number) == {"same.bin": TABLE}
    told = platform.get(f"/model/describe/demo/{echo}/{number}").json()["Description"]
    assert told["InputPayload"]["defaultEnvVars"]["inputFileName"] == "rows.csv"
    assert told["InputFile"]["Name"] == "rows.csv"


def test_a_zip_cannot_place_a_file_elsewhere(platform, echo):
    packed = zipped(**{"../../../../climbed.csv": TABLE})
    number = platform.execute(echo, packed, name="x.zip")
    platform.wait_run(number)
    assert not list(platform.data_dir.parent.rglob("climbed.csv"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \r\n\t \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (parquet(2), "is a Parquet file; this model takes csv"),
        (zipped(a=b"1", b=b"2"), "holds 2 files"),
        (zipped(), "holds 0 files"),
        (zipped(a=TABLE)[:40], "cannot be unpacked"),
        (zipped(**{"rows.csv": b""}), "is empty"),
    ],
)
def test_an_input_that_cannot_be_used_is_refused_with_a_sentence(
    platform, echo, content, said
):
    answer = platform.start_run(echo, content)
    assert answer.status_code == 400
    assert said in message(answer)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (TABLE, "is not a Parquet file"),
        (parquet(0), "has no rows"),
        (parquet(50)[:-20], "is damaged"),
        (b"PAR1", "is damaged"),
        (zipped(**{"rows.csv": TABLE}), "is not a Parquet file"),
    ],
)
def test_a_parquet_that_is_none_is_refused(platform, echo_parquet, content, said):
    answer = platform.start_run(echo_parquet, content, name="rows.parquet")
    assert answer.status_code == 400
    assert said in message(answer)


def test_a_damaged_parquet_within_a_zip_fails_the_execution(platform, echo_parquet):
    packed = zipped(**{"rows.parquet": parquet(50)[:-20]})
    number = platform.execute(echo_parquet, packed)
    assert "is damaged" in platform.wait_run(number, expect="Failed")["Message"]


def test_an_input_over_the_limit_is_413_and_a_zip_of_too_much_is_refused(own_platform):
    platform = own_platform("--input", "1")
    model = platform.deploy_batch(ECHO)
    large = b"a,b\n" * (1 << 19)
    answer = platform.start_run(model, large)
    assert answer.status_code == 413
    assert "1 MiB" in message(answer)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("rows.csv", large)
    answer = platform.start_run(model, buffer.getvalue())
    assert answer.status_code == 400
    assert "when it is unpacked" in message(answer)
    platform.wait_run(platform.execute(model))


def test_one_of_file_and_dataset_is_needed(platform, echo):
    neither = platform.start_run(echo, None)
    assert neither.status_code == 400
    assert "'input'" in message(neither)
    both = platform.start_run(echo, dataset_hash=f"D{'0' * 63}")
    assert both.status_code == 400


def test_what_a_model_writes_is_a_dataset_that_the_next_one_reads(platform, batch):
    first = platform.execute(batch)
    platform.wait_run(first)
    listed = platform.get(
        "/datasets/list",
        params={"group": "demo", "origin": "Model", "origin_id": first},
    ).json()["Results"]
    (row,) = listed
    dataset = row["DatasetHash"]
    assert row["Id"] == row["Hash"] == dataset
    assert (row["Name"], row["Group"], row["Origin"]) == ("output.csv", "demo", "Model")
    described = platform.get(f"/model/describe/demo/{batch}/{first}").json()
    assert described["Description"]["DatasetHash"] == dataset

    path = f"demo/{dataset}"
    assert platform.get(f"/datasets/status/{path}").json() == {
        "Status": "Succeeded",
        "Log": "",
    }
    content = platform.get(f"/datasets/result/{path}").content
    assert content == b"id,double\r\n1,20\r\n2,40\r\n"
    assert row["Size"] == len(content)

    echo = platform.deploy_batch(ECHO, name="next")
    second = platform.execute(echo, None, dataset_hash=dataset)
    platform.wait_run(second)
    assert platform.result_of(second) == {"same.bin": content}

    deleted = httpx.delete(f"{platform.api}/datasets/{path}", headers=platform.user())
    assert deleted.json() == {"Message": "Dataset removed"}
    for gone in (f"/datasets/status/{path}", f"/datasets/result/{path}"):
        assert platform.get(gone).status_code == 404
    # The result of the execution itself stays, as does the model's record.
    assert platform.result_of(first) == {"output.csv": content}


def test_a_dataset_that_is_none_is_told(platform, batch):
    unknown = platform.start_run(batch, None, dataset_hash=f"D{'0' * 63}")
    assert unknown.status_code == 404
    # Some clients send a path that they do not find as if it were a hash.
    path = platform.start_run(batch, None, dataset_hash="data/rows.csv")
    assert path.status_code == 400
    assert "no such file where the client runs" in message(path)
    wrong = platform.get("/datasets/list", params={"origin": "Elsewhere"})
    assert wrong.status_code == 400


@pytest.mark.parametrize(
    ("kind", "schema", "said"),
    [
        ("parquet", ("s.parquet", TABLE), "is not a Parquet file"),
        ("csv", ("s.csv", parquet(1)), "this model takes csv"),
        ("csv", ("s.csv", b""), "is empty"),
        ("json", ("s.json", b"[]"), "empty JSON"),
        ("xml", ("s.xml", b"<a/>"), "takes json, csv, parquet"),
    ],
)
def test_a_schema_that_does_not_fit_is_refused_at_the_upload(
    platform, kind, schema, said
):
    answer = platform.upload(
        platform.BATCH, operation="Async", input_type=kind, files={"schema": schema}
    )
    assert answer.status_code == 400
    assert said in message(answer)


def test_every_input_and_result_is_kept_after_the_model_is_gone(platform):
    model = platform.deploy_batch(name="short-lived")
    number = platform.execute(model)
    platform.wait_run(number)
    httpx.delete(f"{platform.api}/model/delete/demo/{model}", headers=platform.user())
    path = f"/model/describe/demo/{model}/{number}"
    told = platform.get(path).json()["Description"]
    blob = told["InputFile"]["Sha256"]
    kept = platform.data_dir / "artifacts" / blob[:2] / blob
    assert kept.read_bytes() == TABLE
    assert platform.result_of(number)["output.csv"].startswith(b"id,double")
    assert told["TimeElapsed"] > 0

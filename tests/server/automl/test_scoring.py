"""The supplied scorers, in the worker that serves every model."""

from __future__ import annotations

import asyncio
import json
import shutil

import pandas as pd
import pytest

from codex_jupyter.server import automl
from codex_jupyter.server.workers import Once, WorkerFault, WorkerSpec

pytestmark = pytest.mark.platform


@pytest.fixture(scope="module")
def run(python, train, cancer):
    case = {"iterations": 1, "split_type": "stratified", "stages": {"models": ["rf"]}}
    return train(python, {"main": (cancer, case)})["main"]


@pytest.fixture
def call(run, python, tmp_path):
    """Ask the promoted model, as the platform does: answers and what it printed."""

    def ask(operation: str, *payloads: str, data=None, name="input.csv"):
        supplied = automl.scorer(operation)
        folder = tmp_path / "model"
        folder.mkdir(exist_ok=True)
        shutil.copy(run.folder / "model.pkl", folder)
        for file, text in supplied.files.items():
            (folder / file).write_text(text, "utf-8")
        spec = WorkerSpec(
            python=python,
            folder=folder,
            script=folder / supplied.script,
            reference=supplied.reference,
            env={"modelFileName": "model.pkl", "inputFileName": name},
            memory_bytes=2 << 30,
            deadline_s=120.0,
            mode="rows" if operation == "Sync" else "file",
            data=data,
        )
        said = []

        async def main():
            once = Once(spec, lambda *row: said.append(row))
            try:
                await once.start()
                answers = []
                for payload in payloads or ("",):
                    try:
                        answers.append(json.loads(await once.call(payload.encode())))
                    except WorkerFault as fault:
                        answers.append(fault)
                return answers
            finally:
                await once.stop()

        return asyncio.run(main()), said

    return ask


@pytest.fixture
def sample(run):
    return json.loads((run.folder / automl.SCHEMAS["Sync", "csv"]).read_text("utf-8"))


def test_a_row_gives_label_and_probability(call, run, sample):
    others = {
        "null": sample | {"mean radius": None, "região": None, "seen on": None},
        "unseen": sample | {"região": "Marte", "more": [1], "y": "benign"},
        "texts": {name: str(value) for name, value in sample.items()},
        "infinite": sample | {"mean area": 1e308},
    }
    known = dict(zip(run.X_train["columns"], run.X_train["data"][0], strict=True))
    rows = [sample, *others.values(), known]
    (one, *alone, several), said = call(
        "Sync", *(json.dumps(row) for row in rows), json.dumps(rows)
    )
    assert one == {"pred": "malignant", "proba": pytest.approx(one["proba"])}
    proba, pred = run.model_output["data"][0]
    assert alone[-1] == {"pred": pred, "proba": pytest.approx(proba)}
    assert all(0 <= answer["proba"] <= 1 for answer in alone)
    # A row is worth the same alone as among others, and text as number.
    assert several == [one, *alone]
    assert alone[2] == one
    assert said == []


def test_rows_that_do_not_fit_are_told_in_a_sentence(call, sample):
    less = {key: value for key, value in sample.items() if key != "visits"}
    faults, _ = call(
        "Sync",
        json.dumps(less),
        json.dumps(sample | {"visits": "viele"}),
        json.dumps(sample | {"seen on": "gestern"}),
        json.dumps(sample | {"smoker": "maybe"}),
        "[]",
        '"x"',
        json.dumps(sample),
    )
    for fault, told in zip(
        faults,
        (
            "DataError: The data has no column 'visits'. The model needs: mean radius,",
            "The column 'visits' cannot be read: 'viele' is no number.",
            "'gestern' is no date. Write YYYY-MM-DD.",
            "The column 'smoker' cannot be read: 'maybe' is neither",
            "Send a JSON object with a value for each of: mean radius,",
            "Send a JSON object with a value for each of: mean radius,",
        ),
        strict=False,
    ):
        assert told in fault.message
    assert faults[-1]["pred"] == "malignant"


def test_a_file_gives_a_file_of_its_type(call, cancer, tmp_path):
    rows = cancer.drop(columns="y").head(40)
    found = []
    for suffix, read in (
        ("csv", pd.read_csv),
        ("parquet", pd.read_parquet),
        ("json", pd.read_json),
    ):
        data = tmp_path / suffix
        data.mkdir()
        name = f"clientes março.{suffix}"
        if suffix == "csv":
            rows.to_csv(data / name, index=False, sep=";")
        elif suffix == "parquet":
            rows.to_parquet(data / name)
        else:
            rows.to_json(data / name, orient="records")
        ([answer], said) = call("Async", data=data, name=name)
        assert said == []
        assert answer["path"].endswith(f"clientes março_predictions.{suffix}")
        made = read(answer["path"])
        assert list(made.columns) == ["id", "site", "empty", "proba", "pred"]
        assert list(made["id"]) == list(rows["id"])
        assert set(made["pred"]) == {"benign", "malignant"}
        found.append(made["proba"].tolist())
    # The same rows are worth the same, whatever brought them.
    assert found[1] == pytest.approx(found[0])
    assert found[2] == pytest.approx(found[0])


def test_the_sample_of_an_asynchronous_model_is_an_input(call, run, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    name = automl.SCHEMAS["Async", "csv"]
    shutil.copy(run.folder / name, data)
    ([answer], _) = call("Async", data=data, name=name)
    assert len(pd.read_csv(answer["path"])) == 5


def test_a_file_without_rows_or_with_other_columns_is_told(call, run, tmp_path):
    head = (run.folder / "schema.csv").read_text("utf-8").partition("\n")[0]
    for text, told in (
        (head + "\n", "DataError: The data has no rows."),
        ("a,b\n1,2\n", "DataError: The data has no column 'mean radius', "),
    ):
        (tmp_path / "input.csv").write_text(text, "utf-8")
        ([fault], _) = call("Async", data=tmp_path)
        assert told in fault.message

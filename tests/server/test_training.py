"""Custom trainings on a real platform: what is accepted, run, kept and told."""

from __future__ import annotations

import io
import json
import re

import httpx
import pandas as pd
import pytest
from training_kit import DATA, TRAIN, Trainer

from codex_jupyter.magics.explaining import Failure, explain
from codex_jupyter.protocol.events import EventDecoder

pytestmark = pytest.mark.platform

# What the documented platform was recorded to answer in October 2024.
RECORDED = {
    *("TrainingHash", "ExperimentName", "GroupName", "ModelType", "TrainingType"),
    *("ExecutionId", "RunName", "ExecutionState", "TimeElapsed", "Description"),
    *("Deployable", "UserId", "RunAt", "RunData"),
}
AUTOMATIC = {
    *("training_precision_score", "training_recall_score", "training_f1_score"),
    *("training_accuracy_score", "training_log_loss", "training_roc_auc"),
    "training_score",
}
# Needs no package, so that its environment is there at once.
RAISES = "def train_model(base_path):\n    raise ValueError('no such season')\n"
NOTHING = b""


def message(answer):
    return answer.json()["Error"]["Message"]


def files_of(trainer, experiment, number):
    told = trainer.describe(experiment, number)["Files"]
    return {file["Role"]: file for file in told}


def table(trainer, experiment, number, role):
    """One of the run's kept tables, read from the artifacts themselves."""
    blob = files_of(trainer, experiment, number)[role]["Sha256"]
    root = trainer.platform.data_dir / "artifacts"
    return pd.read_parquet(io.BytesIO((root / blob[:2] / blob).read_bytes()))


def test_the_answer_to_an_upload_begins_with_the_runs_number(trainer, churn):
    text = trainer.upload(churn).text
    number = re.search(r"\d+", text)[0]
    assert text.startswith(f'{{"ExecutionId":{number},')
    body = json.loads(text)
    assert body["Message"] == (
        f"Training files have been uploaded! Use the id '{number}' to execute the "
        "train experiment."
    )
    listed = trainer.platform.get("/datasets/list", params={"origin": "Training"})
    row = next(r for r in listed.json()["Results"] if r["Hash"] == body["DatasetHash"])
    assert (row["OriginId"], row["ExecutionId"]) == (churn, int(number))
    assert row["Size"] == len(DATA)
    # Nothing runs before it is asked for.
    told = trainer.describe(churn, number)
    assert told["ExecutionState"] == "Requested"
    assert told["RunData"] == {}
    assert set(told) >= RECORDED


def test_a_run_tells_metrics_and_parameters_in_the_recorded_shape(
    trainer, churn, churned
):
    assert trainer.status(churned) == {
        "ExecutionId": str(churned),
        "Status": "Succeeded",
        "Message": "Training succeeded, successfully generated artifacts.",
    }
    told = trainer.describe(churn, churned)
    assert set(told) >= RECORDED
    assert (told["TrainingType"], told["RunName"]) == ("Custom", "First test")
    assert told["TimeElapsed"] > 0
    data = told["RunData"]
    assert data["outputPath"].endswith(f"{churn}/{churned}/output/{churned}.zip")
    metrics = data["paramsAndMetrics"]["metrics"]
    assert metrics["auc"] == 0.75
    assert set(metrics) == {"auc"} | AUTOMATIC
    assert metrics["training_accuracy_score"] == metrics["training_score"]
    parameters = data["paramsAndMetrics"]["parameters"]
    assert all(isinstance(value, str) for value in parameters.values())
    assert parameters["shape"] == "(40, 2)"
    assert parameters["cols_with_missing"] == "0"
    assert parameters["target_proportion"] == "{(0,): 0.5, (1,): 0.5}"
    assert parameters["logisticregression__C"] == "1.0"
    assert parameters["neomaril_exectuion_id"] == str(churned)


def test_the_result_is_a_zip_of_the_model_and_the_extra_files(trainer, churned):
    files = trainer.result(churned)
    assert set(files) == {"model.pkl", "notes.txt", "helper.txt"}
    assert files["notes.txt"] == b"made by the run"
    assert files["helper.txt"] == b"by hand"


def test_the_tables_of_a_run_are_kept_for_monitoring(trainer, churn, churned):
    x = table(trainer, churn, churned, "x_train")
    assert list(x.columns) == ["age", "income"]
    assert list(x["age"])[:3] == [20, 21, 22]
    y = table(trainer, churn, churned, "y_train")
    assert list(y.columns) == ["late"]
    output = table(trainer, churn, churned, "model_output")
    assert list(output.columns) == ["pred", "proba"]
    assert len(x) == len(y) == len(output) == 40


def test_the_log_of_a_run_tells_the_build_and_what_was_printed(trainer, churn, churned):
    rows = trainer.log(churn, churned)
    assert {row["ExecutionId"] for row in rows} == {churned}
    assert any(row["Routine"] == "Host" for row in rows)
    assert "fitted on 40 rows" in [row["OutputData"] for row in rows]


def test_the_events_of_a_run_end_with_its_state(trainer, churned):
    decoder = EventDecoder()
    path = f"{trainer.platform.api}/training/events/demo/{churned}"
    with httpx.stream(
        "GET", path, headers=trainer.platform.user(), timeout=60
    ) as answer:
        events = [e for piece in answer.iter_text() for e in decoder.feed(piece)]
    assert events[0].data["Status"] == "Succeeded"
    assert events[-1].name == "end"


def test_a_dataset_takes_the_place_of_the_train_data(trainer, churn, churned):
    dataset = trainer.describe(churn, churned)["InputFile"]["DatasetHash"]
    number = trainer.run(
        churn,
        files={"train_data": None},
        dataset_hash=dataset,
        source=TRAIN.replace(', base_path + "/helper.txt"', ""),
    )
    assert trainer.describe(churn, number)["InputFile"]["DatasetHash"] == dataset
    answer = trainer.upload(churn, files={"train_data": None}, dataset_hash="D" * 64)
    assert answer.status_code == 400
    answer = trainer.upload(
        churn, files={"train_data": None}, dataset_hash="D" + "0" * 63
    )
    assert answer.status_code == 404


def test_a_notebook_may_be_called_app_py(trainer, churn):
    cells = [
        {"cell_type": "code", "source": ["%load_ext something\n", "1 + 1"]},
        {"cell_type": "code", "source": RAISES},
    ]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})
    reason = trainer.failure(churn, notebook, files={"requirements": ("r.txt", b"")})
    assert reason.startswith("train_model() raised ValueError: no such season")


READS = """
import os

names = sorted(os.listdir(os.path.dirname(os.path.abspath(__file__))))


def train_model(base_path):
    with open(base_path + "/" + os.environ["inputFileName"], "rb") as file:
        given = file.read()
    with open(base_path + "/dados.csv", "rb") as file:
        assert file.read() == given
    raise ValueError("%s %r %s" % (os.environ["SEASON"], given[:12], names))
"""


def test_an_older_function_reads_its_folder_itself(trainer, churn):
    reason = trainer.failure(
        churn,
        READS,
        files={
            "requirements": ("requirements.txt", b""),
            "env": (".env", b"SEASON=spring\n"),
            "train_data": ("C:\\dir\\vendas.csv", DATA),
        },
    )
    assert "ValueError: spring b'age,income,l'" in reason
    assert "'app.py', 'dados.csv', 'requirements.txt', 'vendas.csv'" in reason


ODD = """
import numpy as np
import pandas as pd

class Own:
    def predict(self, x):
        return twice(x)

def twice(x):
    return 2 * x

def train_model(df, base_path):
    df.columns = [str(c) for c in df.columns]
    return {
        "X_train": df, "y_train": df.iloc[:, 0].to_numpy(),
        "model_output": list(range(len(df))), "pipeline": Own(),
        "metrics": {"nan": float("nan"), "np": np.float32(0.5), "n": np.int64(3)},
        "extra": None,
    }
"""


def test_odd_tables_are_read_and_odd_values_kept(trainer, churn, churned):
    text = "\ufeffidade;renda;renda\r\n31;1,5;2\r\n32;;3\r\n".encode()
    number = trainer.run(churn, ODD, files={"train_data": ("dados", text)})
    told = trainer.describe(churn, number)["RunData"]["paramsAndMetrics"]
    assert told["metrics"] == {"nan": None, "np": 0.5, "n": 3}
    assert told["parameters"]["shape"] == "(2, 3)"
    assert told["parameters"]["cols_with_missing"] == "1"
    x = table(trainer, churn, number, "x_train")
    assert list(x.columns) == ["idade", "renda", "renda.1"]
    assert list(table(trainer, churn, number, "y_train")) == ["y_train"]
    warnings = [
        row["OutputData"]
        for row in trainer.log(churn, number)
        if row["OutputType"] == "Warning"
    ]
    assert warnings == [
        "The metric 'nan' is nan; it is kept as null, because JSON has no such."
    ]


BAD = {
    "no data": ({"files": {"train_data": None}}, "Missing files: train_data."),
    "empty data": (
        {"files": {"train_data": ("a.csv", b"")}},
        "The train_data cannot be used: The input 'a.csv' is empty.",
    ),
    "no rows": (
        {"files": {"train_data": ("a.csv", b"x,y\r\n")}},
        "The train_data 'a.csv' has a heading and no rows.",
    ),
    "no parquet": (
        {"files": {"train_data": ("a.parquet", b"x,y\n1,2\n")}},
        "The train_data 'a.parquet' is not a Parquet file.",
    ),
    "damaged parquet": (
        {"files": {"train_data": ("a.parquet", b"PAR1" + b"x" * 50)}},
        "The train_data cannot be used: The Parquet file 'a.parquet' is damaged",
    ),
    "no source": ({"files": {"source": None}}, "Missing files: source."),
    "two of one name": (
        {"files": {"extra": [("data.csv", b"x")]}},
        "Two files are called 'data.csv'. Rename one of them.",
    ),
    "no reference": (
        {"training_reference": None},
        "Missing in the form: training_reference.",
    ),
    "odd reference": (
        {"training_reference": "os.system"},
        "'os.system' is not the name of a function.",
    ),
    "no such type": (
        {"training_type": "Magic"},
        "The training type is Custom, AutoML, External, not 'Magic'.",
    ),
    "no name": ({"run_name": " "}, "The run has no name."),
    "odd python": (
        {"python_version": "Python2"},
        "'Python2' is not a Python version such as Python311.",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_used_is_refused_before_anything_runs(trainer, churn, case):
    given, wanted = BAD[case]
    answer = trainer.upload(churn, **given)
    assert answer.status_code == 400
    assert message(answer).startswith(wanted)


def test_an_experiment_needs_a_good_name_and_a_known_type(trainer):
    for name in ("ab", "x" * 33, "../../x", "<script>", " "):
        assert trainer.register(name).status_code == 400
    assert trainer.register("Experiência nº 2").status_code == 201
    answer = trainer.register(model_type="Clustering")
    assert message(answer) == (
        "The model type is Classification, Regression, Unsupervised, not 'Clustering'."
    )
    missing = trainer.post("/training/register/nowhere", {"experiment_name": "abc"})
    assert missing.status_code in (400, 404)


def test_experiments_of_one_name_are_two(trainer):
    first, second = trainer.experiment("twice"), trainer.experiment("twice")
    rows = trainer.platform.get("/training/search", params={"name": "twice"}).json()
    assert [row["TrainingHash"] for row in rows["Results"]] == [second, first]
    assert rows["Results"][0] | {"LastModificationDate": "", "RegisteredAt": ""} == {
        "TrainingHash": second,
        "ExperimentName": "twice",
        "GroupName": "demo",
        "ModelType": "Classification",
        "ExperimentsQuantity": 0,
        "LastModificationDate": "",
        "RegisteredAt": "",
        "UserId": "admin",
    }
    told = trainer.platform.get(f"/training/describe/demo/{second}").json()
    assert told["Description"]["Executions"] == []


def test_runs_are_listed_in_pages_the_newest_first(trainer):
    experiment = trainer.experiment("pages")
    numbers = [trainer.upload(experiment).json()["ExecutionId"] for _ in range(3)]
    path = f"/training/executions/demo/{experiment}"
    page = trainer.platform.get(path, params={"limit": 2}).json()
    assert page["Count"] == 3
    assert [row["ExecutionId"] for row in page["Results"]] == numbers[:0:-1]
    more = trainer.platform.get(path, params={"before": numbers[1]}).json()
    assert [row["ExecutionId"] for row in more["Results"]] == numbers[:1]
    told = trainer.platform.get(f"/training/describe/demo/{experiment}").json()
    ids = [row["Id"] for row in told["Description"]["Executions"]]
    assert ids == numbers


def test_parquet_data_without_its_package_fails_with_what_to_add(trainer, churn):
    raw = io.BytesIO()
    pd.DataFrame({"x": [1, 2]}).to_parquet(raw)
    data, bare = ("data.parquet", raw.getvalue()), ("r.txt", b"pandas")
    files = {"train_data": data, "requirements": bare}
    source = "def train_model(df, base_path): pass"
    number = trainer.start(churn, source, files=files)
    reason = trainer.wait(number, "Failed")["Message"]
    assert reason.startswith(
        "Reading 'data.parquet' needs pyarrow. Add pyarrow to the requirements, or "
        "send the table as csv."
    )
    told = explain(Failure(reason, local=True))
    assert "no requirement brings what reads those" in told.cause
    assert told.fix == "Add pyarrow to the requirements, or give the table as csv:"


SLEEPS = """
import time

def train_model(base_path):
    print("asleep", flush=True)
    while True:
        time.sleep(0.1)
"""


def test_a_run_that_never_ends_can_be_cancelled(trainer, churn):
    number = trainer.start(churn, SLEEPS, files={"requirements": ("r.txt", b"")})
    while "asleep" not in [r["OutputData"] for r in trainer.log(churn, number)]:
        assert trainer.status(number)["Status"] in ("Requested", "Running")
    answer = trainer.post(f"/training/cancel/demo/{number}")
    assert answer.status_code == 200, answer.text
    status = trainer.wait(number, "Failed")
    assert status["Message"] == "The execution was cancelled."
    assert trainer.post(f"/training/cancel/demo/{number}").status_code == 409
    result = trainer.platform.get(f"/training/result/demo/{number}")
    assert result.status_code == 409


def test_a_run_is_started_once(trainer, churn, churned):
    path = f"/training/execute/demo/{churn}/{churned}"
    answer = trainer.platform.get(path)
    assert answer.status_code == 409
    assert "was started before" in message(answer)
    assert trainer.platform.get(f"/training/status/demo/{10**8}").status_code == 404
    assert trainer.platform.get("/training/status/demo/x").status_code == 404


def test_a_killed_platform_runs_it_again(own_platform):
    platform = own_platform()
    trainer = Trainer(platform)
    experiment = trainer.experiment()
    number = trainer.start(experiment, SLEEPS, files={"requirements": ("r", b"")})
    while not any("asleep" in r["OutputData"] for r in trainer.log(experiment, number)):
        assert trainer.status(number)["Status"] in ("Requested", "Running")
    platform.kill()
    trainer.platform = own_platform(data_dir=platform.data_dir)
    while True:
        rows = [r["OutputData"] for r in trainer.log(experiment, number)]
        if rows.count("asleep") == 2:
            break
        assert trainer.status(number)["Status"] in ("Requested", "Running")
    assert trainer.post(f"/training/cancel/demo/{number}").status_code == 200

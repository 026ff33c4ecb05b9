"""An asynchronous model: create, predict a file, wait, download, by dataset."""

import os
import zipfile

from kit import IS_OLD, PYTHON, VALUES, VERSION, client, tell
from mlops_codex.model import MLOpsModelClient

models = client(MLOpsModelClient)
model = models.create_model(
    model_name=VALUES["name"],
    model_reference="score",
    source_file="app.py",
    model_file="model.pkl",
    requirements_file="requirements.txt",
    schema="rows.csv",
    python_version=PYTHON,
    operation="Async",
    input_type="csv",
    group=VALUES["group"],
)
model.set_token(VALUES["token"])
told = {"hash": model.model_id if IS_OLD else model.model_hash}
if IS_OLD:
    run = model.predict(data="big.csv")
    run.wait_ready()
    told["status"] = run.get_status()
    run.download_result(path="./", filename="got.zip")
    run.execution_info()
    same = model.get_model_execution(run.exec_id)
    told["same"] = str(same.status)
    os.environ["MLOPS_GROUP_TOKEN"] = VALUES["token"]
    found = models.get_model_execution(
        model_id=model.model_id, exec_id=run.exec_id, group=VALUES["group"]
    )
    told["found"] = str(found.status)
else:
    run = model.predict("big.csv")
    run.wait_ready()
    told["status"] = str(run.get_status())
    run.download(path="./")
    run.execution_info()
    model.wait_run_ready(run.exec_id)
    told["same"] = str(model.execution_status(run.exec_id))
    told["found"] = str(model.get_model_execution(run.exec_id).status)
    if VERSION.startswith("4."):
        again = model.predict(VALUES["dataset"])
        told["by_dataset"] = str(again.get_status())
with zipfile.ZipFile("got.zip" if IS_OLD else "predictions.zip") as packed:
    told["result"] = packed.read("output.csv").decode()
tell(**told)

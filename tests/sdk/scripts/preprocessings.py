"""Preprocessing scripts: one before a model, one alone."""

from kit import IS_OLD, PYTHON, VALUES, client, tell
from mlops_codex.model import MLOpsModelClient
from mlops_codex.preprocessing import MLOpsPreprocessingClient

scripts = client(MLOpsPreprocessingClient)
sync = scripts.create(
    preprocessing_name=f"{VALUES['name']} sync",
    preprocessing_reference="process",
    source_file="process.py",
    requirements_file="requirements.txt",
    schema="schema.json",
    python_version=PYTHON,
    operation="Sync",
    group=VALUES["group"],
)
sync.set_token(VALUES["token"])
told = {"sync": sync.preprocessing_id}
told["processed"] = sync.run(data={"x": 4}, group_token=VALUES["token"])
models = client(MLOpsModelClient)
if IS_OLD:
    model = models.get_model(
        model_id=VALUES["model"], group=VALUES["group"], group_token=VALUES["token"]
    )
    told["answer"] = model.predict(data={"x": 4}, preprocessing=sync)
else:
    model = models.get_model(model_hash=VALUES["model"], group=VALUES["group"])
    model.set_token(VALUES["token"])
    model.predict({"x": 4}, preprocessing=sync)
batch = scripts.create(
    preprocessing_name=f"{VALUES['name']} batch",
    preprocessing_reference="build_df",
    source_file="build.py",
    requirements_file="pandas.txt",
    schema="rows.csv" if IS_OLD else ("rows", "rows.csv"),
    python_version=PYTHON,
    operation="Async",
    group=VALUES["group"],
)
batch.set_token(VALUES["token"])
told["batch"] = batch.preprocessing_id
if IS_OLD:
    run = batch.run(data="rows.csv", group_token=VALUES["token"], wait_complete=True)
    told["status"] = run.get_status()["Status"]
    run.download_result(path="./", filename="result")
    run.execution_info()
else:
    run = batch.run(data=("rows", "rows.csv"), wait_complete=True)
    told["status"] = str(run.get_status())
    run.download(path="./")
    run.wait_ready()
    run.execution_info()
    sets = batch.get_datasets()
    told["by dataset"] = str(batch.run(data=sets[0], wait_complete=True).get_status())
    # A name alone is no dataset: the SDK sends the file the older way.
    older = batch.run(data="rows.csv", wait_complete=True)
    told["older"] = older.get_status()["Status"]
batch.wait_ready()
told["same"] = batch.get_preprocessing_execution(run.exec_id).exec_id
told["listed"] = scripts.search_preprocessing(group=VALUES["group"])
told["logs"] = [sync.get_logs(), scripts.get_logs(preprocessing_id=told["sync"])]
told["found"] = scripts.get_preprocessing(
    preprocessing_id=batch.preprocessing_id, group=VALUES["group"]
).preprocessing_id
tell(**told)

"""The routes of training experiments and their runs, and what ours adds to them."""

from __future__ import annotations

from .route import (
    LIMIT,
    LOG_QUERY,
    MESSAGE,
    RESULTS,
    STATE,
    Auth,
    Body,
    Field,
    Route,
    opt,
)

_WHERE = "{group}/{training}"
_RUN = "{group}/{training}/{execution}"
_FILES = (
    opt("train_data", "file", "Of Custom and AutoML: a table."),
    opt("source", "file", "Of Custom: the script or notebook."),
    opt("requirements", "file"),
    opt("env", "file"),
    opt("conf_dict", "file", "Of AutoML: the configuration."),
    opt("features", "file", "Of External: what the model was trained on."),
    opt("target", "file", "Of External: what it had to learn."),
    opt("output", "file", "Of External: what it predicts for the features."),
    opt("model", "file", "Of External: the model."),
    opt("parameters", "file", "Of External: JSON of names and values."),
    opt("metrics", "file", "Of External: JSON of names and numbers."),
    Field("extra", "file", required=False, text="Any other file.", repeated=True),
)

TRAINING_SEARCH = Route(
    "training.search", "GET", "/training/search", Auth.USER, 200,
    "List the experiments",
    query=(opt("name"), opt("group"), opt("model_type")),
    answer=(RESULTS,),
)  # fmt: skip
TRAINING_REGISTER = Route(
    "training.register", "POST", "/training/register/{group}", Auth.USER, 201,
    "Create an experiment",
    body=Body.FORM,
    fields=(
        Field("experiment_name"),
        Field("model_type", text="Classification, Regression or Unsupervised."),
    ),
    answer=(Field("TrainingHash"), MESSAGE),
)  # fmt: skip
TRAINING_DESCRIBE = Route(
    "training.describe", "GET", f"/training/describe/{_WHERE}", Auth.USER, 200,
    "An experiment, with the numbers of its runs",
    answer=(Field("Description", "object"),),
)  # fmt: skip
TRAINING_RUN_DESCRIBE = Route(
    "training.run.describe", "GET", f"/training/describe/{_RUN}", Auth.USER, 200,
    "Everything known of one run, in any state",
    answer=(Field("Description", "object"),),
)  # fmt: skip
TRAINING_UPLOAD = Route(
    "training.upload", "POST", f"/training/upload/{_WHERE}", Auth.USER, 201,
    "Register the files of a run; its number comes first in the answer",
    body=Body.MULTIPART,
    fields=(
        Field("run_name"), Field("training_type", text="Custom, AutoML or External."),
        opt("description"),
        opt("training_reference", text="Of Custom: the function to call."),
        opt("python_version", text="Python38 to Python313."),
        opt("dataset_hash", text="A dataset's hash, in the place of train_data."),
        opt("model_hash"), *_FILES,
    ),
    answer=(
        Field("ExecutionId", "integer"), MESSAGE,
        opt("DatasetHash", text="What the train data is known as from now on."),
    ),
)  # fmt: skip
TRAINING_EXECUTE = Route(
    "training.execute", "GET", f"/training/execute/{_RUN}", Auth.USER, 200,
    "Start a run", answer=(MESSAGE,),
)  # fmt: skip
TRAINING_STATUS = Route(
    "training.run.status", "GET", "/training/status/{group}/{execution}", Auth.USER,
    200, "A run's state: Requested, Running, Succeeded or Failed",
    answer=(Field("ExecutionId"), *STATE),
)  # fmt: skip
TRAINING_RESULT = Route(
    "training.run.result", "GET", "/training/result/{group}/{execution}", Auth.USER,
    200, "The model and the extra files, in a zip", media=Body.ZIP,
)  # fmt: skip
TRAINING_PROMOTE = Route(
    "training.promote", "POST", f"/training/promote/{_RUN}", Auth.USER, 201,
    "Make a model of a run that has succeeded",
    body=Body.MULTIPART,
    fields=(
        Field("name"), Field("operation", text="Sync or Async."),
        opt("model_reference", text="The function to call; none for AutoML."),
        opt("input_type", text="Of Async, the schema's own kind counts."),
        opt("python_version", text="The run's own where it is not given."),
        opt("source", "file", "None for AutoML."),
        opt("schema", "file", "A sample input; derived for AutoML if not given."),
        opt("requirements", "file", "The run's own apply where it is not given."),
        opt("env", "file"),
        Field(
            "extra", "file", required=False, text="Any other file.", repeated=True
        ),
    ),
    answer=(Field("ModelHash"), MESSAGE),
)  # fmt: skip
TRAINING_RUN_LIST = Route(
    "training.run.list", "GET", f"/training/executions/{_WHERE}", Auth.USER, 200,
    "An experiment's runs, the newest first",
    query=(
        opt("state"), LIMIT,
        opt("before", "integer", "Only those with a smaller id."),
    ),
    answer=(Field("Count", "integer", text="Of all of them."), RESULTS),
    ours=True,
)  # fmt: skip
TRAINING_CANCEL = Route(
    "training.run.cancel", "POST", "/training/cancel/{group}/{execution}", Auth.USER,
    200, "End a run that waits or runs; it is Failed then", answer=(MESSAGE,),
    ours=True,
)  # fmt: skip
TRAINING_EVENTS = Route(
    "training.run.events", "GET", "/training/events/{group}/{execution}", Auth.USER,
    200, "A run's states, progress and log rows (server-sent events)",
    media=Body.EVENTS, ours=True,
)  # fmt: skip
TRAINING_LOGS = Route(
    "training.logs", "GET", f"/training/logs/{_WHERE}", Auth.USER, 200,
    "The log rows of an experiment's runs",
    query=(*LOG_QUERY, opt("execution", "integer", "Of one run only.")),
    answer=(RESULTS,), ours=True,
)  # fmt: skip

TRAINING_ROUTES: tuple[Route, ...] = (
    TRAINING_SEARCH, TRAINING_REGISTER, TRAINING_DESCRIBE, TRAINING_RUN_DESCRIBE,
    TRAINING_UPLOAD, TRAINING_EXECUTE, TRAINING_STATUS, TRAINING_RESULT,
    TRAINING_PROMOTE, TRAINING_RUN_LIST, TRAINING_CANCEL, TRAINING_EVENTS,
    TRAINING_LOGS,
)  # fmt: skip

"""``%%codex train`` and ``%codex train``: a run of a training experiment."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from codex_jupyter.errors import GroupError, InputError
from codex_jupyter.magics import hosting, running
from codex_jupyter.magics import training as types
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.function import TAKES
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.shown import show
from codex_jupyter.magics.trainings import training_client
from codex_jupyter.render.messages import note

_MODEL_TYPES = ("classification", "regression", "unsupervised")


def _configure(parser: Parser) -> None:
    add = parser.add
    value, file = Kind.FILE_OR_OBJECT, Kind.FILE
    add("name", kind=Kind.EXPERIMENT, metavar="NAME", help="the experiment's name")
    add(
        "--data",
        kind=value,
        metavar="DF",
        help="the train data: a DataFrame, a file, a dataset's hash",
    )
    add(
        "--reference",
        kind=Kind.FUNCTION,
        default="train_model",
        metavar="NAME",
        help="the function to call (train_model)",
    )
    add(
        "--group",
        kind=Kind.GROUP,
        metavar="G",
        help="where it goes; made when it does not exist",
    )
    add(
        "--model-type",
        choices=_MODEL_TYPES,
        help="of a new experiment (classification)",
    )
    add("--run", metavar="NAME", help="what the run is called (its time)")
    add("--description", metavar="TEXT", help="a sentence about it")
    add(
        "--type",
        choices=("custom", "automl", "external"),
        help="the type of the run (by what is given)",
    )
    add(
        "--source",
        kind=file,
        metavar="FILE",
        help="custom: the script, when there is no cell below",
    )
    add(
        "--requirements",
        kind=file,
        metavar="LIST",
        help='"a==1, b==2" or @requirements.txt; else pinned from this kernel',
    )
    add(
        "--extra",
        kind=Kind.FILES,
        metavar="FILE",
        help="files that lie beside the script; may be given often",
    )
    add(
        "--env",
        kind=file,
        metavar="FILE",
        help="environment variables for the function; kept encrypted",
    )
    add(
        "--python",
        kind=Kind.PYTHON,
        metavar="3.x",
        help="the Python to run in (this kernel's)",
    )
    add(
        "--automl",
        kind=value,
        metavar="CONFIG",
        help="automl: the configuration, a dict or a JSON file",
    )
    add(
        "--features",
        kind=value,
        metavar="X",
        help="external: what the model was trained on",
    )
    add("--target", kind=value, metavar="Y", help="external: what it had to learn")
    add(
        "--predictions",
        kind=value,
        metavar="P",
        help="external: what it predicts for the features",
    )
    add("--model", kind=value, metavar="M", help="external: the model, or its file")
    add(
        "--metrics",
        kind=value,
        metavar="D",
        help="external: a dict of names and numbers, or a JSON file",
    )
    add(
        "--parameters",
        kind=value,
        metavar="D",
        help="external: a dict of names and values, or a JSON file",
    )
    add("--detach", kind=Kind.FLAG, help="do not wait until the run is over")
    add(
        "--check",
        kind=Kind.FLAG,
        help="only try the cell on the data, in the Python and the environment that it "
        "would have; nothing is uploaded",
    )
    add("--no-run", kind=Kind.FLAG, help="do not run the cell in this kernel")


def _run(call: Call) -> Any:
    given = call.arguments
    kind = types.kind_of(call)
    if given.check:
        return _check(call, kind)
    client = call.session.client()
    group = call.session.group(given.group)
    python, told = hosting.choose_python(client, given.python)
    make = {"Custom": types.custom, "AutoML": types.automl, "External": types.external}
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        sent, more = make[kind](call, Path(place))
        told = [*more, *told, *hosting.group_notice(client, group)]
        if told:
            show(note("\n".join(told)))
        experiment = _experiment(call, group)
        run = experiment.run_training(
            given.run or f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
            kind,
            given.description,
            python_version=python,
            **sent,
        )
    call.session.last_group = group
    if given.detach:
        return running.started(run)
    running.watch(call.shell, run)
    run.execution_info()
    return run


def _check(call: Call, kind: str) -> Any:
    """Try the cell there, and upload nothing."""
    from codex_jupyter.client.checking import Check, CheckKind
    from codex_jupyter.magics.target import requests, trying

    given = call.arguments
    if kind != "Custom":
        raise InputError(
            f"--check tries a cell's function, and {kind} runs have none.",
            hint="Start a cell that defines train_model(df, base_path) with "
            "%%codex train.",
        )
    python, told = trying.target_python(call.session, given.python)
    with tempfile.TemporaryDirectory(prefix="codex-") as place:
        sent, more = types.custom(call, Path(place))
        sent["train_data"], less = types.smaller(sent["train_data"])
        show(note("\n".join([*more, *less, *told])))
        parts = types.parts(sent, python)
        if not any(part.part == "train_data" for part in parts):
            raise InputError(
                "A check needs the data itself; a dataset's hash names what the "
                "platform has.",
                hint="frame = %codex datasets NAME reads it; then --data frame",
            )
        env = sent["env"]
        request = Check(
            kind=CheckKind.TRAINING,
            reference=given.reference,
            python=python,
            requirements=sent["requirements_file"][1].decode(),
            files=requests.check_parts(parts, Path(place)),
            env=str(env) if env else None,
            model_type=(given.model_type or _MODEL_TYPES[0]).capitalize(),
        )
        files = tuple(path.name for path in sent["extra_files"] or ())
        next_ = "The same cell without --check trains it."
        takes = TAKES["training", ""]
        asked = trying.Asked(
            request, "train", given.name, files=files, next=next_, takes=takes
        )
        return trying.try_there(call, asked)


def _experiment(call: Call, group: str) -> Any:
    """The experiment, made when it is not there, as is its group."""
    given, trainings = call.arguments, training_client(call.session)
    known = [
        row
        for row in trainings.rows(group)
        if given.name in (row.get("ExperimentName"), row.get("TrainingHash"))
    ]
    if known:
        type_ = str(known[0].get("ModelType"))
        if given.model_type not in (None, type_.lower()):
            raise InputError(
                f"The experiment {given.name} is for {type_} models.",
                hint="Leave --model-type out, or give the experiment another name.",
            )
        return trainings.get_training(str(known[0]["TrainingHash"]), group)
    wanted = (given.name, given.model_type or _MODEL_TYPES[0], group)
    try:
        return trainings.create_training_experiment(*wanted)
    except GroupError:
        if not hosting.make_group(call.session.client(), group):
            raise
        return trainings.create_training_experiment(*wanted)


COMMAND = Command(
    name="train",
    summary="Train a model on the platform, from the cell that defines the function, "
    "by AutoML, or take over one that was trained here.",
    examples=(
        "%%codex train churn --data df --reference train_model --group demo",
        "%%codex train churn --data df --check",
        "%codex train churn --data df --automl config.json",
        "%codex train churn --features X --target y --model pipe --metrics scores",
    ),
    configure=_configure,
    run=_run,
    takes_cell=True,
)

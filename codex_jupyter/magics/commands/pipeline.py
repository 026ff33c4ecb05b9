"""``%codex pipeline``: train, deploy and monitor from one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codex_jupyter.magics import hosting
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.monitoring import follow_validation
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import progress
from codex_jupyter.magics.running import watch
from codex_jupyter.magics.shown import show
from codex_jupyter.magics.values import existing_file
from codex_jupyter.render.messages import note

if TYPE_CHECKING:
    from codex_jupyter.client.pipeline import MLOpsPipeline


def _configure(parser: Parser) -> None:
    parser.add(
        "file",
        kind=Kind.FILE,
        metavar="FILE",
        help="a YAML file with the sections training, deploy and monitoring; a section "
        "that is missing is skipped",
    )


def _run(call: Call) -> Any:
    from codex_jupyter.client.pipeline import MLOpsPipeline
    from codex_jupyter.client.pipeline_file import read_pipeline

    path = existing_file(call.arguments.file.removeprefix("@"))
    # Before the platform is asked for anything: a wrong key needs none to be noticed.
    found = read_pipeline(path)
    call.session.client()
    pipeline = MLOpsPipeline.from_config_file(path, settings=call.session.settings)
    named = ", ".join(pipeline.stages) or "nothing"
    show(note(f"Pipeline {path.name}: {named}, in the group {found.group}."))
    _train(call, pipeline)
    _deploy(call, pipeline)
    if "monitoring" in pipeline.stages:
        show(note("Monitoring: parse and get_shap are tried on the platform."))
        follow_validation(call, *pipeline.begin_monitoring())
        show(note("Monitoring: validated."))
    call.session.last_group = pipeline.group
    return pipeline


def _train(call: Call, pipeline: MLOpsPipeline) -> None:
    if "training" in pipeline.stages:
        watch(call.shell, pipeline.begin_training())


def _deploy(call: Call, pipeline: MLOpsPipeline) -> None:
    if "deploy" not in pipeline.stages:
        return
    model = pipeline.begin_deploy()
    panel = progress(call.shell, model.name, model.group)
    panel.show()
    hosting.follow(panel, model)


COMMAND = Command(
    name="pipeline",
    summary="Train, deploy and monitor from one file, with a live panel for each "
    "stage.",
    examples=(
        "%codex pipeline pipeline.yml",
        "made = %codex pipeline pipeline.yml",
    ),
    configure=_configure,
    run=_run,
)

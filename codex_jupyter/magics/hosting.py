"""The platform's side of a deployment: group, Python, upload, wait, older versions."""

from __future__ import annotations

import sys
from argparse import Namespace as Arguments
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from codex_jupyter.errors import CodexError, GroupError, InputError
from codex_jupyter.render.messages import note

from . import earlier
from .bundle import Bundle
from .command import Call
from .known import nearest_python, python_versions, short_python
from .progress import Progress, progress
from .session import group_names
from .shown import show, show_as

if TYPE_CHECKING:
    from codex_jupyter.client.deployed import Deployed
    from codex_jupyter.client.model import MLOpsModel, MLOpsModelClient

D = TypeVar("D", bound="Deployed")

SHORT = 12  # characters of a hash that are shown and may be typed


def choose_python(client: MLOpsModelClient, asked: str | None) -> tuple[str, list[str]]:
    """The Python version to run in, and what to say about it.

    Args:
        client: tells which versions the platform offers.
        asked: the version typed, or None for this kernel's.

    Raises:
        InputError: the platform does not offer it; lists those it does.
    """
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    version = short_python(asked or here)
    offered = python_versions(client.platform_info())
    if offered and version not in offered:
        raise InputError(
            f"The platform has no Python {version}; it has {', '.join(offered)}.",
            hint=f"Add --python {nearest_python(version, offered)}",
        )
    if version == here:
        return version, []
    doubt = (
        f"This kernel is Python {here} and the model will run on {version}: a pickle "
        "or a pinned version may not fit there."
    )
    return version, [doubt]


def group_notice(client: MLOpsModelClient, group: str) -> list[str]:
    """What to say when the group will be made."""
    if group in group_names(client):
        return []
    return [f"The group {group} is made now; its token is kept on this machine."]


def deploy(call: Call, bundle: Bundle, group: str, python: str) -> MLOpsModel:
    """Upload the files and wait for the deployment.

    Raises:
        ModelError: the deployment failed; holds the reason.
    """
    given, client = call.arguments, call.session.client()
    model = bring_up(
        call,
        given.name,
        group,
        lambda: upload(client, given, bundle, group, python),
        text=f"Uploading {bundle.count} files.",
    )
    if told := earlier.retire(earlier.models(client, model.name, group), model):
        show(note("\n".join(told)))
    return model


def bring_up(
    call: Call, name: str, group: str, send: Callable[[], D], *, text: str
) -> D:
    """Have something deployed and wait for it, in a live panel.

    Args:
        name: what is deployed.
        send: sends it and begins the deployment.
        text: what is sent, in a sentence.

    Raises:
        PlatformError: the deployment failed; holds the reason.
    """
    panel = progress(call.shell, name, group)
    panel.show()
    try:
        with panel.uploading(text, call.session.client().platform_info):
            made = send()
    except CodexError as error:
        panel.fail(error)
        raise
    except KeyboardInterrupt:
        stopped = CodexError("The upload was interrupted.")
        stopped.in_doubt = True
        panel.fail(stopped)
        raise
    call.session.last_group = group
    follow(panel, made)
    return made


def upload(
    client: MLOpsModelClient, given: Arguments, bundle: Bundle, group: str, python: str
) -> MLOpsModel:
    """Upload the files, and begin the deployment; the group is made when needed.

    Raises:
        CodexError: the platform refuses them, or does not answer.
    """

    def create() -> MLOpsModel:
        return client.create_model(
            model_name=given.name,
            model_reference=given.reference,
            group=group,
            operation=given.operation,
            python_version=python,
            wait_for_ready=False,
            **bundle.upload_arguments(),
        )

    return with_group(client, group, create)


def with_group(client: MLOpsModelClient, group: str, create: Callable[[], D]) -> D:
    """What is created in a group, which is made when that is what was missing.

    Raises:
        CodexError: the platform refuses it, or does not answer.
    """
    try:
        return create()
    except GroupError:
        # Only now: what is refused for itself leaves no empty group.
        if not make_group(client, group):
            raise
        return create()


def make_group(client: MLOpsModelClient, group: str) -> bool:
    """Make the group unless it exists; False when that was not what was missing."""
    if group in group_names(client):
        return False
    try:
        client.create_group(group, "Made from a notebook")
    except GroupError:
        # Another notebook made it in between.
        return group in group_names(client)
    return True


def follow(panel: Progress, model: Deployed) -> None:
    """Watch a model until its state is final.

    Raises:
        PlatformError: it is not deployed in the end; says why.
        KeyboardInterrupt: the cell was interrupted; the deployment goes on.
    """
    # Imported here and not at the top: it brings httpx, which help has no use for.
    from codex_jupyter.client.stream import is_moving

    panel.attach(model)
    try:
        state = panel.wait()
    except KeyboardInterrupt:
        state = ""
    if not state or is_moving(state):
        # Interrupted, or the platform is gone: then this raises what is right.
        state = model.refresh()
    if is_moving(state):
        # The cell must not count as done: the cells below need the model.
        stop = KeyboardInterrupt()
        block = note(
            f"No longer waiting for {model.name}; its deployment goes on.",
            f"%codex status {quoted(model.name)} shows how far it is",
        )
        show_as(stop, block.text)
        raise stop
    model.wait_ready()


def quoted(name: str) -> str:
    """A model's name as it must be typed on a line."""
    return f'"{name}"' if " " in name else name

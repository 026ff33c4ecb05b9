"""``%codex executions``: what runs and what ran, of one thing or of everything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import CodexError, ModelError
from codex_jupyter.magics.command import Call, Command
from codex_jupyter.magics.hosting import quoted
from codex_jupyter.magics.parser import Kind, Parser
from codex_jupyter.magics.progress import has_widgets
from codex_jupyter.magics.running import called, repeat_line
from codex_jupyter.magics.shown import LiveListing, Panel
from codex_jupyter.magics.trainings import find_experiment
from codex_jupyter.render.execution_list import executions_table
from codex_jupyter.render.messages import note
from codex_jupyter.render.words import mark, t

if TYPE_CHECKING:
    from codex_jupyter.client.deployed import Deployed
    from codex_jupyter.client.execution import MLOpsExecution
    from codex_jupyter.client.executions import ExecutionsClient
    from codex_jupyter.client.training import MLOpsTrainingExperiment
    from codex_jupyter.widgets.executions import Query

_STATES = ("requested", "running", "succeeded", "failed")
_KINDS = ("model", "script", "training", "monitoring")
_FIRST = 50
# What there may be none of, by its kind, and how to begin one.
_NOUNS = {
    None: mark("execution"),
    "model": mark("model execution"),
    "script": mark("script execution"),
    "training": mark("training execution"),
    "monitoring": mark("monitoring execution"),
}
_BEGIN = {
    "model": "%codex predict {name} rows.csv --wait",
    "script": "%codex preprocess {name} rows.csv --wait",
    "training": "%%codex train {name} --data df",
    "monitoring": "%codex monitor {name} --run",
}


def _configure(parser: Parser) -> None:
    parser.add(
        "name",
        kind=Kind.RUNNING,
        nargs="?",
        metavar="NAME",
        help="of a model, script or experiment, or its hash; everything without it",
    )
    parser.add("--group", kind=Kind.GROUP, metavar="G", help="only those of this group")
    parser.add("--kind", choices=_KINDS, help="only those of this kind")
    parser.add("--state", choices=_STATES, help="only those in this state")


class _Hands:
    """Asks the platform for what the panel shows.

    Args:
        subject: the hash of what they all run; None for everything.
    """

    def __init__(
        self, client: ExecutionsClient, group: str | None, subject: str | None
    ) -> None:
        self._client = client
        self._group = group
        self._subject = subject

    def page(self, query: Query, limit: int) -> tuple[int, list[dict[str, Any]]]:
        """How many there are, and those of a page, the newest first."""
        return self._client.search(
            kind=query.kind,
            state=query.state,
            group=self._group,
            name=query.text,
            subject=self._subject,
            since=query.since,
            skip=query.skip,
            limit=limit,
        )

    def execution(self, row: Mapping[str, Any]) -> MLOpsExecution:
        """The execution that a row is of."""
        return self._client.execution(row)

    def called(self, execution: MLOpsExecution) -> tuple[str, str]:
        """What it is called beside its name, and the line that comes back to it."""
        return called(execution)

    def repeat_line(self, execution: MLOpsExecution) -> str:
        """The line that does the same again, where no button can."""
        return repeat_line(execution)


def _run(call: Call) -> Any:
    from codex_jupyter.client.executions import ExecutionsClient

    given = call.arguments
    of = _named(call) if given.name else None
    call.session.client()
    client = ExecutionsClient(settings=call.session.settings)
    state = given.state.capitalize() if given.state else None
    hands = _Hands(client, given.group, _hash(of))
    name = of.name if of is not None else ""
    try:
        count, rows = client.search(
            kind=given.kind,
            state=state,
            group=given.group,
            subject=_hash(of),
            limit=_FIRST,
        )
    except CodexError as error:
        # Another platform lists those of one thing only.
        if of is None or getattr(error, "status", None) not in (404, 405):
            raise
        rows = of.list_executions(state=state)
        return executions_table(rows, datetime.now(UTC), len(rows), name)
    if not rows:
        return _none(of, given.kind, state)
    listing = executions_table(rows, datetime.now(UTC), count, name)
    if not has_widgets(call.shell):
        return listing

    def panel() -> Panel:
        from codex_jupyter.widgets.executions import ExecutionsPanel, Query

        first = Query(kind=given.kind, state=state)
        made = ExecutionsPanel(hands, count, rows, name, first)
        made.bridge.platform = client.base_url
        return made

    return LiveListing(listing.text, listing.html, listing.value, panel)


def _named(call: Call) -> Deployed | MLOpsTrainingExperiment:
    """The model, script or experiment of that name.

    Raises:
        ModelError: there is none of them.
    """
    given = call.arguments
    try:
        return call.session.deployed(given.name, given.group)
    except ModelError as refused:
        try:
            return find_experiment(call.session, given.name, given.group)
        except CodexError:
            raise refused from None


def _hash(of: Any) -> str | None:
    return None if of is None else getattr(of, "hash", None) or of.training_hash


def _none(of: Any, kind: str | None, state: str | None) -> Any:
    """That there is nothing to list, and what to type to see or to have something."""
    if getattr(of, "operation", "") == "Sync":
        return note(
            t("{name} has no executions: it answers each call at once.", name=of.name),
            t("%codex logs {name} shows its calls", name=quoted(of.name)),
        )
    what = t(_NOUNS[kind])
    if of is not None:
        what = t("{what} of {name}", what=what, name=of.name)
    if state is not None:
        words = ["%codex executions"]
        words += [quoted(of.name)] if of is not None else []
        words += [f"--kind {kind}"] if kind else []
        return note(
            t("There is no {what} in the state {state}.", what=what, state=t(state)),
            t("{line} lists those in every state", line=" ".join(words)),
        )
    begun = (kind or "model") if of is None else getattr(of, "noun", "training")
    line = _BEGIN[begun].format(name=t("NAME") if of is None else quoted(of.name))
    return note(
        t("There is no {what} yet.", what=what), t("{line} starts one", line=line)
    )


COMMAND = Command(
    name="executions",
    summary="List executions, the newest first: of a model, script or experiment, or "
    "of everything; live in a notebook.",
    examples=(
        "%codex executions",
        "%codex executions churn-batch",
        "%codex executions --kind training --state failed",
    ),
    configure=_configure,
    run=_run,
)

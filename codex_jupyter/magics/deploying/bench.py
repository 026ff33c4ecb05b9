"""The notebook's side of the deploy form: its variables, its files, its platform."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codex_jupyter.errors import CodexError, InputError
from codex_jupyter.magics import earlier, hosting
from codex_jupyter.magics.bundle import Bundle
from codex_jupyter.magics.capture import check_plain, run_body
from codex_jupyter.magics.command import Call
from codex_jupyter.magics.known import python_versions
from codex_jupyter.magics.parser import Parser
from codex_jupyter.magics.paths import files_below
from codex_jupyter.magics.session import Failed, group_names
from codex_jupyter.magics.values import text_value
from codex_jupyter.render.text import clean

from .checking import Checker
from .line import arguments_of, fields_of, line_of
from .packing import bundle_of, try_bundle
from .printed import capture
from .variables import listed

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from codex_jupyter.magics.session import Session
    from codex_jupyter.widgets.deployment import Deployment
    from codex_jupyter.widgets.workbench import (
        Draft,
        Findings,
        Offers,
        Trial,
        Variable,
    )


class NotebookBench:
    """What the form asks of the notebook; see `Workbench` for each method.

    Args:
        parser: makes the parser of ``%codex deploy``.
    """

    def __init__(
        self, session: Session, shell: InteractiveShell, parser: Callable[[], Parser]
    ) -> None:
        from codex_jupyter.widgets.workbench import Trouble

        self._session = session
        self._shell = shell
        self._parser = parser
        self._checker = Checker(
            shell.user_ns,
            self._history,
            Trouble,
            lambda cell: check_plain(cell, shell),
        )

    @property
    def _names(self) -> Mapping[str, Any]:
        names: Mapping[str, Any] = self._shell.user_ns
        return names

    def _history(self) -> list[str]:
        return [str(cell) for cell in self._names.get("In", [])]

    def first(self) -> Draft:
        """A draft with what there is only one of."""
        from codex_jupyter.widgets.workbench import Draft

        found = self.variables()

        def only(kind: str) -> str:
            names = [one.name for one in found if kind in one.kinds]
            return names[0] if len(names) == 1 else ""

        functions = [one.name for one in found if "function" in one.kinds]
        return Draft(
            function="score" if "score" in functions else only("function"),
            model_object=only("model"),
            schema_object=only("sample"),
            group=self._session.last_group or "",
            python=f"{sys.version_info.major}.{sys.version_info.minor}",
        )

    def address(self) -> str:
        """Of the platform that is asked; "" while that is not known."""
        settings = self._session.settings
        return settings.address if settings else ""

    def variables(self) -> list[Variable]:
        """The variables that fit, the likely ones first."""
        from codex_jupyter.widgets.workbench import Variable

        return [Variable(*one) for one in listed(self._shell.user_ns)]

    def offers(self) -> Offers:
        """Groups, Python versions and models of the platform."""
        from codex_jupyter.widgets.workbench import Offers

        client = self._session.client()
        pythons = python_versions(client.platform_info())
        return Offers(group_names(client), pythons, client.rows())

    def line(self, draft: Draft) -> str:
        """The magic that does the same, with its cell."""
        line = line_of(draft, self._names)
        if draft.source == "file":
            return f"%codex deploy {line}"
        body = draft.code
        if draft.source == "function" and draft.function:
            with suppress(CodexError):
                body = self._checker.body(draft)
        if not body.strip():
            body = f"def {draft.called or 'score'}(…): …"
        return f"%%codex deploy {line}\n{body}"

    def read(self, text: str) -> Draft:
        """The draft of such a magic."""
        from codex_jupyter.widgets.workbench import Draft

        given, cell = arguments_of(text, self._parser(), self._names)
        python = given.python or self.first().python
        return Draft(**fields_of(given, cell, self._names), python=python)

    def check(self, draft: Draft, *, settled: bool) -> Findings:
        """Look at everything that needs the notebook."""
        from codex_jupyter.widgets.workbench import Findings

        found = Findings()
        self._checker.look(draft, found, settled=settled)
        return found

    def paths(self, text: str) -> list[str]:
        """Files and folders that continue a path."""
        return files_below(text)

    def attempt(self, draft: Draft) -> Trial:
        """Call the function once with the sample, in this kernel."""
        call, body = self._call(draft)
        ran = self._run(draft)
        if ran is not None and ran.error:
            return ran
        with tempfile.TemporaryDirectory(prefix="codex-") as place:
            bundle, _ = bundle_of(call, body, Path(place))
            return self._try(call, bundle, ran)

    def deploy(self, draft: Draft, begin: Callable[[], Deployment]) -> list[str]:
        """Do what the line does: gather, try, upload, follow, retire."""
        from codex_jupyter.widgets.workbench import TrialFailed

        call, body = self._call(draft)
        given, session = call.arguments, self._session
        client, group = session.client(), session.group(given.group)
        python, doubts = hosting.choose_python(client, given.python)
        ran = self._run(draft) if draft.check else None
        if ran is not None and ran.error:
            raise TrialFailed(ran)
        with tempfile.TemporaryDirectory(prefix="codex-") as place:
            bundle, told = bundle_of(call, body, Path(place))
            if call.cell is not None and draft.check:
                trial = self._try(call, bundle, ran)
                if trial.error:
                    raise TrialFailed(trial)
            told += [*doubts, *hosting.group_notice(client, group)]
            deployment = begin()
            try:
                text = f"Uploading {bundle.count} files."
                with deployment.uploading(text, client.platform_info):
                    model = hosting.upload(client, given, bundle, group, python)
            except Exception as error:
                session.failed = Failed(error, "deploy", given.name)
                deployment.fail(error)
                raise
        session.last_group = group
        deployment.attach(model)
        deployment.wait()
        try:
            model.wait_ready()
        except CodexError as error:
            session.failed = Failed(error, "deploy", given.name)
            explain = f"%codex explain {hosting.quoted(given.name)}"
            return [*told, f"{explain} says why, and what to do."]
        shelf = earlier.models(client, model.name, group)
        return [*told, *earlier.retire(shelf, model)]

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call back after each cell that was run."""

        def ran(*_: object) -> None:
            self._checker.forget()
            changed()

        events = self._shell.events
        events.register("post_run_cell", ran)

        def stop() -> None:
            with suppress(ValueError):
                events.unregister("post_run_cell", ran)

        return stop

    def _call(self, draft: Draft) -> tuple[Call, str]:
        """The draft as its line is called, and the script's own text."""
        line = line_of(draft, self._names)
        body = self._checker.body(draft)
        given = self._parser().parse(line, lambda word: text_value(word, self._names))
        cell = None if draft.source == "file" else body
        call = Call(given, self._session, self._shell, self._names, cell)
        return call, body

    def _run(self, draft: Draft) -> Trial | None:
        """Run what was given as a cell, as the cell would be; None for the others."""
        if draft.source != "code":
            return None

        def work() -> str:
            run_body(draft.code, self._shell)
            return ""

        return _observed(work)

    def _try(self, call: Call, bundle: Bundle, ran: Trial | None) -> Trial:
        if call.cell is None:
            raise InputError(
                "Only a function of this notebook can be tried here.",
                hint="The platform tries the file's when it deploys it.",
            )
        function = self._names[call.arguments.reference]

        def work() -> str:
            made = try_bundle(call, bundle, function, advice="")
            return made if isinstance(made, str) else _json(made)

        trial = _observed(work)
        return (
            trial
            if ran is None
            else replace(trial, printed=ran.printed + trial.printed)
        )


def _observed(work: Callable[[], str]) -> Trial:
    """What the user's code gave, printed and raised, and how long it took."""
    from codex_jupyter.widgets.workbench import Trial

    began = time.perf_counter()
    answer, failure = "", None
    with capture() as parts:
        try:
            answer = work()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's code
            failure = error
    spent = (time.perf_counter() - began) * 1000
    return Trial(answer, clean("".join(parts)), spent, *_told(failure))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _told(error: BaseException | None) -> tuple[str, str, str]:
    """An error as its message, what to do, and the user's own frames."""
    if error is None:
        return "", "", ""
    if isinstance(error, CodexError):
        return error.message, error.hint or "", error.detail or ""
    rendered: list[str] = getattr(error, "_render_traceback_", list)()
    text = clean("\n".join(rendered)).strip()
    return f"{type(error).__name__}: {error}"[:500], "", text[-8000:]

"""The deploy form: filled in and checked as it is typed, then the live status in place.

The page sends the whole draft at each change; it lives here in memory only, in no
trait and in no output, and neither do rows, file contents or values of a ``.env`` file.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, replace
from typing import Any

from codex_jupyter.errors import CodexError, InputError
from codex_jupyter.render.cards import status_card
from codex_jupyter.render.deploy import deploy_card
from codex_jupyter.render.html import Displayable
from codex_jupyter.render.said import said
from codex_jupyter.render.words import kept, t

from .bridge import Request
from .calls import Calls, Reply
from .deploy_checks import (
    empty_fields,
    plain_troubles,
    reason,
    tidy_requirements,
    update_of,
    wanted,
)
from .deployment import Deployment
from .panel import Panel
from .play_runs import told
from .sample_form import fields_of, json_text
from .turns import Turns
from .uploads import Uploads
from .workbench import Draft, Findings, Offers, Trial, TrialFailed, Trouble, Workbench
from .worker import Worker

MAX_RUNNING = 3
MAX_COLUMNS = 200
MAX_TEXT = 200  # characters of a sample's value that are shown
MAX_ANSWER = 20_000


class DeployForm(Panel):
    """A deployment, from choosing what to deploy to its last step.

    Args:
        bench: the notebook.
    """

    front_end = "deploy"

    def __init__(self, bench: Workbench, **unknown: object) -> None:
        super().__init__(**unknown)
        self._bench = bench
        self._lock = threading.RLock()
        self._draft = bench.first()
        self._seq = 0
        self._settled = True
        self._checked: dict[str, Any] | None = None
        self._detected = ""
        self._offers = Offers()
        self._problem: dict[str, str] = {"error": "", "hint": ""}
        self._deployment: Deployment | None = None
        self._attempt = 0
        self._running = self._waits = False
        self._notes: list[str] = []
        self._uploads = Uploads()
        self._calls = Calls(self.bridge, MAX_RUNNING, "codex-deploy")
        self._worker = Worker("codex-deploy-check")
        # Of its own: what is typed is checked while a platform hangs.
        self._asking = Worker("codex-deploy-ask")
        self._turns = Turns()
        self._unwatch = bench.watch(lambda: self._worker.submit(self._look_around))
        for kind, handler in {
            "draft": self._take,
            "paste": self._paste,
            "paths": self._paths,
            "put": self._put,
            "drop": self._drop,
            "try": self._try,
            "deploy": self._deploy,
            "look": self._look,
        }.items():
            self.bridge.on(kind, handler)
        self._worker.submit(self._check)
        self._ask_soon()

    def card(self) -> Displayable:
        """The newest deployment's card, or what the form is for."""
        with self._lock:
            deployment = self._deployment
        return status_card(deployment.facts()) if deployment else deploy_card()

    def push(self) -> None:
        """Send the draft, what can be chosen, what was found, and the deployment."""
        with self._lock:
            self.bridge.send("draft", draft=self._draft.fields())
            self._tell_offers()
            if self._checked is not None:
                self.bridge.send("checked", **self._checked)
            self._tell_attempt()
            if self._deployment is not None:
                self._deployment.push()

    def close(self) -> None:
        """End the threads, remove uploaded files, take the panel from the page."""
        if "_worker" in self.__dict__:
            self._unwatch()
            self._calls.close()
            self._worker.close()
            self._asking.close()
            self._uploads.close()
            if self._deployment is not None:
                self._deployment.close()
        super().close()

    def _take(self, request: Request) -> None:
        fields = request.fields
        with self._lock:
            self._draft = Draft.of(fields["draft"])
            self._seq = seq = int(fields["seq"])
            self._settled = bool(fields["settled"])
        request.reply()
        self._worker.submit(lambda: self._check(only=seq))

    def _check(self, only: int | None = None) -> None:
        """Find out everything about the draft and tell it.

        Args:
            only: do it unless a newer draft has arrived since this one.
        """
        with self._lock:
            if only is not None and only != self._seq:
                return
            draft, seq, settled = self._draft, self._seq, self._settled
        findings, troubles = self._findings(draft, settled=settled)
        with self._lock:
            self._detected = findings.detected or ""
            tidy = self._tidy(draft)
            try:
                line = self._bench.line(tidy)
            except CodexError as error:
                line = ""
                troubles.append(Trouble("line", said(error.message), error.hint or ""))
            fields = fields_of(findings.value, {}) if findings.value is not None else []
            self._checked = {
                "seq": seq,
                "troubles": [asdict(one) for one in troubles],
                "line": line,
                "detected": findings.detected,
                "notices": findings.notices,
                "columns": [
                    {
                        "name": field["name"],
                        "kind": field["kind"],
                        "text": _cut(field["text"], MAX_TEXT),
                    }
                    for field in fields[:MAX_COLUMNS]
                ],
                "sample": _sample_words(findings, len(fields)),
                "env": findings.env,
                "update": update_of(draft, self._offers),
                "reason": reason(draft, troubles, self._blocked()),
            }
            self.bridge.send("checked", **self._checked)

    def _findings(
        self, draft: Draft, *, settled: bool
    ) -> tuple[Findings, list[Trouble]]:
        try:
            findings = self._bench.check(draft, settled=settled)
        except Exception as error:  # noqa: BLE001 - the form tells it
            findings = Findings([Trouble("form", said(told(error)["error"]))])
        return findings, [*plain_troubles(draft, self._offers), *findings.troubles]

    def _tidy(self, draft: Draft) -> Draft:
        own = tidy_requirements(draft.requirements, self._detected)
        return replace(draft, requirements=own)

    def _blocked(self) -> str:
        if self._running:
            return t("A deployment is running.")
        return self._problem["error"]

    def _paste(self, request: Request) -> None:
        request.reply(self._bench.read(request.fields["text"]).fields())

    def _paths(self, request: Request) -> None:
        ends = tuple(request.fields["ends"])
        found = self._bench.paths(request.fields["text"])
        fitting = [p for p in found if not ends or p.endswith(("/", *ends))]
        request.reply(fitting)

    def _put(self, request: Request) -> None:
        given = request.fields
        path = self._uploads.put(
            given["tag"],
            given["name"],
            int(given["size"]),
            int(given["at"]),
            b"".join(request.buffers),
        )
        request.reply("" if path is None else str(path))

    def _drop(self, request: Request) -> None:
        self._uploads.drop(request.fields["tag"])
        request.reply()

    def _try(self, request: Request) -> None:
        with self._lock:
            draft = self._tidy(Draft.of(request.fields["draft"]))
        if missing := empty_fields(draft, to_try=True):
            raise InputError(wanted(missing))

        def work(_: threading.Event) -> Reply:
            return _trial_fields(self._bench.attempt(draft)), None

        self._calls.start(request, work)

    def _deploy(self, request: Request) -> None:
        with self._lock:
            draft = self._ready(Draft.of(request.fields["draft"]))
            self._running = True
        request.acknowledge()
        self._tell_attempt()
        threading.Thread(
            target=kept(self._run),
            args=(request, draft),
            name="codex-deploy-run",
            daemon=True,
        ).start()

    def _run(self, request: Request, draft: Draft) -> None:
        """Deploy; once it is on its way its own view tells what happens."""
        begun = False

        def begin() -> Deployment:
            nonlocal begun
            begun = True
            with self._lock:
                if self._deployment is not None:
                    self._deployment.close()
                self._attempt += 1
                self._notes = []
                self._deployment = made = Deployment(
                    draft.name, draft.group, self.bridge, self.freeze
                )
            self._tell_attempt()
            request.reply()
            return made

        failure: Exception | None = None
        try:
            notes = self._bench.deploy(draft, begin)
        except Exception as error:  # noqa: BLE001 - every request is answered
            # What the platform said stands in the deployment's own view.
            unforeseen = begun and not isinstance(error, CodexError)
            notes = [told(error)["error"]] if unforeseen else []
            failure = error
        with self._lock:
            self._running = False
            self._notes = notes
        if not begun and isinstance(failure, TrialFailed):
            request.reply(_trial_fields(failure.trial))
        elif not begun:
            request.fault(failure or CodexError(t("Nothing was deployed.")))
        self._tell_attempt()
        # What was found meanwhile says that a deployment is running.
        self._worker.submit(self._check)
        self.freeze()
        self._ask_soon()

    def _ready(self, draft: Draft) -> Draft:
        """The draft as it is deployed.

        Raises:
            InputError: something is missing, wrong, or in the way.
        """
        with self._lock:
            draft, offers = self._tidy(draft), self._offers
            blocked = self._blocked()
        wrong = plain_troubles(draft, offers)
        if why := reason(draft, wrong, blocked):
            raise InputError(why, hint=wrong[0].text if wrong else None)
        return draft

    def _look(self, request: Request) -> None:
        self.bridge.platform = self._bench.address()

        def work(_: threading.Event) -> Reply:
            self._ask_platform()
            return None, None

        self._calls.start(request, work)

    def _look_around(self) -> None:
        """A cell was run: other variables may be there, and other functions."""
        with self._lock:
            lost = bool(self._problem["error"])
        if lost:
            self._ask_soon()
            return
        self._tell_offers()
        self._check()

    def _ask_soon(self) -> None:
        """Ask the platform, unless it has not answered the question before."""
        with self._lock:
            if self._waits:
                return
            self._waits = True

        def work() -> None:
            with self._lock:
                self._waits = False
            self._ask_platform()

        self._asking.submit(work)

    def _ask_platform(self) -> None:
        """Ask what it has, and tell it unless a later question was answered before."""
        with self._lock:
            turn = self._turns.ask()
        try:
            offers = self._bench.offers()
            problem = {"error": "", "hint": ""}
        except Exception as error:  # noqa: BLE001 - the form tells it
            offers, problem = None, told(error)
        with self._lock:
            if not self._turns.answered(turn):
                return
            # What was known stays shown while the platform is away.
            self._offers = offers or self._offers
            self._problem = {key: problem[key] for key in ("error", "hint")}
        self._tell_offers()
        self._worker.submit(self._check)

    def _tell_offers(self) -> None:
        variables = [
            {"name": one.name, "kinds": list(one.kinds), "what": one.what}
            for one in self._bench.variables()
        ]
        with self._lock:
            self.bridge.send(
                "offers",
                variables=variables,
                groups=list(self._offers.groups),
                pythons=list(self._offers.pythons),
                here=self._bench.first().python,
                problem=self._problem["error"],
                hint=self._problem["hint"],
            )

    def _tell_attempt(self) -> None:
        with self._lock:
            facts = self._deployment.facts() if self._deployment else {"state": ""}
            self.bridge.send(
                "attempt",
                number=self._attempt,
                running=self._running,
                state=facts["state"],
                notes=self._notes,
            )


def _sample_words(findings: Findings, columns: int) -> str:
    if columns > MAX_COLUMNS:
        return t(
            "{sample}; the first {shown} of {columns} fields",
            sample=findings.sample,
            shown=MAX_COLUMNS,
            columns=columns,
        )
    if findings.value is not None and not columns:
        # No object with fields: the value itself says what it is.
        return f"{findings.sample}: {_cut(json_text(findings.value), MAX_TEXT)}"
    return findings.sample


def _trial_fields(trial: Trial) -> dict[str, Any]:
    fields = asdict(trial)
    return fields | {k: _cut(fields[k], MAX_ANSWER) for k in ("answer", "printed")}


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"

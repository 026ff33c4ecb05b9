"""The playground: a form made from a model's sample input, its answers, and what-if."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from codex_jupyter.client.batch_snippets import batch_snippet
from codex_jupyter.client.payload import plain
from codex_jupyter.client.snippets import LANGUAGES, snippet
from codex_jupyter.errors import (
    AuthenticationError,
    CodexError,
    InputError,
    PlatformError,
    PredictionError,
    ProtocolError,
    TransportError,
)
from codex_jupyter.protocol import routes
from codex_jupyter.render.html import Displayable
from codex_jupyter.render.playground import playground_card
from codex_jupyter.render.words import t

from .batch import Batch, Tables
from .batch_async import AsyncBatch
from .bridge import Request
from .calls import Calls, Reply
from .kernel_model import Callee, KernelModel
from .panel import Panel
from .play_runs import Runs, ask, checked
from .preparing import Preparing, Scripts
from .sample_form import fields_of, json_text, object_text
from .sweep import steps_of, sweep
from .why import Advice, Why
from .worker import Pulse, Worker

if TYPE_CHECKING:
    from codex_jupyter.client.model import MLOpsModel

MAX_RUNNING = 4
MAX_PEERS = 200
SHORT = 12  # characters of a hash that may be typed
_FIRST_LOOK, _LAST_LOOK = 1.0, 10.0  # seconds before a platform away is asked again

Peers = Callable[[], list["MLOpsModel"]]


class Playground(Panel):
    """Calls of one model by hand: form or JSON, answer, sweep, batch, history, code.

    Args:
        model: the deployed model; its document and what is known of the values that
            its inputs had are fetched once, here.
        called: how the user names it on a line; its name if None.
        peers: the other models it may be compared with, asked when they are chosen.
        kernel: the notebook's own function, to compare with.
        tables: the notebook's DataFrames for the batch tab; without it there is none.
        scripts: those of the platform that may prepare an input.
        advise: what to do when explaining an answer fails, in words.

    Raises:
        InputError: the model is asynchronous and there are no tables: it answers files.
        CodexError: the platform could not be asked.
    """

    front_end = "playground"

    def __init__(
        self,
        model: MLOpsModel,
        called: str | None = None,
        peers: Peers | None = None,
        kernel: KernelModel | None = None,
        tables: Tables | None = None,
        advise: Advice | None = None,
        scripts: Scripts | None = None,
        **unknown: object,
    ) -> None:
        super().__init__(**unknown)
        is_async = model.operation == "Async"
        if is_async and tables is None:
            raise InputError(
                f"'{model.name}' is an asynchronous model; it has no direct answer.",
                hint=f"Give it a file: %codex predict {model.name} data.csv",
            )
        self._model = model
        self._called = called or model.name
        self._peers = peers
        self._kernel = kernel
        self._models: dict[str, Callee] = {model.model_hash: model}
        if kernel is not None:
            self._models[kernel.model_hash] = kernel
            kernel.prepare = self._prepare
        self._sample: Any = {}
        self._fields: list[dict[str, Any]] = []
        self._runs = Runs()
        # How the platform answered last: "", "away" or "refused".
        self._link = ""
        self._calls = Calls(self.bridge, MAX_RUNNING, "codex-play")
        self._worker = Worker("codex-play-twin")
        self._awaiting = Worker("codex-play-await")
        self._preparing = Preparing(self.bridge, self._calls, model, scripts)
        self._has_batch = tables is not None
        self._files: AsyncBatch | None = None
        self.bridge.on("snippet", self._snippet)
        if is_async and tables is not None:
            self._files = AsyncBatch(
                self.bridge,
                self._calls,
                model,
                self._quoted,
                tables,
                self._preparing,
                self._thaw,
            )
            return
        self._learn()
        if tables is not None:
            Batch(self.bridge, self._calls, model, tables, self._preparing)
        Why(self.bridge, self._calls, self._runs, self._models, advise, self._thaw)
        self.bridge.on("predict", self._predict)
        self.bridge.on("sweep", self._sweep)
        self.bridge.on("peers", self._ask_peers)

    def _learn(self) -> None:
        """The form's fields; a platform may know only the sample, or not even that."""
        model = self._model
        try:
            document = model.openapi()
        except (PlatformError, ProtocolError):
            document = {}
        try:
            ranges = model.ranges()
        except CodexError:
            ranges = []
        self._sample = plain(model.schema) if model.schema is not None else {}
        self._fields = fields_of(self._sample, document, ranges)

    def _thaw(self) -> None:
        """Bring the static twin up to date, soon."""
        self._worker.submit(self.freeze)

    @property
    def _quoted(self) -> str:
        """The model's name as it is typed on a line."""
        return f'"{self._called}"' if " " in self._called else self._called

    def card(self) -> Displayable:
        """The last request and answer, and what the model takes, in static form."""
        made = self._runs.all()
        return playground_card(
            {
                "name": self._model.name,
                "group": self._model.group,
                "hash": self._model.model_hash,
                "state": self._model.status,
                "fields": self._fields,
                "sample": object_text(self._sample),
                "run": made[-1] if made else None,
                "reads": self._model.input_type if self._files else "",
                "execution": self._files.fields() if self._files else None,
            }
        )

    def push(self) -> None:
        """Send the model, the form's fields and the calls made so far."""
        self.bridge.send(
            "play",
            name=self._model.name,
            group=self._model.group,
            hash=self._model.model_hash,
            state=self._model.status,
            token=self._model.has_token,
            link=self._link,
            fields=self._fields,
            sample=object_text(self._sample),
            comparable=self._peers is not None or self._kernel is not None,
            batch=self._has_batch,
            reads=self._model.input_type if self._files else "",
            runs=self._runs.all(),
        )
        if self._files is not None:
            self._files.push()

    def close(self) -> None:
        """Cancel what runs and take the panel from the page."""
        if "_worker" in self.__dict__:
            self._calls.close()
            self._worker.close()
            self._awaiting.close()
            if self._files is not None:
                self._files.close()
        super().close()

    def _predict(self, request: Request) -> None:
        text = request.fields["input"]
        checked(text)
        models = self._chosen(request.fields["models"])
        script = request.fields["script"]
        prepared = self._preparing.name(script)

        def work(stop: threading.Event) -> Reply:
            made = [ask(model, text, script) for model in models]
            if stop.is_set():
                return None, None
            results = [result for result, _ in made]
            run = self._runs.add(text, results, script, prepared)
            self.bridge.send("played", run=run)
            self._thaw()
            asked = zip(models, made, strict=True)
            self._heard(f for one, (_, f) in asked if one is not self._kernel)
            if any(_tells_state(failure) for _, failure in made):
                self._worker.submit(self._look)
            return run["number"], None

        self._calls.start(request, work)

    def _sweep(self, request: Request) -> None:
        fields = request.fields
        checked(fields["input"])
        models, script = self._chosen(fields["models"]), fields["script"]
        self._preparing.name(script)
        values = steps_of(
            fields["low"], fields["high"], int(fields["steps"]), whole=fields["whole"]
        )
        points: list[dict[str, Any]] = []
        lock = threading.Lock()
        count = 0

        def flush() -> None:
            nonlocal points
            with lock:
                fresh, points = points, []
            if fresh:
                self.bridge.send(
                    "swept",
                    tag=fields["tag"],
                    done=count,
                    of=len(values) * len(models),
                    points=fresh,
                )

        pulse = Pulse(flush)

        def tell(point: dict[str, Any]) -> None:
            nonlocal count
            with lock:
                count += 1
                points.append(point)
            pulse.touch()

        def work(stop: threading.Event) -> Reply:
            try:
                text, field = fields["input"], fields["field"]
                sweep(models, text, field, values, stop, tell, script)
            except CodexError as error:
                self._heard([error])
                raise
            finally:
                pulse.flush()
            return len(values), None

        self._calls.start(request, work)

    def _ask_peers(self, request: Request) -> None:
        def work(_: threading.Event) -> Reply:
            mine = self._model
            found = [
                model
                for model in (self._peers() if self._peers else [])
                if model.operation == "Sync" and model.model_hash != mine.model_hash
            ]
            # The other versions of the same model first.
            found.sort(key=lambda m: (m.name != mine.name, m.name.lower()))
            self._models.update((one.model_hash, one) for one in found[:MAX_PEERS])
            offered: list[Callee] = [] if self._kernel is None else [self._kernel]
            offered += found[:MAX_PEERS]
            return [
                {"hash": m.model_hash, "name": m.name, "group": m.group}
                for m in offered
            ], None

        self._calls.start(request, work)

    def _snippet(self, request: Request) -> None:
        language, text = request.fields["language"], request.fields["input"]
        script = request.fields["script"]
        prepared = self._preparing.name(script)
        how = f" --preprocessing {script[:SHORT]}" if prepared else ""
        where = {"group": self._model.group, "model": self._model.model_hash}
        line = f"%codex predict {self._quoted}"
        if self._files is not None:
            kind = self._model.input_type
            if language in LANGUAGES:
                base = self._model.base_url
                request.reply(batch_snippet(language, base, where, kind))
            else:
                request.reply(
                    f"{line} rows.{kind} --group {where['group']}{how} --wait"
                )
            return
        value = checked(text)
        if language in LANGUAGES:
            url = self._model.base_url + routes.MODEL_RUN.url(**where)
            request.reply(snippet(language, url, value, script))
            return
        request.reply(f"{line} {json_text(value)} --group {where['group']}{how}")

    def _prepare(self, script: str, text: str) -> str:
        return self._preparing.run(script, text)

    def _chosen(self, hashes: list[str]) -> list[Callee]:
        unknown = [one for one in hashes if one not in self._models]
        if unknown or not hashes:
            raise InputError(
                t("This model is not known here."), hint=t("Choose it again.")
            )
        return [self._models[one] for one in hashes]

    def _heard(self, failures: Iterable[Exception | None]) -> None:
        """Tell the page when the platform went away, came back or refuses a token."""
        link = ""
        for failure in failures:
            if isinstance(failure, TransportError):
                link = "away"
            elif isinstance(failure, AuthenticationError):
                link = "refused"
        if link != self._link:
            self._link = link
            self.push()
            if link == "away":
                self._awaiting.submit(self._until_back)

    def _until_back(self) -> None:
        """Ask for the model's state until the platform answers again."""
        pause = _FIRST_LOOK
        while self._link == "away" and not self._awaiting.stop.wait(pause):
            pause = min(pause * 2, _LAST_LOOK)
            try:
                self._model.refresh()
            except TransportError:
                continue
            except CodexError:
                pass  # an answer, too
            if self._link == "away":
                self._link = ""
                self.push()

    def _look(self) -> None:
        """Ask for the model's state, after a failure that may have to do with it."""
        try:
            self._model.refresh()
        except CodexError:
            return
        self.push()
        self.freeze()


def _tells_state(failure: Exception | None) -> bool:
    return isinstance(failure, PlatformError) and not isinstance(
        failure, PredictionError
    )

"""The steps of a check: resolve, install, start, test, as a deployment's."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codex_jupyter.protocol.checks import Check, CheckKind
from codex_jupyter.protocol.names import python_minor
from codex_jupyter.protocol.states import LogType, Stage
from codex_jupyter.server import scripts, trainings
from codex_jupyter.server.environments import Environment, pick_interpreter
from codex_jupyter.server.logbook import untagged
from codex_jupyter.server.modelfiles import schema_of, script_name
from codex_jupyter.server.runs import RunFolder
from codex_jupyter.server.store import FileRow
from codex_jupyter.server.tables import packed_to_parquet
from codex_jupyter.server.workers import Once, WorkerSpec

from .desk import NAME, Desk
from .watched import Explained, try_watched

_HOST = "host"
_HEAD = 2000  # bytes of an answer that are told
_TRIAL_S = 600.0


@dataclass(slots=True)
class Trial:
    """One attempt; `run` is called on the loop.

    Args:
        tell: takes an event's name and data.
        cancelled: nobody waits for it any more; builds look at it.
    """

    desk: Desk
    check: Check
    tell: Callable[[str, dict[str, Any]], None]
    cancelled: bool = False
    seconds: float = 0.0
    """How long the function took."""

    async def run(self) -> dict[str, Any]:
        """Go through the steps; what is told of the success.

        Raises:
            BuildFault: the environment cannot be built.
            WorkerFault: the user's code failed.
            ValueError: a file cannot be used; one sentence.
            OSError: a file cannot be read or written.
        """
        environment = await self._environment(self.check.requirements)
        if self.check.kind is CheckKind.TRAINING:
            told, answer = await self._training(environment)
        elif self.check.kind is CheckKind.TABLES:
            told, answer = await self._tables(environment)
        else:
            self.desk.files.lay_out(NAME, self._files())
            told, answer = await self._model(environment)
        return {"Told": told, "Answer": answer, "Seconds": round(self.seconds, 3)}

    async def _model(self, environment: Environment) -> tuple[str, str]:
        if self.check.kind is CheckKind.ROW:
            sample = json.dumps(self.desk.files.sample(self.desk.kept))
            answer = await self._row(environment, sample)
            if self.check.watched is not None:
                explained = Explained("texts", sample, answer)
                return await self._watch(environment, explained)
            return f"{self.check.reference}() answered the sample", answer[:_HEAD]
        folder, made = await self._file(environment)
        if self.check.watched is not None:
            explained = Explained("files", str(folder.input), str(made))
            return await self._watch(environment, explained)
        size = made.stat().st_size
        with made.open("rb") as written:
            head = written.read(_HEAD).decode("utf-8", "replace")
        told = f"{self.check.reference}() wrote {made.name}, {size:,} bytes"
        return told, head if made.suffix.lower() != ".parquet" else ""

    async def _environment(self, requirements: str) -> Environment:
        environments = self.desk.environments
        with self._stage(Stage.RESOLVE) as note:
            minor = python_minor(f"Python{self.check.python.replace('.', '')}") or 0
            found = await asyncio.to_thread(self.desk.interpreters)
            python = pick_interpreter(minor, found)
            resolution = await asyncio.to_thread(
                environments.resolve, python, requirements, self._say, self._is_over
            )
            self.tell(
                "environment", {"Python": python.label, "Pins": list(resolution.pins)}
            )
            note.append(f"Python {python.label}, {len(resolution.pins)} packages")
        with self._stage(Stage.INSTALL) as note:
            environment = await asyncio.to_thread(
                environments.ensure, python, resolution, self._say, self._is_over
            )
            note.append(f"environment {environment.key[:12]}")
        return environment

    async def _row(self, environment: Environment, sample: str) -> str:
        spec = self.desk.spec(environment.python)
        async with self._started(spec) as once:
            with self._stage(Stage.TEST):
                return (await self._timed(once, sample.encode())).decode()

    async def _file(self, environment: Environment) -> tuple[RunFolder, Path]:
        desk, schema = self.desk, schema_of(self.desk.kept)
        folder = desk.runs.lay_out(
            NAME,
            _HOST,
            blob=schema.blob,
            name=schema.name,
            wanted=self.check.reads,
            also=desk.files.input_names(desk.row, desk.kept),
            limit=desk.limits.input_bytes,
        )
        async with self._started(self._run_spec(environment, folder, "file")) as once:
            with self._stage(Stage.TEST):
                answer = await self._timed(once, b"")
        return folder, Path(json.loads(answer)["path"])

    async def _tables(self, environment: Environment) -> tuple[str, str]:
        desk = self.desk
        desk.files.lay_out(NAME, self._files())
        given = scripts.samples(desk.kept)
        laid = scripts.lay_out(desk, desk.row, desk.kept, given, _HOST)
        spec = self._run_spec(environment, laid.folder, "table")
        async with self._started(spec) as once:
            with self._stage(Stage.TEST):
                answer = await self._timed(once, laid.payload)
        told, name = json.loads(answer), f"{self.check.reference}()"
        file = laid.made(answer)
        if "rows" in told:
            size = f"{told['rows']:,} rows and {told['columns']} columns"
            return f"{name} made a table of {size}", ""
        return f"{name} wrote {file.name}, {file.stat().st_size:,} bytes", ""

    async def _training(self, environment: Environment) -> tuple[str, str]:
        desk, check = self.desk, self.check
        (data,) = desk.of_role("data")
        (source,) = desk.of_role("source")
        folder, found = trainings.lay_out(
            desk, NAME, _HOST, (data.name, data.blob), self._files()
        )
        payload = {
            "data": str(found),
            "output": str(folder.output),
            "execution": NAME,
            "type": check.model_type,
        }
        spec = WorkerSpec(
            python=environment.python,
            folder=folder.data,
            script=folder.data / script_name(source.name),
            reference=check.reference,
            env={**desk.variables, **folder.environ(), "identifier": f"local/{NAME}"},
            memory_bytes=desk.limits.memory_bytes,
            deadline_s=desk.limits.execution_s,
            memoise=False,
            threads=os.cpu_count() or 1,
            mode="train",
        )
        async with self._started(spec) as once:
            with self._stage(Stage.TEST):
                raw = await self._timed(once, json.dumps(payload).encode())
        answer = json.loads(raw)
        for text in answer["warnings"]:
            self._say(LogType.WARNING, text)
        for name in answer["tables"]:
            # A table that cannot be kept fails the run, so it fails here too.
            packed = folder.output / f"{name}.table"
            packed_to_parquet(packed, packed.with_suffix(".parquet"))
        told = f"{check.reference}() made a model and its tables"
        return told, json.dumps(answer["metrics"], ensure_ascii=False)

    async def _watch(
        self, environment: Environment, explained: Explained
    ) -> tuple[str, str]:
        watched = self.check.watched
        assert watched is not None  # noqa: S101 - asked for before
        if watched.requirements is not None:
            environment = await self._environment(watched.requirements)
        (source,) = self.desk.of_role("monitor")
        home = self.desk.folder / "monitoring"
        home.mkdir()
        script = home / script_name(source.name)
        self.desk.artifacts.fetch(source.blob, script)
        spec = replace(
            self.desk.spec(environment.python),
            script=script,
            reference=watched.parse,
            data=home,
            deadline_s=self.desk.limits.execution_s,
            mode="monitoring",
        )
        async with self._started(spec) as once:
            with self._stage(Stage.TEST):
                began = time.monotonic()
                told = await try_watched(once, watched, explained, home)
                self.seconds = time.monotonic() - began
                return told

    def _run_spec(
        self, environment: Environment, folder: RunFolder, mode: str
    ) -> WorkerSpec:
        spec = self.desk.spec(environment.python)
        return replace(
            spec,
            env={**spec.env, **folder.environ()},
            data=folder.data,
            deadline_s=_TRIAL_S,
            memoise=False,
            mode=mode,
        )

    def _files(self) -> list[FileRow]:
        roles = ("source", "model", "requirements", "extra", "schema")
        return self.desk.of_role(*roles)

    @asynccontextmanager
    async def _started(self, spec: WorkerSpec) -> AsyncIterator[Once]:
        once = Once(spec, self._printed)
        try:
            with self._stage(Stage.START):
                await once.start()
            yield once
        finally:
            await asyncio.shield(once.stop())

    async def _timed(self, once: Once, payload: bytes) -> bytes:
        began = time.monotonic()
        try:
            return await once.call(payload)
        finally:
            self.seconds = time.monotonic() - began

    @contextmanager
    def _stage(self, stage: Stage) -> Iterator[list[str]]:
        note: list[str] = []
        progress, began = "failed", time.monotonic()
        self._tell_stage(stage, "started", None, "")
        try:
            yield note
            progress = "done"
        finally:
            spent = round(time.monotonic() - began, 3)
            self._tell_stage(stage, progress, spent, "".join(note))

    def _tell_stage(
        self, stage: Stage, progress: str, seconds: float | None, note: str
    ) -> None:
        told = {"Stage": stage.value, "Progress": progress, "Seconds": seconds}
        self.tell("stage", {**told, "Note": note})

    def _say(self, type_: LogType, text: str) -> None:
        self.tell("log", {"OutputType": type_.value, "OutputData": text})

    def _printed(self, type_: LogType, text: str) -> None:
        self._say(*untagged(type_, text))

    def _is_over(self) -> bool:
        return self.cancelled

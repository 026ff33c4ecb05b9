"""Small models served by real processes."""

from __future__ import annotations

import asyncio
import sys
import textwrap
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from codex_jupyter.server.workers import Worker, WorkerFault, WorkerSpec


@pytest.fixture
def make_spec(tmp_path):
    """A spec for a script's text; the environment is the tests' own Python."""

    def make(source: str, **changes) -> WorkerSpec:
        folder = tmp_path / "model"
        folder.mkdir(exist_ok=True)
        script = folder / "app.py"
        script.write_text(textwrap.dedent(source), "utf-8")
        values = {
            "python": Path(sys.executable),
            "folder": folder,
            "script": script,
            "reference": "score",
            "env": {},
            "memory_bytes": 1 << 30,
            "deadline_s": 30.0,
        }
        return WorkerSpec(**{**values, **changes})

    return make


@pytest.fixture
def rows():
    """Every (type, text) that was logged."""
    return []


@pytest.fixture
def serving(make_spec, rows):
    """A started worker for a script's text, stopped at the end of the block."""

    @asynccontextmanager
    async def serve(source: str, **changes):
        worker = Worker(make_spec(source, **changes), lambda *row: rows.append(row))
        try:
            await worker.start()
            yield worker
        finally:
            await worker.stop()

    return serve


@pytest.fixture
def ask(serving):
    """Serve a script and give it inputs, one after the other: answers or faults."""

    def run(source: str, *inputs: str, **changes):
        async def main():
            async with serving(source, **changes) as worker:
                answers = []
                for text in inputs:
                    try:
                        answers.append((await worker.call(text.encode())).decode())
                    except WorkerFault as fault:
                        answers.append(fault)
                return answers

        return asyncio.run(main())

    return run


@pytest.fixture
def start_fault(make_spec):
    """The fault of a script that cannot be started."""

    def run(source: str, **changes) -> WorkerFault:
        async def main():
            worker = Worker(make_spec(source, **changes), lambda *row: None)
            try:
                await worker.start()
            finally:
                await worker.stop()

        with pytest.raises(WorkerFault) as caught:
            asyncio.run(main())
        return caught.value

    return run

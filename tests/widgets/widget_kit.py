"""Both ends of a widget's comm, and a model that does what a test tells it."""

from __future__ import annotations

import json
import queue
import threading
import time
from dataclasses import dataclass, field

from comm.base_comm import BaseComm

from codex_jupyter.errors import ModelError, PredictionError
from codex_jupyter.protocol.events import Event
from codex_jupyter.protocol.openapi import model_document

HASH = "M" + "0123456789abcdef" * 3 + "0123456789abcde"


class RecordingComm(BaseComm):
    """A comm without a kernel: keeps what was sent, and hands it to a listener."""

    def __init__(self, **options):
        self.sent = []
        self.listener = None
        super().__init__(**options)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        if msg_type != "comm_msg" or (data or {}).get("method") != "custom":
            return
        message = (data["content"], [bytes(part) for part in buffers or ()])
        self.sent.append(message)
        if self.listener:
            self.listener(*message)

    def say(self, content, buffers=()):
        """What the page sends, as the kernel receives it."""
        data = {"method": "custom", "content": content}
        parts = [memoryview(part) for part in buffers]  # as a kernel gives them
        self.handle_msg({"content": {"data": data}, "buffers": parts})

    def of(self, kind):
        """The messages of one kind so far."""
        return [content for content, _ in list(self.sent) if content["kind"] == kind]


@dataclass
class Answer:
    status: int
    reason: str
    headers: list
    body: bytes


@dataclass
class FakeModel:
    """The model's public face; a test feeds its stream and reads what it was asked."""

    name: str = "credit-score"
    group: str = "demo"
    model_hash: str = HASH
    operation: str = "Sync"
    status: str = "Ready"
    has_token: bool = True
    docs: str = "http://127.0.0.1:4321/api/model/sync/docs/demo/" + HASH
    document: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    refused: Exception | None = None
    forgotten: Exception | None = None
    stream: queue.Queue = field(default_factory=queue.Queue)
    answer: object = None
    schema: object = None
    score: object = None
    base_url: str = "http://127.0.0.1:4321/api"
    why: object = None
    learned: list = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)

    def feed(self, *events):
        """Events of the stream, an exception to raise in it, or None for its end."""
        for event in events:
            self.stream.put(event)

    def watch(self, stop=None, timeout=None):
        while not (stop and stop.is_set()):
            try:
                event = self.stream.get(timeout=0.05)
            except queue.Empty:
                continue
            if event is None:
                return
            if isinstance(event, Exception):
                raise event
            if event.name == "state":
                self.status = event.data["Status"]
            yield event

    @property
    def hash(self):
        return self.model_hash

    def info(self):
        return {"PythonVersion": "Python311"}

    def refresh(self):
        self.asked.append("refresh")
        if self.forgotten:
            raise self.forgotten
        return self.status

    def wait_ready(self):
        if self.status != "Deployed":
            raise ModelError(f"'{self.name}' is {self.status}.")

    def restart(self, *, wait_for_ready=True):
        self._act("restart", "Recovering")
        return self.status

    def disable(self):
        self._act("disable", "Disabled")

    def delete(self):
        self._act("delete", "Deleted")

    def openapi(self):
        return self.document

    def predict(self, data, preprocessing=""):
        """The answer of `score`, which a test gives, to a JSON text."""
        if preprocessing:
            self.asked.append(("prepared by", preprocessing))
        return self.score(json.loads(data))

    def ranges(self):
        """What a test lets be known of the inputs' values."""
        return self.learned

    def explain(self, data, answer):
        """What a test lets `why` be: an explanation, or an error to raise."""
        self.asked.append(("explain", json.loads(data), answer))
        made = self.why() if callable(self.why) else self.why
        if isinstance(made, Exception):
            raise made
        return made

    def relay(self, method, path_or_url, headers, body):
        self.asked.append((method, path_or_url, headers, body))
        made = self.answer(method, path_or_url, headers, body)
        if isinstance(made, Exception):
            raise made
        return made

    def _act(self, action, state):
        self.asked.append(action)
        if self.refused:
            raise self.refused
        self.status = state


ROW = {
    "age": 41,
    "income": 3200.5,
    "ratio": 0.25,
    "employed": True,
    "city": "Natal",
    "since": "2021-03-04",
    "seen_at": "2026-01-02T10:30:00",
    "limits": {"soft": 100, "hard": [1, 2]},
    "referrer": None,
}


def credit(row):
    """A model's function: probability and label, and the errors of real ones."""
    try:
        share = min(1.0, row["income"] / 10_000 + row["age"] / 200)
    except (KeyError, TypeError) as error:
        told = f"{type(error).__name__}: {error}"
        raise PredictionError(
            told,
            status=500,
            hint="Look at the input's fields.",
            detail=f"Traceback (most recent call last):\n  score.py, line 4\n{told}",
        ) from None
    return {
        "probability": round(share, 6),
        "label": "good" if share > 0.5 else "bad",
        "reasons": ["income", "age"],
    }


def explanation(*columns, base=None):
    """What a platform says of an answer: names, values and contributions."""
    keys = ("Name", "Value", "Contribution")
    return {
        "Function": "get_shap",
        "Period": "Week",
        "Rows": 1,
        "Base": base,
        "Columns": [dict(zip(keys, one, strict=True)) for one in columns],
    }


def playable(sample=None, **fields):
    """A model for the playground; its sample is `ROW` unless another is given."""
    sample = ROW if sample is None else sample
    made = FakeModel(**{"status": "Deployed", "score": credit} | fields)
    made.schema = sample
    made.document = model_document(
        name=made.name,
        group=made.group,
        model=made.model_hash,
        sample=sample,
        answer=None,
        server="/api",
    )
    return made


def state(name, message=None):
    return Event("state", {"Status": name, "Message": message, "At": ""})


def stage(name, progress, seconds=None, note=""):
    return Event(
        "stage", {"Stage": name, "Progress": progress, "Seconds": seconds, "Note": note}
    )


def log(number, text, level="Ok"):
    return Event(
        "log",
        {
            "Id": number,
            "RegisteredAt": f"2026-01-02T10:00:{number % 60:02}+00:00",
            "OutputType": level,
            "OutputData": text,
            "Routine": "Host",
        },
    )


def deployment():
    """A deployment that went well, from its start to its end."""
    return [
        state("Building"),
        stage("resolve", "started"),
        log(1, "Resolved 12 packages in 310ms"),
        stage("resolve", "done", 0.31),
        stage("install", "started"),
        log(2, "Installed 12 packages in 1.2s"),
        stage("install", "done", 1.24),
        stage("start", "started"),
        log(3, "FutureWarning: 'penalty' is deprecated", "Warning"),
        stage("start", "done", 0.92),
        stage("test", "started"),
        log(4, "score() answered the sample row", "Debug"),
        stage("test", "done", 0.02),
        state("Deployed"),
        None,
    ]


def until(condition, seconds=60):
    """Wait for another thread's work; fails when it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)

"""Request bodies, read by what a route says and not by their headers.

Clients of the protocol send JSON without a content type and file parts without one,
full paths as file names, and the same field twice: everything is tolerated here.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from codex_jupyter.protocol.problems import ProblemKind

from .jsontext import is_text
from .problems import Problem, bad_input

_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
# A form that cannot be read is told to who sent it; it is no event of ours.
logging.getLogger("python_multipart").setLevel(logging.ERROR)


@dataclass(slots=True)
class Form:
    """A form's text fields (the last of each name) and its files."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[UploadFile]] = field(default_factory=dict)

    def need(self, *names: str) -> list[str]:
        """The values of text fields.

        Raises:
            Problem: 400, naming every field that is missing.
        """
        missing = [name for name in names if not self.texts.get(name, "").strip()]
        if missing:
            raise bad_input(f"Missing in the form: {', '.join(missing)}.")
        return [self.texts[name] for name in names]


async def read_form(request: Request, limit: int) -> Form:
    """A form of either encoding.

    Raises:
        Problem: 400 when it cannot be parsed, 413 when it is larger than the limit,
            announced or not.
    """
    refuse_larger(request, limit)
    form, counted = Form(), _Counted(request, limit)
    try:
        data = await Request(request.scope, counted.receive).form(
            max_files=1000, max_fields=1000
        )
    except HTTPException as error:
        raise bad_input(f"The form cannot be read: {error.detail}") from None
    for name, value in data.multi_items():
        if isinstance(value, UploadFile):
            form.files.setdefault(name, []).append(value)
        elif is_text(value):
            form.texts[name] = value
        else:
            # Of an encoding that the form named.
            raise bad_input(f"The field '{name[:40]}' is not Unicode text.")
    return form


class _Counted:
    """Hands a request's pieces on until there are more bytes than allowed."""

    def __init__(self, request: Request, limit: int) -> None:
        self._receive = request.receive
        self._limit = limit
        self._size = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > self._limit:
            raise too_large(self._size, self._limit)
        return message


def refuse_larger(request: Request, limit: int) -> None:
    """Refuse a body that announces more bytes than the limit.

    Raises:
        Problem: 413.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise too_large(int(announced), limit)


def too_large(size: int, limit: int) -> Problem:
    """413, with both sizes."""
    return Problem(
        413,
        ProblemKind.TOO_LARGE,
        f"The body has {_shown(size)}; this platform takes {_shown(limit)} here. "
        "Send less at once.",
    )


def _shown(size: int) -> str:
    if size < 1 << 20:
        return f"{-(-size >> 10)} KiB"
    return f"{size / 2**20:.1f} MiB"


async def read_object(request: Request, limit: int) -> dict[str, Any]:
    """The JSON object that a body is, whatever its content type says.

    Raises:
        Problem: 400 when it is none, 413 when it is larger than the limit.
    """
    body = await read_body(request, limit)
    try:
        text = body.decode("utf-8-sig")
        given = json.loads(text)
    except UnicodeDecodeError:
        raise bad_input("The body is not UTF-8 text.") from None
    except RecursionError:
        raise bad_input("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise bad_input(f"The body is not JSON: {_reason(error)}.") from None
    if not isinstance(given, dict):
        raise bad_input("The body is not a JSON object.")
    if not is_text(json.dumps(given, ensure_ascii=False)):
        raise bad_input("The body holds a text that is not Unicode.")
    return given


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body.

    Raises:
        Problem: 413 when it is larger than the limit, announced or not.
    """
    refuse_larger(request, limit)
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise too_large(size, limit)
        pieces.append(piece)
    return b"".join(pieces)


@dataclass(frozen=True, slots=True)
class RunInput:
    """One prediction's body."""

    payload: str
    """The JSON text for the model's function: as it was sent, never re-encoded."""
    script: str | None
    """The hash of a preprocessing script to run first."""


def read_run(body: bytes) -> RunInput:
    """Take the ``Input`` out of a prediction's body.

    The text of the input is cut out as it stands, because encoding it again would
    change numbers and cost time. A JSON string as input is handed over as its content.

    Raises:
        Problem: 400, with the place where the text stops being JSON.
    """
    example = 'Send {"Input": {…}}.'
    if not body.strip():
        raise bad_input(f"The body is empty. {example}")
    try:
        text = body.decode("utf-8-sig")
        members = _members(text)
    except UnicodeDecodeError:
        raise bad_input(f"The body is not UTF-8 text. {example}") from None
    except RecursionError:
        raise bad_input("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise bad_input(f"The body is not JSON: {_reason(error)}. {example}") from None
    if "Input" not in members:
        raise bad_input(f"The body has no member 'Input'. {example}")
    raw, value = members["Input"]
    shown, script = members.get("ScriptHash", ("", None))
    if not isinstance(script, str | None):
        raise bad_input(f"ScriptHash is the hash of a script, not {shown[:40]}.")
    payload = value if isinstance(value, str) else raw
    if not is_text(payload) or not is_text(script or ""):
        raise bad_input("The body holds a text that is not Unicode.")
    return RunInput(payload, script or None)


@dataclass(frozen=True, slots=True)
class Answered:
    """One prediction that was made: what a record of it would hold."""

    payload: str
    """The input's JSON text."""
    output: str
    """The answer's JSON text."""


def read_answered(body: bytes) -> Answered:
    """Take ``Input`` and ``Output`` out of a body.

    Raises:
        Problem: 400, with what is missing.
    """
    payload = read_run(body).payload
    members = _members(body.decode("utf-8-sig"))
    if "Output" not in members:
        raise bad_input("The body has no member 'Output', the answer to the input.")
    return Answered(payload, members["Output"][0])


def _reason(error: ValueError) -> str:
    # Of an endless number, Python tells its own setting, which callers have none of.
    is_number = str(error).startswith("Exceeds the limit")
    return "a number has too many digits" if is_number else str(error)


def _members(text: str) -> dict[str, tuple[str, Any]]:
    """The members of a JSON object: the raw text and the value of each."""
    place = _skip(text, 0)
    if text[place : place + 1] != "{":
        raise ValueError("it is not an object")
    members: dict[str, tuple[str, Any]] = {}
    place = _skip(text, place + 1)
    while text[place : place + 1] != "}":
        if members:
            place = _skip(text, _expect(text, place, ","))
        key, place = scanstring(text, _expect(text, place, '"'), True)  # noqa: FBT003
        place = _skip(text, _expect(text, _skip(text, place), ":"))
        value, end = _DECODER.raw_decode(text, place)
        members[key] = (text[place:end], value)
        place = _skip(text, end)
    if _skip(text, place + 1) != len(text):
        raise ValueError("there is more after its end")
    return members


def _expect(text: str, place: int, mark: str) -> int:
    if text[place : place + 1] != mark:
        raise ValueError(f"'{mark}' was expected at character {place}")
    return place + 1


def _skip(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place

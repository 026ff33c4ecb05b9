"""What a route of the protocol is: method and path, what goes in, what comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Literal
from urllib.parse import quote

Kind = Literal["string", "integer", "boolean", "object", "array", "any", "file"]


class Auth(Enum):
    """Which secret a route takes, always as ``Authorization: Bearer``."""

    NONE = "none"
    USER = "user"
    GROUP = "group"


class Body(Enum):
    """How a route's body is encoded, or what kind of answer it gives."""

    NONE = "none"
    FORM = "application/x-www-form-urlencoded"
    MULTIPART = "multipart/form-data"
    JSON = "application/json"
    HTML = "text/html"
    ZIP = "application/zip"
    BYTES = "application/octet-stream"
    EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a query, a body or an answer."""

    name: str
    kind: Kind = "string"
    required: bool = True
    text: str = ""
    repeated: bool = False


def opt(name: str, kind: Kind = "string", text: str = "") -> Field:
    """An optional field."""
    return Field(name, kind, required=False, text=text)


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path, with what goes in and what comes out."""

    name: str
    method: str
    path: str
    auth: Auth
    ok: int
    summary: str
    query: tuple[Field, ...] = ()
    body: Body = Body.NONE
    fields: tuple[Field, ...] = ()
    answer: tuple[Field, ...] = ()
    media: Body = Body.JSON
    ours: bool = False
    """True for what our platform adds to the documented protocol."""
    withdrawn: bool = False
    """True for what only some older clients send; ours does not."""

    @property
    def params(self) -> tuple[str, ...]:
        """The names in the path, in order."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    def url(self, **params: str) -> str:
        """The path with its parameters filled in and percent-encoded.

        Raises:
            KeyError: a parameter of the path is missing.
        """
        return re.sub(
            r"{(\w+)}", lambda found: quote(params[found.group(1)], safe=""), self.path
        )


# Fields that many routes share.
MESSAGE = Field("Message", text="What happened, for a person.")
RESULTS = Field("Results", "array", text="The rows.")
STATE = (
    Field("Status", text="A model state."),
    Field("Message", text="The reason when it failed, else null."),
)
DAYS = (
    opt("start", text="First day, dd-MM-yyyy or yyyy-MM-dd."),
    opt("end", text="Last day, the same formats."),
)
LIMIT = opt("limit", "integer", "At most so many rows (100).")
LOG_QUERY = (
    *DAYS,
    opt("routine", text="Run or Host."),
    opt("type", text="Ok, Error, Debug or Warning."),
)

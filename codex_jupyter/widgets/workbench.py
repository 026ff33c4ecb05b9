"""What the deploy form asks of the notebook that it stands in, and how both say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from .deployment import Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A deployment as it is being filled in; every text as typed.

    Args:
        operation: ``sync`` or ``async``.
        input: what an async model reads; "" for what the sample is.
        source: where the function is: ``function``, a variable of the notebook,
            ``file``, or ``code``, a cell's own text; what was given for each is kept,
            so that changing one's mind loses nothing. Likewise ``model`` (``object``
            or ``file``) and ``schema`` (``object``, ``file`` or ``text``).
        code: the cell, without its first line, as typed.
        reference: the name of the function to call within a file or a cell.
        requirements: the lines; None for what the notebook detects.
        check: try the function here before anything is uploaded.
    """

    name: str = ""
    group: str = ""
    operation: str = "sync"
    input: str = ""
    python: str = ""
    source: str = "function"
    function: str = ""
    script: str = ""
    code: str = ""
    reference: str = "score"
    model: str = "object"
    model_object: str = ""
    model_file: str = ""
    schema: str = "object"
    schema_object: str = ""
    schema_file: str = ""
    schema_text: str = ""
    requirements: str | None = None
    env: str = ""
    extras: tuple[str, ...] = ()
    check: bool = True

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Draft:
        """The draft of a message, outer blanks removed but for those of code."""
        tidy: dict[str, Any] = {
            key: value.strip() if isinstance(value, str) and key != "code" else value
            for key, value in fields.items()
        }
        return cls(**tidy | {"extras": tuple(filter(None, fields["extras"]))})

    def fields(self) -> dict[str, Any]:
        """The ``draft`` shape of the messages."""
        return asdict(self) | {"extras": list(self.extras)}

    @property
    def called(self) -> str:
        """The name of the function to call."""
        return self.function if self.source == "function" else self.reference

    @property
    def origin(self) -> str:
        """Where the function is: its name, its file, or its cell; "" if not given."""
        places = {"function": self.function, "file": self.script}
        return places.get(self.source, self.code.strip())


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the notebook that fits somewhere; never its value.

    Args:
        kinds: of ``function``, ``model``, ``sample`` and ``other``.
        what: its type and size.
    """

    name: str
    kinds: tuple[str, ...]
    what: str


@dataclass(frozen=True, slots=True)
class Offers:
    """What the platform has.

    Args:
        pythons: versions such as 3.11.
        rows: its models, as it lists them.
    """

    groups: Sequence[str] = ()
    pythons: Sequence[str] = ()
    rows: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one field, and what to do about it."""

    field: str
    text: str
    hint: str = ""
    detail: str = ""


@dataclass(slots=True)
class Findings:
    """What the notebook finds out about a draft.

    Args:
        detected: requirements pinned from what the files import, a line each; None
            where that is not known.
        notices: what a person should know of them.
        value: the sample as JSON; None when there is none, or it is a file.
        sample: what the sample is, in words.
        env: how many variables the ``.env`` file sets, in words; never a value.
    """

    troubles: list[Trouble] = field(default_factory=list)
    detected: str | None = None
    notices: list[str] = field(default_factory=list)
    value: Any = None
    sample: str = ""
    env: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one call of the function on the sample gave, in this kernel.

    Args:
        answer: what it returned, as JSON text; "" when it failed.
        printed: what it printed meanwhile.
        ms: milliseconds.
    """

    answer: str
    printed: str
    ms: float
    error: str = ""
    hint: str = ""
    detail: str = ""


class TrialFailed(Exception):
    """The function failed on the sample, so nothing was uploaded."""

    def __init__(self, trial: Trial) -> None:
        super().__init__(trial.error)
        self.trial = trial


class Workbench(Protocol):
    """The notebook's side of the form. Every method may be called on any thread."""

    def first(self) -> Draft:
        """What the form begins with."""

    def address(self) -> str:
        """Of the platform that is asked; "" while that is not known."""

    def variables(self) -> list[Variable]:
        """The variables that fit, the likely ones first."""

    def offers(self) -> Offers:
        """What the platform has.

        Raises:
            CodexError: it cannot be asked.
        """

    def line(self, draft: Draft) -> str:
        """The magic that does the same, with the cell below it where there is one.

        Raises:
            InputError: a value cannot be written on a line.
        """

    def read(self, text: str) -> Draft:
        """The draft of such a line.

        Raises:
            InputError: it is none.
        """

    def check(self, draft: Draft, *, settled: bool) -> Findings:
        """Look at everything that needs the notebook; nothing is run or uploaded.

        Args:
            settled: False while something is being typed: an expression is then
                evaluated only when that changes nothing.
        """

    def paths(self, text: str) -> list[str]:
        """Files and folders that continue a path; folders end in a slash."""

    def attempt(self, draft: Draft) -> Trial:
        """Call the function once with the sample, in this kernel.

        Raises:
            CodexError: something of the draft does not fit.
        """

    def deploy(self, draft: Draft, begin: Callable[[], Deployment]) -> list[str]:
        """Upload and follow to the end.

        Args:
            begin: gives the view to tell it in, once everything was found to be fine.

        Returns:
            What is worth telling afterwards.

        Raises:
            TrialFailed: the function failed on the sample.
            CodexError: something does not fit, or the platform refuses it.
        """

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call back after each cell that was run; the result ends it."""

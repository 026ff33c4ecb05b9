"""What the rules look at, and what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_NOUNS = {"preprocess": "script", "train": "training", "monitor": "monitoring"}


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure, as plain texts.

    Args:
        text: all that was told: the message first, then traceback or log lines.
        name: the model's name; "" when it is not about one.
        reference: the function that the model calls.
        python: the Python that the model asked for, such as ``3.9``.
        kernel_python: this kernel's.
        requirements: the text of the model's requirements.
        kernel: versions by distribution name of what this kernel has installed.
        sample: the schema's row; None when it is not known.
        files: the names of the files in the model's folder.
        local: True for the embedded platform, which runs on this machine.
        building: True when it failed on the schema's row, before any call.
        command: the subcommand whose cell it is.
        takes: the parameters of the function, such as ``data, base_path``.
    """

    text: str
    name: str = ""
    reference: str = "score"
    python: str = ""
    kernel_python: str = ""
    requirements: str = ""
    kernel: Mapping[str, str] = field(default_factory=dict)
    sample: Any = None
    files: tuple[str, ...] = ()
    local: bool = False
    building: bool = False
    command: str = "deploy"
    takes: str = "data, base_path"

    @property
    def quoted_name(self) -> str:
        """The model's name as it is typed on a line."""
        return f'"{self.name}"' if " " in self.name else self.name or "NAME"

    @property
    def deploy(self) -> str:
        """The start of the line that deploys the model, or whose cell it is."""
        return f"%%codex {self.command} {self.quoted_name} …"

    @property
    def noun(self) -> str:
        """What it is about: a model, a script, a training or a monitoring."""
        return _NOUNS.get(self.command, "model")

    @property
    def folder(self) -> str:
        """The parameter that is the folder of the files."""
        names = [part.partition("=")[0].strip() for part in self.takes.split(",")]
        return names[-1]

    @property
    def again(self) -> str:
        """The start of the line that calls the function."""
        if self.command == "preprocess":
            return f"%codex preprocess {self.quoted_name}"
        return f"%codex predict {self.quoted_name}"

    @property
    def row(self) -> dict[str, Any]:
        """The schema's row; {} when it is not known or has no fields."""
        sample = self.sample
        if isinstance(sample, list) and sample:
            sample = sample[0]
        return sample if isinstance(sample, dict) else {}

    @property
    def pins(self) -> list[str]:
        """The lines of the requirements."""
        lines = [re.split(r"\s#|^#", line)[0] for line in self.requirements.split("\n")]
        return [line.strip() for line in lines if line.strip()]

    def version(self, package: str) -> str | None:
        """The version that the requirements pin, or None."""
        for line in self.pins:
            found = re.match(r"([\w.-]+)\s*==\s*([^\s;,]+)", line)
            if found and _same(found[1], package):
                return found[2]
        return None

    def here(self, package: str) -> str | None:
        """The version in this kernel, or None."""
        held = next((v for n, v in self.kernel.items() if _same(n, package)), None)
        # What follows a + is a local build, which no index has.
        return held.partition("+")[0] if held else None

    def as_here(self, *packages: str) -> str:
        """The deploy line that asks for this kernel's versions.

        Of all that the requirements name, because one pickle may reach into several.

        Args:
            packages: asked for too.
        """
        names = [*map(name_of, self.pins), *packages]
        held = {name: self.here(name) for name in names}
        return self.asking(*(f"{n}=={v}" for n, v in held.items() if v))

    def asking(self, *packages: str) -> str:
        """The deploy line whose requirements name these packages too.

        Args:
            packages: such as ``pandas`` or ``pandas==2.2.3``; replace those of the
                same name.
        """
        return self.replacing(*map(name_of, packages), by=packages)

    def replacing(self, *names: str, by: Sequence[str] = ()) -> str:
        """The deploy line whose requirements have some packages for others."""
        kept = [p for p in self.pins if not any(_same(name_of(p), n) for n in names)]
        # Without any line the kernel's own imports would be pinned again.
        listed = ", ".join([*kept, *by]).replace('"', "'")
        return f'{self.deploy} --requirements "{listed}"' if listed else self.deploy


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why something failed and what to do.

    Args:
        cause: one sentence.
        fix: what to do, in words.
        line: what to type, exactly.
    """

    cause: str
    fix: str
    line: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A failure that is known.

    Args:
        name: what it is called.
        pattern: found somewhere in the failure's text.
        tell: the explanation, or None when the rule does not fit after all.
    """

    name: str
    pattern: re.Pattern[str]
    tell: Callable[[re.Match[str], Failure], Explanation | None]


def name_of(requirement: str) -> str:
    """The package that a requirement such as ``pandas[xml]>=2`` is about."""
    found = re.match(r"[\w.-]+?(?=[=<>!~\[;\s]|$)", requirement)
    return found[0] if found else requirement


def _same(one: str, other: str) -> bool:
    """Whether both are one package's name, as package indexes compare them."""
    return re.sub(r"[-_.]+", "-", one).lower() == re.sub(r"[-_.]+", "-", other).lower()

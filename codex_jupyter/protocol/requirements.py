"""Which lines of a requirements file a platform takes, and why not the others.

Let through: named packages with versions, extras, markers and hashes, and packages
at an ``https://`` or ``git+https://`` address. Left out: options that only change how
packages are chosen or built. Refused: what reads the platform's own files (paths,
``file:``, ``-r``, ``-c``, ``-e``), what redirects it (``--index-url`` and its like;
where packages come from is the platform's business), and ``${NAME}``, which a resolver
would replace by the platform's variables.

The platform and a form that is being filled in call the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HARMLESS = (
    "--no-binary",
    "--only-binary",
    "--prefer-binary",
    "--pre",
    "--require-hashes",
    "--use-feature",
    "--use-pep517",
    "--no-cache-dir",
)
_INDEX = (
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--no-index",
    "--trusted-host",
)
_REMOTE = re.compile(r"(?:git\+)?https://", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)#.*")
_CONTINUED = re.compile(r"\\\r?\n")


def lines(text: str) -> Iterator[str]:
    """The lines that say something: joined where continued, without comments."""
    for raw in _CONTINUED.sub(" ", text.lstrip("\ufeff")).splitlines():
        if line := " ".join(_COMMENT.sub("", raw).split()):
            yield line


def is_harmless(line: str) -> bool:
    """True for an option that is left out, because it only changes how to choose."""
    return line.split("=")[0].split(" ")[0] in _HARMLESS


def requirement_problem(line: str) -> str | None:
    """What is wrong with a line of `lines`, as one sentence, or None.

    A password in an address is not repeated.
    """
    reason = None if is_harmless(line) else _refusal(line)
    if reason is None:
        return None
    shown = line if len(line) <= 100 else line[:100] + "…"
    return f"The requirement '{_masked(shown)}' {reason}"


def _refusal(line: str) -> str | None:
    """What is wrong with a line, ending the sentence; or None."""
    option = line.split("=")[0].split(" ")[0]
    if line.startswith(_INDEX):
        return (
            "names a package index. The platform chooses it: remove the line, and if "
            "the package is found nowhere else, give its https:// address instead."
        )
    if line.startswith(("-r", "-c", "--requirement", "--constraint")):
        return "names another file. Write its lines here instead."
    if line.startswith(("-e", "--editable")):
        return (
            "installs a folder that is only on your machine. Add its modules to the "
            "model's extra files instead."
        )
    if line.startswith("-"):
        return f"is an option that is not supported here ({option[:40]}). Remove it."
    if "${" in line:
        return "holds a variable. Write the value itself."
    requirement = line.partition(" --hash")[0]
    name, at, address = requirement.partition("@")
    target = address.strip() if at and "://" not in name else requirement
    if _REMOTE.match(target):
        return None
    target = target.partition(";")[0]
    if at or "/" in target or "\\" in target or target.startswith((".", "~")):
        package = re.split(r"[\s\[@]", name)[0]
        plain = re.fullmatch(r"[\w.-]+", package) is not None and "/" not in package
        fix = f"Write {package}==VERSION instead." if at and plain else "Remove it."
        return (
            f"names a file or an address that the platform cannot use. {fix} Addresses "
            "must begin with https:// or git+https://."
        )
    return None


def _masked(text: str) -> str:
    return re.sub(r"//[^/@\s]+@", "//***@", text)

"""A requirements file from a stranger: what of it the resolver gets to see.

Let through: named packages with versions, extras, markers and hashes, and packages
at an ``https://`` or ``git+https://`` address. Left out with a warning: options that
only change how packages are chosen or built. Refused: what reads the platform's own
files (paths, ``file:``, ``-r``, ``-c``, ``-e``), what redirects it (``--index-url`` and
its like; where packages come from is the platform's business, set by UV_* variables),
and ``${NAME}``, which the resolver would replace by the platform's variables.
"""

from __future__ import annotations

import re

from .faults import BuildFault

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


def clean(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The requirements, in one order and one spelling, and the options left out.

    The same set of lines gives the same result, whatever the comments and blanks.

    Raises:
        BuildFault: a line is refused.
    """
    kept: set[str] = set()
    left_out: list[str] = []
    for raw in _CONTINUED.sub(" ", text.lstrip("\ufeff")).splitlines():
        line = " ".join(_COMMENT.sub("", raw).split())
        if not line:
            continue
        if line.split("=")[0].split(" ")[0] in _HARMLESS:
            left_out.append(line)
            continue
        if reason := _refusal(line):
            shown = line if len(line) <= 100 else line[:100] + "…"
            raise BuildFault(f"The requirement '{_masked(shown)}' {reason}")
        kept.add(line)
    return tuple(sorted(kept, key=lambda line: (line.lower(), line))), tuple(left_out)


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

"""Rules about requirements that cannot be met."""

from __future__ import annotations

import re

from .failure import Explanation, Failure, Rule, name_of
from .packages import is_older, pinned, similar


def _newer_python(found: re.Match[str], failure: Failure) -> Explanation:
    has, needs, package = found[1], found[2], found[3]
    has = ".".join(has.split(".")[:2])
    cause = (
        f"{package} exists for Python {needs} and newer only; the {failure.noun} "
        f"asked for Python {has}."
    )
    kernel = failure.kernel_python
    python = needs if not kernel or is_older(kernel, needs) else kernel
    if is_older(has, python):
        fix = "Deploy on a newer Python, or name an older version of the package:"
        return Explanation(cause, fix, f"{failure.deploy} --python {python}")
    fix = "Let the resolver choose a version that fits:"
    return Explanation(cause, fix, failure.asking(name_of(package)))


def _no_version(found: re.Match[str], failure: Failure) -> Explanation:
    asked = found[1]
    package = name_of(asked)
    here = pinned(package, failure)
    return Explanation(
        f"There is no version {asked} in the package registry.",
        "Ask for this kernel's version:"
        if "==" in here
        else "Let the resolver choose the version:",
        failure.asking(here),
    )


def _no_package(found: re.Match[str], failure: Failure) -> Explanation:
    package = found[1]
    cause = f"The package registry of the platform has no package named {package}."
    meant = similar(package, failure)
    if meant and meant.lower() != package.lower():
        # The unknown one leaves the list, the right one takes its place.
        line = failure.replacing(package, by=[pinned(meant, failure)])
        return Explanation(cause, f"Did you mean {meant}?", line)
    return Explanation(
        cause,
        f"If it is a file of yours, add --extra {package.replace('-', '_')}.py; if "
        "only your own index has it, give its https:// address. Without it:",
        failure.replacing(package),
    )


def _conflict(found: re.Match[str], failure: Failure) -> Explanation:
    one, other, needed, asked = found[1], found[2], found[3], found[4]
    return Explanation(
        f"The requirements contradict each other: {one} needs {other}{needed}, and "
        f"{other}{asked} is asked for.",
        f"Ask for a {other} that {one} can work with:",
        failure.asking(f"{other}{needed}"),
    )


def _no_wheel(found: re.Match[str], failure: Failure) -> Explanation:
    package = found[1]
    return _unbuilt(
        f"{package} has no ready-made build (wheel) for Python {failure.python} on "
        "the platform's machine.",
        package,
        failure,
    )


def _build(found: re.Match[str], failure: Failure) -> Explanation:
    package = found[1]
    name = name_of(package)
    meant = similar(name, failure)
    if name == "sklearn" and meant:
        return Explanation(
            "The package sklearn is only a name that is no longer used: the module "
            "sklearn comes with the package scikit-learn.",
            "Ask for that:",
            failure.replacing(name, by=[pinned(meant, failure)]),
        )
    return _unbuilt(
        f"{package} has no ready-made build (wheel) for Python "
        f"{failure.python or 'of the ' + failure.noun}, and building it from its "
        "source failed.",
        package,
        failure,
    )


def _unbuilt(cause: str, package: str, failure: Failure) -> Explanation:
    name, here = name_of(package), failure.here(name_of(package))
    if here and f"{name}=={here}".lower() != package.lower():
        fix = "Ask for this kernel's version:"
    elif is_older(failure.kernel_python, failure.python):
        return Explanation(
            cause,
            "Deploy on this kernel's Python:",
            f"{failure.deploy} --python {failure.kernel_python}",
        )
    else:
        here, fix = None, "Let the resolver choose a version that fits:"
    return Explanation(cause, fix, failure.asking(f"{name}=={here}" if here else name))


def _registry(_: re.Match[str], failure: Failure) -> Explanation:
    fix = "Check the network, UV_DEFAULT_INDEX and the proxy, then restart it:"
    if not failure.local:
        fix = "Try again in a moment; if it stays so, tell who runs the platform:"
    return Explanation(
        "The platform could not reach the package registry, and it does not have all "
        "the packages already.",
        fix,
        "%codex local stop" if failure.local else failure.deploy,
    )


_P = r"[\w.-]+"

RULES = (
    Rule(
        "registry unreachable",
        re.compile(r"package registry could not be reached"),
        _registry,
    ),
    Rule(
        "newer Python",
        re.compile(
            r"Python version \(([\d.]+)\) does not satisfy Python>=([\d.]+) and "
            rf"(?:all of:\s+)?({_P}(?:[=<>!~][^\s,]*)?)"
        ),
        _newer_python,
    ),
    Rule(
        "no such version",
        re.compile(rf"there (?:is|are) no versions? of ({_P}[=<>!~][^\s,]*)"),
        _no_version,
    ),
    Rule(
        "no such package",
        re.compile(rf"({_P}) was not found in the package registry"),
        _no_package,
    ),
    Rule(
        "no wheel",
        re.compile(rf"({_P}==[\w.]+) has no (?:usable )?wheels"),
        _no_wheel,
    ),
    Rule(
        "contradiction",
        re.compile(
            rf"({_P}==\S+) depends on ({_P})([=<>!~]\S*?),? and "
            r"you require \2([=<>!~][^\s,]*)"
        ),
        _conflict,
    ),
    Rule("build", re.compile(rf"Failed to build `({_P}(?:==[^`]+)?)`"), _build),
)

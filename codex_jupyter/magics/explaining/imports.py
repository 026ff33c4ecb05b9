"""Rules about modules and system libraries that are not there."""

from __future__ import annotations

import re

from .failure import Explanation, Failure, Rule
from .packages import distribution, is_of_python, is_older, pinned, system_package

_UNPICKLING = re.compile(r"\b(?:pickle|joblib|cloudpickle|dill)\.loads?\b")


def _module(found: re.Match[str], failure: Failure) -> Explanation | None:
    module = found[1] or found[2]
    if is_of_python(module) and is_older(failure.python, failure.kernel_python):
        return Explanation(
            f"The module {module} belongs to Python {failure.kernel_python}, which "
            f"this kernel runs, and not to Python {failure.python}, which the "
            f"{failure.noun} asked for.",
            "Deploy on this kernel's Python:",
            f"{failure.deploy} --python {failure.kernel_python}",
        )
    package = distribution(module)
    who = (
        "The pickled model needs"
        if _UNPICKLING.search(failure.text)
        else "The script imports"
    )
    cause = f"{who} the module {module}, and no requirement brings it."
    if failure.here(package) is None and package == module:
        return Explanation(
            cause,
            f"If {module} is a file of yours, add --extra {module}.py instead. "
            "Else name its package:",
            failure.asking(package),
        )
    return Explanation(
        cause,
        f"Add the package {package} to the requirements:",
        failure.asking(pinned(package, failure)),
    )


def _optional(found: re.Match[str], failure: Failure) -> Explanation:
    package = distribution(next(name for name in found.groups() if name))
    return Explanation(
        f"The script uses a part of pandas that needs the package {package}, and no "
        f"requirement of the {failure.noun} brings it.",
        f"Add {package} to the requirements:",
        failure.asking(pinned(package, failure)),
    )


def _library(found: re.Match[str], failure: Failure) -> Explanation:
    library = found[1]
    cause = (
        f"A package of the {failure.noun} needs the system library {library}, which "
        "the platform's machine does not have; pip cannot install it."
    )
    if "cv2" in failure.text:
        return Explanation(
            cause,
            "Use the OpenCV without windows, which needs no such library:",
            failure.replacing("opencv-python", by=["opencv-python-headless"]),
        )
    if re.match(r"lib(?:cu|nv)", library):
        return Explanation(
            cause + " It belongs to a GPU.",
            "Require the build of the package for CPUs. To see what is asked for:",
            f"%codex logs {failure.quoted_name}",
        )
    package = system_package(library)
    if not failure.local:
        what = package or f"the package that holds {library}"
        return Explanation(
            cause,
            f"Ask who runs the platform to install {what}, then deploy again. "
            "On Debian and Ubuntu that is:",
            f"apt-get install {package}" if package else f"apt-file search {library}",
        )
    if package is None:
        return Explanation(
            cause,
            "Find the system package that holds it, install it on this machine, then "
            "deploy again:",
            f"!apt-file search {library}",
        )
    return Explanation(
        cause,
        "Install it on this machine, then deploy again. On Debian and Ubuntu:",
        f"!sudo apt-get install -y {package}",
    )


def _older_package(found: re.Match[str], failure: Failure) -> Explanation | None:
    module, name = (found[1], found[2]) if found[1] else (found[4], found[3])
    package = distribution(module)
    there, here = failure.version(package), failure.here(package)
    if there is None or here is None or there == here:
        return None
    return Explanation(
        f"The script uses {name} of {module}, which {package} {there} does not have; "
        f"this kernel has {package} {here}.",
        "Ask for the versions of this kernel:",
        failure.as_here(package),
    )


RULES = (
    Rule(
        "part of a package",
        re.compile(
            r"module '([\w.]+)' has no attribute '(\w+)'"
            r"|cannot import name '(\w+)' from '([\w.]+)'"
        ),
        _older_package,
    ),
    Rule(
        "system library",
        re.compile(r"(lib[\w.+-]+?\.so[.\d]*): cannot open shared object file"),
        _library,
    ),
    Rule(
        "optional package",
        re.compile(
            r"needs the package '([\w.-]+)'|tried using: '([\w.-]+)'"
            r"|`Import ([\w.-]+)` failed|Missing optional dependency '([\w.-]+)'"
        ),
        _optional,
    ),
    Rule(
        "module",
        re.compile(r"No module named '([\w.]+)'|needs the module '([\w.]+)'"),
        _module,
    ),
)

"""Rules about pickles that meet other versions than they were made with."""

from __future__ import annotations

import re

from .failure import Explanation, Failure, Rule
from .packages import distribution


def _same_versions(failure: Failure, package: str, told: str) -> Explanation:
    """Pin what the model was made with, which is this kernel's, most likely."""
    asked, here = failure.version(package), failure.here(package)
    versions = (
        f" The {failure.noun}'s environment has {package} {asked}" if asked else ""
    )
    if here and asked and here != asked:
        versions += f", this kernel {here}."
    elif versions:
        versions += "."
    if here:
        fix = "Ask for the versions of this kernel, if the model was made here:"
        return Explanation(told + versions, fix, failure.as_here(package))
    return Explanation(
        told + versions,
        "Ask for the version that the model was made with:",
        failure.asking(f"{package}==VERSION"),
    )


def _lost_module(found: re.Match[str], failure: Failure) -> Explanation | None:
    module = next(filter(None, found.groups()))
    package = distribution(module)
    is_there = failure.version(package) is not None or "installed version" in found[0]
    if "." not in module or not is_there:
        return None
    return _same_versions(
        failure,
        package,
        f"The pickled model refers to {module}, which the {package} in the "
        f"{failure.noun}'s environment does not have: it was pickled with another "
        "version.",
    )


def _attribute(found: re.Match[str], failure: Failure) -> Explanation:
    name, module = found[1], found[2]
    if module in ("__main__", "model_script"):
        return Explanation(
            f"The pickled model uses {name}, which was defined in the notebook: a "
            "pickle holds only its name, and the script does not define it.",
            f"Define it above {failure.reference}() in the cell that deploys, as in "
            "the notebook:",
            f"class {name}:" if name[:1].isupper() else f"def {name}",
        )
    return _same_versions(
        failure,
        distribution(module),
        f"The pickled model refers to {name} of {module}, which the version in the "
        f"{failure.noun}'s environment does not have: it was pickled with another "
        "version.",
    )


def _estimator(found: re.Match[str], failure: Failure) -> Explanation:
    name, made, there = found[1], found[2], found[3]
    cause = (
        f"{name} was pickled with scikit-learn {made} and unpickled with {there}, "
        "which scikit-learn does not support."
    )
    if failure.here("scikit-learn") == made:
        fix = "It was made with this kernel's version. Ask for that:"
        return Explanation(cause, fix, failure.as_here("scikit-learn"))
    fix = "Ask for the version that it was made with:"
    return Explanation(cause, fix, failure.asking(f"scikit-learn=={made}"))


def _tree(_: re.Match[str], failure: Failure) -> Explanation:
    return _same_versions(
        failure,
        "scikit-learn",
        "The trees in the pickle have another layout than this scikit-learn reads: "
        "the model was pickled with another version.",
    )


def _compiled(_: re.Match[str], failure: Failure) -> Explanation:
    return _same_versions(
        failure,
        "numpy",
        "A package was compiled for another numpy than the one that is installed "
        "with it.",
    )


def _no_pickle(_: re.Match[str], failure: Failure) -> Explanation:
    files = ", ".join(failure.files) or "unknown"
    return Explanation(
        "The model's file is not a whole pickle: it was written by something else, "
        f"such as joblib or save_model(), or was cut off. (The files: {files}.)",
        "Write it and read it by the same library. Give the object, and it is pickled "
        "as it must be:",
        f"{failure.deploy} --model model",
    )


RULES = (
    Rule(
        "scikit-learn version",
        re.compile(
            r"unpickle estimator (\w+) from version ([\w.]+) when using "
            r"version ([\w.]+?)\.?\s"
        ),
        _estimator,
    ),
    Rule(
        "attribute of a pickle",
        re.compile(r"Can't get attribute '([\w.]+)' on <module '([\w.]+)'"),
        _attribute,
    ),
    Rule(
        "module of another version",
        re.compile(
            r"needs the module '([\w.]+)', which the installed version"
            r"|No module named '([\w.]+\.[\w.]+)'"
        ),
        _lost_module,
    ),
    Rule(
        "layout of trees",
        re.compile(r"node array from the pickle has an incompatible dtype"),
        _tree,
    ),
    Rule(
        "compiled for another numpy",
        re.compile(
            r"numpy\.dtype size changed|compiled using NumPy 1\.x cannot be run in"
        ),
        _compiled,
    ),
    Rule(
        "no pickle",
        re.compile(r"UnpicklingError: (?:invalid load key|pickle data was truncated)"),
        _no_pickle,
    ),
)

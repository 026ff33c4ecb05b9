"""Rules about what a training function returns, and what keeps its model."""

from __future__ import annotations

import re

from .failure import Explanation, Failure, Rule

_RETURN = (
    'return {"X_train": X, "y_train": y, "model_output": output, '
    '"pipeline": pipeline, "metrics": {"auc": auc}}'
)


def _no_dict(found: re.Match[str], _: Failure) -> Explanation:
    what = "nothing" if found[2] == "NoneType" else f"a {found[2]}"
    return Explanation(
        f"{found[1]}() returned {what}, and a training returns a dict of what it made.",
        "End the function with the documented dict:",
        _RETURN,
    )


def _lacks(found: re.Match[str], _: Failure) -> Explanation:
    return Explanation(
        f"The dict that {found[1]}() returned lacks {found[2]}.",
        "Return every documented key under its exact name:",
        _RETURN,
    )


def _wrong_value(found: re.Match[str], _: Failure) -> Explanation:
    function, what, key = found[1], found[2], found[3]
    line = {
        "X_train": '"X_train": pd.DataFrame(X, columns=names)',
        "y_train": '"y_train": y.to_frame()',
        "model_output": '"model_output": pd.DataFrame({"pred": pipeline.predict(X)})',
        "metrics": '"metrics": {"auc": float(auc)}',
    }.get(key, _RETURN)
    return Explanation(
        f"{function}() returned a {what} as '{key}', which must be another type.",
        "Give it in the type that is wanted:",
        line,
    )


def _metric(found: re.Match[str], _: Failure) -> Explanation:
    return Explanation(
        f"The metric '{found[2]}' is a {found[1]}, and metrics are numbers.",
        "Give each metric as one number:",
        f'"metrics": {{"{found[2]}": float(value)}}',
    )


def _outside(found: re.Match[str], _: Failure) -> Explanation:
    return Explanation(
        f"The extra file {found[1]} is not in the run's own folder, where files are "
        "kept from.",
        "Write it into base_path, and name it so:",
        '"extra": ["chart.png"]  # written to base_path + "/chart.png"',
    )


def _cloudpickle(_: re.Match[str], failure: Failure) -> Explanation:
    return Explanation(
        "The model uses functions or classes that the script defines, which only "
        "cloudpickle can keep, and it is not in the environment.",
        "Add it to the requirements:",
        f"cloudpickle=={failure.here('cloudpickle')}"
        if failure.here("cloudpickle")
        else "cloudpickle>=2.0.0",
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "training returns no dict",
        re.compile(r"(\w+)\(\) returned a (\w+)\. Return a dict with: 'X_train'"),
        _no_dict,
    ),
    Rule(
        "training returns too little",
        re.compile(r"(\w+)\(\) returned a dict without ((?:'\w+'(?:, )?)+);"),
        _lacks,
    ),
    Rule(
        "training returns a wrong value",
        re.compile(r"(\w+)\(\) returned a (\w+) as '(\w+)'; wanted is"),
        _wrong_value,
    ),
    Rule(
        "training metric is no number",
        re.compile(r"returned a (\w+) as the metric '([^']*)'; a number is wanted"),
        _metric,
    ),
    Rule(
        "training extra file elsewhere",
        re.compile(r"returned ('[^']*') in 'extras?', which lies outside"),
        _outside,
    ),
    Rule(
        "training needs cloudpickle",
        re.compile(r"a 'pipeline' that needs cloudpickle"),
        _cloudpickle,
    ),
)

"""Rules about monitoring: what its functions return, and the columns it watches."""

from __future__ import annotations

import re

from .failure import Explanation, Failure, Rule


def _one_frame(found: re.Match[str], _: Failure) -> Explanation:
    name, what = found.groups()
    return Explanation(
        f"{name}() returned {what}; monitoring compares what went into the model and "
        "what came out, so it needs a DataFrame of each.",
        f"Return both at the end of {name}(), then register again:",
        "return features, outputs",
    )


def _other_columns(found: re.Match[str], _: Failure) -> Explanation:
    name, lacking, near = found.groups()
    if near:
        first = lacking.partition(",")[0].strip("'")
        return Explanation(
            f"{name}() calls the column {near!r} that it was given as {first!r}.",
            "Name the columns as data does:",
            f"return values.rename(columns={{{near!r}: {first!r}}})",
        )
    return Explanation(
        f"{name}() left out {lacking}, so that part of the model is not explained.",
        "Return one column for each column of data:",
        "return pd.DataFrame(values, columns=data.columns)",
    )


def _not_in_training(found: re.Match[str], failure: Failure) -> Explanation:
    key, names, frame, near = found.groups()
    option = "--inputs" if key == "InputCols" else "--outputs"
    return Explanation(
        f"The training's {frame} has no column {names.replace(chr(39), '')}, so there "
        "is nothing to compare with.",
        "Watch columns that the training has (Tab completes them):",
        f"%%codex monitor {failure.quoted_name} … {option} {near or 'A,B'}",
    )


def _not_made(found: re.Match[str], failure: Failure) -> Explanation:
    name, which, lacking, near = found.groups()
    if near:
        return Explanation(
            f"{name}() calls {near!r} what the configuration calls {lacking!r}.",
            "Rename it before it is returned:",
            f"{which} = {which}.rename(columns={{{near!r}: {lacking!r}}})",
        )
    return Explanation(
        f"The {which} that {name}() returns have no column {lacking!r}, which is "
        "watched.",
        f"Add it to the {which}, or watch other columns:",
        f"%%codex monitor {failure.quoted_name} … "
        f"{'--inputs' if which == 'features' else '--outputs'} A,B",
    )


def _no_training(found: re.Match[str], _: Failure) -> Explanation:
    return Explanation(
        f"No run {found[1]} of a training is in the group '{found[2]}'.",
        "Look for the run that the model came from:",
        "%codex runs",
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "one frame",
        re.compile(r"(\w+)\(\) returned ([^\n]{1,60}?)\. Return two DataFrames"),
        _one_frame,
    ),
    Rule(
        "other columns",
        re.compile(
            r"(\w+)\(\) returned other columns than it was given: it lacks "
            r"('[^\n]+?')\.(?: It has '([^'\n]+)')?"
        ),
        _other_columns,
    ),
    Rule(
        "not in training",
        re.compile(
            r"(InputCols|OutputCols) names ('[^\n]+?'), which (?:is|are) not in the "
            r"training's (\w+)\.(?: Did you mean '([^'\n]+)')?"
        ),
        _not_in_training,
    ),
    Rule(
        "not made",
        re.compile(
            r"(\w+)\(\) returned (features|outputs) without the column '([^'\n]+)'"
            r"[^\n]*?names\.(?: Did you mean '([^'\n]+)')?"
        ),
        _not_made,
    ),
    Rule(
        "no training",
        re.compile(r"There is no training execution (\d+) in the group '([^'\n]+)'"),
        _no_training,
    ),
)

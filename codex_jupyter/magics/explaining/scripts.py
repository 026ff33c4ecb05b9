"""Rules about functions that make tables or files, and what they are given."""

from __future__ import annotations

import re

from .failure import Explanation, Failure, Rule
from .packages import pinned

_BY_NAME = "def {}(dfs, extra_path=None):"


def _several(found: re.Match[str], _: Failure) -> Explanation:
    name, count, tables = found[1], found[2], found[3].replace("'", "")
    return Explanation(
        f"{name}() has the parameter df, which is one table, and there are {count}: "
        f"{tables}.",
        "Take them all, as a dict by their names:",
        _BY_NAME.format(name),
    )


def _no_pandas(_: re.Match[str], failure: Failure) -> Explanation:
    return Explanation(
        "Tables are given as pandas DataFrames, and no requirement brings pandas.",
        "Add it to the requirements:",
        failure.asking(pinned("pandas", failure)),
    )


def _no_parquet(_: re.Match[str], failure: Failure) -> Explanation:
    return Explanation(
        "The table is a Parquet file, and no requirement brings what reads those.",
        "Add pyarrow to the requirements, or give the table as csv:",
        failure.asking(pinned("pyarrow", failure)),
    )


def _no_table(found: re.Match[str], _: Failure) -> Explanation:
    name, kind = found.groups()
    what = "nothing" if kind == "NoneType" else f"a value of type {kind}"
    return Explanation(
        f"{name}() returned {what}, and its result is a table.",
        "Return a DataFrame at its end:",
        "return df",
    )


def _no_file(found: re.Match[str], _: Failure) -> Explanation:
    name, path, kind = found.groups()
    if path:
        cause = f"{name}() returned the path '{path}', and wrote no such file."
    else:
        what = "nothing" if kind == "NoneType" else f"a value of type {kind}"
        cause = f"{name}() returned {what}, and its result is the path of a file."
    return Explanation(
        cause,
        "Write the result into data_path, and return where it is:",
        'return data_path + "/output.csv"',
    )


def _parameter(found: re.Match[str], failure: Failure) -> Explanation | None:
    name, lacking = found[1], found[2].replace("'", "")
    if name != failure.reference:
        return None
    if failure.command == "preprocess" and not failure.takes.startswith("data,"):
        return Explanation(
            f"{name}() has the parameter {lacking}, and no table is called so.",
            "Call the parameters as the tables, or take them all by their names:",
            _BY_NAME.format(name),
        )
    return Explanation(
        f"{name}() has the parameter {lacking} too, which nothing is given for.",
        "Give it a default, or define the function so:",
        f"def {name}({failure.takes}):",
    )


def _twice(found: re.Match[str], _: Failure) -> Explanation:
    return Explanation(
        f"The table that {found[1]}() returned has two columns called '{found[2]}'.",
        "Keep the first of each, or rename one:",
        "return df.loc[:, ~df.columns.duplicated()]",
    )


RULES = (
    Rule(
        "several tables",
        re.compile(r"(\w+)\(\) takes one table as 'df', and there are (\d+): (.+?)\. "),
        _several,
    ),
    Rule(
        "tables without pandas",
        re.compile(
            r"takes a table, and its environment has no pandas"
            r"|Reading the train data needs pandas"
        ),
        _no_pandas,
    ),
    Rule("Parquet", re.compile(r"Reading '[^']*' needs pyarrow"), _no_parquet),
    Rule(
        "no table",
        re.compile(r"(\w+)\(\) returned a (\w+)\. Return a pandas DataFrame"),
        _no_table,
    ),
    Rule(
        "no file",
        re.compile(
            r"(\w+)\(\) returned (?:'([^']*)', and there is no such file"
            r"|a (\w+)\. Write a file into data_path)"
        ),
        _no_file,
    ),
    Rule(
        "parameter",
        re.compile(r"TypeError: (\w+)\(\) missing \d+ required positional .+?: (.+)"),
        _parameter,
    ),
    Rule(
        "two columns",
        re.compile(r"(\w+)\(\) returned a table with two columns called '([^']*)'"),
        _twice,
    ),
)

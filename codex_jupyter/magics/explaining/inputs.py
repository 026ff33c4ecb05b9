"""Rules about inputs that do not fit, and files that are not found."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from pathlib import PurePosixPath

from .failure import Explanation, Failure, Rule

_ENVIRON = re.compile(r"os\.environ\[|os\.getenv")
_QUOTED = re.compile(r"(?<!dtype=)'([^'\[\]]+)'")


def _key(found: re.Match[str], failure: Failure) -> Explanation | None:
    names = _QUOTED.findall(found[1])
    if not names:
        return None
    if _ENVIRON.search(failure.text):
        return Explanation(
            f"The script reads the environment variable {names[0]}, and there is "
            "none of that name: only what its own .env file sets is there.",
            f"Write {names[0]}=… into a .env file and give it:",
            f"{failure.deploy} --env .env",
        )
    return _fields(names, failure)


def _listed(found: re.Match[str], failure: Failure) -> Explanation | None:
    names = [line.strip(" -") for line in found[1].splitlines() if line.strip(" -")]
    return _fields(names, failure) if names else None


def _fields(names: list[str], failure: Failure) -> Explanation:
    """What is wrong when the script looks for these fields."""
    known = list(failure.row)
    lacking = [name for name in names if name not in known]
    if not known and failure.command == "train":
        return Explanation(
            f"{failure.reference}() looks for {_and(names)}, which the train data does "
            "not have.",
            "Look at its columns; upper case and blanks count:",
            "df.columns.tolist()",
        )
    if not known and failure.command == "preprocess":
        return Explanation(
            f"{failure.reference}() looks for {_and(names)}, which what it was given "
            "does not have.",
            "Try it here on the same input:",
            f"{failure.reference}(data, '.')"
            if failure.takes.startswith("data,")
            else f"{failure.reference}(df)",
        )
    if not known:
        return Explanation(
            f"The script looks for {_and(names)}, which its input does not have.",
            "Look at the inputs that it was made for:",
            f"%codex docs {failure.quoted_name}",
        )
    has = f"the schema has {_and(known[:12])}"
    if not lacking and failure.building:
        return Explanation(
            f"The schema has {_and(names)}, and the script does not pass it on to "
            "what looks for it.",
            "Give the model the whole row:",
            "row = pd.DataFrame([json.loads(data)])",
        )
    if not lacking:
        row = json.dumps(failure.sample, ensure_ascii=False)
        return Explanation(
            f"The script looks for {_and(names)}, which the schema has; so the input "
            "of this call lacked it.",
            "Give every field of the schema:",
            f"{failure.again} {row}",
        )
    close = get_close_matches(lacking[0].lower(), [field.lower() for field in known], 1)
    if close:
        meant = next(f for f in known if f.lower() == close[0])
        return Explanation(
            f"The script looks for the field {lacking[0]}, and {has}.",
            "Write it as the schema does:",
            f'row["{meant}"]',
        )
    return Explanation(
        f"The schema lacks {_and(lacking)}, which the script looks for; {has}.",
        "Add it to the sample row, with a value of its type:",
        f"{failure.deploy} --schema "
        + json.dumps(_with(failure, lacking), ensure_ascii=False),
    )


def _text_for_number(found: re.Match[str], failure: Failure) -> Explanation:
    value = found[1]
    row = failure.row
    where = next((k for k, v in row.items() if v == value), None)
    field = f"the field {where}" if where else "a field"
    cause = f"A number is needed, and {field} holds the text {value!r}."
    if _is_number(value):
        return Explanation(
            cause,
            "Send it as a number, or convert it:",
            f'float(row["{where or "…"}"])',
        )
    return _encoded(cause, [where] if where else [])


def _text_column(_: re.Match[str], failure: Failure) -> Explanation:
    texts = [key for key, value in failure.row.items() if isinstance(value, str)]
    told = f", such as {_and(texts)} of the schema" if texts else ""
    return _encoded(
        f"The model takes numbers only, and the script gives it texts{told}.", texts
    )


def _encoded(cause: str, texts: list[str]) -> Explanation:
    names = ", ".join(f'"{name}"' for name in texts) or '"…"'
    return Explanation(
        cause,
        "Encode such columns in the pipeline that is deployed, before the model sees "
        "them:",
        'ColumnTransformer([("text", OneHotEncoder(handle_unknown="ignore"), '
        f'[{names}])], remainder="passthrough")',
    )


def _operands(found: re.Match[str], failure: Failure) -> Explanation | None:
    one, other = found[1], found[2]
    kinds = {one, other}
    if "NoneType" in kinds:
        return Explanation(
            "A field of the input was null, and the script calculates with it.",
            "Say what stands for a missing value:",
            'value = 0 if row["…"] is None else row["…"]',
        )
    if "str" not in kinds or not kinds & {"int", "float"}:
        return None
    texts = [k for k, v in failure.row.items() if isinstance(v, str)]
    told = f" (texts in the schema: {_and(texts)})" if texts else ""
    return Explanation(
        f"The script calculates with a number and a text{told}.",
        "Convert the text, if it holds a number:",
        f'float(row["{texts[0] if len(texts) == 1 else "…"}"])',
    )


def _features(found: re.Match[str], _: Failure) -> Explanation:
    given, kind, wanted = found[1], found[2], found[3]
    return Explanation(
        f"{kind} was fitted on {wanted} columns, and the script gives it {given}.",
        "Give it the columns of the training data, in that order:",
        "row = pd.DataFrame([json.loads(data)])[model.feature_names_in_]",
    )


def _missing_values(found: re.Match[str], _: Failure) -> Explanation:
    return Explanation(
        f"The input holds a missing value, which the model does not take "
        f"({found[0].rstrip('.')}).",
        "Fill it within the pipeline that is deployed:",
        "make_pipeline(SimpleImputer(), model)",
    )


def _file(found: re.Match[str], failure: Failure) -> Explanation:
    path = found[1]
    name = PurePosixPath(path).name
    has = f"it holds {_and(failure.files)}" if failure.files else "see %codex dossier"
    if name in failure.files:
        return Explanation(
            f"The script opens {path}, which is not in the {failure.noun}'s folder; "
            f"the file {name} itself is there.",
            "Open it by the folder that the function is called with:",
            f'open({failure.folder} + "/{name}", "rb")',
        )
    close = get_close_matches(name, failure.files, 1, cutoff=0.5)
    if close:
        return Explanation(
            f"The {failure.noun}'s folder has no file {name}; {has}.",
            "Open it by its name there:",
            f'open({failure.folder} + "/{close[0]}", "rb")',
        )
    return Explanation(
        f"The {failure.noun}'s folder has no file {name}; {has}.",
        f'Send the file along, and open it as {failure.folder} + "/{name}":',
        f"{failure.deploy} --extra {name}",
    )


def _with(failure: Failure, names: list[str]) -> dict[str, object]:
    return {**failure.row, **dict.fromkeys(names, 0)}


def _and(names: list[str] | tuple[str, ...]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


RULES = (
    Rule(
        "file",
        re.compile(r"No such file or directory: ['\"](.+?)['\"]\s*$", re.MULTILINE),
        _file,
    ),
    Rule(
        "missing column",
        re.compile(r"seen at fit time, yet now missing:\n((?:- .+\n?)+)"),
        _listed,
    ),
    Rule(
        "missing column of a pipeline",
        re.compile(r"columns are missing: \{(.+?)\}"),
        _key,
    ),
    Rule("missing field", re.compile(r"KeyError: (['\"].+)"), _key),
    Rule(
        "text for a number",
        re.compile(r"could not convert string to float: '([^']*)'"),
        _text_for_number,
    ),
    Rule(
        "text column",
        re.compile(r"dtype='numeric' is not compatible with arrays of bytes/strings"),
        _text_column,
    ),
    Rule(
        "operands",
        re.compile(r"unsupported operand type\(s\) for [^|:]+: '(\w+)' and '(\w+)'"),
        _operands,
    ),
    Rule(
        "number of columns",
        re.compile(r"X has (\d+) features, but (\w+) is expecting (\d+)"),
        _features,
    ),
    Rule("missing values", re.compile(r"Input \w+ contains NaN"), _missing_values),
)

"""Rules about the script itself and about what its function returns."""

from __future__ import annotations

import re

from .failure import Explanation, Failure, Rule
from .packages import is_of_python, is_older

_ROW = "the input as a JSON text and the folder of the files"
_PASSED = {
    "data_path, model_path": "the input's folder and the folder of the files",
    "df, base_path": "the train data and the folder of the files",
}
_AS_JSON = {
    "ndarray": "value.tolist()",
    "Series": "value.to_dict()",
    "DataFrame": 'value.to_dict("records")',
    "Timestamp": "value.isoformat()",
    "datetime": "value.isoformat()",
    "date": "value.isoformat()",
    "Decimal": "float(value)",
    "set": "sorted(value)",
    "bytes": "value.decode()",
    "bool_": "bool(value)",
    "bool": "bool(value)",
}


def _no_entry(found: re.Match[str], failure: Failure) -> Explanation:
    file, name, near, others = found.groups()
    cause = f"{file} does not define {name}, the function to call."
    first = near or (others or "").partition(",")[0].strip()
    if first:
        return Explanation(
            cause,
            f"Rename {first} to {name}, or name it:",
            f"{failure.deploy} --reference {first}",
        )
    return Explanation(cause, "Define it in the cell:", f"def {name}({failure.takes}):")


def _syntax(found: re.Match[str], failure: Failure) -> Explanation:
    line, file, told = found.groups()
    if is_older(failure.python, failure.kernel_python):
        return Explanation(
            f"Line {line} of {file} is written in newer Python than "
            f"{failure.python}, which the {failure.noun} asked for ({told}).",
            "Deploy on this kernel's Python, or write the line in the older way:",
            f"{failure.deploy} --python {failure.kernel_python}",
        )
    return Explanation(
        f"Line {line} of {file} is not valid Python ({told}).",
        "Try the function in a cell of its own, then deploy again:",
        failure.deploy,
    )


def _union(_: re.Match[str], failure: Failure) -> Explanation | None:
    if not is_older(failure.python, "3.10"):
        return None
    return Explanation(
        f"The script writes types as in int | None, which Python {failure.python} "
        "does not know.",
        "Put this at the top of the script (or deploy with --python 3.10 or newer):",
        "from __future__ import annotations",
    )


def _not_json(found: re.Match[str], failure: Failure) -> Explanation:
    kind = next(filter(None, found.groups()))
    if re.fullmatch(r"u?int\d*", kind):
        write = "int(value)"
    elif re.fullmatch(r"float\d*", kind):
        write = "float(value)"
    else:
        write = _AS_JSON.get(kind, "str(value)")
    return Explanation(
        f"{failure.reference}() puts a {kind} into its answer, which JSON has no form "
        "for.",
        "Turn it into plain Python before it is returned:",
        f'return {{"result": {write}}}',
    )


def _no_json_text(_: re.Match[str], failure: Failure) -> Explanation:
    return Explanation(
        f"{failure.reference}() returns a text that is not JSON.",
        "Return the text within a dict:",
        'return {"result": text}',
    )


def _exit(found: re.Match[str], failure: Failure) -> Explanation:
    return Explanation(
        f"{failure.reference}() calls sys.exit({found[1]}), which ends the program "
        "that it runs in instead of answering.",
        "Raise an error instead; its text reaches the caller:",
        f"raise ValueError({found[1] or repr('what is wrong')})",
    )


def _arguments(found: re.Match[str], failure: Failure) -> Explanation | None:
    name = found[1]
    if name != failure.reference:
        return None
    return Explanation(
        f"{name}() is called with two arguments, {_PASSED.get(failure.takes, _ROW)}, "
        f"and does not take them ({found[2]}).",
        "Define it so:",
        f"def {name}({failure.takes}):",
    )


def _name(found: re.Match[str], failure: Failure) -> Explanation:
    name = found[1]
    cause = (
        f"The script uses {name} and does not define it: on the platform the "
        "notebook's variables and imports are not there."
    )
    if is_of_python(name) or failure.here(name):
        return Explanation(cause, "Import it in the cell:", f"import {name}")
    return Explanation(cause, "Define it in the cell:", f"{name} = …")


def _text(_: re.Match[str], failure: Failure) -> Explanation | None:
    if "data[" not in failure.text:
        return None
    return Explanation(
        f"{failure.reference}() takes its input as a JSON text, and the script uses "
        "it as a dict.",
        "Read it first:",
        "row = json.loads(data)",
    )


def _attribute(found: re.Match[str], _: Failure) -> Explanation:
    name = found[1]
    return Explanation(
        f"The input is a dict, whose values are not attributes: .{name} is not there.",
        "Write it so:",
        f'row["{name}"]',
    )


RULES = (
    Rule(
        "entry point",
        re.compile(
            r"(\S+) does not define '(\w+)'\."
            r"(?: Did you mean '(\w+)'\?| It defines: ([^.]+)\.)?"
        ),
        _no_entry,
    ),
    Rule(
        "syntax",
        re.compile(r"line (\d+) of (\S+) is not valid Python \((.+)\)"),
        _syntax,
    ),
    Rule(
        "union types",
        re.compile(r"unsupported operand type\(s\) for \|: '\w+' and '\w+'"),
        _union,
    ),
    Rule(
        "not JSON",
        re.compile(
            r"Object of type (\w+) is not JSON serializable"
            r"|returned a (?:result that holds a )?(\w+), which JSON has no form"
        ),
        _not_json,
    ),
    Rule(
        "no JSON text", re.compile(r"returned a str that is not a JSON"), _no_json_text
    ),
    Rule("exit", re.compile(r"called sys\.exit\((.*?)\)\."), _exit),
    Rule(
        "arguments",
        re.compile(r"TypeError: (\w+)\(\) (takes \d+ positional arguments? but.+)"),
        _arguments,
    ),
    Rule("name", re.compile(r"NameError: name '(\w+)' is not defined"), _name),
    Rule("text", re.compile(r"string indices must be integers"), _text),
    Rule(
        "attribute of a dict",
        re.compile(r"'dict' object has no attribute '(\w+)'"),
        _attribute,
    ),
)

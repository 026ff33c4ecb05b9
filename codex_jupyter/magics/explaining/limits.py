"""Rules about limits, and processes that end."""

from __future__ import annotations

import re

from .failure import Explanation, Failure, Rule


def _deadline(found: re.Match[str], failure: Failure) -> Explanation:
    seconds = float(found[2])
    cause = f"{found[1]}() did not answer within the {seconds:g} s that it is given."
    if "--run-time" in failure.text:
        where = "%codex local stop, then" if failure.local else "who runs it types"
        return Explanation(
            cause,
            f"Try it on fewer rows first. To allow more, {where} in a terminal:",
            f"codex-jupyter serve --run-time {seconds * 3:g}",
        )
    if failure.local:
        return Explanation(
            cause,
            "Do in advance what does not depend on the input (at the top of the "
            "script). To allow more, %codex local stop, then in a terminal:",
            f"codex-jupyter serve --deadline {seconds * 3:g}",
        )
    return Explanation(
        cause,
        "Do in advance what does not depend on the input (at the top of the script), "
        "and see here how long it takes:",
        f'%time {failure.reference}(json.dumps(row), ".")',
    )


def _memory(found: re.Match[str], failure: Failure) -> Explanation:
    limit = int(found[1] or found[2])
    cause = (
        f"The {failure.noun}'s process needed more than the {limit} MiB of memory "
        "that one may use."
    )
    if failure.local:
        return Explanation(
            cause,
            "Load less at once. To allow more, %codex local stop, then in a terminal:",
            f"codex-jupyter serve --memory {limit * 2}",
        )
    return Explanation(
        cause,
        "Load less at once, or ask who runs the platform for more. What it held:",
        f"%codex logs {failure.quoted_name} --errors",
    )


def _crash(found: re.Match[str], failure: Failure) -> Explanation:
    frames = re.findall(r'File "([\w.-]+\.py)", line (\d+) in', failure.text)
    where = f" Its last line was {frames[0][1]} of {frames[0][0]}." if frames else ""
    old = [
        f"{name} {asked} (here {here})"
        for name in ("numpy", "scikit-learn", "lightgbm", "xgboost", "torch")
        if (asked := failure.version(name))
        and (here := failure.here(name))
        and asked != here
    ]
    pins = ", ".join(old)
    cause = (
        f"Compiled code in the {failure.noun}'s process crashed ({found[1]}).{where}"
    )
    if old:
        names = [text.partition(" ")[0] for text in old]
        return Explanation(
            f"{cause} Its packages differ from this kernel's: {pins}.",
            "Ask for this kernel's versions:",
            failure.asking(*(f"{name}=={failure.here(name)}" for name in names)),
        )
    return Explanation(
        cause,
        "A compiled package was given what it does not check; the same row here would "
        "end this kernel. The crash's own last words:",
        f"%codex logs {failure.quoted_name} --errors --tail 1",
    )


def _killed(_: re.Match[str], failure: Failure) -> Explanation:
    noun = failure.noun
    restart = f"%codex restart {failure.quoted_name} --yes"
    return Explanation(
        f"Something outside killed the {noun}'s process; most often the machine was "
        "out of memory.",
        "Free some memory on the platform's machine, then try again:",
        failure.deploy if failure.building else restart,
    )


def _ended(found: re.Match[str], _: Failure) -> Explanation:
    return Explanation(
        f"The script ended its own process (exit code {found[1]}), by os._exit() or "
        "within a library.",
        "Raise an error instead; its text reaches the caller:",
        'raise ValueError("what is wrong")',
    )


RULES = (
    Rule(
        "deadline",
        re.compile(r"(\w+)\(\) did not answer within ([\d.]+) s"),
        _deadline,
    ),
    Rule(
        "memory",
        re.compile(
            r"used more than (\d+) MiB of memory"
            r"|ran out of memory; a model's process may use (\d+) MiB"
        ),
        _memory,
    ),
    Rule("crash", re.compile(r"compiled code in it crashed \((\w+)\)"), _crash),
    Rule("killed", re.compile(r"process ended .*\(?SIGKILL\)?"), _killed),
    Rule("ended", re.compile(r"process ended .*: it exited with code (\d+)"), _ended),
)

"""What is checked of a draft without looking into the notebook, as the server does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from codex_jupyter.protocol import names
from codex_jupyter.protocol.requirements import lines, requirement_problem
from codex_jupyter.protocol.states import ModelState
from codex_jupyter.render.ages import moment_of
from codex_jupyter.render.said import said
from codex_jupyter.render.words import day, mark, t

from .workbench import Draft, Offers, Trouble

# In the order of the form; a reason names the first that is not filled in.
_WANTED = {
    "function": mark("Choose the function to call."),
    "script": mark("Choose the file that defines the function."),
    "code": mark("Paste the cell that defines the function."),
    "model": mark("Choose the model."),
    "schema": mark("Choose a sample row."),
    "name": mark("Give the model a name."),
    "group": mark("Choose a group, or type the name of a new one."),
}


def plain_troubles(draft: Draft, offers: Offers) -> list[Trouble]:
    """What is wrong with what was typed; what is still empty is not wrong."""
    found: list[Trouble] = []

    def tell(field: str, problem: str | None) -> None:
        if problem:
            found.append(Trouble(field, said(problem)))

    if draft.name:
        tell("name", names.model_problem(draft.name))
    if draft.group:
        tell("group", names.group_problem(draft.group))
    if draft.source != "function" and draft.reference:
        tell("reference", names.reference_problem(draft.reference))
    elif draft.source == "file":
        tell("reference", t("Which function of the file is to be called?"))
    elif draft.source == "code":
        tell("reference", t("Which function of the cell is to be called?"))
    if offers.pythons and draft.python not in offers.pythons:
        has = ", ".join(offers.pythons)
        tell("python", t("The platform has {versions}.", versions=has))
    for line in lines(draft.requirements or ""):
        tell("requirements", requirement_problem(line))
    return found


def tidy_requirements(text: str | None, detected: str) -> str | None:
    """The lines that say something; None where they are those that are detected."""
    if text is None or text.split() == detected.split():
        return None
    return "\n".join(lines(text))


def empty_fields(draft: Draft, *, to_try: bool = False) -> list[str]:
    """The fields that must be filled in and are not, in the order of the form.

    Args:
        to_try: only those that a trial in the kernel needs.
    """
    values = {
        "script" if draft.source == "file" else draft.source: draft.origin,
        "model": draft.model_object if draft.model == "object" else draft.model_file,
        "schema": {
            "object": draft.schema_object,
            "file": draft.schema_file,
            "text": draft.schema_text,
        }.get(draft.schema, ""),
    }
    if not to_try:
        values |= {"name": draft.name, "group": draft.group}
    return [field for field, value in values.items() if not value]


def wanted(missing: list[str]) -> str:
    """What to do about the first of the empty fields."""
    return t(_WANTED[missing[0]])


def reason(draft: Draft, troubles: Iterable[Trouble], blocked: str) -> str:
    """Why it cannot be deployed now, or "".

    Args:
        blocked: what stands in the way whatever the form says, or "".
    """
    if blocked:
        return blocked
    if missing := empty_fields(draft):
        return wanted(missing)
    wrong = list(troubles)
    if len(wrong) > 1:
        return t("{n} fields need a look.", n=len(wrong))
    if not wrong:
        return ""
    field = t(_WORDS.get(wrong[0].field, _FORM))
    return t("The {field} needs a look.", field=field)


_FORM = mark("form")
_WORDS = {
    "script": mark("file"),
    "code": mark("cell"),
    "schema": mark("sample"),
    "python": mark("Python version"),
    "reference": mark("function's name"),
    "requirements": mark("list of requirements"),
    "env": mark("file of variables"),
    "extras": mark("list of extra files"),
    "name": mark("name"),
    "group": mark("group"),
    "function": mark("function"),
    "model": mark("model"),
}


def update_of(draft: Draft, offers: Offers) -> str:
    """What the deployment does to earlier ones of that name, or ""."""
    same = [
        row
        for row in offers.rows
        if row.get("Name") == draft.name and row.get("Group") == draft.group
    ]
    if not same:
        return ""
    version = t(
        "Updates {name}: this is version {version}.",
        name=draft.name,
        version=len(same) + 1,
    )
    live = [row for row in same if row.get("Status") == ModelState.DEPLOYED]
    if not live:
        none = t("None of the earlier ones is deployed now.")
        return f"{version} {none}"
    newest = max(live, key=lambda row: str(row.get("UploadedAt", "")))
    short = str(newest.get("ModelHash", ""))[:12]
    until = t(
        "{earlier} answers until this one does, and is disabled then.",
        earlier=f"{short}{_day(newest)}",
    )
    return f"{version} {until}"


def _day(row: Mapping[str, Any]) -> str:
    moment = moment_of(row.get("UploadedAt"))
    if moment is None:
        return ""
    return " " + t("of {time}", time=day(moment.astimezone())[:-3])

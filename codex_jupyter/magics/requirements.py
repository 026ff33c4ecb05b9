"""What a deployed script needs, pinned to what this kernel has installed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from codex_jupyter.errors import InputError

from .names import imported_modules, parse
from .values import existing_file, text_of


@dataclass(slots=True)
class Requirements:
    """The lines of a requirements file.

    Args:
        pins: ``name==version``, sorted.
        notices: what a person should know about some of them.
    """

    pins: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The file's text."""
        return "".join(f"{pin}\n" for pin in self.pins)

    def listed(self, given: str | None) -> str:
        """They in a line, because a magic has no editor to show them in.

        Args:
            given: what was typed, or None.
        """
        pins = ", ".join(self.pins) or "none"
        if given is not None:
            return f"Requirements, as given: {pins}"
        return (
            f"Requirements, pinned from this kernel: {pins}; change with --requirements"
        )


_LOGGER = "mlops_codex.logging"


def detect(
    script: str, model_modules: Iterable[str], extras: list[Path]
) -> Requirements:
    """Pins for everything that the script, the model and the extra files import.

    Args:
        script: the source to be uploaded.
        model_modules: modules that unpickling the model imports.
        extras: files uploaded beside the script; Python files may be imported by it.

    Raises:
        InputError: a module is neither installed nor among the files.
    """
    needed = imported_modules(parse(script, "The script"))
    needed.update(dict.fromkeys(model_modules, True))
    local = {path.stem for path in extras if path.suffix == ".py"}
    for path in extras:
        if path.suffix == ".py":
            needed.update(imported_modules(parse(text_of(path), path.name)))
    homes = metadata.packages_distributions()
    found = Requirements()
    problems: list[str] = []
    names: set[str] = set()
    for module, must in sorted(needed.items()):
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names or top in local or top == "__main__":
            continue
        if module == _LOGGER and top not in homes:
            # The platform brings it.
            continue
        if top in homes:
            names.add(_distribution(module, homes[top]))
        elif must:
            problems.append(_missing(top))
    if problems:
        raise InputError(
            "Some modules have no installed package to pin.",
            detail="\n".join(dict.fromkeys(problems)),
            hint='Or name the packages yourself: --requirements "a==1.0, b==2.1"',
        )
    for name in sorted(names, key=str.lower):
        _pin(name, found)
    return found


def choose(text: str | None, found: Callable[[], Requirements]) -> Requirements:
    """The requirements as typed, else those that were found.

    Args:
        text: ``a==1, b``, ``@requirements.txt``, or None.
        found: looks for them; see `detect`.

    Raises:
        InputError: the file is not there, or a module has no installed package.
    """
    if text is None:
        return found()
    if text.startswith("@") or text.endswith(".txt"):
        return from_file(text_of(existing_file(text.removeprefix("@"))))
    return given(text)


def given(text: str) -> Requirements:
    """The requirements that the user typed: ``a==1, b`` or one a line.

    Raises:
        InputError: nothing is there.
    """
    # Commas within the brackets of a[x,y] do not separate.
    lines = [part.strip() for part in re.split(r"[,\n](?![^\[\]]*\])", text)]
    pins: list[str] = []
    for line in filter(None, lines):
        # pandas>=2,<3 is one requirement: a part that only compares belongs before.
        if pins and line[0] in "<>=!~":
            pins[-1] += f",{line}"
        else:
            pins.append(line)
    if not pins:
        raise InputError(
            "No requirement was given.", hint='Write --requirements "pandas==2.2.3"'
        )
    return Requirements(pins)


def from_file(text: str) -> Requirements:
    """The requirements of a pip requirements file, kept line by line as they are."""
    return Requirements(text.splitlines())


def _distribution(module: str, candidates: list[str]) -> str:
    """The distribution that holds the module; namespace packages have many."""
    unique = list(dict.fromkeys(candidates))
    if len(unique) > 1:
        path = module.replace(".", "/")
        for name in unique:
            files = metadata.files(name) or []
            if any(str(f).removesuffix(".py").startswith(path) for f in files):
                return name
    return unique[0]


def _pin(name: str, found: Requirements) -> None:
    distribution = metadata.distribution(name)
    version = distribution.version
    public, plus, _ = version.partition("+")
    if plus:
        found.notices.append(
            f"{name} {version} is a local build: {name}=={public} is asked for instead."
        )
    elif distribution.read_text("direct_url.json"):
        found.notices.append(
            f"{name} was not installed from a package index: {name}=={public} must be "
            "on the platform's index."
        )
    found.pins.append(f"{name}=={public}")


def _missing(top: str) -> str:
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not (spec.origin or spec.submodule_search_locations):
        return f"{top}: not installed in this kernel."
    if spec.submodule_search_locations:
        folder = next(iter(spec.submodule_search_locations))
        return f"{top}: a folder of yours ({folder}); install it as a package."
    return f"{top}: a file of yours; add --extra {_short(spec.origin or '')}"


def _short(path: str) -> str:
    place = Path(path)
    try:
        return str(place.relative_to(Path.cwd()))
    except ValueError:
        return str(place)

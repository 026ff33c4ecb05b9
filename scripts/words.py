"""Tells which texts for people lack their translation, and which no code uses.

    python scripts/words.py           # says so, and fails if there are any
    python scripts/words.py --tidy    # adds what is missing, as ""; drops, sorts

A text is a literal in ``t("…")`` (in Python also ``mark("…")``, and what
`said_texts` finds). Its translation is in ``pt-BR.json`` in the folder of the file or
in one above it; the nearest counts.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from said_texts import is_shown, said_texts

ROOT = Path(__file__).parents[1]
PLACES = (ROOT / "js" / "src", ROOT / "codex_jupyter")
TABLE = "pt-BR.json"
DEFINED = ("words.ts", "render/words.py")  # where t() is made, not used
_PLACE = re.compile(r"\{\w+\}")

_LITERAL = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_CALL = re.compile(rf"(?<![\w.$])t\(\s*(?:({_LITERAL}(?:\s*\+\s*{_LITERAL})*)\s*[,)])?")
_NOT_LITERAL = "t( wants one literal text"
_IMPORT = re.compile(r"^import .*?;$", re.DOTALL | re.MULTILINE)
_READ_ALOUD = ("title", "aria_label", "placeholder")
_NOT_CODE = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.DOTALL | re.MULTILINE)


def problems() -> list[str]:
    """What is wrong with the tables, one line each."""
    found: list[str] = []
    for place in PLACES:
        all_ = {path: list(_texts(path)) for path in _sources(place)}
        found += [
            f"{path.relative_to(ROOT)}: {text}"
            for path, texts in all_.items()
            for text in texts
            if text.startswith(_NOT_LITERAL)
        ]
        used = _used(place)
        tables = {path.parent: _read(path) for path in sorted(place.rglob(TABLE))}
        keys = {text for table in tables.values() for text in table}
        found += [
            f"{path.relative_to(ROOT)}: {text!r} is shown without t()"
            for path in all_
            for text in _untold(path)
            if text not in keys
        ]
        for path, texts in used.items():
            above = _above(path, place)
            for text in texts:
                has = [folder for folder in above if text in tables.get(folder, {})]
                where = path.relative_to(ROOT)
                if not has:
                    found.append(f"{where}: no translation of {text!r}")
                if len({tables[folder][text] for folder in has}) < len(has):
                    found.append(f"{where}: {text!r} is translated twice alike")
        for folder, table in tables.items():
            name = (folder / TABLE).relative_to(ROOT)
            below = {
                x for p, texts in used.items() if folder in p.parents for x in texts
            }
            found += [f"{name}: nothing uses {x!r}" for x in table if x not in below]
            found += [
                f"{name}: {x!r} is not whole in its translation"
                for x, translated in table.items()
                if not translated.strip()
                or set(_PLACE.findall(x)) != set(_PLACE.findall(translated))
            ]
            if list(table) != sorted(table):
                found.append(f"{name}: not sorted")
    return list(dict.fromkeys(found))


def tidy() -> None:
    """Give each table the texts of its files, sorted; new ones are left empty."""
    for place in PLACES:
        used = _used(place)
        tables = {path.parent: _read(path) for path in sorted(place.rglob(TABLE))}
        for path, texts in used.items():
            above = _above(path, place)
            for text in texts:
                if not any(text in tables.get(folder, {}) for folder in above):
                    tables.setdefault(above[0], {})[text] = ""
        for folder, table in tables.items():
            below = {
                x for p, texts in used.items() if folder in p.parents for x in texts
            }
            upper = [tables[f] for f in _above(folder, place) if f in tables]
            kept = {
                text: table[text]
                for text in sorted(table)
                if text in below and not any(u.get(text) == table[text] for u in upper)
            }
            made = json.dumps(kept, ensure_ascii=False, indent=2)
            (folder / TABLE).write_text(made + "\n", "utf-8")


def _used(place: Path) -> dict[Path, list[str]]:
    return {
        path: [text for text in _texts(path) if not text.startswith(_NOT_LITERAL)]
        for path in _sources(place)
    }


def _sources(place: Path) -> Iterator[Path]:
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        if path.suffix in (".ts", ".py") and name not in DEFINED:
            yield path


def _above(path: Path, place: Path) -> list[Path]:
    """The folders that may hold translations of a file or folder, the nearest first.

    Python reads one table a room, since a room's texts are read together.
    """
    if path.suffix == ".py":
        return [place / path.relative_to(place).parts[0]]
    return [folder for folder in path.parents if folder.is_relative_to(place)]


def _texts(path: Path) -> Iterator[str]:
    source = path.read_text("utf-8")
    if path.suffix == ".py":
        yield from _python_texts(source)
        if is_shown(path.as_posix()) and path.parent.name != PLACES[1].name:
            yield from said_texts(ast.parse(source))
        return
    for call in _CALL.finditer(_NOT_CODE.sub("", source)):
        if call[1] is None:
            yield f"{_NOT_LITERAL}: {call.string[call.start() :][:60]}"
        else:
            parts = re.findall(_LITERAL, call[1])
            yield "".join(ast.literal_eval(part) for part in parts)


def _untold(path: Path) -> Iterator[str]:
    """What a file that translates shows all the same as it is written."""
    source = path.read_text("utf-8")
    if path.suffix == ".py":
        if _translates(source):
            yield from _untold_elements(ast.parse(source))
    elif "words.ts" in source:
        left = _CALL.sub("", _IMPORT.sub("", _NOT_CODE.sub("", source)))
        for literal in re.findall(_LITERAL, left):
            if re.match(r"[A-Z][a-z]+,? [a-z]{2,}", literal[1:-1]):
                yield literal[1:-1]


def _untold_elements(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "tag":
            continue
        named = [one.value for one in node.keywords if one.arg in _READ_ALOUD]
        for given in (*node.args[1:], *named):
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                text = given.value
            elif isinstance(given, ast.JoinedStr):
                parts = (one for one in given.values if isinstance(one, ast.Constant))
                text = " ".join(str(one.value) for one in parts)
            else:
                continue
            if re.search(r"[A-Za-z][a-z]{2,}", text.replace("codex_jupyter", "")):
                yield text


def _translates(source: str) -> bool:
    return "render.words" in source or "from .words" in source


def _python_texts(source: str) -> Iterator[str]:
    if not _translates(source):
        return
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        if (
            name in ("t", "mark")
            and isinstance(first, ast.Constant)
            and isinstance(first.value, str)
        ):
            yield first.value


def _read(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(path.read_text("utf-8"))
    return found


if __name__ == "__main__":
    if "--tidy" in sys.argv[1:]:
        tidy()
    told = problems()
    sys.stdout.write("".join(f"{line}\n" for line in told))
    if told:
        sys.stdout.write(
            "Type: python scripts/words.py --tidy, fill in the empty ones.\n"
        )
    sys.exit(bool(told))

"""What users upload, read as text: scripts and notebooks. Nothing is run."""

from __future__ import annotations

import ast
import codecs
import io
import json
import re
import tokenize
import warnings
from typing import Any

from codex_jupyter.protocol.texts import plain_text

# Cell magics whose cell is Python; the others' cells are for other programs.
_PYTHON_CELLS = frozenset({"capture", "codex", "prun", "time", "timeit"})
# A line that only IPython understands: %magic, !shell, x = !shell, ?help, help?
_IPYTHON = re.compile(r"(?P<indent>\s*)(?:[%!?]|[\w., ]+=\s*[%!]|.*\?{1,2}\s*\Z)")


def script_text(raw: bytes) -> str:
    """The Python script in an uploaded source, whatever the file is called.

    A script comes back as it is; of a notebook, the code cells in order, with the
    lines that only IPython understands commented out.

    Raises:
        ValueError: it is neither; one sentence says so.
    """
    if not raw.strip():
        raise ValueError("The source file is empty.")
    if raw.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(b"{"):
        try:
            document = json.loads(plain_text(raw))
        except (ValueError, RecursionError) as error:
            if b'"cells"' in raw:
                raise ValueError("The notebook is damaged: it is not JSON.") from error
            document = None
        if isinstance(document, dict):
            return _notebook_text(document)
    if b"\0" in raw:
        raise ValueError("The source file is neither a Python script nor a notebook.")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        return raw.decode(encoding)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ValueError(
            "The source file is not a text in UTF-8, and it names no other encoding in "
            "its first line, such as '# coding: latin-1'."
        ) from error


def _notebook_text(document: dict[str, Any]) -> str:
    cells = document.get("cells")
    sheets = document.get("worksheets")
    if cells is None and isinstance(sheets, list):
        # Version 3 of the format.
        cells = [cell for sheet in sheets for cell in sheet.get("cells", [])]
    if not isinstance(cells, list):
        raise ValueError("The source file is JSON, but not a notebook.")
    language = _language(document)
    if language not in ("", "python"):
        raise ValueError(f"The notebook is written in {language[:40]}, not in Python.")
    texts = [
        _cell_text(cell)
        for cell in cells
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]
    texts = [text for text in texts if text.strip()]
    if not texts:
        raise ValueError("The notebook has no code cells.")
    return "\n\n".join(texts) + "\n"


def _language(document: dict[str, Any]) -> str:
    metadata = document.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return str(part[name]).lower()
    return ""


def _cell_text(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    lines = text.splitlines()
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("%%"):
        if first[2:].split(" ")[0] not in _PYTHON_CELLS:
            return "\n".join(f"# {line}" for line in lines)
        at = next(i for i, line in enumerate(lines) if line.strip())
        lines[at] = f"# {lines[at].strip()}"
    return "\n".join(_without_ipython(lines))


def _without_ipython(lines: list[str]) -> list[str]:
    """The lines, with those commented out that keep Python from reading the rest.

    Python itself says which these are, so that a % within a text or an expression
    stays what it is. A line that is wrong in any other way is left to be reported.
    """
    lines = list(lines)
    # Each round comments one line out.
    for _ in range(len(lines)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse("\n".join(lines))
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            found = _IPYTHON.match(lines[at]) if 0 <= at < len(lines) else None
            if found is None:
                break
            # An indented line may be all that its block has.
            indent = found["indent"] or ""
            lines[at] = f"{indent}pass  # {lines[at].strip()}"
        except (ValueError, RecursionError, MemoryError):
            break
        else:
            break
    return lines

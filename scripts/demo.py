"""Run the quickstart from start to end on the embedded platform; show the result."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

from codex_jupyter.client import local
from codex_jupyter.config import default_data_dir

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "notebooks" / "quickstart.ipynb"
OUT = ROOT / "build" / "demo"


def first_line(source: str) -> str:
    """What a cell is about."""
    lines = [line for line in source.splitlines() if not line.startswith("from ")]
    return next((line for line in lines if line.strip()), "")[:70]


def text_of(cell: Any) -> str:
    """The plain text of a cell's results."""
    return "\n".join(
        output["data"]["text/plain"]
        for output in cell.outputs
        if output.output_type == "execute_result"
    )


def main() -> int:
    """Execute every cell, telling which; 0 when all went well."""
    OUT.mkdir(parents=True, exist_ok=True)
    # A folder of its own, so that the demo never meets the user's platform.
    os.environ["CODEX_JUPYTER_HOME"] = str(OUT / "home")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    numbers = {cell["id"]: number for number, cell in enumerate(cells, 1)}
    begun = 0.0

    def started(cell: Any, **_: Any) -> None:
        nonlocal begun
        begun = time.monotonic()
        number = numbers[cell["id"]]
        about = first_line(cell.source)
        print(f"[{number:2}/{len(cells)}] {about:<70}", end=" ", flush=True)

    def ended(**_: Any) -> None:
        print(f"{time.monotonic() - begun:5.1f} s", flush=True)

    client = NotebookClient(
        notebook,
        timeout=900,
        resources={"metadata": {"path": str(OUT)}},
        extra_arguments=["--IPKernelApp.log_level=40"],
        on_cell_execute=started,
        on_cell_executed=ended,
    )
    failed = None
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            try:
                client.execute_cell(cell, index)
            except CellExecutionError as error:
                failed = error
                break
        client.set_widgets_metadata()
    local.stop(default_data_dir())
    executed, page = OUT / "quickstart.ipynb", OUT / "quickstart.html"
    nbformat.write(notebook, executed)
    page.write_text(HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")
    if failed is not None:
        print(f"\n\n{failed}\nThe notebook so far: {executed}", file=sys.stderr)
        return 1
    answers = [text_of(cell) for cell in cells if cell.source.startswith("answer =")]
    print(f"\nThe model answered: {answers[0]}")
    print(f"The executed notebook: {executed}")
    print(f"The same as a page:    {page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

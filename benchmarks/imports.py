"""What importing and loading costs, in fresh processes, against Python alone."""

from __future__ import annotations

import subprocess
import sys

from timing import repeat, show

TIMES = 9
LOAD = """
import time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
begun = time.perf_counter()
shell.run_line_magic("load_ext", "codex_jupyter")
print(time.perf_counter() - begun)
"""


def python(code: str) -> str:
    """Run code in a fresh process; what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    return done.stdout


bare = show("python -c pass", repeat(lambda: python("pass"), TIMES))
ours = show(
    "import codex_jupyter", repeat(lambda: python("import codex_jupyter"), TIMES)
)
print(f"import codex_jupyter costs {1000 * (ours - bare):.0f} ms")
loads = [float(python(LOAD)) for _ in range(TIMES)]
show("%load_ext codex_jupyter, IPython already there", loads, "ms")

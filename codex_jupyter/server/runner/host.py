"""Starts the process of one model: ``python host.py SOCKET PARENT OPTIONS``.

Run by the Python of the model's own environment. The files beside it are loaded as a
package with a name of its own, so that no module of the user's can take their place.
"""

from __future__ import annotations

import importlib.util
import os
import sys


def load_beside() -> None:
    """Make the files of this folder importable as ``codex_runner``."""
    here = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location(
        "codex_runner",
        os.path.join(here, "__init__.py"),
        submodule_search_locations=[here],
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules["codex_runner"] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    load_beside()
    from codex_runner.process import main

    main(sys.argv[1:])

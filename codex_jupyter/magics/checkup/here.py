"""This kernel and its packages: what needs no platform to be looked at."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import codex_jupyter

from .finding import Finding, Level, at_least, looked

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_OURS = "codex_jupyter"
# Of the extra; looked for where no installed package tells what it needs.
_MODULES = ("cryptography", "pyarrow", "sqlalchemy", "starlette", "uv", "uvicorn")
_IPYKERNEL = "6.29"
_LAB_WIDGETS = "3.0"
_PAGES = {"jupyterlab": "4", "notebook": "7"}
_EXTRAS = ("keyring", "s3", "gcs", "azure", "postgres", "dask")
_REQUIREMENT = re.compile(r"([\w.-]+)(?:\[[^\]]*\])?\s*>=\s*([\w.]+)")


def check_here(shell: InteractiveShell) -> list[Finding]:
    """The package itself, the front end, the kernel, the widgets, uv."""
    return [
        looked("packages", _base),
        looked("front end", _front_end),
        looked("kernel", lambda: _kernel(shell)),
        looked("widgets", _widgets),
        looked("pages", _pages),
        looked("[local] extra", _extra),
        looked("other extras", _others),
        looked("uv", _uv),
    ]


def _base() -> Finding:
    if _version(_OURS) is None:
        return Finding(
            "packages",
            Level.WARN,
            "codex_jupyter runs from a folder of sources, so the versions of what it "
            "needs are not checked",
            f'%pip install -e "{Path(codex_jupyter.__file__).parents[1]}[local]"',
        )
    lacking = _lacking("")
    if lacking:
        return Finding(
            "packages",
            Level.BAD,
            f"missing or too old: {', '.join(lacking)}",
            "%pip install --upgrade codex_jupyter, then restart the kernel",
        )
    version = metadata.version(_OURS)
    return Finding("packages", Level.OK, f"codex_jupyter {version}, all it needs")


def _front_end() -> Finding:
    from codex_jupyter.widgets import assets

    built = assets.manifest()["assets"]
    # Reads each file and compares its hash.
    for name in built:
        assets.asset(name)
    return Finding("front end", Level.OK, f"built and whole ({', '.join(built)})")


def _kernel(shell: InteractiveShell) -> Finding:
    python = ".".join(map(str, sys.version_info[:3]))
    if getattr(shell, "kernel", None) is None:
        return Finding(
            "kernel",
            Level.WARN,
            f"no Jupyter kernel, a terminal (Python {python}): panels are plain text",
            "jupyter lab",
        )
    version = metadata.version("ipykernel")
    if not at_least(version, _IPYKERNEL):
        return Finding(
            "kernel",
            Level.WARN,
            f"ipykernel {version} is older than {_IPYKERNEL}",
            "%pip install --upgrade ipykernel, then restart the kernel",
        )
    loop = getattr(shell, "active_eventloop", None)
    if loop:
        return Finding(
            "kernel",
            Level.WARN,
            f"the event loop of {loop} is active: panels wait for it",
            "%gui",
        )
    return Finding("kernel", Level.OK, f"ipykernel {version}, Python {python}")


def _widgets() -> Finding:
    versions = {
        name: _version(name)
        for name in ("ipywidgets", "anywidget", "jupyterlab_widgets")
    }
    lab = versions["jupyterlab_widgets"]
    if lab is None or not at_least(lab, _LAB_WIDGETS):
        return Finding(
            "widgets",
            Level.WARN,
            "the page's half of ipywidgets is not in this environment "
            f"(jupyterlab_widgets {lab or 'not installed'})",
            "%pip install --upgrade jupyterlab_widgets anywidget, "
            "where JupyterLab itself runs",
        )
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return Finding("widgets", Level.OK, told)


def _pages() -> Finding:
    """The front ends that are in this environment; others run elsewhere."""
    versions = {name: _version(name) for name in _PAGES}
    old = [
        f"{name} {version} (needs {_PAGES[name]})"
        for name, version in versions.items()
        if version is not None and not at_least(version, _PAGES[name])
    ]
    if old:
        return Finding(
            "pages",
            Level.WARN,
            f"too old for the panels: {', '.join(old)}",
            f"%pip install --upgrade {' '.join(one.split()[0] for one in old)}, "
            "then start it again",
        )
    told = ", ".join(
        f"{name} {version}" for name, version in versions.items() if version
    )
    none = "neither JupyterLab nor Notebook is in this environment; they run elsewhere"
    return Finding("pages", Level.OK, told or none)


def _others() -> Finding:
    """Which of the optional extras are there; one line brings the others."""
    if _version(_OURS) is None:
        told = "not known of a folder of sources"
        return Finding("other extras", Level.OK, told)
    lacking = [name for name in _EXTRAS if _lacking(name)]
    there = [name for name in _EXTRAS if name not in lacking]
    told = f"there: {', '.join(there) or 'none'}"
    if not lacking:
        return Finding("other extras", Level.OK, told)
    return Finding(
        "other extras",
        Level.OK,
        f"{told}; not there: {', '.join(lacking)} (only for those who use them)",
        f'%pip install "codex_jupyter[{",".join(lacking)}]"',
    )


def _extra() -> Finding:
    if _version(_OURS) is None:
        lacking = [name for name in _MODULES if find_spec(name) is None]
    else:
        lacking = _lacking("local")
    if lacking:
        return Finding(
            "[local] extra",
            Level.WARN,
            f"%codex local needs what is missing or too old: {', '.join(lacking)}",
            '%pip install --upgrade "codex_jupyter[local]"',
        )
    return Finding("[local] extra", Level.OK, "all there; %codex local can start")


def _uv() -> Finding:
    try:
        import uv
    except ImportError:
        return Finding(
            "uv",
            Level.WARN,
            "not installed; the embedded platform builds environments with it",
            '%pip install "codex_jupyter[local]"',
        )
    done = subprocess.run(
        [uv.find_uv_bin(), "--version"],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    return Finding("uv", Level.OK, done.stdout.strip())


def _lacking(extra: str) -> list[str]:
    """The requirements of ours, or of an extra, that are missing or too old."""
    found = []
    for line in metadata.requires(_OURS) or []:
        requirement, _, marker = line.partition(";")
        of = re.search(r"extra\s*==\s*['\"](\w+)['\"]", marker)
        if (of[1] if of else "") != extra or (
            "sys_platform" in marker and _is_windows()
        ):
            continue
        parts = _REQUIREMENT.match(requirement)
        if parts is None:
            continue
        version = _version(parts[1])
        if version is None:
            found.append(parts[1])
        elif not at_least(version, parts[2]):
            found.append(f"{parts[1]} {version} (needs {parts[2]})")
    return found


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _is_windows() -> bool:
    return sys.platform == "win32"

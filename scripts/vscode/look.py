"""Look at the panels in VS Code's own widget bundle, with a real kernel.

    .venv/bin/python scripts/vscode/look.py [FOLDER]

By hand, because npm brings what it needs: @vscode/jupyter-ipywidgets8 (MIT, what VS
Code's Jupyter extension runs), @jupyterlab/services (BSD-3) and requirejs (MIT). Runs
the panels that need no model in the four kinds of theme, restarts the kernel, and
leaves a picture of each in FOLDER (default: a new temporary one).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, Route, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser" / "stub")]

from host_kit import THEMES  # noqa: E402 - after the path is set

from hatch_build import tools_of_package, tools_on_path  # noqa: E402 - the same

BUNDLE = "@vscode/jupyter-ipywidgets8@1.0.9"
NEEDED = ["@jupyterlab/services@7", "requirejs@2"]
CELLS = ["%load_ext codex_jupyter\n%codex local", "%codex deploy", "%codex connect"]
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>VS Code</title><link rel="icon" href="data:,"><style>
html { background: var(--vscode-editor-background); }
body { margin: 0; padding: 0 20px; color: var(--vscode-editor-foreground);
    font: 13px var(--vscode-font-family, sans-serif); }
.cell-output-ipywidget-background { background: white !important; }
</style><script src="/vscode/require.js"></script></head>
<body data-vscode-theme-kind="vscode-dark">
<script type="module" src="/vscode/webview.js"></script></body></html>"""
DRESS = """([kind, colours]) => {
    document.body.dataset.vscodeThemeKind = kind;
    for (const [name, value] of Object.entries(colours))
        document.documentElement.style.setProperty(`--vscode-${name}`, value);
}"""


def fetch(folder: Path) -> dict[str, Path]:
    """What the page is made of, by its name in the page."""
    node, npm = tools_on_path() or tools_of_package()
    beside = os.pathsep.join([str(Path(node[0]).parent), os.environ["PATH"]])

    def run(*words: str) -> None:
        subprocess.run(
            words, cwd=folder, check=True, env={**os.environ, "PATH": beside}
        )

    (folder / "package.json").write_text("{}")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    run(*npm, "install", *quiet, *NEEDED)
    run(*npm, "pack", "--silent", BUNDLE)
    with tarfile.open(next(folder.glob("vscode-*.tgz"))) as packed:
        packed.extractall(folder / "bundle", filter="data")
    shutil.copy(HERE / "webview.js", folder)
    esbuild = ROOT / "js" / "node_modules" / "esbuild" / "bin" / "esbuild"
    words = [
        str(esbuild),
        "webview.js",
        "--bundle",
        "--format=esm",
        "--outfile=made.js",
    ]
    words += ["--target=es2022", "--external:/vscode/*", "--define:global=globalThis"]
    subprocess.run(words, cwd=folder, check=True, stderr=subprocess.DEVNULL)
    return {
        "webview.js": folder / "made.js",
        "ipywidgets8.js": folder / "bundle" / "package" / "dist" / "ipywidgets.js",
        "require.js": folder / "node_modules" / "requirejs" / "require.js",
    }


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A Jupyter server for the kernel and anywidget's own script; and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["--ip=127.0.0.1", f"--port={port}", "--ServerApp.disable_check_xsrf=True"]
    words += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "nbclassic", "--no-browser", "--allow-root", *words],
        env={**os.environ, "CODEX_JUPYTER_HOME": str(folder / "home")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(120):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            break
        except OSError:
            time.sleep(0.5)
    return process, f"http://127.0.0.1:{port}"


def look(page: Page, address: str, pictures: Path) -> None:
    """Run the cells and take a picture of each state."""
    page.goto(f"{address}/vscode/")
    page.wait_for_function("window.host", timeout=120_000)
    for code in CELLS:
        print(page.evaluate("(code) => host.run(code)", code), code.splitlines()[-1])
    for kind, colours in THEMES.items():
        page.evaluate(DRESS, [kind, colours])
        page.screenshot(path=pictures / f"{kind}.png", full_page=True)
    page.evaluate("host.restart()")
    page.wait_for_timeout(1000)
    page.screenshot(path=pictures / "restarted.png", full_page=True)
    page.evaluate("host.end()")


def main() -> None:
    """Make the page, look at it, tell where the pictures are."""
    pictures = Path(*sys.argv[1:2] or [tempfile.mkdtemp()]).resolve()
    work = pictures / "work"
    work.mkdir(parents=True, exist_ok=True)
    files = fetch(work)
    process, address = serve(work)
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"],
            )
            page = browser.new_page(viewport={"width": 1000, "height": 900})
            wrong: list[str] = []
            page.on("pageerror", lambda error: wrong.append(str(error)))

            def answer(route: Route) -> None:
                name = route.request.url.rpartition("/")[2]
                if name in files:
                    route.fulfill(path=files[name], content_type="text/javascript")
                else:
                    route.fulfill(body=PAGE, content_type="text/html")

            page.route("**/vscode/**", answer)
            look(page, address, pictures)
            print(json.dumps({"wrong": wrong, "pictures": str(pictures)}))
    finally:
        process.terminate()
        process.wait(30)
        stop = ["-m", "codex_jupyter.server", "stop", "--data-dir"]
        subprocess.run(
            [sys.executable, *stop, str(work / "home" / "platform")], check=False
        )


if __name__ == "__main__":
    main()

"""A real IPython shell with the extension loaded, in an empty folder of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config


@dataclass
class Outcome:
    """What one cell gave."""

    success: bool
    error: BaseException | None
    result: object
    text: str
    html: list[str] = field(default_factory=list)


@dataclass
class Notebook:
    """Runs cells and captures what they show."""

    shell: InteractiveShell

    @property
    def names(self):
        return self.shell.user_ns

    def run(self, cell):
        with capture_output() as captured:
            done = self.shell.run_cell(cell, store_history=True)
        shown = [output.data for output in captured.outputs]
        return Outcome(
            done.success,
            done.error_before_exec or done.error_in_exec,
            done.result,
            "\n".join(
                [captured.stdout, captured.stderr]
                + [str(data.get("text/plain", "")) for data in shown]
            ),
            [data["text/html"] for data in shown if "text/html" in data],
        )

    def complete(self, text, cell=None):
        """The completions of ours at the end of the line."""
        from IPython.core.completer import CompletionContext

        from codex_jupyter.magics.completion import MATCHER

        (matcher,) = (
            m
            for m in self.shell.Completer.custom_matchers
            if m.matcher_identifier == MATCHER
        )
        full = cell or text
        found = matcher(
            CompletionContext(
                token="",
                full_text=full,
                cursor_position=len(text),
                cursor_line=full.split("\n").index(text),
                limit=None,
            )
        )
        return [completion.text for completion in found["completions"]]

    def complete_soon(self, text, wanted=None):
        """The completions, once there are any: the first Tab only starts the asking.

        Args:
            wanted: one that must be among them; any if None.
        """
        until = time.monotonic() + 60
        while True:
            found = self.complete(text)
            if found and wanted in (None, *found):
                return found
            assert time.monotonic() < until, f"{found} completes {text}"
            time.sleep(0.05)


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    for name in ("USER", "PASSWORD", "URL", "TENANT", "GROUP_TOKEN"):
        monkeypatch.delenv(f"MLOPS_{name}", raising=False)
    monkeypatch.setenv("CODEX_JUPYTER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    InteractiveShell.clear_instance()
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    shell = InteractiveShell.instance(config=config)
    made = Notebook(shell)
    assert made.run("%load_ext codex_jupyter").success
    yield made
    made.run("%unload_ext codex_jupyter")
    shell.restore_sys_module_state()
    InteractiveShell.clear_instance()

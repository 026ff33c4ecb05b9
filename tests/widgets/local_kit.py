"""A platform of this machine that a test starts, stops and lets crash."""

from __future__ import annotations

from codex_jupyter.client.local_state import LocalState


class Hands:
    """What the local panel asks for, done at once."""

    def __init__(self, folder):
        self.folder = folder
        self.running = LocalState(
            "running", folder, "http://127.0.0.1:41234", 4321, "0.1.0"
        )
        self.state = self.running
        self.states = ["Deployed", "Deployed", "Failed", "Deleted"]
        self.done = []
        self.held = self.error = self.refused = None

    def look(self):
        return self.state

    def start(self):
        self._do("start", self.running)

    def stop(self):
        self._do("stop", LocalState("stopped", self.folder))

    def rows(self):
        if self.refused:
            raise self.refused
        return [{"Status": state} for state in self.states]

    def is_used(self):
        return self.state.state == "running"

    def lines(self, state):
        if state == "running":
            return ["%codex models", "%codex local stop", self.state.address]
        return ["%codex local"]

    def _do(self, what, state):
        if self.held:
            self.held.wait(90)
        if self.error:
            raise self.error
        self.done.append(what)
        self.state = state

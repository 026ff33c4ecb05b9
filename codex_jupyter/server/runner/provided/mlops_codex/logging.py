"""The logger of user code: its entries become rows of the model's or script's log."""

from __future__ import annotations

import json
import os
from typing import Any

from .exceptions import InputError


class Logger:
    """Writes entries that the platform reads.

    A synchronous function returns ``logger.callback(answer)``, which carries the
    entries beside the answer. An asynchronous one prints them as they come.

    Args:
        model_type: ``Sync`` or ``Async``.

    Raises:
        InputError: it is neither.
    """

    def __init__(self, model_type: str) -> None:
        if str(model_type).lower() not in ("sync", "async"):
            raise InputError("model_type is Sync or Async, not %r." % (model_type,))
        self.model_type = model_type
        self._is_sync = model_type.lower() == "sync"
        self._entries = []  # type: list[str]

    def debug(self, message: Any) -> None:
        """Add an entry that helps whoever works on the function."""
        self._add("DEBUG", message)

    def warning(self, message: Any) -> None:
        """Add an entry on what went on, but should be looked at."""
        self._add("WARNING", message)

    def error(self, message: Any) -> None:
        """Add an entry on what went wrong."""
        self._add("ERROR", message)

    def callback(self, output: Any) -> str:
        """The answer of a synchronous function, with the entries so far.

        Args:
            output: a dict, list, number or JSON text.

        Raises:
            InputError: it is something else, or the function is asynchronous.
        """
        if not self._is_sync:
            raise InputError("callback() is for functions that answer at once (Sync).")
        if isinstance(output, (dict, list)):
            output = json.dumps(output)
        elif not isinstance(output, (str, int, float)):
            raise InputError(
                "callback() takes a dict, a list, a number or a JSON text, not a %s."
                % type(output).__name__
            )
        self._add("OUTPUT", "[OUTPUT]%s[OUTPUT]" % output)
        return "".join(self._entries)

    def _add(self, level: str, message: Any) -> None:
        entry = "[%s]%s[%s]" % (level, message, level)
        if self._is_sync:
            self._entries.append(entry)
            return
        folder, execution = os.getenv("BASE_PATH"), os.getenv("EXECUTION_ID")
        if folder and execution and "host" not in execution:
            name = os.path.join(folder, execution, "output", "execution.log")
            with open(name, "a", encoding="utf-8") as file:
                file.write(entry + "\n")
        print(entry, flush=True)  # noqa: T201 - the platform reads what is printed

"""What one thread prints, while others go on printing where they did."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MOST = 20_000
_lock = threading.Lock()


class _Splitter:
    """Stands before a stream: what the one thread writes goes into a list."""

    def __init__(self, stream: Any, parts: list[str]) -> None:
        self._stream = stream
        self._parts = parts
        self._thread = threading.get_ident()

    def write(self, text: str) -> int:
        if threading.get_ident() != self._thread:
            return int(self._stream.write(text) or 0)
        if sum(map(len, self._parts)) < MOST:
            self._parts.append(text[:MOST])
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def capture() -> Iterator[list[str]]:
    """Collect what this thread prints; one at a time."""
    parts: list[str] = []
    with _lock:
        before = sys.stdout, sys.stderr
        ours = _Splitter(before[0], parts), _Splitter(before[1], parts)
        sys.stdout, sys.stderr = ours
        try:
            yield parts
        finally:
            # Another's stand-in, put before ours meanwhile, is left to them.
            if sys.stdout is ours[0]:
                sys.stdout = before[0]
            if sys.stderr is ours[1]:
                sys.stderr = before[1]

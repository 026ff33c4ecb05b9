"""The turns of questions whose answers may come in any order."""

from __future__ import annotations


class Turns:
    """Numbers the same question as it is asked again and again.

    A platform that hung answers at last, or fails, when a later question has been
    answered already: what it says then is not news. Not safe for use by several
    threads: the panel holds a lock around it.
    """

    def __init__(self) -> None:
        self._asked = self._answered = 0

    def ask(self) -> int:
        """The turn of a question that is asked now."""
        self._asked += 1
        return self._asked

    def answered(self, turn: int) -> bool:
        """Take note of an answer; False when a later question was answered before."""
        if turn < self._answered:
            return False
        self._answered = turn
        return True

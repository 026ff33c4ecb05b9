"""Answers that come in another order than their questions."""

from __future__ import annotations

from codex_jupyter.widgets.turns import Turns


def test_only_what_is_older_than_what_was_answered_is_no_news():
    turns = Turns()
    first, second, third = turns.ask(), turns.ask(), turns.ask()
    assert turns.answered(second)
    assert not turns.answered(first)
    assert turns.answered(third)
    assert not turns.answered(second)
    assert turns.answered(turns.ask())

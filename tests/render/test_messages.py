from __future__ import annotations

from codex_jupyter.errors import CodexError, ModelError
from codex_jupyter.render.messages import error_block, note
from codex_jupyter.render.text import clean, one_line


def test_an_error_is_the_thing_the_details_and_what_to_type():
    block = error_block(
        ModelError("It failed.", detail="line 1\n  line 2", hint="%codex logs m")
    )
    assert block.text == "It failed.\n    line 1\n      line 2\n→ %codex logs m"
    assert block.html.index("It failed.") < block.html.index("line 1")
    assert block.html.index("line 1") < block.html.index("%codex logs m")
    assert 'role="alert"' in block.html


def test_an_error_without_details_is_one_line():
    block = error_block(CodexError("It failed."))
    assert block.text == "It failed."
    assert "<pre" not in block.html
    assert "→" not in block.html


def test_hostile_errors_and_notes_are_text():
    hostile = "<img src=x onerror=alert(1)>\x1b]0;title\x07\x1b[2J"
    error = CodexError(hostile, detail=hostile, hint=hostile)
    for shown in (error_block(error), note(hostile, hostile)):
        assert "<img" not in shown.html
        assert "&lt;img" in shown.html
        assert "\x1b" not in shown.text + shown.html
        assert "\x07" not in shown.text + shown.html


def test_a_note_has_its_lines_and_what_may_be_next():
    assert note("Done.").text == "Done."
    shown = note("Done.\nReally.", "%codex models")
    assert shown.text == "Done.\nReally.\n→ %codex models"
    assert shown.html.count("<div") == 4


def test_control_characters_go_and_line_breaks_and_tabs_stay():
    assert clean("a\tb\nc\r\x00\x9b31m\x1b[31md\x1b[0m") == "a\tb\nc31md"
    assert clean(3) == "3"


def test_one_line_is_cut_with_an_ellipsis():
    assert one_line("a\n b\t c") == "a b c"
    assert one_line("abcdef", 4) == "abc…"
    assert one_line("abcd", 4) == "abcd"

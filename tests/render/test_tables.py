from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from codex_jupyter.render.ages import age
from codex_jupyter.render.logs import log_listing
from codex_jupyter.render.snippets import Snippet
from codex_jupyter.render.tables import table

HOSTILE = "<script>alert(1)</script>\x1b[31m\n&\"'"


class Tags(HTMLParser):
    """The elements of some HTML, and its text."""

    def __init__(self, html):
        super().__init__()
        self.names, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)

    def handle_data(self, data):
        self.text += data


def test_a_table_is_aligned_text_and_rows_of_html():
    shown = table(
        [{"name": "a", "n": 10}, {"name": "long name", "x": "unseen"}],
        ("name", "n"),
        "Two rows",
    )
    assert shown.text.splitlines() == [
        "Two rows",
        "name       n",
        "---------  --",
        "a          10",
        "long name",
    ]
    tags = Tags(shown.html)
    assert tags.names.count("th") == 2
    assert tags.names.count("td") == 4
    assert "unseen" not in tags.text
    assert [row["name"] for row in shown.value] == ["a", "long name"]


def test_an_empty_table_still_has_its_headings():
    shown = table([], ("name", "state"))
    assert shown.text.splitlines()[0] == "name  state"
    assert shown.value == []


def test_hostile_cells_are_text_and_never_markup_or_terminal_sequences():
    shown = table([{"name": HOSTILE}], ("name",), HOSTILE)
    tags = Tags(shown.html)
    assert "script" not in tags.names
    assert "<script>alert(1)</script>" in tags.text
    assert "\x1b" not in shown.text + shown.html
    assert len(table([{"name": HOSTILE}], ("name",)).text.splitlines()) == 3


def test_log_rows_keep_the_lines_of_a_traceback():
    rows = [
        {
            "RegisteredAt": "2026-11-23T17:12:48.670609+00:00",
            "Routine": "Run",
            "OutputType": "Error",
            "OutputData": "score() raised\n  File <script>\x1b[1m\n",
        },
        {"OutputData": None},
    ]
    shown = log_listing(rows, "The last two.")
    assert shown.text.splitlines()[:3] == [
        "The last two.",
        "2026-11-23 17:12:48  Run   Error    score() raised",
        "      File <script>",
    ]
    assert "script" not in Tags(shown.html).names
    assert shown.value == rows


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-01-02T12:00:00+00:00", "0 s"),
        ("2026-01-02T11:59:01+00:00", "59 s"),
        ("2026-01-02T11:00:01+00:00", "59 m"),
        ("2026-01-02T08:00:00", "4 h"),
        ("2026-01-02T11:00:00-03:00", "0 s"),
        ("2025-01-02T12:00:00.5+00:00", "364 d"),
        ("", ""),
        ("yesterday", ""),
    ],
)
def test_an_age_is_told_in_its_largest_whole_unit(moment, shown):
    assert age(moment, datetime(2026, 1, 2, 12, tzinfo=UTC)) == shown


def test_a_snippet_is_its_code_as_a_string_and_a_block_in_a_page():
    from IPython.core.formatters import DisplayFormatter
    from IPython.core.interactiveshell import InteractiveShell

    code = 'print("<b>")\n# \x00 end'
    snippet = Snippet(code)
    assert snippet == code
    assert "b" not in Tags(snippet._repr_html_()).names
    assert Tags(snippet._repr_html_()).text == code.replace("\0", "")
    try:
        formatter = DisplayFormatter(parent=InteractiveShell.instance())
        formatter.active_types = ["text/plain", "text/html"]
        shown, _ = formatter.format(snippet)
    finally:
        InteractiveShell.clear_instance()
    assert shown["text/plain"] == code

"""Requirements files from strangers: what the resolver gets to see of them."""

from __future__ import annotations

import pytest

from codex_jupyter.server.environments.faults import BuildFault
from codex_jupyter.server.environments.requirements import clean


def test_comments_blanks_duplicates_and_order_do_not_matter():
    text = "\ufeff# made by hand\nnumpy == 1.0  # why\r\n\n  Pandas>=2 \nnumpy == 1.0"
    assert clean(text) == clean("Pandas>=2\nnumpy == 1.0")
    assert clean(text)[0] == ("numpy == 1.0", "Pandas>=2")


@pytest.mark.parametrize(
    "line",
    [
        "numpy",
        "scikit-learn[alldeps]>=1.0,<2 ; python_version < '3.9'",
        "six==1.16.0 --hash=sha256:8abb2f1d",
        "tool @ https://example.com/tool-1.0-py3-none-any.whl",
        "tool @ git+https://example.com/a/tool.git@v1#egg=tool",
        "https://example.com/tool-1.0-py3-none-any.whl",
    ],
)
def test_packages_by_name_and_by_address_pass(line):
    assert clean(line) == ((line,), ())


def test_a_continued_line_is_one_line():
    assert clean("six==1.16.0 \\\n    --hash=sha256:00") == (
        ("six==1.16.0 --hash=sha256:00",),
        (),
    )


@pytest.mark.parametrize("line", ["--pre", "--only-binary :all:", "--no-binary=numpy"])
def test_options_that_only_choose_are_left_out(line):
    assert clean(f"numpy\n{line}") == (("numpy",), (line,))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("-e .", "only on your machine"),
        ("--editable git+https://example.com/x", "only on your machine"),
        ("-r other.txt", "names another file"),
        ("-c/etc/passwd", "names another file"),
        ("--index-url https://example.com/simple", "names a package index"),
        ("-i https://example.com/simple", "names a package index"),
        ("--extra-index-url=https://example.com/simple", "names a package index"),
        ("--find-links /wheels", "names a package index"),
        ("--config-settings a=b", "not supported here"),
        ("./package", "names a file"),
        ("package.whl/..", "names a file"),
        ("../package.whl", "names a file"),
        ("/etc/package", "names a file"),
        (r"C:\packages\x.whl", "names a file"),
        ("~/package", "names a file"),
        ("numpy @ file:///tmp/numpy", "Write numpy==VERSION instead"),
        ("file:///tmp/numpy", "names a file"),
        ("tool @ git+ssh://git@example.com/tool", "names a file or an address"),
        ("tool @ http://example.com/tool.whl", "begin with https://"),
        ("tool @ https://example.com/${UV_DEFAULT_INDEX}", "holds a variable"),
    ],
)
def test_what_reads_the_platform_or_redirects_it_is_refused(line, words):
    with pytest.raises(BuildFault) as caught:
        clean(f"numpy\n{line}\n")
    assert words in caught.value.message
    assert caught.value.message.startswith("The requirement '")


def test_a_refused_line_does_not_show_its_password():
    with pytest.raises(BuildFault) as caught:
        clean("--index-url https://user:geheim@example.com/simple")
    assert "geheim" not in caught.value.message

import subprocess
import sys

import pytest

from warroom.web.rendering import rendered, tagless

LOOKED_FOR = "import sys, warroom.web.app; print([name for name in ('nh3', 'markdown_it') if name in sys.modules])"


@pytest.mark.parametrize("html", ["<script>x()</script>", "<img src=x onerror=x()>", "<a href='javascript:x'>y</a>"])
def test_html_in_markdown_is_text_and_html_has_no_tags(html: str) -> None:
    assert "&lt;" in rendered(html)
    assert "<" not in tagless(html)


def test_a_server_that_nobody_looks_at_does_without_its_libraries() -> None:
    done = subprocess.run([sys.executable, "-c", LOOKED_FOR], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

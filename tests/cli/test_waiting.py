from io import StringIO

import pytest
from rich.console import Console

from warroom.cli.waiting import under_way


def shown(*, is_terminal: bool, is_quiet: bool = False) -> str:
    text = StringIO()
    with under_way("Writing [7]\x1b[2J", is_quiet=is_quiet, on=Console(file=text, force_terminal=is_terminal)):
        pass
    return text.getvalue()


def test_a_terminal_shows_what_is_under_way_and_nothing_that_the_text_would_do_to_it() -> None:
    text = shown(is_terminal=True)
    assert "Writing [7]" in text
    assert "0:00:00" in text
    assert "\x1b[2J" not in text


@pytest.mark.parametrize(("is_terminal", "is_quiet"), [(False, False), (True, True)])
def test_nothing_is_shown_where_nobody_looks(is_terminal: bool, is_quiet: bool) -> None:
    assert shown(is_terminal=is_terminal, is_quiet=is_quiet) == ""


def test_what_is_shown_can_be_replaced_by_how_far_it_is() -> None:
    text = StringIO()
    with under_way("Writing", on=Console(file=text, force_terminal=True)) as tell:
        assert tell is not None
        tell("3 of 10 [files]\x1b[2J")
    assert "3 of 10 [files]" in text.getvalue()
    assert "\x1b[2J" not in text.getvalue()

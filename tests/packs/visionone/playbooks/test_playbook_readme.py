"""Each playbook has a README that says what its yml says, and a picture."""

from dataclasses import replace

import pytest

from tests.packs.visionone.playbooks.picture import place as picture
from tests.packs.visionone.playbooks.playbook_readme import OURS, place, render
from warroom.content.playbook import Input, Playbook

AGAIN = "run `python -m tests.packs.visionone.playbooks.playbook_readme`"
BOOKS = pytest.mark.parametrize("book", OURS.playbooks.values(), ids=lambda book: book.id)


@BOOKS
def test_the_readme_is_current(book: Playbook) -> None:
    text = place(book).read_text()

    assert text == render(book, text), AGAIN


@BOOKS
def test_there_is_a_picture(book: Playbook) -> None:
    assert picture(book).read_bytes().startswith(b"\x89PNG"), book.id


def test_a_new_input_would_be_noticed() -> None:
    book = next(iter(OURS.playbooks.values()))
    text = place(book).read_text()
    more = replace(book, inputs=(*book.inputs, Input(key="More", description="More of it.", required=True)))

    assert "| More | More of it. |  | Required |" in render(more, text)


def test_what_is_written_by_hand_stays() -> None:
    book = next(iter(OURS.playbooks.values()))

    assert render(book, "By hand.\n\n## Dependencies\n\nOld.").startswith("By hand.\n\n## Dependencies\n")

import pytest
from pydantic import Field, ValidationError

from tests.hostile import tree
from warroom.doors.asked import Asked
from warroom.model.border import clean
from warroom.model.json import Json


class Wish(Asked):
    as_typed = frozenset({"password"})

    name: str = Field(default="", max_length=64)
    password: str = ""
    fields: dict[str, Json] = Field(default_factory=dict)


def test_a_body_is_clean_when_a_route_reads_it() -> None:
    wish = Wish(name="a\0b", fields=tree())
    assert wish.name == "a\ufffdb"
    assert wish.fields == clean(tree())


def test_a_password_is_what_was_typed() -> None:
    assert Wish(password="a\0b").password == "a\0b"


def test_half_a_character_in_a_text_with_bounds_is_refused() -> None:
    with pytest.raises(ValidationError, match="name"):
        Wish(name="\ud800")

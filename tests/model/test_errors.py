from pathlib import Path

import pytest

from warroom.model import errors
from warroom.model.errors import ContentError, Location, WarroomError


def test_a_location_is_a_file_and_a_line_when_there_is_one() -> None:
    assert str(Location(Path("Packs/A/a.yml"), 7)) == "Packs/A/a.yml:7"
    assert str(Location(Path("Packs/A"))) == "Packs/A"


def test_a_content_error_says_where_before_it_says_what() -> None:
    error = ContentError("The id is missing.", at=Location(Path("a.yml"), 3))
    assert str(error) == "a.yml:3: The id is missing."
    assert error.message == "The id is missing."
    assert str(ContentError("The pack is empty.")) == "The pack is empty."


@pytest.mark.parametrize(
    "error", [item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, Exception)]
)
def test_every_error_of_ours_can_be_caught_as_one(error: type[Exception]) -> None:
    assert issubclass(error, WarroomError)
    assert error.__name__ in (errors.__doc__ or "") or error is WarroomError

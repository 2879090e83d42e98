import pytest

from visionone_sim.errors import NotFoundError
from visionone_sim.services.control.seeds.kind import two_parts


def test_an_id_of_two_parts_is_split_once() -> None:
    assert two_parts("g1//etc/passwd", "…") == ("g1", "/etc/passwd")


@pytest.mark.parametrize("text", ["g1", "g1/", "/7"])
def test_a_part_that_is_missing_is_asked_for(text: str) -> None:
    with pytest.raises(NotFoundError, match="has to end with a host and a number"):
        two_parts(text, "a host and a number")

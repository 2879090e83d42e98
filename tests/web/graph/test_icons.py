import re

import pytest

from warroom.web.graph.appearance import Appearance, Kind
from warroom.web.graph.icons import FAILED_OVER, OF_APPEARANCE, OF_KIND


def test_every_kind_and_every_state_has_an_icon() -> None:
    assert set(OF_KIND) == set(Kind)
    assert set(OF_APPEARANCE) == set(Appearance)
    assert [appearance for appearance, path in OF_APPEARANCE.items() if not path] == [Appearance.PENDING]


@pytest.mark.parametrize("path", [*OF_KIND.values(), FAILED_OVER])
def test_an_icon_begins_with_a_move_and_holds_path_commands_only(path: str) -> None:
    assert re.fullmatch(r"M[-MLHVACSZmlhvacsz0-9. ]+", path)

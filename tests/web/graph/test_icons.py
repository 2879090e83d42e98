import re

import pytest

from warroom.web.graph.icons import FAILED_OVER, OF_KIND, OF_LOOK
from warroom.web.graph.looks import Kind, Look


def test_every_kind_and_every_state_has_an_icon() -> None:
    assert set(OF_KIND) == set(Kind)
    assert set(OF_LOOK) == set(Look)
    assert [look for look, path in OF_LOOK.items() if not path] == [Look.PENDING]


@pytest.mark.parametrize("path", [*OF_KIND.values(), FAILED_OVER])
def test_an_icon_begins_with_a_move_and_holds_path_commands_only(path: str) -> None:
    assert re.fullmatch(r"M[-MLHVACSZmlhvacsz0-9. ]+", path)
